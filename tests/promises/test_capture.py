"""Every slow command is accounted for over weeks: seen + lost is what the server logged, whatever happens.

The true count is the client's own: the log is on only while the test sends, so ids are the commands it sent.
"""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.deployments import replicated

from seawall import lab
from seawall.history import History, open_history
from seawall.logbook import COUNTED, ENDED, SLOW, Position
from seawall.nodes.books import Books
from seawall.nodes.capture import Capture, Captured, next_poll
from seawall.nodes.collect.deployment import Deployment
from seawall.nodes.collect.poll import Logged, Watch
from seawall.nodes.facts.cursor import Poll
from seawall.nodes.members import Members, Node
from seawall.wire import Connection, ServerError, parse_url

RING = 128
BURST = 10_000


class Source:
    """A server whose log is on only while the test sends: what it logs is counted by who sends it."""

    def __init__(self, url: str) -> None:
        self.address = parse_url(url)
        self.logged = 0
        self.watches: list[Watch] = []
        with self.connection() as connection:
            self.ask(connection, "CONFIG", "SET", "slowlog-log-slower-than", -1)
            self.ask(connection, "CONFIG", "SET", "slowlog-max-len", RING)

    def connection(self) -> Connection:
        return Connection(self.address, timeout=60)

    @staticmethod
    def ask(connection: Connection, *words: str | int) -> None:
        reply = connection.call(*words)
        assert not isinstance(reply, ServerError), reply

    def burst(self, count: int, key: str = "user:{}", command: str = "SET {} x") -> None:
        """Exactly `count` entries: the command that turns the log on is one of them, that turns it off is none."""
        with self.connection() as connection:
            self.ask(connection, "CONFIG", "SET", "slowlog-log-slower-than", 0)
            for start in range(1, count, 1000):
                end = min(start + 1000, count)
                connection.pipeline([command.format(key.format(i)).split() for i in range(start, end)])
            self.ask(connection, "CONFIG", "SET", "slowlog-log-slower-than", -1)
        self.logged += count

    def given(self) -> int:
        """The ids that the server has given out, by its own word: the newest is asked for while the log is off."""
        with self.connection() as connection:
            reply = connection.call("SLOWLOG", "GET", 1)
        newest = reply[0] if isinstance(reply, list) and reply else None
        assert isinstance(newest, list)
        assert isinstance(newest[0], int)
        return newest[0] + 1

    def reset(self) -> None:
        with self.connection() as connection:
            self.ask(connection, "SLOWLOG", "RESET")


@contextlib.contextmanager
def source(binary: lab.Binary, **options: Any) -> Generator[Source, None, None]:
    with lab.start(binary, config={"slowlog-log-slower-than": "-1"}, **options) as server:
        made = Source(server.url)
        yield made
        for watch in made.watches:
            watch.close()


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with open_history(tmp_path / "slow.db") as opened:
        yield opened


class Reader:
    """Polls one server by hand, as a capture does, whenever the test says so."""

    def __init__(self, history: History, source: Source, name: str = "node") -> None:
        self.history = history
        self.books = Books(history)
        self.watch = Watch(name, source.address)
        self.watch.open()
        source.watches.append(self.watch)

    def poll(self) -> Position:
        booked = self.books.write(self.watch, self.watch.poll(self.books.known(self.watch)))
        return next(p for p in booked.positions if p.stream.log == SLOW)


def rows(store: Path) -> list[tuple[int, int]]:
    with contextlib.closing(sqlite3.connect(store)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return database.execute("SELECT stream_id, id FROM seawall_entries").fetchall()


def test_a_burst_between_two_polls_is_seen_or_lost_to_the_last_entry(binary: lab.Binary, history: History):
    with source(binary) as server:
        reader = Reader(history, server)
        server.burst(50)
        reader.poll()
        server.burst(BURST)
        position = reader.poll()
        assert (position.seen, position.lost) == (50 + RING, BURST - RING)
        assert position.seen + BURST - RING == server.logged
        server.burst(100)
        server.reset()
        position = reader.poll()
        assert position.lost is None, "what a reset took is not known yet, and not called nothing"
        assert position.unknown_since is not None
        server.burst(3)
        position = reader.poll()
        assert position.lost is not None
        assert position.seen + position.lost == server.logged == 50 + BURST + 100 + 3
        assert [e.kind for e in history.events(0)] == ["overflow", "reset", "counted"]
        stored = sum(g.entries for g in history.groups(0))
        assert stored == position.seen


def test_across_a_restart_the_tail_is_unknown_and_the_rest_exact(binary: lab.Binary, history: History, tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    with source(binary, directory=data) as server:
        reader = Reader(history, server)
        server.burst(300)
        before = reader.poll()
        server.burst(20)  # never read: it dies with the server
    with source(binary, directory=data) as server:
        reader = Reader(history, server)
        server.burst(1000)
        now = reader.poll()
        assert now.stream.run_id != before.stream.run_id
        assert (now.seen, now.lost) == (RING, 1000 - RING)
    old = next(p for p in history.positions() if p.stream == before.stream)
    assert (old.state, old.lost, old.unknown_since) == (ENDED, None, before.polled_at)
    assert (old.seen, old.lost_until_then) == (RING, 300 - RING)
    assert [e.kind for e in history.events(0)][-1] == "restart"


def test_a_collector_by_timestamps_loses_entries_on_the_same_log(any_binary: lab.Binary, history: History):
    """The naive way: entries newer than the newest time seen. What it does not see it cannot count as lost either."""
    with source(any_binary) as server, server.connection() as connection:
        reader = Reader(history, server)
        newest, naive, position = -1, 0, reader.poll()
        for _ in range(20):
            server.burst(5)
            reply = connection.call("SLOWLOG", "GET", RING)
            assert isinstance(reply, list)
            times = [fields[1] for fields in reply if isinstance(fields, list) and isinstance(fields[1], int)]
            naive += sum(at > newest for at in times)
            newest = max(times, default=newest)
            position = reader.poll()
        assert position.lost == 0
        assert position.seen == server.logged == 100
        assert naive < 100, "twenty polls within a few seconds, and it saw everything: this test shows nothing"


def test_a_read_that_did_not_reach_back_counts_what_it_missed(any_binary: lab.Binary, history: History):
    with source(any_binary) as server:
        server.burst(RING + 72)
        position = Reader(history, server).poll()
        assert (position.first_id, position.seen, position.lost) == (72, RING, 72)


def test_two_readers_of_one_store_count_each_entry_once(any_binary: lab.Binary, history: History):
    with source(any_binary) as server:
        one, other = Reader(history, server), Reader(history, server)
        for count in (5, 40, 300, 2):
            server.burst(count)
            one.poll()
            other.poll()
        position = other.poll()
        assert position.lost is not None
        assert position.seen + position.lost == server.logged
        assert sum(g.entries for g in history.groups(0)) == position.seen


def test_key_patterns_hold_across_polls(any_binary: lab.Binary, history: History):
    with source(any_binary) as server:
        reader = Reader(history, server)
        for name in ("alice", "bob", "carol"):
            server.burst(2, key=f"cart:{name}:items")
            reader.poll()
        patterns = {g.key_pattern: g.entries for g in history.groups(0) if g.command == "SET"}
        assert patterns == {"cart:*:items": 3}


def test_the_logs_of_large_requests_and_replies_are_kept_where_the_server_has_them(
    find_server: Callable[[str], lab.Binary], history: History
):
    config = {"slowlog-log-slower-than": "-1", "commandlog-reply-larger-than": "10000"}
    with lab.start(find_server("Valkey 9"), config=config | {"commandlog-request-larger-than": "10000"}) as server:
        reader = Reader(history, made := Source(server.url))
        with made.connection() as app:
            app.call("SET", "blob:1", "x" * 50_000)
            app.call("GET", "blob:1")
        reader.poll()
        reader.watch.close()
    found = {(g.log, g.command, g.key_pattern): g for g in history.groups(0)}
    assert set(found) == {("large-request", "SET", "blob:*"), ("large-reply", "GET", "blob:*")}
    assert all(50_000 <= g.largest < 51_000 for g in found.values())


def test_a_server_that_does_not_say_its_run_id_is_counted_by_life_all_the_same(
    any_binary: lab.Binary, history: History, tmp_path: Path
):
    """INFO is forbidden: that the ids went back is all that tells of the restart."""
    data = tmp_path / "data"
    data.mkdir()
    config = {"slowlog-log-slower-than": "-1", "rename-command": 'INFO ""'}
    for counts in ((60, 5), (20, 7)):
        with lab.start(any_binary, config=config, directory=data) as server:
            made = Source(server.url)
            for place, count in enumerate(counts):
                with contextlib.closing(Reader(history, made).watch) as watch:  # each time a new process, as it were
                    books = Books(history)
                    made.burst(count)
                    for _ in range(2):
                        books.write(watch, watch.poll(books.known(watch)))
                    position = history.positions()[0]
                    assert (position.seen, position.lost) == (sum(counts[: place + 1]), 0)
    assert [e.kind for e in history.events(0)] == ["restart"]
    assert sorted(p.seen for p in history.positions()) == [27, 65]
    assert sum(g.entries for g in history.groups(0)) == 92


def test_a_changed_threshold_and_ring_are_recorded(any_binary: lab.Binary, history: History):
    with source(any_binary) as server:
        reader = Reader(history, server)
        with server.connection() as app:
            server.ask(app, "CONFIG", "SET", "slowlog-log-slower-than", 500)
            server.ask(app, "CONFIG", "SET", "slowlog-max-len", 1000)
        assert reader.watch.refresh() == [
            ("threshold", "slowlog-log-slower-than -1 became 500"),
            ("ring", "slowlog-max-len 128 became 1000"),
        ]
        assert reader.watch.refresh() == []


def test_a_server_without_a_slow_log_is_said_and_never_green(any_binary: lab.Binary, tmp_path: Path):
    with lab.start(any_binary, config={"rename-command": 'SLOWLOG ""'}) as server:
        command = [sys.executable, "-m", "seawall", "nodes", "capture", "--redis", server.url, "--for", "1s"]
        ended = subprocess.run(
            [*command, "--store", str(tmp_path / "s.db"), "--format", "json"], capture_output=True, timeout=30
        )
    assert ended.returncode == 3
    said = json.loads(ended.stdout)
    assert any("SLOWLOG" in n["target"] for n in said["not_checked"])
    assert [e["kind"] for e in said["events"]] == ["unreadable"]


# --- the capture itself -----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def running(capture: Capture, stop: threading.Event) -> Generator[list[Captured], None, None]:
    """A capture beside the block; its result is in the list afterwards."""
    results: list[Captured] = []
    thread = threading.Thread(target=lambda: results.append(capture.run(stop)))
    thread.start()
    try:
        yield results
    finally:
        stop.set()
        thread.join(20)
        assert results, "the capture did not end"


@contextlib.contextmanager
def capturing(
    history: History, deployment: Deployment, interval: float = 0.05
) -> Generator[list[Captured], None, None]:
    """A capture of all nodes of a deployment beside the block."""
    books = Books(history, deployment.name)
    members = Members(deployment, timeout=2.0, names=books.names)
    capture = Capture(books, members, interval=interval, timeout=2.0, discover=1.0)
    with running(capture, threading.Event()) as results:
        yield results


@pytest.mark.parametrize("how", ["killed", "stopped"])  # nobody answers there; somebody does not answer
def test_a_dead_node_holds_up_no_other(any_binary: lab.Binary, history: History, how: str):
    with replicated(any_binary, replicas=1) as it, contextlib.ExitStack() as until_the_end:
        primary, replica = it.primaries()[0], it.replicas()[0]
        server = Source(primary.url)
        with capturing(history, Deployment((parse_url(it.seed_url),))) as results:
            until(lambda: len({p.stream.node for p in history.positions()}) == 2)
            if how == "killed":
                it.kill(replica)
            else:
                until_the_end.enter_context(replica.paused())
            for _ in range(5):
                before = seen(history, primary.name)
                server.burst(20)
                until(lambda before=before: seen(history, primary.name) >= before + 20, patience=1.0)
            until(lambda: "unreachable" in [e.kind for e in history.events(0) if e.node == replica.name])
        assert {n.target for n in results[0].not_checked} == {replica.name}


def test_a_node_that_leaves_and_comes_back_is_counted_once(any_binary: lab.Binary, history: History):
    with source(any_binary) as staying, source(any_binary) as leaving:
        nodes = {"staying": Node("staying", staying.address), "leaving": Node("leaving", leaving.address)}
        capture = Capture(Books(history), lambda: list(nodes.values()), interval=0.05, timeout=2.0, discover=0.1)
        stop = threading.Event()
        with running(capture, stop) as results:
            until(lambda: len({p.stream.node for p in history.positions()}) == 2)
            leaving.burst(20)
            until(lambda: seen(history, "leaving") >= 20)
            gone = nodes.pop("leaving")
            until(lambda: "node-gone" in [e.kind for e in history.events(0)])
            (position,) = [p for p in history.positions(["leaving"]) if p.stream.log == SLOW]
            assert (position.state, position.lost) == (ENDED, None)
            leaving.burst(30)
            nodes["leaving"] = gone
            until(lambda: seen(history, "leaving") >= 50)
        (position,) = [p for p in history.positions(["leaving"]) if p.stream.log == SLOW]
        assert position.lost is not None
        assert position.seen + position.lost == leaving.given()
    assert results[0].stored >= 50, "what a node gave before it left counts"
    assert [e.kind for e in history.events(0) if e.node == "leaving"] == ["node-gone", "node-added"]


def test_a_replica_that_is_added_does_not_rename_the_first_server(any_binary: lab.Binary, history: History):
    """A server that stood alone is booked under the deployment's name; with a replica each has its own."""
    with replicated(any_binary, replicas=0, config={"slowlog-log-slower-than": "-1"}) as it:
        server = Source(it.primaries()[0].url)
        deployment = Deployment((parse_url(it.seed_url),), "jobs")
        with capturing(history, deployment):
            server.burst(20)
            until(lambda: seen(history, "jobs") >= 20)
            replica = it.add_node()
            until(lambda: bool(history.positions([replica.name])))
            server.burst(20)
            until(lambda: seen(history, "jobs") >= 40)
        with capturing(history, deployment):  # and so it stays for a new process
            server.burst(20)
            until(lambda: seen(history, "jobs") >= 60)
        assert {p.stream.node for p in history.positions()} == {"jobs", replica.name}
        (position,) = [p for p in history.positions(["jobs"]) if p.stream.log == SLOW]
        assert (position.state, position.seen) == (COUNTED, server.given())


def test_polls_follow_the_rate_at_which_the_log_fills():
    def wait(new: int, ring: int, elapsed: float) -> float:
        logged = [Logged(SLOW, Poll(0, (100 + new,), ring, ring), (), frozenset())]
        return next_poll(logged, {SLOW: 100}, 1.0, elapsed)

    assert wait(0, 128, 1.0) == 1.0
    assert wait(10, 128, 1.0) == 1.0
    assert wait(64, 128, 1.0) == pytest.approx(0.5)
    assert wait(10_000, 128, 1.0) == 0.05
    assert wait(10_000, 100_000, 1.0) == 1.0


def seen(history: History, node: str) -> int:
    return sum(p.seen for p in history.positions([node]) if p.stream.log == SLOW)


def until(holds: Any, patience: float = 30.0) -> None:
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.02)


@pytest.mark.parametrize("kills", [6, pytest.param(50, marks=pytest.mark.prove)])
def test_a_capture_that_is_killed_stores_nothing_twice_and_counts_what_was_lost(
    any_binary: lab.Binary, tmp_path: Path, kills: int
):
    store = tmp_path / "slow.db"
    chance = random.Random(kills)
    stop = threading.Event()
    with source(any_binary) as server:
        url = f"unix://{server.address.path}"
        command = [sys.executable, "-m", "seawall", "nodes", "capture", "--redis", url, "--store", str(store)]

        def load() -> None:
            while not stop.wait(0.01):
                server.burst(chance.choice((1, 3, 50, 400)))

        sender = threading.Thread(target=load)
        sender.start()
        try:
            for _ in range(kills):
                process = subprocess.Popen([*command, "--interval", "0.05"], stderr=subprocess.DEVNULL)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(chance.uniform(0.3, 1.6))
                assert process.poll() is None, "it ended by itself"
                process.kill()
                process.wait()
                if store.exists() and store.stat().st_size:
                    stored = rows(store)
                    assert len(stored) == len(set(stored))
        finally:
            stop.set()
            sender.join()
        last = subprocess.run(
            [*command, "--for", "1s", "--format", "json"], capture_output=True, check=True, timeout=60
        )
        (record,) = json.loads(last.stdout)["capture"]
        stored = rows(store)
        with open_history(store, read_only=True) as history:
            own = sum(p.own for p in history.positions())
            assert sum(g.entries for g in history.groups(0)) == len(stored)
        assert record["seen"] + record["lost"] == server.given()
        assert record["seen"] - own + record["lost"] >= server.logged
        assert record["lost"] > 0, "nothing was lost: the load was too low to show that it is counted"
        assert len(stored) == len(set(stored)) == record["seen"] - own
