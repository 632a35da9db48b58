"""Writes what polls read into the history: one transaction a poll, whoever polls, so that each id is counted once.

The position is read inside the transaction that moves it: two readers of one store, or one that was killed and started
again, each take up where the books stand. Threads of several nodes share one set of books.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from seawall import rulebook
from seawall.history import History, Writer
from seawall.keyspace import Memory
from seawall.logbook import COUNTED, ENDED, SLOW, Event, Position, Row, Stream
from seawall.model import Finding
from seawall.nodes.collect.poll import Logged, Watch
from seawall.nodes.facts.cursor import Step, advance, begin, end
from seawall.nodes.facts.group import Group, group
from seawall.nodes.facts.work import Keyspace, elements_of

JUDGE_AGAIN_S = 600  # a group is judged when it is new, when it doubled, and every ten minutes
SUBJECTS = 10_000  # groups of which it is remembered when they were judged
QUIET_S = 5  # where nothing is new, the time of the last poll is written as often as this

Subject = tuple[str, str, str | None, str]  # node, command, key pattern, shape


@dataclass(frozen=True, slots=True)
class Booked:
    """What one poll of a node added: the positions of its logs, entries stored, ids found lost, events."""

    positions: tuple[Position, ...]
    stored: int = 0
    lost: int = 0
    events: tuple[Event, ...] = ()


class Books:
    """The books of one deployment's nodes in a store. told: is given each event, once it is written."""

    def __init__(self, history: History, deployment: str = "", told: Callable[[Event], None] = lambda _: None) -> None:
        self._history = history
        self._deployment = deployment
        self._told = told
        self._lock = threading.Lock()
        with history.writing() as writer:
            self.memory = Memory(writer.patterns(deployment))
        self._judged: dict[Subject, tuple[int, int]] = {}  # when, and how long the longest was
        self._positions: dict[tuple[str, str], Position] = {  # node and log; of its newest life
            (p.stream.node, p.stream.log): p for p in reversed(history.positions()) if p.stream.deployment == deployment
        }
        self._lives: dict[str, str] = {}  # the run_id that each node has now

    @property
    def names(self) -> dict[str, str]:
        """The node that each life in the books is of, by its run_id."""
        return {p.stream.run_id: p.stream.node for p in self._positions.values()}

    def known(self, watch: Watch) -> dict[str, int | None]:
        """The newest id of each of the node's logs that is in the books."""
        with self._lock:
            known: dict[str, int | None] = {}
            for log in watch.logs:
                position = self._positions.get((watch.name, log))
                known[log] = position.last_id if position and position.stream == self._stream(watch, log) else None
        return known

    def write(self, watch: Watch, logged: Sequence[Logged]) -> Booked:
        """Books one poll of one node. Raises OutputError where the store cannot be written, TargetError of the node."""
        if self._nothing_new(watch, logged):
            return Booked(tuple(self._positions[watch.name, one.log] for one in logged))
        with self._lock:
            marked = watch.server.marks_scripts
            groups = {one.log: group(one.entries, marked=marked, memory=self.memory) for one in logged}
        findings = self._judge(watch, groups.get(SLOW, ()), max((one.poll.at for one in logged), default=0))
        with self._lock:
            self._lives[watch.name] = watch.run_id
            with self._history.writing() as writer:
                booked = [self._book(writer, watch, one, groups[one.log]) for one in logged]
                for at, finding in findings:
                    writer.keep_finding(at, watch.name, self._deployment, finding.as_json())
                self._merge(writer)
        events = [event for one in booked for event in one.events]
        for event in events:
            self._told(event)
        return Booked(
            tuple(p for one in booked for p in one.positions),
            sum(one.stored for one in booked),
            sum(one.lost for one in booked),
            tuple(events),
        )

    def _merge(self, writer: Writer) -> None:
        """Groups whose key pattern became a wider one go over to it, on every node."""
        nodes = {node for node, _ in self._positions}
        for command in self.memory.commands():
            wider = self.memory.widened(command)
            for node in nodes:
                writer.merge_patterns(node, self._deployment, command, wider)

    def note(self, at: int, node: str, kind: str, detail: str = "") -> None:
        """Books an event that no poll shows: a node that cannot be reached, a changed setting."""
        event = Event(at, node, kind, detail, self._deployment)
        with self._lock, self._history.writing() as writer:
            writer.note(event)
        self._told(event)

    def gone(self, at: int, node: str) -> None:
        """The node is no longer part of its deployment: what it logged since the last poll is not known."""
        with self._lock, self._history.writing() as writer:
            for (name, log), position in list(self._positions.items()):
                if name == node:
                    writer.store(end(position), ())
                    del self._positions[name, log]
            self._lives.pop(node, None)
        self.note(at, node, "node-gone")

    # --- one log ----------------------------------------------------------------------------------------------------

    def _nothing_new(self, watch: Watch, logged: Sequence[Logged]) -> bool:
        """Whether all that a poll says is that it is later, by less than what is worth writing."""
        for one in logged:
            position = self._positions.get((watch.name, one.log))
            if position is None or position.stream != self._stream(watch, one.log) or position.state != COUNTED:
                return False
            newest = max(one.poll.ids, default=None)
            if newest != position.last_id or one.poll.at - position.polled_at >= QUIET_S:
                return False
        return bool(logged)

    def _stream(self, watch: Watch, log: str) -> Stream:
        """The stream that a poll is of. Where a run_id did not tell two lives apart, the later one has a suffix."""
        newest = self._positions.get((watch.name, log))
        run_id = watch.run_id
        if newest is not None and newest.stream.run_id.partition("+")[0] == run_id:
            run_id = newest.stream.run_id
        return Stream(watch.name, run_id, log, self._deployment)

    def _book(self, writer: Writer, watch: Watch, one: Logged, groups: Iterable[Group]) -> Booked:
        stream = self._stream(watch, one.log)
        position = writer.position(stream)
        events: list[Event] = []

        def happened(kind: str, detail: str = "") -> None:
            events.append(Event(one.poll.at, watch.name, kind, detail, self._deployment))

        if position is None:
            self._end_of_the_last(writer, stream, happened)
        step = begin(stream, one.poll) if position is None else advance(position, one.poll)
        if step.is_other_life:  # the run_id is not known, or lies: the ids went back
            writer.store(end(step.position), ())
            happened("restart", "its ids went back")
            step = begin(replace(stream, run_id=f"{watch.run_id}+{one.poll.at}"), one.poll)
        for kind, detail in step.happened:
            happened(kind, detail)
        new = frozenset(step.new)
        position = replace(step.position, own=step.position.own + len(one.own & new))
        rows = [row for row in _rows(groups, watch.sizes) if row.id in new]
        stored = writer.store(position, rows, events)
        writer.cover(position, _covered_from(step, rows, one.poll.at))
        self._positions[watch.name, one.log] = position
        return Booked((position,), stored, step.lost, tuple(events))

    def _end_of_the_last(self, writer: Writer, stream: Stream, happened: Callable[[str, str], None]) -> None:
        """The first poll of a life: the node's life before has ended, unless it goes on at another node."""
        last = writer.last(stream.node, stream.log, stream.deployment)
        if last is None or last.state == ENDED or last.stream.run_id == stream.run_id:
            return
        others = {run_id for node, run_id in self._lives.items() if node != stream.node}
        if last.stream.run_id in others:
            happened("moved", "what answered here before answers at another address")
            return
        writer.store(end(last), ())
        if stream.log == SLOW:
            happened("restart", "what it logged after the last poll before is not known")

    # --- causes -----------------------------------------------------------------------------------------------------

    def _judge(self, watch: Watch, groups: Sequence[Group], at: int) -> list[tuple[int, Finding]]:
        """What the rules say of groups that are new, have grown, or were not judged for a while."""
        due: list[Group] = []
        for one in groups:
            subject = (watch.name, one.command, one.key_pattern, one.shape)
            when, longest = self._judged.get(subject, (0, 0))
            if at - when >= JUDGE_AGAIN_S or one.max_us > 2 * longest:
                due.append(one)
                self._judged[subject] = (at, max(one.max_us, longest))
        while len(self._judged) > SUBJECTS:
            del self._judged[next(iter(self._judged))]
        if not due:
            return []
        facts = watch.judged(due, at)
        return [(at, f) for f in rulebook.run("nodes", facts) if f.where.kind == "slowlog"]


def _rows(groups: Iterable[Group], sizes: Keyspace) -> Iterable[Row]:
    for one in groups:
        for entry in one.entries:
            if entry.id is not None and entry.at is not None:
                found = elements_of(entry, sizes)
                elements = found.count if found.exact else None
                yield Row(entry.id, entry.at, entry.us, one.command, one.key_pattern, one.shape, entry.client, elements)


def _covered_from(step: Step, rows: Sequence[Row], at: int) -> int | None:
    """Since when nothing is missing: None where this goes on from the poll before."""
    position = step.position
    if position.seen == len(step.new):  # the first poll that met an entry: the ring reaches back to its oldest
        return min((row.at for row in rows), default=at) if step.new else None
    return at if step.lost or position.state != COUNTED else None
