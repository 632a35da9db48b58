"""Commands that scripts sent: no microsecond is counted twice, and nothing that a client sent itself vanishes."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.servers import Running

from seawall.nodes.catalogue import generated
from seawall.nodes.facts.command import Catalogue
from seawall.nodes.facts.entry import RawEntry, decode_slowlog
from seawall.nodes.facts.group import Group, group, reduce
from seawall.wire import Connection

KNOWN = Catalogue(generated())
BUSY = "local x = 0 for i = 1, 2000000 do x = x + i end return x"
NAMES_IT = f"for i = 1, 3 do redis.call('SMEMBERS', KEYS[1]) end {BUSY}"
COMPUTES_IT = "local c = 'SMEM' .. 'BERS' for i = 1, 3 do redis.call(c, KEYS[1]) end return 1"


def of(groups: tuple[Group, ...], command: str) -> list[Group]:
    return [g for g in groups if g.command == command]


def total(groups: tuple[Group, ...], *commands: str) -> int:
    return sum(g.total_us for g in groups if g.command in commands)


def run(server: Running, how: str, text: str, by: Connection | None = None) -> None:
    if how == "EVALSHA":
        server.send("EVALSHA", server.own.call("SCRIPT", "LOAD", text), "1", "big", by=by)  # pyright: ignore[reportArgumentType]
    elif how == "FCALL":
        library = f"#!lua name=lib\nredis.register_function('f', function(KEYS, ARGV) {text} end)"
        assert server.own.call("FUNCTION", "LOAD", "REPLACE", library) == b"lib"
        server.send("FCALL", "f", "1", "big", by=by)
    else:
        server.send("EVAL", text, "1", "big", by=by)


@pytest.mark.parametrize("text", [NAMES_IT, COMPUTES_IT], ids=["names it", "computes it"])
@pytest.mark.parametrize("how", ["EVAL", "EVALSHA", "FCALL"])
def test_nothing_is_counted_twice(server: Running, how: str, text: str):
    """The groups together never take more than the server spent on what clients sent."""
    if server.major < 7 and how == "FCALL":
        how = "EVALSHA"  # functions came with Redis 7
    server.seed("set", "big", 2000)
    server.begin()
    run(server, how, text)
    server.send("SMEMBERS", "big")
    newest = decode_slowlog(server.raw_log())[0][0]
    assert newest.argv == (b"SMEMBERS", b"big")
    groups = server.facts().groups
    assert of(groups, how)
    assert total(groups, how, "SMEMBERS") <= server.total_us(how) + newest.us
    (script,) = of(groups, how)
    assert script.max_us == script.total_us + script.apart_us
    if not server.is_valkey:
        assert [(i.command, i.key_pattern, i.times) for i in script.inside] == [("SMEMBERS", "big", 3)]
        assert len(of(groups, "SMEMBERS")[0].entries) == 1
    elif how == "EVAL" and text is NAMES_IT:
        assert [(i.command, i.times) for i in script.inside] == [("SMEMBERS", 3)]
    else:  # Valkey does not say who sent them, so they stand apart, and their time is the script's no more
        assert script.apart_us > 0
        assert len(of(groups, "SMEMBERS")[0].entries) == 4


@pytest.mark.parametrize("how", ["EVAL", "EVALSHA"])
def test_what_a_client_sent_before_a_long_script_does_not_vanish(server: Running, how: str):
    """The same client, directly before, to the script's key; the script sends nothing like it."""
    server.seed("set", "big", 2000)
    server.begin()
    server.send("SMEMBERS", "big")
    run(server, how, BUSY)
    groups = server.facts().groups
    (members,) = of(groups, "SMEMBERS")
    assert members.key_pattern == "big"
    assert not of(groups, how)[0].inside
    if how == "EVAL":  # its whole text is shown, and it does not send this
        assert not of(groups, how)[0].apart_us
    assert total(groups, how, "SMEMBERS") <= server.total_us(how, "SMEMBERS")


def test_what_another_client_or_a_transaction_sent_is_not_the_scripts(server: Running):
    server.seed("set", "big", 2000)
    server.begin()
    other = server.connect("other")
    server.send("SMEMBERS", "big", by=other)
    run(server, "EVAL", NAMES_IT)
    for words in (("MULTI",), ("SMEMBERS", "big"), ("EXEC",)):
        server.send(*words)
    other.close()
    (members,) = of(server.facts().groups, "SMEMBERS")
    assert len(members.entries) == 2


def test_other_keys_than_the_script_declares_are_not_its_own(server: Running):
    server.seed("set", "big", 2000)
    server.seed("set", "mine", 2000)
    server.begin()
    server.send("SMEMBERS", "mine")
    run(server, "EVAL", f"{NAMES_IT}")
    assert {g.key_pattern for g in of(server.facts().groups, "SMEMBERS")} == {"mine"}


# --- pure -------------------------------------------------------------------------------------------------------------

PEERS = ("10.0.0.1:5", "10.0.0.2:5", "?:0", "")
TEXTS = (b"return redis.call('SMEMBERS', KEYS[1])", b"return 1", b"local f = redis.call f(ARGV[1])")


keys = st.sampled_from([b"k", b"l"])


@st.composite
def logs(draw: st.DrawFn) -> list[RawEntry]:
    """Logs such as no server writes, or any does."""
    entries: list[RawEntry] = []
    for number in range(draw(st.integers(1, 12))):
        script = draw(st.booleans())
        argv = (b"EVAL", draw(st.sampled_from(TEXTS)), b"1", b"k") if script else (b"SMEMBERS", draw(keys))
        peer = draw(st.sampled_from(PEERS[:2] if script else PEERS))
        entries.append(RawEntry(number, draw(st.integers(100, 103)), draw(st.integers(0, 50)), argv, None, peer))
    return entries


@given(logs(), st.none() | st.booleans(), st.randoms(use_true_random=False))
def test_every_entry_is_in_one_group_or_in_one_script(log: list[RawEntry], marked: bool | None, rng: Random):
    entries = [reduce(raw, KNOWN) for raw in log]
    groups = group(entries, marked=marked)
    assert sum(len(g.entries) for g in groups) + sum(i.times for g in groups for i in g.inside) == len(entries)
    assert all(g.total_us >= sum(i.total_us for i in g.inside) for g in groups)
    spent = sum(e.us for e in entries)
    inside = sum(i.total_us for g in groups for i in g.inside) + sum(g.apart_us for g in groups)
    assert sum(g.total_us for g in groups) == spent - inside
    shuffled = list(entries)
    rng.shuffle(shuffled)
    assert {(g.command, g.key_pattern, g.shape, g.total_us) for g in group(shuffled, marked=marked)} == {
        (g.command, g.key_pattern, g.shape, g.total_us) for g in groups
    }


def test_what_does_not_directly_precede_a_script_is_not_its_own():
    """Ids have no gaps: between the two something else was logged, and left out, such as an entry of our own."""
    text = b"return redis.call('SMEMBERS', KEYS[1])"
    members = RawEntry(1, 100, 5, (b"SMEMBERS", b"k"), None, "10.0.0.1:5")
    for number, inside in ((2, 1), (3, 0)):
        script = RawEntry(number, 100, 50, (b"EVAL", text, b"1", b"k"), None, "10.0.0.1:5")
        groups = group([reduce(raw, KNOWN) for raw in (members, script)], marked=False)
        assert len(of(groups, "EVAL")[0].inside) == inside


def test_a_log_from_nowhere_is_read_by_what_it_shows():
    """A pasted log does not name its server: one nobody among its peers, and it is known to be of Redis."""

    def entry(number: int, us: int, *argv: bytes, peer: str) -> RawEntry:
        return RawEntry(number, 100, us, argv, None, peer)

    script = entry(3, 50, b"EVALSHA", b"0" * 40, b"1", b"k", peer="10.0.0.1:5")
    before = [entry(1, 5, b"SMEMBERS", b"k", peer="10.0.0.1:5"), entry(2, 5, b"SMEMBERS", b"k", peer="10.0.0.1:5")]
    decided = [entry(0, 5, b"GET", b"k", peer="?:0"), *before, script]
    unknown = group([reduce(raw, KNOWN) for raw in [*before, script]])
    known = group([reduce(raw, KNOWN) for raw in decided])
    assert [g.total_us for g in of(unknown, "EVALSHA")] == [40]
    assert [g.total_us for g in of(known, "EVALSHA")] == [50]
