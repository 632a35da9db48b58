"""What `[calls]` of seawall.toml says of names goes before what is found out, in the list and in a scan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.front_door import seawall

from seawall import config
from seawall.calls.configured import overrides_of
from seawall.calls.facts.overrides import Overrides, means
from seawall.calls.facts.sites import Site
from seawall.calls.languages import front, parse
from seawall.calls.listing import list_sites
from seawall.errors import ConfigError

SAID = """
[calls]
receivers = ["$cache", { name = "Discourse.redis", prefix = "default:" }, "shop.store.client", "reg.conn", "with_kv"]
ignore = ["Legacy.redis"]

[[calls.wrappers]]
method = "CacheStore.fetch_set"
command = "SMEMBERS"
prefix = "cache:"

[[calls.wrappers]]
method = "Store#put"
command = "set"
key = "name"

[[calls.wrappers]]
method = "shop.store.fetch"
command = "zrange"
key = 1
"""
FILES = {
    "a.rb": """
class Discourse
  def self.redis = @redis ||= Prefixed.new
  def self.go = redis.get("own")
end
class Use
  def a(id) = Discourse.redis.zadd("rank:#{id}", 1, 2)
  def b(id) = $cache.get("c:#{id}")
  def c(id) = CacheStore.fetch_set("friends:#{id}")
  def d(id) = Store.new.put(1, "k:#{id}")
  def e = Discourse.redis.multi { |m| m.del("x") }
  def f = with_kv { |kv| kv.incr("n") }
  def g = Legacy.redis.zadd("no", 1, 2)
  def h = Other.fetch_set("no")
end
class Store
  def put(v, name) = backend.write(name, v)
end
class Friends
  def self.of(id) = CacheStore.fetch_set(id)
end
""",
    "b.rb": "class Page\n  def show = Friends.of('ada')\nend\n",
    "shop/use.py": """
from shop.store import client, fetch
from shop.store import fetch as bring
from .store import client as again
import shop.reg as reg


def go(i):
    client.get(f"u:{i}")
    again.get("again")
    reg.conn().hgetall(f"h:{i}")
    fetch(1, f"z:{i}")
    bring(1, "brought")
    other.client.get("no")
""",
}
FOUND = [
    ("a.rb", "get", "default:own", None),
    ("a.rb", "zadd", "default:rank:*", None),
    ("a.rb", "get", "c:*", None),
    ("a.rb", "smembers", "cache:friends:*", "CacheStore.fetch_set"),
    ("a.rb", "set", "k:*", "Store#put"),
    ("a.rb", "del", "default:x", None),
    ("a.rb", "incr", "n", None),
    ("a.rb", "smembers", None, "CacheStore.fetch_set"),  # given by its callers
    ("b.rb", "smembers", "cache:ada", "Friends.of"),
    ("shop/use.py", "get", "u:*", None),
    ("shop/use.py", "get", "again", None),
    ("shop/use.py", "hgetall", "h:*", None),
    ("shop/use.py", "zrange", "z:*", "shop.store.fetch"),
    ("shop/use.py", "zrange", "brought", "shop.store.fetch"),
]


def said(folder: Path, text: str = SAID) -> config.Calls:
    (folder / "seawall.toml").write_text(text, encoding="utf-8")
    return config.load_calls(folder / "seawall.toml")


def sites(overrides: Overrides | None = None) -> list[Site]:
    texts = {path: text.encode() for path, text in FILES.items()}
    return list_sites(texts, lambda path, data: parse(front(path) or "", data, path), overrides=overrides)


def test_what_is_said_goes_before_what_is_found(tmp_path: Path):
    found = sites(overrides_of(said(tmp_path)))
    assert [(s.path, s.command, s.key_pattern, s.through) for s in found] == FOUND
    assert {s.confidence for s in found} == {"typed"}
    assert all(any("it was said that" in str(reason) for reason in s.why) for s in found)


def test_the_twin_without_it_has_none_of_them():
    assert [(s.command, s.key_pattern) for s in sites() if s.confidence != "name"] == []
    assert "no" in [s.key_pattern for s in sites()], "a ZADD of what is not known is a site by its name, unless ignored"


@pytest.mark.parametrize(
    ("name", "written", "holds"),
    [
        ("Discourse.redis", "Discourse.redis", True),
        ("redis", "Discourse.redis", True),
        ("store.client", "shop.store.client", True),
        ("A::B#c", "A.B.c", True),
        ("tore.client", "shop.store.client", False),
        ("shop.store.client", "store.client", False),
        ("$cache", "$cache", True),
        ("cache", "$cache", False),
    ],
)
def test_a_name_means_the_end_of_one(name: str, written: str, *, holds: bool):
    assert means(name, written) is holds


def test_the_list_and_the_scan_read_it_and_the_cache_tells_it_apart(tmp_path: Path):
    for path, text in FILES.items():
        (tmp_path / "app" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "app" / path).write_text(text, encoding="utf-8")
    (tmp_path / "seawall.toml").write_text(SAID + '\n[[redis]]\nname = "a"\nurl_env = "NOT_SET"\n', encoding="utf-8")
    kept = {"XDG_CACHE_HOME": str(tmp_path / "kept")}
    command = ("calls", "list", tmp_path / "app", "--format", "jsonl")
    without = seawall(*command, environment=kept).out.splitlines()
    with_it = seawall(*command, "--config", tmp_path / "seawall.toml", environment=kept)
    assert (with_it.code, len(with_it.out.splitlines())) == (0, len(FOUND)), with_it.err
    assert len(without) < len(FOUND)
    (tmp_path / "seawall.toml").write_text(SAID, encoding="utf-8")
    scanned = seawall(
        "scan", "--code", tmp_path / "app", "--format", "json", "--config", tmp_path / "seawall.toml", environment=kept
    )
    assert "cache:friends:*" in [f["where"]["key_pattern"] for f in json.loads(scanned.out)["findings"]]


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ("[calls]\nignores = []\n", "seawall.toml:2: unknown key calls.ignores", "Did you mean ignore?"),
        ("[calls]\n\nreceivers = [4]\n", "seawall.toml:3: calls.receivers.1: input should be a name", "Mend that key"),
        (
            '[calls]\nreceivers = [{ name = "a", prefxi = "b" }]\n',
            "seawall.toml:2: unknown key calls.receivers.1.prefxi",
            "Did you mean prefix?",
        ),
        (
            '[[calls.wrappers]]\nmethod = "a.b"\ncommand = "smember"\n',
            "smember of a.b is no command",
            "Did you mean smembers?",
        ),
        (
            '[[calls.wrappers]]\nmethod = "a"\ncommand = "get"\n[[calls.wrappers]]\nmethod = "a"\ncommands = "get"\n',
            "seawall.toml:6: unknown key calls.wrappers.2.commands",
            "Did you mean command?",
        ),
        ("calls = 4\n", "seawall.toml:1: calls: input should be a valid dictionary", "Mend that key"),
    ],
)
def test_each_fault_has_its_line(tmp_path: Path, text: str, says: str, hint: str):
    with pytest.raises(ConfigError) as wrong:
        overrides_of(said(tmp_path, text), "seawall.toml")
    assert says in wrong.value.what
    assert hint in wrong.value.hint
