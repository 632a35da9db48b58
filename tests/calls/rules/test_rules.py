"""What each rule says of code, what lowers it, and the code beside it of which nothing is to be said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pages.code import sites

from seawall import rulebook
from seawall.calls.facts.sites import Argument, Around, Site
from seawall.calls.judging import CodeFacts, lowered, option, says
from seawall.model import Finding, Severity

RUBY = "R = Redis.new\n"
PYTHON = "import redis\n\nr = redis.Redis()\n"


def judged(text: str, path: str = "app.rb", **others: str) -> list[Finding]:
    ahead = PYTHON if path.endswith(".py") else RUBY
    return rulebook.run("calls", CodeFacts(tuple(sites({path: ahead + text, **others}))))


def told(text: str, path: str = "app.rb") -> list[tuple[str, str]]:
    return [(f.rule, f.severity.value) for f in judged(text, path)]


FAULTS = [
    ("R.keys('a:*')", [("SW201", "high")]),
    ("R.call('KEYS', 'a:*')", [("SW201", "high")]),
    ("R.flushall", [("SW202", "high")]),
    ("R.flushdb(async: true)", [("SW202", "medium")]),
    ("R.call('FLUSHDB', 'ASYNC')", [("SW202", "medium")]),
    ("R.georadius('g', x, y, 10, 'km')", [("SW203", "high")]),
    ("R.georadiusbymember('g', m, 10, 'km')", [("SW203", "high")]),
    ("R.georadius('g', x, y, 10, 'km', count: 10)", [("SW203", "low")]),
    ("R.call('GEOSEARCH', 'g', 'FROMLONLAT', x, y, 'BYRADIUS', 10, 'km')", [("SW203", "medium")]),
    ("R.call('GEOSEARCH', 'g', 'FROMLONLAT', x, y, 'BYRADIUS', 10, 'km', 'COUNT', 10)", [("SW203", "low")]),
    ("R.smembers('s')", [("SW204", "medium")]),
    ("R.hkeys('h')", [("SW204", "medium")]),
    ("R.lrange('l', 0, -1)", [("SW204", "medium")]),
    ("R.zrevrange('z', 0, -1, with_scores: true)", [("SW204", "medium")]),
    ("R.zrangebyscore('z', '-inf', Time.now.to_i)", [("SW204", "medium")]),
    ("R.zrange('z', '-inf', '+inf', by_score: true)", [("SW204", "medium")]),
    ("R.xrange('x', '-', '+')", [("SW204", "medium")]),
    ("R.sort('l')", [("SW204", "medium")]),
    ("R.lrange('l', 0, -1)\nR.ltrim('l', 0, 99)", [("SW204", "low")]),
    ("R.zrange('z', 0, -1)\nR.zremrangebyrank('z', 0, -801)", [("SW204", "low")]),
    ("R.hgetall('h')\nR.hset('h', 'a', x)\nR.hset('h', 'b', y)", [("SW204", "low")]),
    ("R.hgetall('h')\nR.hset('h', 'a', x)\nR.hset('h', id, y)", [("SW204", "medium")]),
    ("N = 2 * 1_000\nR.sscan_each('s', count: N) { |x| x }", [("SW205", "medium")]),
    ("R.scan(0, match: 'a:*', count: 10_000)", [("SW205", "high")]),
    ("R.call('HSCAN', 'h', 0, 'COUNT', 5000)", [("SW205", "medium")]),
    ("def a(xs)\n  R.sadd('s', xs.map(&:to_s))\nend", [("SW206", "medium")]),
    ("def a(xs)\n  R.del(*xs)\nend", [("SW206", "medium"), ("SW220", "info")]),
    ("R.unlink(*R.keys('a:*'))", [("SW201", "high"), ("SW206", "medium")]),
    ('def a(xs)\n  xs.each { |x| R.get("a:#{x}") }\nend', [("SW208", "low")]),
    ("def a(xs)\n  xs.map { R.hget('h', it) }\nend", [("SW208", "low")]),
    ("def a(xs)\n  xs.each { |x| R.pipelined { |p| p.get(x)\n p.ttl(x) } }\nend", [("SW207", "low")]),
    ("def a(xs)\n  R.sadd('s', xs.first(5000).map(&:to_s))\nend", [("SW206", "medium")]),
    ("R.setex('a', 'text', 60)", [("SW209", "high")]),
    ("R.psetex('a', [x, y], 60)", [("SW209", "high")]),
]
SILENT = [
    "{}.keys('a')",
    "File.flush",
    "R.lrange('l', 0, 99)",
    "R.lrange('l', first, last)",
    "R.zrangebyscore('z', '-inf', 5, limit: [0, 100])",
    "R.zrangebyscore('z', a, b)",
    "R.call('ZRANGE', 'z', '-inf', '+inf', 'BYSCORE', 'LIMIT', 0, 10)",
    "R.xrange('x', '-', '+', count: 100)",
    "R.sort('l', limit: [0, 10])",
    "R.scan(0, match: 'a:*', count: 1000)",
    "def a(n)\n  R.scan(0, count: n)\nend",
    "R.sadd('s', ['a', 'b'])",
    "R.unlink('a', 'b')",
    "R.unlink(*%w[a b])",
    "def a(xs)\n  xs.each_slice(100) { |slice| R.sadd('s', slice.map(&:to_s)) }\nend",
    "def a(xs)\n  xs.each_slice(100) { |slice| R.mget(slice) }\nend",
    "%w[a b].each { |x| R.get(x) }",
    "NAMES = %w[a b].freeze\nNAMES.each { |x| R.get(x) }",
    "loop { R.get('a') }",
    "def a(xs)\n  R.pipelined { |p| xs.each { |x| p.get(x) } }\nend",
    "def a(xs)\n  xs.each_slice(9) { |s| R.pipelined { |p| s.each { |x| p.get(x) } } }\nend",
    "3.times { |n| R.pipelined { |p| p.get(n) } }",
    "def a(xs)\n  R.sadd('s', xs.first(100))\nend",
    "R.setex('a', 60, 'text')",
    "def a(ttl)\n  R.setex('a', ttl, 1)\nend",
    "R.setex('a', '60', 5)",
    "R.georadius('g', x, y, 10, 'km', count: 10, any: true)",
]
PYTHON_FAULTS = [
    ("r.keys()", [("SW201", "high")]),
    ("r.execute_command('KEYS', 'a:*')", [("SW201", "high")]),
    ("r.zrange('z', 0, -1)", [("SW204", "medium")]),
    ("r.zrangebyscore('z', '-inf', '+inf')", [("SW204", "medium")]),
    ("r.scan_iter('a:*', count=20_000)", [("SW205", "high")]),
    ("def a(xs):\n    r.rpush('l', *[str(x) for x in xs])", [("SW206", "medium")]),
    ("def a(xs):\n    return {x: r.get(x) for x in xs}", [("SW208", "low")]),
    ("def a(xs):\n    for x in xs:\n        with r.pipeline() as p:\n            p.get(x)", [("SW207", "low")]),
    ("def a(xs):\n    r.zadd('z', {str(x): 1 for x in xs})", [("SW206", "medium")]),
    ("r.setex('a', f'is {x}', 60)", [("SW209", "high")]),
]
PYTHON_SILENT = [
    "{}.keys()",
    "r.zrangebyscore('z', '-inf', '+inf', start=0, num=10)",
    "r.zrangebyscore('z', '-inf', '+inf', 0, 10)",
    "r.scan_iter('a:*')",
    "r.hset('h', mapping={'a': 1})",
    "r.hset('h', mapping={str(x): y})",
    "def a(record):\n    r.hset('h', mapping={k: str(v) for k, v in record.items()})",
    "r.zadd('z', {member: score})",
    "def a(*args):\n    r.sadd(*args)",
    "def a(xs):\n    r.unlink(*xs[:100])",
    "def a(xs):\n    with r.pipeline() as p:\n        for x in xs:\n            p.get(x)\n        p.execute()",
    "for i in range(3):\n    r.get(f'a:{i}')",
    "r.setex(name='a', time=60, value='text')",
]


@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_faults_in_ruby(text: str, expected: list[tuple[str, str]]):
    assert told(text) == expected


@pytest.mark.parametrize("text", SILENT)
def test_ruby_without_a_fault(text: str):
    assert told(text) == []


@pytest.mark.parametrize(("text", "expected"), PYTHON_FAULTS)
def test_faults_in_python(text: str, expected: list[tuple[str, str]]):
    assert told(text, "app.py") == expected


@pytest.mark.parametrize("text", PYTHON_SILENT)
def test_python_without_a_fault(text: str):
    assert told(text, "app.py") == []


def test_a_client_known_by_name_lowers_the_severity_and_is_said():
    (finding,) = rulebook.run("calls", CodeFacts(tuple(sites({"app.rb": "def a(redis)\n  redis.keys('a:*')\nend\n"}))))
    assert finding.evidence["confidence"] == "name"
    assert finding.severity is Severity.MEDIUM
    assert finding.why.endswith("That it is Redis is told by its name alone.")


def test_a_finding_says_where_and_by_what_it_is_bounded():
    (finding,) = judged("class Feed\n  def all = R.lrange('feed', 0, -1)\n\n  def cut = R.ltrim('feed', 0, 99)\nend\n")
    assert finding.where.as_json() == {
        "kind": "code", "path": "app.rb", "line": 3, "column": 15, "symbol": "Feed#all", "command": "LRANGE",
        "key_pattern": "feed",
    }  # fmt: skip
    assert finding.evidence["bounded_by"] == "LTRIM of the same keys at app.rb:5"
    assert finding.evidence["range"] == "0 -1"


def test_a_wrapper_is_judged_where_it_is_called_from():
    store = "class Store\n  def initialize = @redis = Redis.new\n\n  def all(name) = @redis.smembers(name)\nend\n"
    users = (
        "class Users\n  def online = Store.new.all('users:online')\n\n  def gone = Store.new.all('users:gone')\nend\n"
    )
    found = rulebook.run("calls", CodeFacts(tuple(sites({"store.rb": store, "users.rb": users}))))
    assert [(f.where.fields["path"], f.where.fields["key_pattern"]) for f in found] == [
        ("users.rb", "users:online"),
        ("users.rb", "users:gone"),
    ]
    assert [f.evidence["through"] for f in found] == ["Store#all"] * 2


def test_the_id_outlives_an_edit_above():
    (before,) = judged("R.keys('a:*')\n")
    (after,) = judged("\n\n   R.keys('a:*')\n")
    assert (before.where.fields["line"], after.where.fields["line"]) == (2, 4)
    assert before.id == after.id
    assert judged("R.keys('b:*')\n")[0].id != before.id


def test_names_from_outside_are_printed_safely():
    (finding,) = rulebook.run("calls", CodeFacts(tuple(sites({"a\x1b[2J.rb": RUBY + 'R.keys("\\e[31m:*")'}))))
    shown = [finding.title, *map(str, finding.where.fields.values()), *map(str, finding.evidence.values())]
    assert not [text for text in shown if "\x1b" in text]


# ---- any site at all -------------------------------------------------------------------------------------------------

NUMBERS = st.none() | st.integers(-10, 20_000) | st.floats(allow_nan=False)
ARGUMENTS = st.builds(
    Argument,
    keyword=st.sampled_from(["", "", "count", "limit", "COUNT"]),
    text=st.none() | st.sampled_from(["*", "", "-inf", "+inf", "COUNT", "ASYNC", "a:*", "0"]) | st.text(max_size=4),
    number=NUMBERS,
    spread=st.booleans(),
    many=st.booleans(),
    count=st.none() | st.integers(0, 3),
)
COMMANDS = [
    *("keys", "flushall", "georadius", "geosearch", "smembers", "lrange", "zrangebyscore", "xrange"),
    *("sort", "scan", "sadd", "del", "hset", "get", "setex", "ltrim"),
]
SITES = st.builds(
    Site,
    path=st.just("a.rb"),
    line=st.integers(1, 3),
    col=st.integers(1, 3),
    command=st.sampled_from(COMMANDS),
    method=st.text(max_size=3),
    receiver=st.text(max_size=3),
    via=st.just("local-var"),
    key_pattern=st.none() | st.sampled_from(["*", "a:*", "b"]),
    namespace=st.none(),
    confidence=st.sampled_from(["typed", "inferred", "name"]),
    through=st.none() | st.just("A#b"),
    why=st.just(()),
    span=st.just((0, 1)),
    span_call=st.just((0, 2)),
    args=st.lists(ARGUMENTS, max_size=5).map(tuple),
    around=st.builds(
        Around,
        loop=st.sampled_from(["", "each", "for"]),
        over=st.sampled_from(["", "xs", "XS"]),
        looped=st.booleans(),
        mode=st.sampled_from(["client", "pipeline"]),
    ),
    wrapper=st.booleans(),
)


@given(st.lists(SITES, max_size=6))
def test_any_sites_can_be_judged_and_each_finding_is_about_one_of_them(made: list[Site]):
    facts = CodeFacts(tuple(made))
    there = [(site.path, site.line, site.command.upper()) for site in made]
    for finding in rulebook.run("calls", facts):
        assert tuple(finding.where.fields[name] for name in ("path", "line", "command")) in there
        assert finding.title
        assert finding.fix


@given(st.lists(SITES, min_size=1, max_size=4))
def test_a_better_known_client_never_lowers_a_severity(made: list[Site]):
    from dataclasses import replace

    weak = rulebook.run("calls", CodeFacts(tuple(replace(site, confidence="name") for site in made)))
    sure = rulebook.run("calls", CodeFacts(tuple(replace(site, confidence="typed") for site in made)))
    assert [f.rule for f in weak] == [f.rule for f in sure]
    assert all(w.severity is lowered(s.severity) for w, s in zip(weak, sure, strict=True))


@given(st.lists(ARGUMENTS, max_size=5))
def test_an_option_is_an_argument_that_was_given(args: list[Argument]):
    site = Site("a", 1, 1, "scan", "scan", "r", "x", None, None, "typed", None, (), (0, 1), (0, 1), args=tuple(args))
    found = option(site, "count")
    assert found is None or found in args
    assert found is None or says(site, "count")


def test_del_is_as_good_as_unlink_where_the_servers_free_lazily():
    found = tuple(sites({"app.rb": RUBY + "R.del('a')"}))
    assert [f.rule for f in rulebook.run("calls", CodeFacts(found))] == ["SW220"]
    assert not rulebook.run("calls", CodeFacts(found, frees_lazily=True))
