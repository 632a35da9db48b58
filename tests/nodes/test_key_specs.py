"""Where the keys are: compared with what COMMAND GETKEYS of the server says, and where the server cut them off."""

from __future__ import annotations

import pytest
from tests.servers import Running

from seawall.nodes.catalogue import generated
from seawall.nodes.facts.command import Catalogue
from seawall.nodes.facts.entry import raw_entry
from seawall.nodes.facts.key_specs import find_keys
from seawall.wire import ServerError

from .commands import Made, catalogue_of, commands

KNOWN = Catalogue(generated())

AWKWARD = {  # command: its keys, in any order
    "EVALSHA 0123456789012345678901234567890123456789 2 k1 k2 a1 a2": "k1 k2",
    "EVAL return 0 k1": "",
    "FCALL f 1 k1 a1": "k1",
    "ZUNIONSTORE d 2 s1 s2 WEIGHTS 1 2": "d s1 s2",
    "ZINTERCARD 2 s1 s2 LIMIT 1": "s1 s2",
    "LMPOP 2 l1 l2 LEFT COUNT 5": "l1 l2",
    "BLMPOP 0 2 l1 l2 LEFT": "l1 l2",
    "BZMPOP 0 1 z1 MIN": "z1",
    "XREADGROUP GROUP STREAMS c COUNT 2 STREAMS s1 s2 > >": "s1 s2",
    "XREAD COUNT 2 STREAMS s1 0": "s1",
    "SORT s BY w_* GET d_* STORE out": "s out",
    "SORT s STORE wrong STORE out": "s out",
    "SORT_RO s BY w_*": "s",
    "GEORADIUS g 1 2 3 km STORE out": "g out",
    "GEORADIUSBYMEMBER g m 3 km STOREDIST out": "g out",
    "MIGRATE h 6379 k1 0 100 COPY": "k1",
    "MEMORY USAGE k1": "k1",
    "MEMORY DOCTOR": "",
    "OBJECT ENCODING k1": "k1",
    "BITOP AND d s1 s2": "d s1 s2",
    "STRALGO LCS KEYS k1 k2": "k1 k2",
    "COPY k1 k2 DB 3": "k1 k2",
    "XGROUP CREATE s g $": "s",
    "CONFIG GET maxmemory": "",
    "PUBLISH channel message": "",
    "UNHEARD OF k1": "",
}


def keys_of(argv: list[bytes], argc: int | None = None) -> tuple[list[bytes], int]:
    spec = KNOWN.find(argv)
    found = find_keys(spec, argv, argc or len(argv)) if spec else None
    return ([argv[key.index] for key in found.shown], found.hidden) if found else ([], 0)


@pytest.mark.parametrize("command", AWKWARD)
def test_awkward_commands(command: str):
    keys, hidden = keys_of(command.encode().split())
    if not command.startswith("STRALGO"):  # gone since Redis 7, so it has no key specs here
        assert (sorted(keys), hidden) == (sorted(AWKWARD[command].encode().split()), 0)


def test_the_key_of_migrate_is_empty_where_keys_follow():
    assert keys_of([b"MIGRATE", b"h", b"6379", b"", b"0", b"100", b"KEYS", b"k1", b"k2"]) == ([b"k1", b"k2"], 0)


def test_an_empty_name_is_a_key_elsewhere():
    assert keys_of([b"GET", b""]) == ([b""], 0)


def test_the_first_argument_is_not_the_key():
    """What tools that group by the first argument say of these commands: a hash, and the key that is written."""
    for command in (
        "EVALSHA 0123456789012345678901234567890123456789 1 cart:7",
        "XREADGROUP GROUP g c STREAMS cart:7 >",
    ):
        argv = command.encode().split()
        assert keys_of(argv)[0] == [b"cart:7"] != argv[1:2]


# --- the server's own word --------------------------------------------------------------------------------------------


def agrees(server: Running, each: int) -> None:
    """Every command of this server, with arguments made from its documentation."""
    catalogue = catalogue_of(server.own, newer=server.major >= 7)
    asked: list[Made] = []
    mine: list[list[bytes]] = []
    for spec, made in commands(catalogue, each):
        if spec.name == "migrate":  # the documentation leaves it open which of the two it is
            made.words[3] = b"" if b"KEYS" in made.words else b"one"
        found = find_keys(spec, made.words, len(made.words))
        assert not found.hidden
        asked.append(made)
        mine.append(sorted(made.words[key.index] for key in found.shown))
    replies = server.own.pipeline([("COMMAND", "GETKEYS", *made.words) for made in asked])
    compared = with_keys = 0
    for made, keys, reply in zip(asked, mine, replies, strict=True):
        if isinstance(reply, ServerError):
            if "no key arguments" not in reply.text:
                continue  # not complete for this server: generated from the words of a newer one, or left out an option
            reply = []
        assert isinstance(reply, list)
        assert keys == sorted(w for w in reply if isinstance(w, bytes)), b" ".join(made.words)
        compared += 1
        with_keys += bool(keys)
    assert compared > 0.8 * len(asked)
    assert with_keys > 0.4 * len(asked)


def test_keys_are_those_that_the_server_finds(server: Running):
    agrees(server, each=8)


@pytest.mark.prove
def test_keys_are_those_that_the_server_finds_in_a_large_corpus(server: Running):
    agrees(server, each=300)


def test_keys_beyond_the_cut_are_counted(any_server: Running):
    """Of long commands 31 arguments are left: those keys are the same, and the others are a number."""
    catalogue = catalogue_of(any_server.own, newer=True)
    seen = 0
    for spec, made in commands(catalogue, each=6, repeat=(12, 40)):
        argc = len(made.words)
        whole = find_keys(spec, made.words, argc)
        if argc <= 32 or (spec.name == "sort" and b"STORE" in made.words):  # an option beyond the cut is lost
            continue
        entry = raw_entry(1, 1, 1, [*made.words[:31], b"... (%d more arguments)" % (argc - 31)])
        assert (entry.argv, entry.argc) == (tuple(made.words[:31]), argc)
        cut = find_keys(spec, entry.argv, argc)
        expected = [key for key in whole.shown if key.index < 31]
        if b"STREAMS" in made.words[31:] or (spec.name == "migrate" and b"KEYS" in made.words[31:]):
            continue  # the word that the keys follow is itself cut off
        assert list(cut.shown) == expected, b" ".join(made.words)
        assert cut.hidden == len(whole.shown) - len(expected), b" ".join(made.words)
        seen += cut.hidden > 0
    assert seen > 40


def test_the_number_of_keys_is_not_trusted():
    """It comes from outside: no number makes this slow, or finds keys that are not there."""
    for number in (b"9999999999999999999", b"999999999", b"-1", b"x", b"", b"3"):
        keys, hidden = keys_of([b"ZUNION", number, b"k1", b"k2"])
        assert (len(keys), hidden) in ((0, 0), (2, 0))
    assert keys_of([b"ZUNION", b"999999999", b"k1"], argc=10**9) == ([b"k1"], 10**9 - 3)
    assert keys_of([b"DEL"], argc=10**15) == ([], 10**15 - 1)
