"""Several processes on one store: writers that take turns, a writer that is killed, a store that many make at once."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from seawall.history import Position, Row, Stream, open_history
from seawall.history.migrations import VERSION
from seawall.history.spans import HOUR

from .postgres import wait

START = 472_222 * HOUR
STREAM = Stream("cache:6379", "a" * 40)
KILLS = 4
MANY_KILLS = 60

# A reader of a server that never stops: it takes 1 to 40 ids after those in the store, as often as it is told to, says
# what it is about to do, and now and then merges patterns or removes what is old. What an id holds follows from the id.
WRITER = """
import random, sys
from itertools import count, islice
from seawall.history import Position, Row, Stream, open_history
START, where, turns, seed = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
stream, chance = Stream("cache:6379", "a" * 40), random.Random(seed)
def row(n):
    return Row(n, START + n * 7, n % 997, "GET", f"k{n % 3}:*", "", f"client {n % 5}", n % 11 or None)
say = lambda word: print(word, flush=True)
with open_history(where) as history:
    say("open")
    for turn in islice(count(), turns or None):
        with history.writing() as writer:
            before = writer.position(stream)
            ids = 0 if before is None else before.last_id + 1
            next_ids = ids + chance.randint(1, 40)
            say("position")
            rows = [row(n) for n in range(max(ids - 5, 0), next_ids)]  # five of them are known already
            position = Position(stream, 0, next_ids - 1, next_ids, 0, None, START, "counted")
            assert writer.store(position, rows) == next_ids - ids
            say("stored")
            if turn % 5 == 4:
                writer.merge_patterns("cache:6379", "", "GET", {"k1:*": "k2:*"})
                say("merged")
                writer.prune(START + next_ids * 7 + 86_400, 1, None)
        say("committed")
"""


def start(where: str, turns: int, seed: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(START), where, str(turns), str(seed)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def check(where: str) -> int:
    """Each id is in the store once, and in its sums once; nothing is broken. Returns how many there are."""
    with open_history(where) as history:
        (position,) = history.positions()
        ids = position.seen
        assert (position.last_id, position.lost) == (ids - 1, 0)
        groups = history.groups(0)
        assert sum(group.entries for group in groups) == ids
        assert sum(group.total for group in groups) == sum(n % 997 for n in range(ids))
        assert sum(n for hours in history.hours(0).values() for n, *_ in hours.values()) == ids
        kept = sum(len(history.times(group.id, 0, limit=ids)) for group in groups)
        entries = [history.entry("cache:6379", n) for n in (ids - 1, ids - kept)]
        assert all(entries), "the newest are there, down to the oldest that was not removed by age"
        for entry in entries:
            assert entry is not None
            assert (entry.at, entry.client) == (START + entry.id * 7, f"client {entry.id % 5}")
    if "://" not in where:
        with closing(sqlite3.connect(where)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return ids


def test_a_new_file_is_whole_or_not_there(tmp_path: Path):
    """Killed while it makes the store: what has its name is a store, and the next takes it up."""
    for turn in range(3):
        path = tmp_path / f"{turn}.db"
        writer = start(str(path), turns=0, seed=turn)
        wait(lambda path=path: path.exists())
        writer.kill()
        writer.communicate()
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            assert connection.execute("SELECT version FROM seawall_store").fetchall() == [(VERSION,)]
            assert connection.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
        with open_history(path) as history:
            assert len(history.positions()) <= 1


def test_two_writers_at_once_count_each_id_once(where: str):
    writers = [start(where, turns=25, seed=seed) for seed in (1, 2)]
    for writer in writers:
        said, _ = writer.communicate(timeout=60)
        assert writer.returncode == 0
        assert said.count("committed") == 25
    chances = [random.Random(str(seed)) for seed in (1, 2)]
    assert check(where) == sum(chance.randint(1, 40) for chance in chances for _ in range(25))


def kill_writers(where: str, kills: int) -> None:
    """Kills a writer right after a random one of its words, again and again, and checks the store each time."""
    chance, committed = random.Random(kills), 0
    for turn in range(kills):
        writer = start(where, turns=0, seed=turn)
        assert writer.stdout is not None
        words = [writer.stdout.readline().strip() for _ in range(chance.randint(2, 40))]
        os.kill(writer.pid, signal.SIGKILL)
        words += writer.stdout.read().split()
        writer.stdout.close()
        assert writer.wait() == -signal.SIGKILL
        if "committed" in words or committed:
            ids = check(where)
            assert ids >= committed + words.count("committed"), "what was committed is kept"
            committed = ids


def test_a_writer_that_is_killed_breaks_nothing_and_counts_nothing_twice(where: str):
    kill_writers(where, KILLS)


@pytest.mark.prove
def test_a_writer_that_is_killed_many_times(where: str):
    kill_writers(where, MANY_KILLS)


def test_many_processes_make_one_store(where: str):
    writers = [start(where, turns=1, seed=seed) for seed in range(3)]
    for writer in writers:
        writer.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0] * 3
    assert check(where) >= 3


READER = """
import sys
from seawall.history import open_history
with open_history(sys.argv[1], read_only=True) as history:
    for line in sys.stdin:
        (position,) = history.positions()
        entries = sum(group.entries for group in history.groups(0))
        assert entries >= position.seen, (entries, position.seen)
        print(position.seen, flush=True)
"""


def test_a_reader_in_another_process_sees_whole_transactions(where: str):
    with open_history(where) as history:

        def write(n: int) -> None:
            with history.writing() as writer:
                position = Position(STREAM, 0, n, n + 1, 0, None, START, "counted")
                assert writer.store(position, [Row(n, START + n, 1, "GET", None, "")]) == 1

        write(0)
        command = [sys.executable, "-c", READER, where]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
            assert reader.stdin is not None
            assert reader.stdout is not None
            for n in range(1, 40):
                reader.stdin.write("\n")
                reader.stdin.flush()
                write(n)  # while it reads
                assert int(reader.stdout.readline()) in (n, n + 1)
            reader.stdin.close()
        assert reader.returncode == 0
