"""What a week at one slow entry a second takes in the history store: size, and the time to read it all.

Bounds: 100 MB of SQLite; 1 s for groups() and hours() over the whole week, and for all of `seawall scan --since 8d`.
604,800 entries of 50 groups (a few of them most of the time) and 20 clients, stored by the hour. Peer: the same entries
in one plain table of texts with an index on the time, and the same sums by SQL, in the same run.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from seawall.history import History, Position, Row, Stream, open_history

WEEK = 604_800
HOUR = 3600
START = int(time.time()) // HOUR * HOUR - WEEK
NODE = "cache-0001.internal:6379"
ROUNDS = 5
SIZE_BOUND_MB = 100.0
READ_BOUND_S = 1.0
COMMANDS = ("GEORADIUS", "SMEMBERS", "HGETALL", "ZRANGE", "DEL", "SADD", "KEYS", "SCAN", "SUNION", "LRANGE")
GROUPS = [(COMMANDS[n % 10], f"app:{n}:*:items", f"{COMMANDS[n % 10]} key 15000 mi WITHCOORD {n}") for n in range(50)]
WEIGHTS = [1 / (n + 1) for n in range(50)]


def hours() -> Iterator[list[Row]]:
    """The entries of the week, an hour at a time; always the same."""
    chance = random.Random(1)
    for first in range(0, WEEK, HOUR):
        ids = range(first, first + HOUR)
        chosen = chance.choices(GROUPS, WEIGHTS, k=HOUR)
        yield [
            Row(
                n,
                START + n,
                int(chance.lognormvariate(9.5, 1)),  # the middle one 13 ms
                *group,
                f"worker-{chance.randrange(20)}",
                chance.randrange(1_000, 60_000) if chance.random() < 0.8 else None,
            )
            for n, group in zip(ids, chosen, strict=True)
        ]


def fill(history: History) -> float:
    """Stores the week; the seconds that it took."""
    stream, took = Stream(NODE, "a" * 40), 0.0
    for rows in hours():
        ids = rows[-1].id + 1
        began = time.perf_counter()
        with history.writing() as writer:
            position = Position(stream, 0, ids - 1, ids, 0, None, START + ids, "counted")
            writer.store(position, rows)
            writer.cover(position, START if rows[0].id == 0 else None)
        took += time.perf_counter() - began
    return took


def seconds(read: Callable[[], object]) -> float:
    """The median of ROUNDS readings."""
    times: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        read()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def report(store: Path) -> None:
    """The whole command, Python's start included."""
    command = [sys.executable, "-m", "seawall", "scan", "--store", str(store), "--since", "8d", "--format", "json"]
    said = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert sum(trend["entries"] for trend in said["timeline"]["trends"]) == WEEK


def plain(path: Path) -> float:
    """The week as one table of texts; the seconds of its sums by group, and by group and hour."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE log (node, id, at, us, command, key_pattern, shape, client, elements)")
        connection.execute("CREATE INDEX by_time ON log (at)")
        for rows in hours():
            values = [
                (NODE, r.id, r.at, r.amount, r.command, r.key_pattern, r.shape, r.client, r.elements) for r in rows
            ]
            connection.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        connection.commit()
        sums = (
            "SELECT node, command, key_pattern, shape, {} count(*), sum(us), max(us), max(elements), min(at), max(at)"
        )
        rest = f" FROM log WHERE at >= {START + 1} GROUP BY node, command, key_pattern, shape"
        queries = (sums.format("") + rest, sums.format("at / 3600,") + rest + ", at / 3600")
        return seconds(lambda: [connection.execute(query).fetchall() for query in queries])


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="seawall-bench-") as folder:
        path, peer = Path(folder, "history.db"), Path(folder, "plain.db")
        with open_history(path) as history:
            filled = fill(history)
        with open_history(path, read_only=True) as history:
            since = START + 1  # in the middle of an hour: that hour is counted from entries
            took = seconds(lambda: (history.groups(since), history.hours(since)))
            entries = sum(group.entries for group in history.groups(since))
        whole = seconds(lambda: report(path))
        peer_took = plain(peer)
        size, peer_size = (file.stat().st_size / 1e6 for file in (path, peer))
    assert entries == WEEK - 1
    print(f"{WEEK:,} entries, {len(GROUPS)} groups, stored in {filled:.1f} s of a week")
    print(
        f"history: {size:.1f} MB (bound {SIZE_BOUND_MB:g} MB), groups and hours {took:.3f} s (bound {READ_BOUND_S:g} s)"
    )
    print(f"seawall scan --since 8d: {whole:.2f} s in all (bound {READ_BOUND_S:g} s)")
    print(f"plain table: {peer_size:.1f} MB, the same sums {peer_took:.2f} s")
    print(f"ratio: {size / peer_size:.2f} of the size, {took / peer_took:.4f} of the time")
    return 0 if size <= SIZE_BOUND_MB and max(took, whole) <= READ_BOUND_S else 1


if __name__ == "__main__":
    sys.exit(main())
