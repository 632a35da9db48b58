"""What a store promises, in both databases: every id once, sums that are those of its entries, all or nothing."""

from __future__ import annotations

import random
import string
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from seawall.errors import BadReply
from seawall.history import Event, History, Position, Row, Stream, Writer
from seawall.history.names import LONGEST_CLIENT
from seawall.history.spans import HOUR, hour_of

START = 472_222 * HOUR  # 2023-11-14
STREAM = Stream("cache:6379", "a" * 40)
ROW = Row(0, START, 10_000, "SMEMBERS", "cart:*", "SMEMBERS key", "worker", 2_000)
UNSHRUNK = [Phase.explicit, Phase.reuse, Phase.generate]  # a story is short; making it shorter takes 5 min of database
_deployments = count(1)


def at_end(stream: Stream, ids: int, polled_at: int = START, state: str = "counted") -> Position:
    """The position of a reader that saw every id."""
    return Position(stream, 0 if ids else None, ids - 1 if ids else None, ids, 0, None, polled_at, state)


def fill(history: History, rows: Sequence[Row], stream: Stream = STREAM) -> None:
    with history.writing() as writer:
        writer.store(at_end(stream, max(row.id for row in rows) + 1), rows)


# --- random stories ---------------------------------------------------------------------------------------------------

entries = st.builds(
    Row,
    id=st.just(0),
    at=st.integers(START, START + 3 * HOUR),  # in no order: clocks jump
    amount=st.integers(0, 10**9),
    command=st.sampled_from(["GET", "KEYS"]),
    key_pattern=st.sampled_from([None, "", "cart:*"]),
    shape=st.sampled_from(["", "COMMAND key"]),
    client=st.sampled_from(["", "worker"]),
    elements=st.none() | st.integers(0, 10**6),
)
steps = st.lists(
    st.tuples(st.just("log"), st.lists(entries, max_size=6))
    | st.tuples(st.sampled_from(["poll", "again", "whole ring", "broken", "reset", "restart"]), st.just([])),
    max_size=14,
)
spans = st.tuples(st.integers(START - 10, START + 3 * HOUR), st.none() | st.integers(START, START + 4 * HOUR))


@dataclass
class Server:
    """A server whose ring keeps four entries, its reader, and what the reader must have stored."""

    deployment: str
    ring: deque[Row] = field(default_factory=lambda: deque[Row](maxlen=4))
    life: int = 0
    given: int = 0  # ids
    stored: dict[tuple[int, int], Row] = field(default_factory=dict[tuple[int, int], Row])

    @property
    def stream(self) -> Stream:
        return Stream("cache:6379", f"life {self.life}", deployment=self.deployment)

    def log(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.ring.append(replace(row, id=self.given))
            self.given += 1

    def restart(self) -> None:
        self.life, self.given = self.life + 1, 0
        self.ring.clear()

    def moved(self, writer: Writer) -> tuple[Position, list[Row]]:
        """The position after a poll, by the one in the store, and the rows that are new."""
        before = writer.position(self.stream) or at_end(self.stream, 0)
        last = -1 if before.last_id is None else before.last_id
        new = [row for row in self.ring if row.id > last]
        seen, ids = before.seen + len(new), self.given
        first = before.first_id if before.first_id is not None else (new[0].id if new else None)
        return Position(self.stream, first, ids - 1 if ids else None, seen, ids - seen, None, START, "counted"), new

    def poll(self, history: History) -> None:
        with history.writing() as writer:
            position, new = self.moved(writer)
            assert writer.store(position, new) == len(new)
        self.stored |= {(self.life, row.id): row for row in new}

    def break_off(self, history: History) -> None:
        with history.writing() as writer:
            writer.store(*self.moved(writer))
            raise ZeroDivisionError

    def play(self, history: History, kind: str, rows: list[Row]) -> None:
        match kind:
            case "log":
                self.log(rows)
            case "poll":
                self.poll(history)
            case "again" | "whole ring":  # a reader that was killed after its write, or that trusts nobody
                self.poll(history)
                with history.writing() as writer:
                    position, _ = self.moved(writer)
                    assert writer.store(position, [*self.ring, *self.ring] if kind == "again" else list(self.ring)) == 0
            case "broken":
                with pytest.raises(ZeroDivisionError):
                    self.break_off(history)
            case "reset":
                self.ring.clear()
            case _:
                self.poll(history)
                self.restart()


def check(history: History, story: list[tuple[str, list[Row]]], span: tuple[int, int | None]) -> None:
    """Plays the story and compares the store with what it must hold, over everything and over the span."""
    server = Server(f"deployment {next(_deployments)}")
    for kind, rows in story:
        server.play(history, kind, rows)
    server.poll(history)
    for position in history.positions():
        if position.stream.deployment == server.deployment:
            mine = [n for life, n in server.stored if position.stream.run_id == f"life {life}"]
            assert position.seen == len(mine)
            assert position.lost is not None
            assert position.seen + position.lost == (position.last_id if position.last_id is not None else -1) + 1
    for since, until in ((0, None), span):
        assert_sums(history, server, since, until)


def assert_sums(history: History, server: Server, since: int, until: int | None) -> None:
    inside = [row for row in server.stored.values() if since <= row.at and (until is None or row.at < until)]
    expected: dict[tuple[str, str | None, str], list[Row]] = defaultdict(list)
    for row in inside:
        expected[row.command, row.key_pattern, row.shape].append(row)
    found = [group for group in history.groups(since, until) if group.deployment == server.deployment]
    assert {(g.command, g.key_pattern, g.shape) for g in found} == set(expected)
    by_hour = history.hours(since, until)
    for group in found:
        rows = expected[group.command, group.key_pattern, group.shape]
        amounts, at = [row.amount for row in rows], [row.at for row in rows]
        assert (group.entries, group.total, group.largest) == (len(rows), sum(amounts), max(amounts))
        assert group.elements == max((row.elements for row in rows if row.elements is not None), default=None)
        assert (group.first_at, group.last_at) == (min(at), max(at))
        hours = {
            hour: [row.amount for row in rows if hour_of(row.at) == hour] for hour in {hour_of(row.at) for row in rows}
        }
        assert by_hour[group.id] == {hour: (len(part), sum(part), max(part)) for hour, part in hours.items()}
        if until is None:
            assert history.times(group.id, since) == sorted(at, reverse=True)


@given(steps, spans)
@settings(max_examples=60, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
def test_every_id_is_counted_once_whatever_happens(
    shared: History, story: list[tuple[str, list[Row]]], span: tuple[int, int | None]
):
    check(shared, story, span)


@pytest.mark.prove
@given(steps, spans)
@settings(max_examples=400, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
def test_every_id_is_counted_once_in_many_stories(
    shared: History, story: list[tuple[str, list[Row]]], span: tuple[int, int | None]
):
    check(shared, story, span)


# --- positions and entries --------------------------------------------------------------------------------------------


def test_a_position_comes_back_as_it_was_stored(history: History):
    full = Position(STREAM, 3, 9, 5, 5, 1_700_000_000, 1_700_000_001, "pending", 4, 2)
    unknown = Position(replace(STREAM, log="large-reply"), None, None, 0, None, START, START, "ended")
    with history.writing() as writer:
        assert writer.position(STREAM) is None
        writer.store(full, ())
        writer.store(unknown, ())
        assert writer.position(STREAM) == full
    assert history.positions() == [full, unknown]
    assert history.positions(["cache:6379"]) == [full, unknown]
    assert history.positions(["another"]) == history.positions([]) == []
    moved = replace(full, last_id=10, seen=6, polled_at=1_700_000_002)
    with history.writing() as writer:
        writer.store(moved, ())
    assert history.positions() == [moved, unknown]


@pytest.mark.parametrize(("seen", "lost"), [(5, 6), (11, -1), (-1, 11)])
def test_a_position_that_does_not_add_up_is_refused_whole(history: History, seen: int, lost: int):
    wrong = Position(STREAM, 0, 9, seen, lost, None, START, "counted")
    with pytest.raises(IntegrityError), history.writing() as writer:
        assert [writer.store(position, [ROW]) for position in (at_end(STREAM, 9), wrong)] == []
    assert history.positions() == []
    assert history.groups(0) == []


def test_the_last_life_of_a_node(history: History):
    first, second = replace(STREAM, run_id="b" * 40), STREAM
    with history.writing() as writer:
        assert writer.last("cache:6379", "slow", "") is None
        writer.store(at_end(first, 3, polled_at=10), ())
        writer.store(at_end(second, 1, polled_at=20), ())
        assert writer.last("cache:6379", "slow", "") == at_end(second, 1, polled_at=20)
        # Restarted within the second of the last poll: the life that has ended is not the newest.
        writer.store(at_end(first, 3, polled_at=20, state="ended"), ())
        assert writer.last("cache:6379", "slow", "") == at_end(second, 1, polled_at=20)
        # The first machine answers again, and the second ends.
        writer.store(at_end(first, 4, polled_at=30), ())
        assert writer.last("cache:6379", "slow", "") == at_end(first, 4, polled_at=30)
        writer.store(at_end(second, 1, polled_at=30, state="ended"), ())
        assert writer.last("cache:6379", "slow", "") == at_end(first, 4, polled_at=30)
        assert writer.last("cache:6379", "large-reply", "") is None
        assert writer.last("cache:6379", "slow", "another") is None


def test_an_entry_is_found_by_node_and_id_in_the_newest_life(history: History):
    old, new, large = STREAM, replace(STREAM, run_id="b" * 40), replace(STREAM, log="large-reply")
    with history.writing() as writer:
        writer.store(at_end(old, 3, polled_at=10), [replace(ROW, id=n) for n in range(3)])
        writer.store(at_end(new, 2, polled_at=20), [replace(ROW, id=1, amount=7, elements=None, key_pattern=None)])
        writer.store(at_end(large, 9, polled_at=30), [replace(ROW, id=n, amount=8) for n in range(9)])
    assert history.entry("cache:6379", 1) == replace(ROW, id=1, amount=7, elements=None, key_pattern=None)
    assert history.entry("cache:6379", 2) == replace(ROW, id=2)
    assert history.entry("cache:6379", 8) is None
    assert history.entry("another", 1) is None


def test_times_are_the_newest_and_bounded(history: History):
    fill(history, [replace(ROW, id=n, at=START + n) for n in range(10)])
    (group,) = history.groups(0)
    assert history.times(group.id, START + 7) == [START + 9, START + 8, START + 7]
    assert history.times(group.id, 0, limit=2) == [START + 9, START + 8]
    assert history.times(group.id + 1, 0) == []


def test_groups_come_by_total_and_only_those_of_the_nodes(history: History):
    fill(history, [ROW, replace(ROW, id=1, command="KEYS", amount=10_001)])
    fill(history, [replace(ROW, amount=30_000)], replace(STREAM, node="queue:6379"))
    assert [(g.node, g.command) for g in history.groups(0)] == [
        ("queue:6379", "SMEMBERS"),
        ("cache:6379", "KEYS"),
        ("cache:6379", "SMEMBERS"),
    ]
    assert [g.node for g in history.groups(0, nodes=["queue:6379"])] == ["queue:6379"]
    assert history.groups(START + 1, START) == []


def test_a_hostile_server_breaks_no_sum(history: History):
    long = "".join(random.Random(1).choices(string.ascii_letters, k=100_000))  # no index can make it smaller
    odd = "\x00\ud800\x1b[31m"
    rows = [
        replace(ROW, id=0, amount=2**63 - 1, elements=2**63 - 1, client=long, key_pattern=long, shape=long),
        replace(ROW, id=1, amount=-(2**63), client=odd, key_pattern=odd, shape=odd, command=odd),
    ]
    for n in range(3):
        fill(history, [replace(row, id=row.id + 2 * n) for row in rows])
    assert sorted(g.entries for g in history.groups(0)) == [3, 3]
    entry = history.entry("cache:6379", 1)
    assert entry is not None
    assert entry.key_pattern == "\\x00\\ud800\\x1b[31m"
    first = history.entry("cache:6379", 0)
    assert first is not None
    assert (first.client, first.key_pattern, first.shape) == (long[:LONGEST_CLIENT], long, long)


@pytest.mark.parametrize("wrong", [{"id": 2**63}, {"id": -1}, {"at": 2**70}, {"at": -1}])
def test_numbers_that_no_server_gives_are_refused_whole(history: History, wrong: dict[str, int]):
    with pytest.raises(BadReply), history.writing() as writer:
        writer.store(at_end(STREAM, 2), [ROW, replace(ROW, **wrong)])  # pyright: ignore[reportArgumentType]
    assert history.positions() == []


# --- events, findings, scans ------------------------------------------------------------------------------------------


def test_events_are_kept_once_and_oldest_first(history: History):
    restart, overflow = Event(START + 5, "cache:6379", "restart"), Event(START + 5, "cache:6379", "overflow", "17 lost")
    early = Event(START, "queue:6379", "ring", "128 -> 1024", "shop")
    for _ in range(2):
        with history.writing() as writer:
            writer.store(at_end(STREAM, 0), (), [restart, overflow, early])
    assert history.events(0) == [early, restart, overflow]
    assert history.events(START + 5) == [restart, overflow]


def test_an_event_may_come_without_a_poll(history: History):
    gone = Event(START, "cache:6379", "node-gone", "\x1b[31m")
    with history.writing() as writer:
        writer.note(gone)
        writer.note(gone)
    assert history.events(0) == [replace(gone, detail="\\x1b[31m")]
    assert history.positions() == []


def test_what_was_watched_without_a_gap(history: History):
    other = replace(STREAM, node="queue:6379")

    def poll(stream: Stream, at: int, since: int | None) -> None:
        with history.writing() as writer:
            position = at_end(stream, 1, polled_at=at)
            writer.store(position, ())
            writer.cover(position, since)

    for at, since in ((100, 40), (110, None), (120, None), (200, 200), (201, 201), (202, 202), (210, None)):
        poll(STREAM, at, since)
    poll(other, 150, None)
    poll(replace(STREAM, log="large-reply"), 300, 0)
    assert history.watched(0, 1000) == {"cache:6379": [(40, 120), (202, 210)], "queue:6379": [(150, 150)]}
    assert history.watched(50, 205, ["cache:6379"]) == {"cache:6379": [(50, 120), (202, 205)]}
    poll(replace(STREAM, run_id="b" * 40), 220, 210)  # the next life, seen from its start
    assert history.watched(205, 1000, ["cache:6379"]) == {"cache:6379": [(205, 220)]}
    assert history.watched(300, 1000) == {}


def test_a_finding_is_the_one_seen_last(history: History):
    with history.writing() as writer:
        writer.keep_finding(20, "cache:6379", "", {"id": "f1", "evidence": {"entries": 2}})
        writer.keep_finding(10, "cache:6379", "", {"id": "f1", "evidence": {"entries": 1}})
        writer.keep_finding(30, "cache:6379", "", {"id": "f2", "title": "caf\u00e9 \x00"})
    assert history.findings(0)[1] == (20, {"id": "f1", "evidence": {"entries": 2}})
    with history.writing() as writer:
        writer.keep_finding(40, "cache:6379", "", {"id": "f1", "evidence": {"entries": 4}})
    assert history.findings(0) == [
        (40, {"id": "f1", "evidence": {"entries": 4}}),
        (30, {"id": "f2", "title": "caf\u00e9 \x00"}),
    ]
    assert [at for at, _ in history.findings(31)] == [40]


def test_scans_are_recorded_once_and_newest_first(history: History):
    with history.writing() as writer:
        for at in (1, 3, 2, 3):
            writer.record_scan(at)
    assert history.scans(10) == [3, 2, 1]
    assert history.scans(1) == [3]


# --- key patterns -----------------------------------------------------------------------------------------------------


def test_the_patterns_known_of_a_deployment(history: History):
    fill(history, [ROW, replace(ROW, id=1, key_pattern=None), replace(ROW, id=2, command="GET", key_pattern="user:*")])
    fill(history, [replace(ROW, key_pattern="other:*")], replace(STREAM, deployment="shop"))
    with history.writing() as writer:
        assert writer.patterns("") == {"SMEMBERS": {"cart:*"}, "GET": {"user:*"}}
        assert writer.patterns("", "GET") == {"GET": {"user:*"}}
        assert writer.patterns("shop") == {"SMEMBERS": {"other:*"}}


def test_merged_patterns_keep_every_entry_and_sum(history: History):
    narrow = ["cart:1:*", "cart:2:*", "cart:*", "left:*"]
    rows = [
        replace(ROW, id=n, at=START + n * 600, amount=n + 1, key_pattern=narrow[n % 4], shape=f"shape {n % 2}")
        for n in range(40)
    ]
    fill(history, rows)
    fill(history, rows, replace(STREAM, node="queue:6379"))
    before = history.groups(0, nodes=["queue:6379"])
    old = {"cart:1:*": "cart:2:*", "cart:2:*": "cart:*", "cart:*": "cart:*", "none:*": "*"}
    with history.writing() as writer:
        writer.merge_patterns("cache:6379", "", "SMEMBERS", old)
        writer.merge_patterns("cache:6379", "", "GET", {"left:*": "*"})
    assert history.groups(0, nodes=["queue:6379"]) == before
    server = Server("")
    server.stored = {
        (0, row.id): replace(row, key_pattern="cart:*" if row.key_pattern != "left:*" else "left:*") for row in rows
    }
    with history.writing() as writer:
        assert writer.patterns("") == {"SMEMBERS": {"cart:*", "left:*", "cart:1:*", "cart:2:*"}}  # of queue:6379
        # The entries moved with their group: stored again they are known, and the wide group takes the next.
        assert writer.store(at_end(STREAM, 40), rows) == 0
    fill(history, [replace(rows[0], id=39)], replace(STREAM, node="unrelated"))
    found = {(g.key_pattern, g.shape): g for g in history.groups(0, nodes=["cache:6379"])}
    assert set(found) == {("cart:*", "shape 0"), ("cart:*", "shape 1"), ("left:*", "shape 1")}
    for (pattern, shape), group in found.items():
        mine = [row for row in server.stored.values() if (row.key_pattern, row.shape) == (pattern, shape)]
        assert (group.entries, group.total) == (len(mine), sum(row.amount for row in mine))
        assert history.times(group.id, 0) == sorted((row.at for row in mine), reverse=True)
        exact = [g for g in history.groups(START + 700, START + 9_000, nodes=["cache:6379"]) if g.id == group.id]
        assert [g.entries for g in exact] == [sum(START + 700 <= row.at < START + 9_000 for row in mine)]
