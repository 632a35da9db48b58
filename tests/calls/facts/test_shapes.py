"""Every shape in which applications send commands is found with its key, and none of what only looks so."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from seawall.calls.facts.sites import Site
from seawall.calls.languages import front, parse
from seawall.calls.listing import list_sites
from seawall.calls.wording import place


def beside(name: str) -> ModuleType:
    """A module of this folder: tests are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SHAPES = {
    **beside("shapes_ruby").SHAPES,
    **beside("shapes_python").SHAPES,
    **beside("shapes_scripts").SHAPES,
}
TRAPS = {**beside("traps").TRAPS, **beside("shapes_scripts").TRAPS}


def sites(files: dict[str, str]) -> list[Site]:
    texts = {path: text.encode() for path, text in files.items()}
    return list_sites(texts, lambda path, data: parse(front(path) or "", data, path))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_found(shape: str):
    files, wanted = SHAPES[shape]
    found = sites(files)
    assert Counter((site.command, site.key_pattern) for site in found) == Counter(wanted)
    for site in found:
        line = files[site.path].encode().splitlines()[site.line - 1]
        assert line[site.col - 1 :].startswith(site.method.encode()), "the place is that of the method's name"
        assert site.why, "every site says why"
        assert all(reason.says for reason in site.why)


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_none(trap: str):
    assert [(s.path, s.line, s.method) for s in sites(TRAPS[trap])] == []


def test_the_same_source_under_an_unknown_client_is_no_longer_typed():
    """The twin of a shape: what made it typed is taken away, and the confidence goes with it."""
    typed, named = (
        sites({"a.py": f"import redis\n\n{made}\n\n\ndef go(id):\n    redis_client.get(f'user:{{id}}')\n"})
        for made in ("redis_client = redis.Redis()", "redis_client = build()")
    )
    assert [s.confidence for s in typed] == ["typed"]
    assert [s.confidence for s in named] == ["name"]
    assert typed[0].key_pattern == named[0].key_pattern == "user:*"


def test_what_is_around_a_call():
    (get, del_) = sites(
        {
            "a.rb": """
R = Redis.new
ids.each_slice(100) do |some|
  R.pipelined do |p|
    some.each { |id| p.get("u:#{id}") }
  end
  R.del(*some.map { |id| "u:#{id}" })
end
"""
        }
    )
    assert (get.around.loop, get.around.sliced, get.around.mode) == ("each", True, "pipeline")
    assert get.around.opened == ("a.rb", 4)
    assert (del_.around.loop, del_.around.mode) == ("each_slice", "client")
    assert del_.args[0].spread
    assert del_.args[0].many


def test_a_column_counts_bytes_and_in_a_finding_characters():
    """SARIF is told that columns are code points: the é and the emoji are one each, of two and four bytes."""
    source = "R = Redis.new\nlog('é 😀'); R.keys('a:*')\n"
    (site,) = sites({"a.rb": source})
    line = source.splitlines()[1]
    assert line.encode()[site.col - 1 :].startswith(b"keys")
    assert line[site.column - 1 :].startswith("keys")
    assert place(site).fields["column"] == site.column == site.col - 4


def test_constants_of_arguments_are_computed():
    (scan,) = sites({"a.rb": "SIZE = 10 * 1_000\nRedis.new.sscan_each('s', count: SIZE) { |x| x }\n"})
    assert [a.number for a in scan.args if a.keyword == "count"] == [10_000]


def test_code_that_calls_itself_ends():
    source = """
class Loop
  def a(x) = b(x)
  def b(x) = a(c(x))
  def c(x) = [a(x), [c(x)]]
  def redis = other || redis
  def other = redis
  def go(key)
    redis.get(a(key))
    go("#{key}:#{key}")
  end
end
"""
    (site,) = sites({"a.rb": source})
    assert (site.command, site.confidence) == ("get", "name")


def test_a_wrapper_that_nobody_outside_calls_is_a_site_with_its_callers_keys():
    (site,) = sites(
        {
            "a.rb": """
class Vacuum
  def run = [drop("index:a"), drop("index:b")]
  def drop(index) = Redis.new.unlink(index)
end
"""
        }
    )
    assert site.key_pattern == "index:*"
    assert site.variants == ("index:a", "index:b")
    assert not site.wrapper


LOOPS = """
import redis

r = redis.Redis()
SIZE = 500


def go(ids):
    p = r.pipeline()
    for i in ids:
        p.get(f"a:{i}")
        p.execute()
    with r.pipeline() as q:
        for i in ids:
            q.get(f"b:{i}")
        q.execute()
    for kind in ("x", "y", "z"):
        r.get(f"c:{kind}")
    for start in range(0, len(ids), SIZE):
        r.delete(*ids[start : start + SIZE])
    r.zadd("z", {name(): 1})
    r.sadd("s", *ids)
"""


def test_loops_slices_and_sizes():
    by_key = {site.key_pattern: site for site in sites({"a.py": LOOPS})}
    assert by_key["a:*"].around.looped, "it is executed in the loop"
    assert not by_key["b:*"].around.looped
    assert by_key["b:*"].around.opened == ("a.py", 13)
    assert by_key["c:*"].around.count == 3
    assert by_key["c:*"].variants == ("c:x", "c:y", "c:z")
    assert by_key["*"].args[0].bound == 500
    assert by_key["*"].args[0].spread
    assert by_key["z"].args[1].count == 1
    assert by_key["s"].args[1].bound is None


def test_a_wrapper_with_defaults_shows_its_callers_what_it_sends():
    found = sites(
        {
            "a.rb": "class Kv\n  def self.all(key, from = 0, to = -1) = Redis.new.lrange(key, from, to)\nend\n",
            "b.rb": "class X\n  def go = Kv.all('log')\n  def few = Kv.all('log', 0, 9)\nend\n",
        }
    )
    assert [[a.number for a in s.args[1:]] for s in found if s.through == "Kv.all"] == [[0, -1], [0, 9]]


def test_what_a_site_says_of_a_hole():
    (site,) = sites({"a.py": "import redis\n\n\ndef go(user):\n    redis.Redis().get(f'u:{user}')\n"})
    assert site.key_pattern == "u:*"
    assert site.holes == ("parameter `user`",)


def test_a_long_chain_of_strings_costs_no_more_than_its_length():
    text = "r = Redis.new\nk = 'a'\n" + 'k = k + "b#{x}"\n' * 2_000 + "r.get(k)\n"
    (site,) = sites({"a.rb": text})
    assert site.key_pattern is not None
    assert site.key_pattern.startswith("ab*b*")
    assert site.key_pattern.endswith("*")
