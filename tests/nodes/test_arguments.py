"""The shape of arguments: what it tells, and that no value of anybody is ever in it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.servers import Running

from seawall import rulebook
from seawall.nodes.catalogue import generated
from seawall.nodes.facts.arguments import Arguments, read_arguments
from seawall.nodes.facts.command import ArgumentSpec, Catalogue, CommandSpec
from seawall.nodes.facts.entry import RawEntry, raw_entry
from seawall.nodes.facts.group import group, reduce
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.server import Server

from .commands import Made, catalogue_of, commands

KNOWN = Catalogue(generated())
SHA = b"0123456789abcdef0123456789abcdef01234567"


def read(command: str | list[bytes], argc: int | None = None) -> Arguments:
    argv = command.encode().split() if isinstance(command, str) else command
    return read_arguments(KNOWN.find(argv), argv, argc or len(argv))


SHAPES = {
    "GET k": "key",
    "SET k v EX 10 NX": "key value EX seconds NX",
    "SADD k m": "key member",
    "SADD k m m": "key member ...",
    "LRANGE k 0 -1": "key 0 -1",
    "LRANGE k 4711 4811": "key start stop",
    "ZRANGEBYSCORE k -inf +inf WITHSCORES LIMIT 0 1000": "key -inf +inf WITHSCORES LIMIT offset 1000",
    "ZRANGEBYLEX k - +": "key - +",
    "ZRANGEBYLEX k [alice [bob": "key min max",
    "ZRANGE k 0 -1 REV WITHSCORES": "key 0 -1 REV WITHSCORES",
    "GEORADIUS k 13.4 52.5 15000 mi WITHCOORD": "key longitude latitude radius MI WITHCOORD",
    "GEOSEARCH k FROMMEMBER m BYBOX 5 6 km COUNT 9 ANY": "key FROMMEMBER member BYBOX width height KM COUNT 9 ANY",
    "GEOPOS k a b c": "key member ...",
    "SCAN 0 MATCH user:* COUNT 15000": "cursor MATCH pattern COUNT 15000",
    f"EVALSHA {SHA.decode()} 1 k a": "0123456789ab numkeys key arg",
    "EVALSHA not-a-hash 1 k a": "sha1 numkeys key arg",
    "ZUNIONSTORE d 2 a b WEIGHTS 1 2 AGGREGATE MAX": "destination numkeys key ... WEIGHTS weight ... AGGREGATE MAX",
    "XREADGROUP GROUP g c COUNT 10 STREAMS s1 s2 > >": "GROUP group consumer COUNT 10 STREAMS key ... id ...",
    "HSET k f v f v": "key field value ...",
    "SORT k BY w_* LIMIT 0 10 GET a GET b DESC STORE d": "key BY by-pattern LIMIT offset 10 GET get-pattern GET "
    "get-pattern DESC STORE destination",
    "MIGRATE h 1 k 0 9 COPY KEYS k1 k2": "host port key destination-db timeout COPY KEYS keys ...",
    "FLUSHALL ASYNC": "ASYNC",
    "CONFIG GET maxmemory": "parameter",
    "UNHEARD OF arguments": "argument ...",
}


@pytest.mark.parametrize("command", SHAPES)
def test_shapes(command: str):
    arguments = read(command)
    assert arguments.shape == SHAPES[command]
    assert arguments.complete


def test_thousands_are_a_shape_of_their_own():
    assert read([b"SADD", b"k", *[b"m"] * 1000]).shape == "key member ..."
    assert read([b"SADD", b"k", *[b"m"] * 1001]).shape == "key member ... (thousands)"


# --- how many elements ------------------------------------------------------------------------------------------------

ITEMS = {  # a command as it is with two elements, and what one element takes
    "SADD k [m]": 2,
    "HSET k [f v]": 2,
    "ZADD k NX GT [1 m]": 2,
    "GEOADD k CH [1 2 m]": 2,
    "MSET [k v]": 2,
    "MGET [k]": 2,
    "DEL [k]": 2,
    "GEOPOS k [m]": 2,
    "XADD s MAXLEN ~ 1000 * [f v]": 2,
    "RPUSH k [v]": 2,
    "PFADD k [e]": 2,
    "ZMSCORE k [m]": 2,
    "ZREM k [m]": 2,
    "XACK s g [1-1]": 2,
    "EVAL return 2 k k [a]": 2,
    "HEXPIRE k 10 FIELDS 2 [f]": 2,
    "MIGRATE h 1 k 0 9 KEYS [k]": 2,
}


@pytest.mark.parametrize("template", ITEMS)
@pytest.mark.parametrize("count", [2, 17, 40_000])
def test_the_number_of_elements_is_exact_also_where_the_server_cuts(template: str, count: int):
    begin, element = template.removesuffix("]").split("[")
    argv = [*begin.encode().split(), *element.encode().split() * count]
    whole = read(argv)
    assert (whole.items, whole.complete) == (count, True)
    if len(argv) > 32:
        entry = raw_entry(1, 1, 1, [*argv[:31], b"... (%d more arguments)" % (len(argv) - 31)])
        cut = read(list(entry.argv), entry.argc)
        assert (cut.items, cut.complete, cut.shape) == (count, True, whole.shape)


def test_keys_by_number_are_as_many_as_it_says():
    argv = [b"ZUNIONSTORE", b"d", b"500", *[b"k"] * 500, b"WEIGHTS", *[b"1"] * 500]
    cut = read(argv[:31], len(argv))
    assert (cut.items, cut.complete) == (500, False)


@pytest.mark.parametrize(
    "command", [b"SADD", b"MSET", b"ZUNIONSTORE", b"GEOADD", b"SORT", b"SCAN", b"XADD", b"EVAL", b"GET", b"ZRANGE"]
)
@pytest.mark.parametrize("argc", [1, 2, 5, 40_002, 10**15])
def test_a_log_that_hides_all_arguments_is_read(command: bytes, argc: int):
    """A cloud gives the name and the number only. No option that could be there is taken for absent."""
    arguments = read([command], argc)
    assert arguments.items <= argc
    if command in (b"ZUNIONSTORE", b"SCAN", b"ZRANGE", b"SORT") and argc > 2:
        assert not arguments.complete
    if command == b"SADD" and argc > 3:
        assert arguments.items == argc - 2


def test_options_beyond_the_cut_are_unknown_not_absent():
    argv = [b"ZUNION", b"40", *[b"k"] * 40, b"WITHSCORES"]
    assert not read(argv[:31], len(argv)).complete


# --- nobody's values --------------------------------------------------------------------------------------------------


def everything_printed(entry_of: RawEntry, catalogue: Catalogue) -> str:
    """All that could leave the process: the entry, its group, and what every rule says about it."""
    entry = reduce(entry_of, catalogue)
    (grouped,) = group([entry])
    info = {"redis_version": "7.0.15", "expired_keys": "1"}
    facts = NodeFacts("node", Server(info=info), groups=(grouped,), now=1_000_000, oldest=1, newest=1)
    findings = [json.dumps(finding.as_json()) for finding in rulebook.run("nodes", facts)]
    return "\n".join([repr(entry_of), repr(entry), repr(grouped), repr(facts), *findings])


def leaks(catalogue: Catalogue, each: int) -> None:
    made_ones: list[Made] = [made for _, made in commands(catalogue, each)]
    made_ones += [made for _, made in commands(catalogue, 1, repeat=(12, 40))]
    secrets = 0
    for made in made_ones:
        words = made.words
        if len(words) > 32:
            words = [*words[:31], b"... (%d more arguments)" % (len(words) - 31)]
        text = everything_printed(raw_entry(1, 1, 2_000_000, words), catalogue)
        for secret in made.secrets:
            assert secret.decode().lower() not in text.lower(), b" ".join(made.words)
        secrets += len(made.secrets)
    assert secrets > len(catalogue.specs)


def test_no_value_is_printed():
    leaks(KNOWN, each=3)


@pytest.mark.prove
def test_no_value_is_printed_whatever_the_server_documents(server: Running):
    leaks(catalogue_of(server.own, newer=server.major >= 7), each=40)


def tokens_of(spec: CommandSpec | ArgumentSpec) -> set[str]:
    own = {spec.token} if isinstance(spec, ArgumentSpec) else set()
    return own.union(*(tokens_of(argument) for argument in spec.arguments)) - {""}


NAMES = sorted(KNOWN.specs)
ALL_TOKENS = sorted(set().union(*(tokens_of(spec) for spec in KNOWN.specs.values())))
SECRET = re.compile("secret", re.IGNORECASE)
words_in_disorder = st.lists(
    st.sampled_from(ALL_TOKENS).map(str.encode)
    | st.sampled_from(
        [b"SECRET", b"[secret", b"(secret", b"0", b"-1", b"+inf", b"2", b"*", b"$", b"", b"1e400", b"nan"]
    )
    | st.integers(-(10**30), 10**30).map(lambda n: b"%d" % n),
    max_size=40,
)


@given(st.sampled_from(NAMES), words_in_disorder, st.integers(0, 10**18))
def test_no_disorder_makes_a_value_visible_or_stops_us(name: str, words: list[bytes], more: int):
    """Servers log what a client sent, right or wrong; here anything stands anywhere."""
    argv = [*name.encode().split(b"|"), *words]
    raw = RawEntry(1, 1, 2_000_000, tuple(argv), len(argv) + more)
    text = everything_printed(raw, KNOWN)
    pattern = reduce(raw, KNOWN).arguments.glob or b""
    has_secret_key = any(b"secret" in use.key.name.lower() for use in reduce(raw, KNOWN).keys)
    if not has_secret_key and b"secret" not in pattern.lower():
        assert not SECRET.search(text)


def test_what_is_asked_for_is_kept():
    entry = reduce(raw_entry(1, 1, 1, [b"SET", b"k", b"v\x1b[31m" + b"x" * 100]), KNOWN, keep_arguments=True)
    assert entry.kept == ("k", "v\\x1b[31m" + "x" * 58)
    assert "x" * 58 not in repr(entry)
