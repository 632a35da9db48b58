"""Every harmful form gives its own finding with the true count, and no good form gives any, on real servers."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from seawall import lab
from seawall.model import Finding, Verdict
from seawall.scan import RedisTarget, Wish, scan
from seawall.wire import Connection, parse_url

MEMBERS = 12_000
GIANT = 500_000
KEYS = 30_000


@dataclass(frozen=True)
class Bench:
    """A seeded server that logs every command, and a connection that plays the application."""

    url: str
    binary: lab.Binary
    app: Connection

    def send(self, *words: str | int) -> object:
        return self.app.call(*words)

    def findings(self) -> list[Finding]:
        found = scan(Wish(servers=(RedisTarget(parse_url(self.url)),)))
        assert not found.not_checked
        return [f for f in found.findings if f.where.kind == "slowlog"]


def fill(app: Connection, *words: str | int, per: int, of: int) -> None:
    """`words` with slices of `of` numbered elements, each of them once (a set) or with a score or value before it."""
    for start in range(0, of, 1000):
        numbers = range(start, min(start + 1000, of))
        app.call(*words, *(n for number in numbers for n in (number,) * per))


@pytest.fixture
def bench(binary: lab.Binary) -> Generator[Bench, None, None]:
    config = {"slowlog-log-slower-than": "0", "slowlog-max-len": "4096"}
    for name in ("user-del", "expire", "user-flush"):  # Valkey frees lazily by default
        config[f"lazyfree-lazy-{name}"] = "no"
    with lab.start(binary, config=config) as server, Connection(parse_url(server.url), timeout=60) as app:
        for start in range(0, MEMBERS, 1000):
            places = (w for n in range(start, start + 1000) for w in (n % 360 - 180, n % 170 - 85, f"d{n}"))
            app.call("GEOADD", "drivers:positions", *places)
        fill(app, "SADD", "drivers:online", per=1, of=MEMBERS)
        fill(app, "SADD", "drivers:paid", per=1, of=MEMBERS)
        fill(app, "HSET", "drivers:ratings", per=2, of=MEMBERS)
        fill(app, "ZADD", "trips:feed", per=2, of=MEMBERS)
        fill(app, "RPUSH", "trips:queue", per=1, of=MEMBERS)
        for start in range(0, KEYS, 1000):
            app.call("MSET", *(w for n in range(start, start + 1000) for w in (f"user:{n}:name", n)))
        app.call("SLOWLOG", "RESET")
        app.call("SLOWLOG", "RESET")
        yield Bench(server.url, binary, app)


def plant_giant(bench: Bench, of: int = GIANT) -> None:
    """A sorted set of that many members, made by the server itself: sending them would take three times as long."""
    bench.send("EVAL", "for i = 1, ARGV[1] do redis.call('ZADD', KEYS[1], i, i) end", 1, "trips:old", of)


Form = tuple[str | int, ...]
HARMFUL: Mapping[str, tuple[str, int | None, Form]] = {
    "a radius that covers the earth": (
        "SW101",
        MEMBERS,
        ("GEORADIUS", "drivers:positions", 0, 0, 15000, "mi", "WITHCOORD"),
    ),
    "GEOPOS of thousands": ("SW102", 5000, ("GEOPOS", "drivers:positions", *(f"d{n}" for n in range(5000)))),
    "SMEMBERS": ("SW104", MEMBERS, ("SMEMBERS", "drivers:online")),
    "HGETALL": ("SW104", MEMBERS, ("HGETALL", "drivers:ratings")),
    "HKEYS": ("SW104", MEMBERS, ("HKEYS", "drivers:ratings")),
    "HVALS": ("SW104", MEMBERS, ("HVALS", "drivers:ratings")),
    "LRANGE 0 -1": ("SW104", MEMBERS, ("LRANGE", "trips:queue", 0, -1)),
    "ZRANGE 0 -1": ("SW104", MEMBERS, ("ZRANGE", "trips:feed", 0, -1)),
    "an open score range": ("SW104", MEMBERS, ("ZRANGEBYSCORE", "trips:feed", "-inf", "+inf")),
    "an open lexical range": ("SW104", MEMBERS, ("ZRANGEBYLEX", "trips:feed", "-", "+")),
    "KEYS": ("SW105", KEYS + 6, ("KEYS", "user:*")),
    "a wide SCAN": ("SW106", 15000, ("SCAN", 0, "MATCH", "user:*", "COUNT", 15000)),
    "a wide SSCAN": ("SW106", 15000, ("SSCAN", "drivers:online", 0, "COUNT", 15000)),
    "thousands of members in one SADD": ("SW109", 40_000, ("SADD", "drivers:next", *range(40_000))),
    "thousands of fields in one HSET": (
        "SW109",
        5000,
        ("HSET", "next:ratings", *(n for n in range(5000) for _ in "fv")),
    ),
    "thousands of keys in one MGET": ("SW110", 5000, ("MGET", *(f"user:{n}:name" for n in range(5000)))),
    "a union of large sets": ("SW111", 2 * MEMBERS, ("SUNION", "drivers:online", "drivers:paid")),
    "SORT": ("SW112", MEMBERS, ("SORT", "drivers:online")),
    "a long script": (
        "SW113",
        None,
        ("EVAL", "for i = 1, 60 do redis.call('SMEMBERS', KEYS[1]) end return 1", 1, "drivers:online"),
    ),
}


def test_each_harmful_form_gives_its_own_finding(bench: Bench):
    wrong: dict[str, object] = {}
    for form, (rule, elements, command) in HARMFUL.items():
        bench.send("SLOWLOG", "RESET")
        bench.send(*command)
        found = [f for f in bench.findings() if f.where.fields["command"] == command[0]]
        told = [(f.rule, f.evidence["elements"], f.verdict) for f in found if f.rule != "SW103"]
        if told != [(rule, elements, Verdict.CULPRIT)]:
            wrong[form] = told
    assert not wrong


def test_what_a_script_sends_is_counted_once_inside_it(bench: Bench):
    _, _, command = HARMFUL["a long script"]
    bench.send(*command)
    (finding,) = bench.findings()
    inside: Any = finding.evidence["inside"]
    assert [(row["command"], row["times"]) for row in inside] == [("SMEMBERS", 60)]
    assert inside[0]["total_us"] <= finding.evidence["total_us"]


def test_counting_only_what_the_log_shows_would_be_wrong(bench: Bench):
    """The naive count of a cut entry's arguments is 29 members; the true one is in the server's remark."""
    bench.send("SADD", "drivers:next", *range(40_000))
    entry: Any = bench.app.call("SLOWLOG", "GET", 1)
    assert len(entry[0][3]) - 2 == 30
    assert [f.evidence["elements"] for f in bench.findings()] == [40_000]


def test_a_free_and_a_flush_that_block_are_named(bench: Bench):
    plant_giant(bench)
    bench.send("SLOWLOG", "RESET")
    bench.send("DEL", "trips:old")
    bench.send("FLUSHALL")
    found = {f.rule: f for f in bench.findings()}
    assert found["SW107"].where.fields["key_pattern"] == "trips:old"
    assert (found["SW107"].evidence["elements"], found["SW107"].evidence["elements_from"]) == (None, "gone")
    assert "SW114" in found


def test_an_exists_that_frees_an_expired_giant_is_named(bench: Bench):
    plant_giant(bench)
    bench.send("SLOWLOG", "RESET")
    answered = bench.app.pipeline([["PEXPIRE", "trips:old", 1], ["EVAL", SPIN, 0], ["EXISTS", "trips:old"]])
    assert answered[-1] == 0
    freed = [f for f in bench.findings() if f.where.fields["command"] == "EXISTS"]
    assert [f.rule for f in freed] == ["SW108"]
    assert freed[0].evidence["elements_from"] == "gone"


# Some ten milliseconds in one command (TIME stands still in a script), so that the key expires before the active expiry
# cycle has a turn.
SPIN = "local n = 0 for i = 1, 2000000 do n = n + i end return n"


def good_forms(bench: Bench) -> None:
    send = bench.send
    for command, key in (("SSCAN", "drivers:online"), ("HSCAN", "drivers:ratings"), ("ZSCAN", "trips:feed")):
        cursor: Any = b"0"
        while (page := send(command, key, cursor, "COUNT", 1000)) and page[0] != b"0":  # type: ignore[index]
            cursor = page[0]  # type: ignore[index]
    send("SCAN", 0, "MATCH", "user:*", "COUNT", 1000)
    for start in range(0, MEMBERS, 1000):
        send("ZRANGE", "drivers:positions", start, start + 999)
        send("GEOPOS", "drivers:positions", *(f"d{n}" for n in range(start, start + 1000)))
        send("SADD", "drivers:next", *range(start, start + 1000))
        send("LRANGE", "trips:queue", start, start + 999)
        send("MGET", *(f"user:{n}:name" for n in range(start, start + 1000)))
        send("ZRANGE", "trips:feed", start, "+inf", "BYSCORE", "LIMIT", 0, 1000)
    send("GEOSEARCH", "drivers:positions", "FROMLONLAT", 0, 0, "BYRADIUS", 50, "km", "COUNT", 100, "ANY")
    send("SINTER", "drivers:few", "drivers:online")
    send("EVAL", "return redis.call('GET', KEYS[1])", 1, "user:1:name")
    send("GET", "user:1:name")
    send("UNLINK", "drivers:next")
    send("FLUSHDB", "ASYNC")


def test_the_good_forms_give_no_finding(bench: Bench):
    good_forms(bench)
    culprits = [f for f in bench.findings() if f.verdict is not Verdict.UNKNOWN]
    assert not culprits, [f.title for f in culprits]


def test_a_get_that_waited_behind_a_slow_command_is_not_reported(bench: Bench):
    bench.send("CONFIG", "SET", "slowlog-log-slower-than", 1000)
    bench.send("SLOWLOG", "RESET")
    script = "local n = 0 for i = 1, 30000000 do n = n + i end return n"
    slow = threading.Thread(target=bench.send, args=("EVAL", script, 0))
    with Connection(parse_url(bench.url), timeout=30) as user:
        slow.start()
        while slow.is_alive():
            user.call("GET", "user:1:name")
        slow.join()
    found = bench.findings()
    assert "SW113" in {f.rule for f in found}
    assert "GET" not in {f.where.fields["command"] for f in found if f.evidence["max_us"] > 10_000}  # type: ignore[operator]


def test_deprecation_is_this_server_s_word(bench: Bench):
    bench.send("GEORADIUS", "drivers:positions", 0, 0, 5, "km")
    deprecated = "SW103" in {f.rule for f in bench.findings()}
    assert deprecated is (bench.binary.name == "Redis" and not bench.binary.version.startswith("6."))


def test_no_advice_that_the_server_makes_pointless(bench: Bench):
    bench.send("CONFIG", "SET", "lazyfree-lazy-user-del", "yes")
    plant_giant(bench, GIANT // 5)
    bench.send("SLOWLOG", "RESET")
    bench.send("DEL", "trips:old")
    found = scan(Wish(servers=(RedisTarget(parse_url(bench.url)),)))
    assert "SW107" not in {f.rule for f in found.findings}
    assert any("UNLINK would change nothing" in note for note in found.notes)


def test_no_value_leaves_the_scan(bench: Bench):
    secret = "Wintermute-4711"
    bench.send("SET", "user:1:name", secret)
    bench.send("SADD", "drivers:online", secret, "other")
    bench.send("EVAL", f"return '{secret}'", 0)
    found = scan(Wish(servers=(RedisTarget(parse_url(bench.url)),)))
    assert secret not in json.dumps(found.as_json())
    assert secret not in repr(found)
