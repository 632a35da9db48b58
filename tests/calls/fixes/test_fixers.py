"""What each fixer writes, what it leaves and why; nothing but the edits changes, and a second run changes nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.calls.fixes.mended import PYTHON, RUBY, mended, one

SAFE_RUBY = [
    ("R.del('a')", "R.unlink('a')"),
    ("R.del 'a', key(1)", "R.unlink 'a', key(1)"),
    ("R.call('DEL', 'a')", "R.call('UNLINK', 'a')"),
    ("R.call(:del, 'a')", "R.call(:unlink, 'a')"),
    ("R.pipelined { |p| p.del('a') }", "R.pipelined { |p| p.unlink('a') }"),
    ("R.del(*%w[a b])", "R.unlink(*%w[a b])"),
    ("R.del('a', *xs)", "R.unlink('a', *xs)"),
    ("def f(xs)\n  R.del(*xs)\n  1\nend", "def f(xs)\n  R.unlink(*xs) unless xs.empty?\n  1\nend"),
    ("def f(xs)\n  R.del(*xs)\nend", "def f(xs)\n  xs.empty? ? 0 : R.unlink(*xs)\nend"),
    ("def f(xs)\n  g(R.del(*xs))\nend", "def f(xs)\n  g((xs.empty? ? 0 : R.unlink(*xs)))\nend"),
    ("def f(xs)\n  R.del(*xs) if xs.any?\nend", "def f(xs)\n  R.unlink(*xs) if xs.any?\nend"),
    ("def f(xs)\n  R.del(*xs) unless xs.empty?\nend", "def f(xs)\n  R.unlink(*xs) unless xs.empty?\nend"),
    (
        "def f(xs)\n  return if xs.empty?\n  R.del(*xs)\nend",
        "def f(xs)\n  return if xs.empty?\n  R.unlink(*xs)\nend",
    ),
    (
        "def f(xs)\n  xs.each_slice(9) { |s| R.del(*s.map(&:to_s)) }\nend",
        "def f(xs)\n  xs.each_slice(9) { |s| R.unlink(*s.map(&:to_s)) }\nend",
    ),
    (
        'def f(xs)\n  R.del(*xs.map { |x| "a:#{x}" })\n  1\nend',
        'def f(xs)\n  keys = xs.map { |x| "a:#{x}" }\n  R.unlink(*keys) unless keys.empty?\n  1\nend',
    ),
    ("N = 2 * 5_000\nR.scan_each(count: N) { |x| x }", "N = 2 * 5_000\nR.scan_each(count: 1000) { |x| x }"),
    ("R.call('HSCAN', 'h', 0, 'COUNT', 5000)", "R.call('HSCAN', 'h', 0, 'COUNT', 1000)"),
    ("R.set('a', 1)\nR.expire('a', 60)\n", "R.set('a', 1, ex: 60)\n"),
    ("R.set('a', 1)\n\nR.pexpire('a', 60)", "R.set('a', 1, px: 60)"),
    ("R.set 'a', 1\nR.expire 'a', 60\n", "R.set 'a', 1, ex: 60\n"),
    (
        'def f(u)\n  R.set("a:#{u.id}", u.name)\n  R.expire("a:#{u.id}", 1.hour)\nend',
        'def f(u)\n  R.set("a:#{u.id}", u.name, ex: 1.hour)\nend',
    ),
    (
        "S = <<~LUA\n  redis.call('del', KEYS[1])\nLUA\nR.eval(S)",
        "S = <<~LUA\n  redis.call('unlink', KEYS[1])\nLUA\nR.eval(S)",
    ),
]
SAFE_PYTHON = [
    ("r.delete('a')", "r.unlink('a')"),
    ("r.delete(*xs)", "r.unlink(*xs)"),
    ("r.execute_command('DEL', 'a')", "r.execute_command('UNLINK', 'a')"),
    ("with r.pipeline() as p:\n    p.delete('a')", "with r.pipeline() as p:\n    p.unlink('a')"),
    (
        "for k in r.scan_iter(match='a:*', count=10 * 1000):\n    r.get(k)",
        "for k in r.scan_iter(match='a:*', count=1000):\n    r.get(k)",
    ),
    ("r.set('a', 1)\nr.expire('a', 60)\n", "r.set('a', 1, ex=60)\n"),
    ("r.set(\n    'a',\n    1,\n)\nr.expire('a', 60)\n", "r.set(\n    'a',\n    1, ex=60,\n)\n"),
    ("T = 60\ndef f(a):\n    r.set(f'a:{a}', 1)\n    r.expire(f'a:{a}', time=T)\n", None),
    ('r.eval("redis.call(\'DEL\', KEYS[1])", 1, "a")', 'r.eval("redis.call(\'UNLINK\', KEYS[1])", 1, "a")'),
]
UNSAFE_RUBY = [
    ("x = R.keys('a:*')", "x = R.scan_each(match: 'a:*', count: 1000).uniq"),
    ("x = R.keys", "x = R.scan_each(count: 1000).uniq"),
    ("x = R.keys 'a:*'", "x = R.scan_each(match: 'a:*', count: 1000).uniq"),
    ("R.smembers('s').each { |m| m }", "R.sscan_each('s', count: 1000).uniq.each { |m| m }"),
    ("R.hgetall('h').each { |f, v| f }", "R.hscan_each('h', count: 1000).to_h.each { |f, v| f }"),
    (
        "def f\n  ms = R.smembers('s')\n  ms.map(&:to_i)\nend",
        "def f\n  ms = R.sscan_each('s', count: 1000).uniq\n  ms.map(&:to_i)\nend",
    ),
    (
        "def f(xs)\n  R.sadd('s', xs.map(&:to_s))\n  1\nend",
        "def f(xs)\n  xs.map(&:to_s).each_slice(1000) { |slice| R.sadd('s', slice) }\n  1\nend",
    ),
    (
        "def f(xs)\n  R.sadd('s', xs.map(&:to_s))\nend",
        "def f(xs)\n  xs.map(&:to_s).each_slice(1000).sum { |slice| R.sadd('s', slice) }\nend",
    ),
    ("def f(xs)\n  R.del(*xs)\nend", "def f(xs)\n  xs.each_slice(1000).sum { |slice| R.unlink(*slice) }\nend"),
    (
        "def f(a, xs)\n  R.del(a, *xs)\n  1\nend",
        "def f(a, xs)\n  [a, *xs].each_slice(1000) { |slice| R.unlink(*slice) }\n  1\nend",
    ),
    ("x = R.georadius('g', 1, 2, 3, 'km')", "x = R.call('GEOSEARCH', 'g', 'FROMLONLAT', 1, 2, 'BYRADIUS', 3, 'km')"),
    (
        'x = R.georadius("g", 1, 2, 3, "km", "WITHDIST", sort: "asc", count: 5)',
        'x = R.call("GEOSEARCH", "g", "FROMLONLAT", 1, 2, "BYRADIUS", 3, "km", "WITHDIST", "asc", "COUNT", 5)',
    ),
    (
        "x = R.georadiusbymember('g', 'm', 3, 'km')",
        "x = R.call('GEOSEARCH', 'g', 'FROMMEMBER', 'm', 'BYRADIUS', 3, 'km')",
    ),
    ("x = R.georadius('g', 0, 0, 22_000, 'km')", "x = R.zscan_each('g', count: 1000).map(&:first).uniq"),
    (
        "x = R.georadius('g', 0, 0, 22_000, 'km', 'WITHCOORD')",
        "x = R.zscan_each('g', count: 1000).map(&:first).uniq.each_slice(1000).flat_map "
        "{ |members| members.zip(R.geopos('g', members)).select(&:last) }",
    ),
    (
        'def f(id, v)\n  R.setex("a:#{id}", 3600, v)\nend',
        'def f(id, v)\n  R.setex("a:#{id}", 3600 + rand(360), v)\nend',
    ),
    (
        'def f(id, v)\n  R.set("a:#{id}", v, ex: 3600)\nend',
        'def f(id, v)\n  R.set("a:#{id}", v, ex: 3600 + rand(360))\nend',
    ),
]
UNSAFE_PYTHON = [
    ("x = r.keys('a:*')", "x = list(set(r.scan_iter(match='a:*', count=1000)))"),
    ("x = r.keys(pattern='a:*')", "x = list(set(r.scan_iter(match='a:*', count=1000)))"),
    ("for k in r.keys('a:*'):\n    r.get(k)", "for k in set(r.scan_iter(match='a:*', count=1000)):\n    r.get(k)"),
    ("x = [m for m in r.smembers('s')]", "x = [m for m in set(r.sscan_iter('s', count=1000))]"),
    ("for f, v in r.hgetall('h').items():\n    f", "for f, v in dict(r.hscan_iter('h', count=1000)).items():\n    f"),
    (
        "def f(xs):\n    r.sadd('s', *xs)\n",
        "def f(xs):\n    members = list(xs)\n    for start in range(0, len(members), 1000):\n"
        "        r.sadd('s', *members[start : start + 1000])\n",
    ),
    (
        "def f(xs):\n    r.delete(*[f'a:{x}' for x in xs])\n",
        "def f(xs):\n    members = [f'a:{x}' for x in xs]\n    for start in range(0, len(members), 1000):\n"
        "        r.unlink(*members[start : start + 1000])\n",
    ),
    ("x = r.georadius('g', 1, 2, 3, 'km')", "x = r.geosearch('g', longitude=1, latitude=2, radius=3, unit='km')"),
    (
        "x = r.georadius('g', 1, 2, 3, unit='km', withdist=True)",
        "x = r.geosearch('g', longitude=1, latitude=2, radius=3, unit='km', withdist=True)",
    ),
    ("x = r.georadiusbymember('g', 'm', 3, 'km')", "x = r.geosearch('g', member='m', radius=3, unit='km')"),
    ("x = r.georadius('g', 0, 0, 22000, 'km')", "x = list({member for member, _ in r.zscan_iter('g', count=1000)})"),
    (
        "def f(i):\n    r.setex(f'a:{i}', 3600, 1)\n",
        "def f(i):\n    r.setex(f'a:{i}', 3600 + random.randint(0, 360), 1)\n",
    ),
]
LEFT = [
    ("R.send(:del, 'a')", "app.rb", "SW220 `send` is called by a name in words"),
    ("def f(n)\n  R.set(n, 1)\n  R.expire(n, g)\nend", "app.rb", "SW903 its time is not surely above 0"),
    ("def f(n)\n  R.set(g(n), 1)\n  R.expire(g(n), 9)\nend", "app.rb", "SW903 its key is made by a call"),
    ("R.set('a', 1)\n# why\nR.expire('a', 9)", "app.rb", "SW903 a comment stands between the two"),
    ("R.set('a', 1)\nR.expire('a', 0)", "app.rb", "SW903 its time is not surely above 0"),
    ("R.pipelined { |p| p.set('a', 1)\n p.expire('a', 9) }", "app.rb", "SW903"),
    ("x = R.smembers('s')\nputs x.size", "app.rb", "SW204 its result is not only iterated"),
    ("R.pipelined { |p| p.smembers('s') }", "app.rb", "SW204 it is put into a pipeline"),
    ("R.call('KEYS', 'a*')", "app.rb", "SW201 the command is sent in words"),
    ("def f(xs)\n  R.multi { |m| m.sadd('s', xs.map(&:to_s)) }\nend", "app.rb", "SW206 it is put into a transaction"),
    ("def f(xs)\n  R.sadd(g(1), xs.map(&:to_s))\nend", "app.rb", "SW206 its key is made by a call"),
    ("def f(id)\n  R.incr(\"a:#{id}\")\n  R.expire(\"a:#{id}\", 90)\nend", "app.rb", "SW904 its time is a window"),
    ("def f(xs):\n    return r.sadd('s', *xs)", "app.py", "SW206 it is no statement of its own"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), SAFE_RUBY)
def test_safe_ruby(before: str, after: str):
    assert one(before, unsafe=False)[0] == after


@pytest.mark.parametrize(("before", "after"), SAFE_PYTHON)
def test_safe_python(before: str, after: str | None):
    assert one(before, "app.py", unsafe=False)[0] == (before if after is None else after)


@pytest.mark.parametrize(("before", "after"), UNSAFE_RUBY)
def test_unsafe_ruby(before: str, after: str):
    assert one(before)[0] == after


@pytest.mark.parametrize(("before", "after"), UNSAFE_PYTHON)
def test_unsafe_python(before: str, after: str):
    made, _ = one(before, "app.py")
    assert made.removeprefix("import random\n" + PYTHON) == after


@pytest.mark.parametrize(("text", "path", "reason"), LEFT)
def test_what_is_left_says_why(text: str, path: str, reason: str):
    made, reasons = one(text, path)
    assert made == text
    assert any(each.startswith(reason) for each in reasons), reasons


@pytest.mark.parametrize(("before", "after"), [p for p in (*UNSAFE_RUBY, *UNSAFE_PYTHON) if p[0] != p[1]])
def test_unsafe_ones_are_left_without_the_word(before: str, after: str):
    path = "app.py" if (before, after) in UNSAFE_PYTHON else "app.rb"
    made, reasons = one(before, path, unsafe=False)
    assert "unlink" in made or (made == before and any("only with --unsafe" in reason for reason in reasons))


def test_a_list_that_may_be_empty_is_left_where_no_guard_fits():
    made, reasons = one("def f(xs)\n  g R.del *xs.map(&:to_s)\nend", unsafe=False)
    assert "del" in made
    assert "SW220 its list of keys may be empty: `del` then sends nothing, `unlink` fails" in reasons


def test_python_imports_what_it_needs_among_the_others():
    text = "import json\nimport redis\n\nr = redis.Redis()\n\n\ndef f(i):\n    r.setex(f'a:{i}', 3600, json.dumps(i))\n"
    after = mended({"a.py": text.encode()}, unsafe=True).texts["a.py"].decode()
    assert after.startswith("import json\nimport random\nimport redis\n")


def test_only_what_is_asked_for():
    text = RUBY + "R.del('a')\nR.scan_each(count: 5000) { |x| x }\n"
    found = mended({"a.rb": text.encode()}, "SW205")
    assert [c.rule for c in found.changes] == ["SW205"]


def test_a_server_that_frees_lazily_needs_no_edit():
    found = mended({"a.rb": (RUBY + "R.del('a')\n").encode()}, lazy=True)
    assert not found.texts
    assert "frees lazily" in found.refused[0].reason


def test_what_is_not_certain_is_left():
    texts = {
        "broken.rb": RUBY + "R.del('a')\ndef (((\n",
        "name.rb": "def f(redis)\n  redis.del('a')\nend\n",
        "fake.rb": "M = MockRedis.new\nM.del('a')\n",
        "other.rb": "class Box\n  def del(k) = 1\nend\nX = ENV['T'] ? Redis.new : Box.new\nX.del('a')\n",
        "app.js": "const Redis = require('ioredis');\nconst r = new Redis();\nr.del('a');\n",
        "ok.rb": "Q = Redis.new\nQ.del('a')\n",
    }
    found = mended({path: text.encode() for path, text in texts.items()})
    assert set(found.texts) == {"ok.rb"}
    reasons = {one_.site.path: one_.reason for one_ in found.refused}
    assert "not understood" in reasons["broken.rb"]
    assert "Mock" in reasons["fake.rb"]
    assert "Box" in reasons["other.rb"]
    assert "Ruby and Python" in reasons["app.js"]
    assert "name" in reasons["name.rb"] or "caller" in reasons["name.rb"]


PAIRS = [(b, "app.rb") for b, _ in (*SAFE_RUBY, *UNSAFE_RUBY)] + [
    (b, "app.py") for b, _ in (*SAFE_PYTHON, *UNSAFE_PYTHON)
]
FILLERS = ["# caf\u00e9 \u2603", "", "    ", "\t# tab", "# 'quote", "# %s" % ("x" * 200)]


@given(
    st.lists(st.sampled_from(PAIRS), min_size=1, max_size=4),
    st.lists(st.sampled_from(FILLERS)),
    st.booleans(),
    st.booleans(),
)
def test_a_second_run_changes_nothing_and_no_other_line_does(
    pairs: list[tuple[str, str]], fillers: list[str], windows: bool, unsafe: bool
):
    path = pairs[0][1]
    ruby = path == "app.rb"
    wrapped = [text for text, where in pairs if where == path]
    marks = [f"# mark {number} {''.join(fillers[:1])}" for number in range(len(wrapped))]
    body = "\n".join(f"{mark}\n{text.rstrip()}\n" for mark, text in zip(marks, wrapped, strict=True))
    text = (RUBY if ruby else PYTHON) + "\n".join(fillers) + "\n" + body
    data = (text.replace("\n", "\r\n") if windows else text).encode()
    first = mended({path: data}, unsafe=unsafe)
    after = first.texts.get(path, data)
    assert not mended({path: after}, unsafe=unsafe).texts
    changed = {line for change in first.changes for line in [change.site.line]}
    kept = [line for line in data.split(b"\n") if line.startswith(b"# ")]
    assert [line for line in after.split(b"\n") if line.startswith(b"# ")] == kept
    assert bool(changed) == (after != data)
    if windows:
        assert not re.search(rb"(?<!\r)\n", after)
