"""What the rules judge from facts that no test can provoke on a real server; the rest stands in their own pages."""

from __future__ import annotations

import pytest

from seawall import rulebook
from seawall.keyspace import Key
from seawall.nodes.catalogue import generated
from seawall.nodes.facts.command import Catalogue
from seawall.nodes.facts.entry import raw_entry
from seawall.nodes.facts.group import group, reduce
from seawall.nodes.facts.node import Host, NodeFacts
from seawall.nodes.facts.server import CommandStat, Server, parse_info
from seawall.nodes.facts.work import Keyspace, Size
from seawall.nodes.notes import notes
from seawall.scan import Wish, scan

KNOWN = Catalogue(generated())
REDIS = Server(info={"redis_version": "7.0.15", "expired_keys": "3"})
VALKEY = Server(
    info={"redis_version": "7.2.4", "server_name": "valkey", "valkey_version": "9.1.2", "expired_keys": "3"}
)


def facts_of(command: str, us: int, server: Server = REDIS, **more: object) -> NodeFacts:
    groups = group([reduce(raw_entry(1, 1000, us, command.encode().split()), KNOWN)])
    return NodeFacts("node", server, groups, now=2000, oldest=1000, **more)  # pyright: ignore[reportArgumentType]


def said(facts: NodeFacts) -> list[str]:
    """The rules that speak, but for the one that infers the threshold from the entries."""
    return [f.rule for f in rulebook.run("nodes", facts) if f.rule != "SW130"]


def test_the_scans_own_commands_are_not_slow_on_average():
    """A scan of a busy machine, just after CONFIG RESETSTAT: the one INFO counted is its own."""
    rows = (CommandStat("INFO", 1, 28_000), CommandStat("TIME", 1, 12_000), CommandStat("CLIENT SETNAME", 1, 11_000))
    assert not rulebook.run("nodes", NodeFacts("node", Server(stats=rows)), ["SW132"])
    rows = (CommandStat("INFO", 2, 56_000), CommandStat("LPOS", 1, 11_000))
    found = rulebook.run("nodes", NodeFacts("node", Server(stats=rows)), ["SW132"])
    assert [f.where.fields["command"] for f in found] == ["INFO", "LPOS"]


def test_the_counters_of_a_crash_report_are_nobodys_own():
    stats = (CommandStat("INFO", 1, 28_000),)
    assert said(NodeFacts("paste", Server(stats=stats), is_live=False)) == ["SW132"]


@pytest.mark.parametrize(
    ("command", "us", "rules"),
    [
        ("SMEMBERS k", 3_000, ["SW104"]),  # nothing bounds it: 3 ms are enough
        ("SMEMBERS k", 900, []),
        ("GEORADIUS k 1 2 15000 mi", 3_000, ["SW101"]),
        ("GEORADIUS k 1 2 5 km", 3_000, []),  # bounded, by whatever is there: only from 10 ms on
        ("GEORADIUS k 1 2 5 km", 30_000, ["SW102"]),
        ("ZRANGEBYSCORE k 0 100", 3_000, []),
        ("ZRANGEBYSCORE k 0 100", 30_000, ["SW104"]),
        ("LRANGE k 0 999", 30_000, ["SW116"]),  # a thousand elements explain no 30 ms
        ("LREM k 0 x", 3_000, []),
        ("LREM k 0 x", 30_000, ["SW117"]),
    ],
)
def test_of_unknown_keys_the_duration_decides(command: str, us: int, rules: list[str]):
    """A pasted log, so that no size can be asked."""
    facts = facts_of(command, us, Server(), is_live=False)
    assert said(facts) == rules
    for finding in rulebook.run("nodes", facts, [r for r in rules if r != "SW116"] or ["SW999"]):
        assert finding.evidence["elements_from"] == "estimated"


GONE = Keyspace({Key(b"ranking"): Size("none")})
STEAL = Host(steal=0.03)


@pytest.mark.parametrize(
    ("us", "host", "rule"),
    [
        (80_000, Host(), "SW108"),
        (80_000, STEAL, "SW108"),  # a machine that always loses some time to its neighbours explains no 80 ms
        (80_000, Host(forks=((999, 1000),)), "SW108"),
        (5_000, Host(), "SW108"),
    ],
)
def test_a_read_that_freed_an_expired_value(us: int, host: Host, rule: str):
    assert said(facts_of("EXISTS ranking", us, keyspace=GONE, host=host)) == [rule]


def test_a_short_read_of_a_missing_key_on_a_stretched_host_is_not_explained():
    assert not said(facts_of("EXISTS ranking", 5_000, keyspace=GONE, host=STEAL))


@pytest.mark.parametrize(
    "facts",
    [
        facts_of("EXISTS ranking", 80_000, VALKEY, keyspace=GONE),  # freed in the background there
        facts_of("EXISTS ranking", 80_000, Server(info={"redis_version": "7.0.15"}), keyspace=GONE),  # nothing expired
        facts_of("EXISTS ranking", 80_000, keyspace=Keyspace({Key(b"ranking"): Size("set", 3)})),
        facts_of("EXISTS ranking", 80_000),  # whether it is gone is not known
    ],
)
def test_a_read_that_freed_nothing(facts: NodeFacts):
    assert said(facts) == ["SW116"]


@pytest.mark.parametrize(
    ("command", "server", "said_so"),
    [
        ("DEL k", VALKEY, "node: DEL is freed lazily here (lazyfree-lazy-user-del): UNLINK would change nothing"),
        ("FLUSHDB", VALKEY, "node: FLUSHDB is lazy here (lazyfree-lazy-user-flush): ASYNC would change nothing"),
        ("DEL k", REDIS, None),
        ("UNLINK k", VALKEY, None),
        ("DEL k", Server(), None),  # nothing is known of this server
    ],
)
def test_silence_is_explained(command: str, server: Server, said_so: str | None):
    assert list(notes(facts_of(command, 10, server))) == ([said_so] if said_so else [])


def test_a_command_below_the_threshold_is_known_by_its_counter():
    server = Server(info=VALKEY.info, stats=(CommandStat("DEL", 5, 50),))
    assert len(list(notes(NodeFacts("node", server)))) == 1


def test_a_setting_is_believed_before_a_version():
    server = Server(info=VALKEY.info, config={"lazyfree-lazy-user-del": "no"})
    facts = facts_of("DEL k", 50_000, server)
    assert not list(notes(facts))
    assert said(facts) == ["SW107"]


def test_a_fork_of_ten_milliseconds_is_a_finding_of_its_own():
    """No test can make a fork that long without gigabytes."""
    told = parse_info("redis_version:7.0.15\r\nlatest_fork_usec:12345\r\n")
    assert said(NodeFacts("node", Server(info=told))) == ["SW140"]
    assert not said(NodeFacts("node", Server(info={**told, "latest_fork_usec": "9999"})))


def test_what_was_not_asked_for_is_not_called_small_work():
    pasted_log = b'[{"id":1,"time":1,"duration":50000,"command":["SMEMBERS","big"]}]'
    everything = scan(Wish(pasted=(("log", pasted_log),)))
    assert [f.rule for f in everything.findings] == ["SW104"]
    one_rule = scan(Wish(pasted=(("log", pasted_log),), rules=("SW105",)))
    assert not one_rule.findings
    assert any("only the rules SW105 were asked for" in note for note in one_rule.notes)
    assert not any("small work" in note for note in one_rule.notes)


@pytest.mark.parametrize(
    ("copies", "said"), [(1, "1 entry of small work, in 1 group,"), (2, "2 entries of small work")]
)
def test_every_entry_is_accounted_for(copies: int, said: str):
    entry = '{"id":%d,"time":1,"duration":50,"command":["GET","a"]}'
    log = "[" + ",".join(entry % n for n in range(copies)) + "]"
    assert any(said in note for note in scan(Wish(pasted=(("log", log.encode()),))).notes)
