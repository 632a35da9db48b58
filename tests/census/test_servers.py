"""A census of real servers against the truth: every key asked one by one."""

from __future__ import annotations

import math
import random
import re
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.servers import Running, until

from seawall import lab
from seawall.errors import NotPermitted
from seawall.keyspace.sizes import Census, Estimate, PatternSize
from seawall.nodes.census import COMMANDS_LEAST, Surroundings, Wish, census
from seawall.nodes.collect.census import PLAN
from seawall.nodes.collect.session import command_name
from seawall.wire import Address, Connection, parse_url

MIDNIGHT = 1_900_000_000  # a whole second in 2030
KINDS: tuple[tuple[str, str, str, float], ...] = (  # pattern, its form, type, share of the keys
    ("user:*:profile", "user:{}:profile", "string", 0.4),
    ("session:*", "session:{:08x}-0000-4000-8000-000000000000", "string", 0.2),
    ("cart:*", "cart:{}", "hash", 0.15),
    ("board:*", "board:{}", "zset", 0.1),
    ("feed:*", "feed:{}", "list", 0.08),
    ("tags:*", "tags:{}", "set", 0.05),
    ("log:*", "log:{}", "stream", 0.02),
)


def fill(server: Running, keys: int, seed: int = 1) -> None:
    """Keys of each kind in databases 0 and 3, with skewed sizes; sessions expire, half of them in one second."""
    dice = random.Random(seed)
    for database in (0, 3):
        with server.connect(database=database) as connection:
            commands: list[list[str | bytes | int]] = []
            for pattern, form, kind, share in KINDS:
                for n in range(round(keys * share / (1 if database == 0 else 10))):
                    name, many = form.format(n), min(round(math.exp(dice.gauss(1.5, 1))), 300)
                    commands.append(write(kind, name, many))
                    if pattern == "session:*":
                        commands.append(["EXPIREAT", name, MIDNIGHT if n % 2 else MIDNIGHT + 1 + n])
            if database == 0:
                ids = (dice.randbytes(8) for _ in range(keys // 100))
                commands += [["SET", b"bin:\xff" + some + b"\xff:x", "v"] for some in ids]
                commands.append(["RPUSH", "queue:default", *range(5000)])
            for start in range(0, len(commands), 2000):
                connection.pipeline(commands[start : start + 2000])


def write(kind: str, name: str, many: int) -> list[str | bytes | int]:
    if kind == "string":
        return ["SET", name, "x" * 20 * many]
    if kind == "hash":
        return ["HSET", name, *(part for i in range(many) for part in (i, i))]
    if kind == "zset":
        return ["ZADD", name, *(part for i in range(many) for part in (i, f"m{i}"))]
    if kind == "stream":
        return ["XADD", name, "*", *(part for i in range(many) for part in (i, i))]
    return [{"list": "RPUSH", "set": "SADD"}[kind], name, *range(many)]


Truth = dict[tuple[str, int], dict[str, int]]


def truth(server: Running) -> Truth:
    """What the keyspace holds, each key asked by itself; patterns by the forms above."""
    forms = [(pattern, re.compile(re.escape(form.split("{")[0]).encode())) for pattern, form, *_ in KINDS]
    forms += [("bin:*:x", re.compile(b"bin:")), ("queue:default", re.compile(b"queue:default"))]
    found: Truth = defaultdict(lambda: defaultdict(int))
    for database in (0, 3):
        with server.connect(database=database) as connection:
            names = connection.call("KEYS", "*")
            assert isinstance(names, list)
            sizes = connection.pipeline([["MEMORY", "USAGE", name] for name in names if isinstance(name, bytes)])
            left = connection.pipeline([["PTTL", name] for name in names if isinstance(name, bytes)])
            for name, size, ttl in zip(names, sizes, left, strict=True):
                assert isinstance(name, bytes)
                assert isinstance(size, int)
                assert isinstance(ttl, int)
                row = found[next(p for p, form in forms if form.match(name)), database]
                row["keys"] += 1
                row["bytes"] += size
                row["largest"] = max(row["largest"], size)
                row["without"] += ttl == -1
    return found


def count(address: Address, stop: Callable[[], bool] = lambda: False, seed: int = 2, **wish: object) -> Census:
    around = Surroundings(random.Random(seed), lambda: datetime.now(UTC), stop)
    return census(address, replace(Wish(share=1.0, timeout=20), **wish), around)  # pyright: ignore[reportArgumentType]


def rows(found: Census) -> dict[tuple[str, int], PatternSize]:
    return {(p.key_pattern, p.database): p for p in found.patterns}


def test_full_is_the_truth(server: Running):
    fill(server, 3000)
    wanted = truth(server)
    found = count(server.address, full=True)
    assert not found.not_checked
    assert not found.stopped
    assert set(rows(found)) == set(wanted)
    for key, row in rows(found).items():
        assert row.keys == Estimate.exact(wanted[key]["keys"])
        assert row.bytes == Estimate.exact(wanted[key]["bytes"])
        assert row.largest_bytes == wanted[key]["largest"]
        assert row.without_ttl == Estimate.exact(wanted[key]["without"])
    sessions = rows(found)["session:*", 0]
    assert sessions.ttl_cluster is not None
    assert sessions.ttl_cluster.at == datetime.fromtimestamp(MIDNIGHT, UTC)
    assert sessions.ttl_cluster.keys == Estimate.exact(300)
    assert {p: r.type for (p, d), r in rows(found).items() if d == 0} == {
        **{pattern: kind for pattern, _, kind, _ in KINDS}, "bin:*:x": "string", "queue:default": "list"
    }  # fmt: skip
    assert rows(found)["queue:default", 0].largest_elements == 5000
    keys = sum(row["keys"] for row in wanted.values())
    assert (found.total, found.walked, found.sampled) == (keys, keys, keys)
    assert found.cost.server_us
    assert 2 * keys < found.cost.commands < 2.3 * keys


def test_sampled_holds_the_truth(any_server: Running):
    """Counts are exact; an interval of bytes may miss once in twenty, so of 14 four never do."""
    fill(any_server, 30_000)
    wanted = truth(any_server)
    found = count(any_server.address)
    assert set(rows(found)) == set(wanted)
    missed: list[tuple[str, int]] = []
    for key, row in rows(found).items():
        assert row.keys == Estimate.exact(wanted[key]["keys"])
        assert row.bytes
        assert row.without_ttl
        assert row.without_ttl.low <= wanted[key]["without"] <= row.without_ttl.high
        if not row.bytes.low <= wanted[key]["bytes"] <= row.bytes.high:
            missed.append(key)
    assert len(missed) < 4, missed
    assert found.cost.commands <= COMMANDS_LEAST + 100
    sessions = rows(found)["session:*", 0]
    assert sessions.ttl_cluster
    assert sessions.ttl_cluster.at == datetime.fromtimestamp(MIDNIGHT, UTC)
    assert sessions.ttl_cluster.keys.low <= 3000 <= sessions.ttl_cluster.keys.high


def test_a_small_budget_estimates_counts_too(any_server: Running):
    fill(any_server, 30_000)
    wanted = truth(any_server)
    found = count(any_server.address, budget_s=0.001)
    assert found.walked < found.total
    assert any("the numbers of keys are estimates" in note for note in found.notes)
    large = {key: row for key, row in rows(found).items() if key[1] == 0 and wanted[key]["keys"] > 1000}
    held = [row.keys.low <= wanted[key]["keys"] <= row.keys.high for key, row in large.items()]
    assert len(held) >= 5
    assert sum(held) >= len(held) - 2
    assert not any(row.keys.is_exact for row in large.values())


@pytest.mark.prove
def test_coverage_on_a_server(any_server: Running):
    """100 sampled censuses: every pattern's interval holds in 90 of them at least (95 expected, deviation 2.2)."""
    fill(any_server, 30_000)
    wanted = truth(any_server)
    held: dict[tuple[str, int], int] = defaultdict(int)
    for seed in range(100):
        for key, row in rows(count(any_server.address, seed=seed)).items():
            assert row.bytes
            held[key] += row.bytes.low <= wanted[key]["bytes"] <= row.bytes.high
    assert min(held.values()) >= 90, held


def test_an_empty_server(server: Running):
    for full in (True, False):
        found = count(server.address, full=full)
        assert (found.patterns, found.total, found.not_checked) == ((), 0, ())
        assert not [n for n in found.notes if "larger" in n], "what a server needs for itself is no key"


def test_only_what_the_plan_says_is_sent(server: Running):
    fill(server, 500)
    allowed = {command_name(line.replace(",", " ").split()) for line, _ in PLAN} | {"ZCARD", "HLEN", "LLEN", "XLEN"}
    allowed |= {"CONFIG RESETSTAT", "CONFIG", "MEMORY", "CLIENT"}  # 6.2 counts the first word
    server.send("CONFIG", "RESETSTAT")
    count(server.address)
    count(server.address, full=True)
    info = server.send("INFO", "commandstats")
    assert isinstance(info, bytes)
    sent = {name.replace("|", " ").upper() for name in re.findall(r"cmdstat_(\S+?):", info.decode())}
    assert sent <= allowed
    assert {"SCAN", "PTTL", "TIME", "TYPE"} <= sent


def test_where_no_key_expires_no_expiry_is_asked(any_server: Running):
    for n in range(50):
        any_server.send("SET", f"k:{n}", "v")
    any_server.send("CONFIG", "RESETSTAT")
    (row,) = count(any_server.address, full=True).patterns
    assert row.without_ttl == Estimate.exact(50)
    assert any_server.total_us("PTTL") == 0


# ---- refusals -------------------------------------------------------------------------------------------------------


def limited(server: Running, *rules: str) -> Address:
    server.send("ACL", "SETUSER", "limited", "reset", "on", ">pw", "~*", "+@all", *rules)
    return replace(server.address, user="limited", password="pw")


@pytest.mark.parametrize("full", [True, False])
def test_refused_commands_stand_under_not_checked(any_server: Running, full: bool):
    fill(any_server, 1000)
    found = count(limited(any_server, "-memory", "-pttl", "-type"), full=full)
    refused = {n.target.split(" ", 1)[1] for n in found.not_checked}
    assert refused == {"MEMORY USAGE", "PTTL", "TYPE"}
    assert found.patterns
    assert all(p.bytes is None and p.without_ttl is None and p.type == "" for p in found.patterns if p.database == 0)
    assert rows(found)["user:*:profile", 0].keys == Estimate.exact(400)


def test_info_refused(any_server: Running):
    for n in range(300):
        any_server.send("SET", f"k:{n}", "v")
    found = count(limited(any_server, "-info"), full=True)
    assert {n.target.split(" ", 1)[1] for n in found.not_checked} == {"INFO"}
    assert rows(found)["k:*", 0].keys == Estimate.exact(300)
    assert found.cost.server_us is None


def test_scan_refused_is_an_error(any_server: Running):
    any_server.send("SET", "k", "v")
    with pytest.raises(NotPermitted, match="refuses SCAN"):
        count(limited(any_server, "-scan"))


def test_a_user_that_may_read_some_keys_only(any_server: Running):
    fill(any_server, 1000)
    found = count(limited(any_server, "resetkeys", "~user:*"), full=True)
    assert {n.target.split(" ", 1)[1] for n in found.not_checked} >= {"MEMORY USAGE"}
    assert rows(found)["user:*:profile", 0].bytes == Estimate.exact(truth(any_server)["user:*:profile", 0]["bytes"])
    assert rows(found)["cart:*", 0].bytes is None


# ---- what changes, and who is asked ---------------------------------------------------------------------------------


def test_keys_written_and_expiring_while_it_walks(any_server: Running):
    """Keys that were there all the time are all counted; those that come and go do no harm."""
    fill(any_server, 5000)
    before = truth(any_server)
    done = threading.Event()

    def churn() -> None:
        n = 0
        with any_server.connect() as connection:
            while not done.is_set():
                connection.pipeline(
                    [["SET", f"new:{n + i}", "v", "PX", 5] for i in range(50)]
                    + [["DEL", f"new:{n + i - 200}"] for i in range(25)]
                )
                n += 50

    writer = threading.Thread(target=churn)
    writer.start()
    try:
        for full in (True, False):
            found = rows(count(any_server.address, full=full))
            for key, row in before.items():
                assert found[key].keys.value >= row["keys"]
                assert found[key].keys.value <= 1.05 * row["keys"] + 5  # a resize may show a key twice
    finally:
        done.set()
        writer.join()


def test_a_replica_is_asked_where_there_is_one(any_binary: lab.Binary):
    with ExitStack() as stack:
        primary, replica = (stack.enter_context(lab.start(any_binary, tcp=True)) for _ in range(2))
        at, other = parse_url(primary.url), parse_url(replica.url)
        to_primary, to_replica = (stack.enter_context(Connection(a, timeout=60)) for a in (at, other))
        for n in range(1000):
            to_primary.call("SET", f"user:{n}", "v")
        to_replica.call("REPLICAOF", at.host, at.port)
        until(lambda: b"state=online" in info(to_primary) and b"master_link_status:up" in info(to_replica))
        found = count(at)
        assert (found.role, found.node, found.total) == ("replica", other.name, 1000)
        assert any(f"a replica of {at.name}" in note for note in found.notes)
        assert b"cmdstat_scan" not in info(to_primary, "commandstats")
        found = count(at, replica=False)
        assert (found.role, found.node) == ("primary", at.name)
        to_replica.call("CONFIG", "SET", "requirepass", "other")
        to_replica.close()
        found = count(at)
        assert found.role == "primary"
        assert any("its replica could not be asked" in note for note in found.notes)


def info(connection: Connection, section: str = "replication") -> bytes:
    reply = connection.call("INFO", section)
    assert isinstance(reply, bytes)
    return reply


@pytest.mark.parametrize("full", [True, False])
def test_stopped_midway(any_server: Running, full: bool):
    """What is known by then is told, as estimates, and the connection still answers: the cost is known."""
    fill(any_server, 20_000)
    asked: list[bool] = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) == 6

    found = count(any_server.address, stop, full=full)
    assert found.stopped
    assert 0 < found.walked < found.total
    assert found.cost.server_us
    wanted = truth(any_server)
    users = rows(found)["user:*:profile", 0]
    assert not users.keys.is_exact
    assert abs(users.keys.value - wanted["user:*:profile", 0]["keys"]) < 0.5 * wanted["user:*:profile", 0]["keys"]


def test_a_giant_that_no_sample_met_is_suspected(any_server: Running):
    """One key of 50,000 holds nearly all bytes. The sample may meet it; else the server's own sum tells."""
    pairs = [["SET", f"user:{n}:avatar", "x" * 40] for n in range(50_000)]
    for start in range(0, len(pairs), 5_000):
        any_server.app.pipeline(pairs[start : start + 5_000])
    assert not [n for n in count(any_server.address).notes if "much larger" in n]
    any_server.send("SETRANGE", "user:17:avatar", 60_000_000, "x")
    found = count(any_server.address)
    (row,) = found.patterns
    met = row.largest_bytes is not None and row.largest_bytes > 50_000_000
    assert met or [n for n in found.notes if "much larger" in n], found.notes
