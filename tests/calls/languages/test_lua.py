"""The commands in Lua text: what is a call, what its arguments are, and that no text breaks or stalls the scanner."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.calls.facts import tree
from seawall.calls.languages import lua

from .printed import text as expression


def told(script: str) -> str:
    """One line for each command: its name and its arguments."""
    return "\n".join(f"{c.name} {', '.join(map(expression, c.args))}".strip() for c in lua.commands(script))


SCRIPTS = [
    ("redis.call('GET', KEYS[1])", "get KEYS[1]"),
    ('return server.pcall ( "hset" , KEYS[2], ARGV[1], 1.5, -1, 0x10 )', "hset KEYS[2], ARGV[1], 1.5, -1, 16"),
    ('redis.call "PING" redis.call[[TIME]]', "ping\ntime"),
    ("redis.call('GET', 'a:' .. ARGV[1] .. [[:b]])", "get <'a:' ARGV[1] ':b'>"),
    ("redis.call('GET', tostring(KEYS[1]) .. (ARGV[i]))", "get <KEYS[1] ARGV[i]>"),
    ("redis.call('GET', 'a\\n\\065\\x42\\'')", 'get "a\\nAB\'"'),
    ("redis.call('DEL', unpack(KEYS)) redis.call('DEL', table.unpack(KEYS, 2))", "del ?unpack()\ndel ?unpack()"),
    ("redis.call(command, KEYS[1])", "command, KEYS[1]"),
    # what an argument cannot be read from
    (
        "redis.call('SET', f('a', 'b'), a.b, x + 1, #KEYS, not y)",
        "set ?expression(), " + ", ".join(["?expression()"] * 4),
    ),
    ("redis.call('SET', {1, 2}, function(a, b) return a end, x['k'])", "set ?expression(), ?expression(), x['k']"),
    ("redis.call('SET', 'a'", "set 'a'"),
    ("redis.call('GET', redis.call('LPOP', KEYS[1]))", "get ?expression()\nlpop KEYS[1]"),
    # names
    ("local key, n = KEYS[1], 3 redis.call('LTRIM', key, 0, n)", "ltrim KEYS[1], 0, 3"),
    ("local a = 'x:' .. KEYS[1] local b = a .. ':y' redis.call('GET', b)", "get <'x:' KEYS[1] ':y'>"),
    ("local a = KEYS[1] if b then a = KEYS[2] end redis.call('GET', a)", "get a"),
    ("local a = KEYS[1] + 1 redis.call('GET', a)", "get a"),
    ("for i, key in ipairs(KEYS) do redis.call('DEL', key) end", "del key"),
    ("local key = 'a' local function f(key) redis.call('GET', key) end", "get key"),
    ("local send = redis.call send('GET', KEYS[1]) x.send('GET')", "get KEYS[1]"),
    ("local f = redis.call f = g f('GET') redis.call('PING')", "ping"),
    ("local got = redis.call('GET', 'a') got('b')", "get 'a'"),
    # what is no call
    ("-- redis.call('GET')\n--[[ redis.call('GET') ]] --[==[ ]] redis.call('GET') ]==] redis.call('PING')", "ping"),
    ("local a = \"redis.call('GET')\" redis.call('PING')", "ping"),
    ("my.redis.call('GET', 'a')", ""),
    ("redis.log(redis.LOG_NOTICE, 'redis.call')", ""),
    ("redis.calls('GET')", ""),
    ("a text on redis.call that is no script", ""),
]


@pytest.mark.parametrize(("script", "sent"), SCRIPTS)
def test_what_a_script_sends(script: str, sent: str):
    assert told(script) == sent


def test_an_offset_is_that_of_the_call():
    script = "-- \u00e9\nlocal c = redis.call\nreturn c('GET', 'a')"
    (command,) = lua.commands(script)
    assert script[command.offset :] == "c('GET', 'a')"
    assert command.args == (tree.Literal("a", (script.index("'a'"), script.index("'a'") + 3)),)


ATOMS = st.sampled_from(["KEYS[1]", "ARGV[2]", "KEYS[i]", "'a:b'", '"\\""', "[[x]]", "[=[]]]=]", "7", "-1", "id"])
VALUES = st.recursive(
    ATOMS,
    lambda part: st.one_of(
        st.lists(part, min_size=2, max_size=3).map(" .. ".join),
        part.map("({})".format),
        part.map("tostring({})".format),
        part.map("f({}, 'y')".format),
        part.map("redis.call('TTL', {})".format),
        part.map("{{ {} }}".format),
    ),
    max_leaves=6,
)
SPACE = st.sampled_from([" ", "\n", " -- redis.call('NO', ')')\n", " --[[ ' ]] "])


@given(st.lists(st.tuples(st.lists(VALUES, max_size=3), SPACE), max_size=5))
def test_every_call_is_found_with_as_many_arguments(calls: list[tuple[list[str], str]]):
    script = "".join("redis.call(" + ", ".join(["'SET'", *args]) + ")" + space for args, space in calls)
    found = lua.commands(script)
    assert [len(c.args) for c in found if c.name == "set"] == [len(args) for args, _ in calls]
    assert len(found) - len(calls) == sum(arg.count("redis.call(") for args, _ in calls for arg in args)


PIECES = """redis.call( redis . call ( ) [ ] [[ ]] -- --[[ ' " = .. KEYS 1 local_ function_ for_ in_ , { } a - \\"""
SNIPPETS = [*(piece.replace("_", " ") for piece in PIECES.split()), "\n", "\x00", "\u00e9"]


@given(st.text() | st.lists(st.sampled_from(SNIPPETS), max_size=40).map("".join))
def test_no_text_breaks_it(script: str):
    for command in lua.commands(script + " redis.call('PING') "):
        assert 0 <= command.offset < len(script) + 20
        assert isinstance(expression(tree.Sequence("list", tuple(map(tree.Arg, command.args)), (0, 0))), str)


HOSTILE = {
    "parentheses": "redis.call('A', " + "(" * 20_000,
    "closed": "redis.call('A', " + "(" * 20_000 + "1" + ")" * 20_001,
    "nested calls": "redis.call('A', " * 5_000 + ")" * 5_000,
    "long brackets": "redis.call('A') " + "[[" * 20_000,
    "quotes": "redis.call('A') " + "'" * 20_001,
    "joined": "redis.call('A', " + " .. ".join(["KEYS[1]"] * 10_000) + ")",
    "doubling": "a0 = 'x' " + "".join(f"a{n + 1} = a{n} .. a{n} " for n in range(60)) + "redis.call('A', a60)",
    "names": "a, " * 20_000 + "a = redis.call('A')",
    "assignments": "a = b " * 20_000 + "redis.call('A')",
    "suffixes": "redis.call('A', f" + "()" * 20_000 + ")",
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_a_hostile_script_is_read(shape: str):
    assert lua.commands(HOSTILE[shape])[0].name == "a"
