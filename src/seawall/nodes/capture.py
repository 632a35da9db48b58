"""Keeps every slow-log entry of every node: a thread a node, polling as fast as its log fills.

    find the nodes ──> a thread for each: open ──> poll ──> books ──> wait ──┐
         ^  every DISCOVER_S                ^       └───────────────────────┘
         └── nodes come and go              └── unreachable: again after 1 s, 2 s, ... at most RETRY_S

A node that is slow, dead or hostile costs its own thread its timeout and nobody else anything. Nothing is lost that the
ring still holds when a node, or we, come back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from seawall.errors import BadReply, SeawallError, TargetError
from seawall.logbook import Position
from seawall.model import NotChecked
from seawall.nodes.books import Booked, Books
from seawall.nodes.collect.poll import Logged, Watch
from seawall.nodes.members import Node

INTERVAL_S = 1.0
LEAST_S = 0.05  # between two polls of a log that fills fast
FILLED = 0.25  # of the ring, after which the next poll should come
DISCOVER_S = 10.0
RETRY_S = 15.0
MISSED = 3  # discoveries without a node before it is gone: one may have met a failover
DEFAULT_RING = 128  # slowlog-max-len of every version, where CONFIG is forbidden


@dataclass(slots=True)
class Seen:
    """What is known of one node while it is watched."""

    booked: Booked | None = None
    stored: int = 0
    lost: int = 0
    polls: int = 0
    wrong: SeawallError | None = None
    refused: tuple[NotChecked, ...] = ()


@dataclass(frozen=True, slots=True)
class Captured:
    """What a capture did. not_checked: nodes that were not read at the end, and what a server refused."""

    positions: tuple[Position, ...]
    stored: int
    lost: int
    polls: int
    not_checked: tuple[NotChecked, ...] = ()


class Capture:
    """A running capture of one deployment.

    find: the nodes as they are now; asked every `discover` seconds, and at once where a node fails.
    interval: seconds between two polls of a node whose log is quiet. title: what the deployment is called in messages.
    Raises nothing for a node: that stands under `not_checked`. An error of the store ends it.
    """

    def __init__(
        self,
        books: Books,
        find: Callable[[], Sequence[Node]],
        *,
        interval: float = INTERVAL_S,
        timeout: float = 4.0,
        title: str = "the deployment",
        discover: float = DISCOVER_S,
    ) -> None:
        self._discover_s = discover
        self._failing = threading.Event()
        self._books = books
        self._find = find
        self._interval = interval
        self._timeout = timeout
        self._title = title
        self._stop = threading.Event()
        self._threads: dict[str, tuple[threading.Thread, threading.Event]] = {}
        self._missed: dict[str, int] = {}
        self._undiscovered: SeawallError | None = None
        self.nodes: dict[str, Seen] = {}
        self.failed: BaseException | None = None

    def run(self, stop: threading.Event, seconds: float | None = None) -> Captured:
        """Watches until `stop` is set or the seconds are over; then polls each node a last time."""
        deadline = None if seconds is None else time.monotonic() + seconds
        known, failures = False, 0
        try:
            while not (stop.is_set() or self._stop.is_set()):
                known = self._discover(known=known)
                failures = failures + 1 if self._undiscovered else 0
                wait = self._discover_s if known else min(2.0 ** (failures - 1), self._discover_s)
                if deadline is not None:
                    wait = min(wait, deadline - time.monotonic())
                    if wait <= 0:
                        break
                self._wait(stop, wait)
        finally:
            self._end()
        if self.failed is not None:
            raise self.failed
        return self.result()

    def _wait(self, stop: threading.Event, seconds: float) -> None:
        """Until one of the two ends or a node fails, at most so long."""
        now = time.monotonic()
        until, least = now + seconds, now + min(seconds, 1.0)
        while not self._stop.is_set() and not stop.wait(min(max(until - now, 0.0), 0.2)):
            now = time.monotonic()
            if now >= until or (now >= least and self._failing.is_set()):
                break
        self._failing.clear()

    def result(self) -> Captured:
        """What was done so far."""
        seen = dict(self.nodes)  # threads add to it
        positions = [p for one in seen.values() if one.booked for p in one.booked.positions]
        unread = [NotChecked(name, one.wrong.what, one.wrong.hint) for name, one in seen.items() if one.wrong]
        if self._undiscovered is not None:
            unread.append(NotChecked(self._title, self._undiscovered.what, self._undiscovered.hint))
        return Captured(
            tuple(positions),
            sum(one.stored for one in seen.values()),
            sum(one.lost for one in seen.values()),
            sum(one.polls for one in seen.values()),
            (*unread, *(n for one in seen.values() for n in one.refused)),
        )

    # --- the nodes --------------------------------------------------------------------------------------------------

    def _discover(self, *, known: bool) -> bool:
        """Starts a thread for each node that is new, and lets go of those that are gone. False where nobody answers."""
        try:
            nodes = {node.name: node for node in self._find()}
        except TargetError as wrong:
            self._undiscovered = wrong
            return known
        self._undiscovered = None
        for name, node in nodes.items():
            self._missed.pop(name, None)
            if name not in self._threads:
                if known:
                    self._books.note(int(time.time()), name, "node-added")
                self._watch(node)
        for name in [name for name in self._threads if name not in nodes]:
            self._missed[name] = self._missed.get(name, 0) + 1
            if self._missed[name] >= MISSED:
                self._let_go(name)
        return True

    def _watch(self, node: Node) -> None:
        gone = threading.Event()
        thread = threading.Thread(target=self._follow, args=(node, gone), daemon=True, name=f"watch {node.name}")
        self._threads[node.name] = (thread, gone)
        self.nodes.setdefault(node.name, Seen())
        thread.start()

    def _let_go(self, name: str) -> None:
        thread, gone = self._threads.pop(name)
        gone.set()
        thread.join(self._timeout + 1.0)  # its last poll is booked before its end is
        self._missed.pop(name, None)
        self.nodes[name].wrong = None  # what was read of it stays in the sums; that it does not answer is no wonder
        self._books.gone(int(time.time()), name)

    def _end(self) -> None:
        self._stop.set()
        deadline = time.monotonic() + self._timeout + 1.0
        for _, gone in self._threads.values():
            gone.set()
        for thread, _ in self._threads.values():
            thread.join(max(deadline - time.monotonic(), 0.01))

    # --- one node ---------------------------------------------------------------------------------------------------

    def _follow(self, node: Node, gone: threading.Event) -> None:
        """Polls one node until it is gone or we end; a last poll reads what came meanwhile."""
        seen = self.nodes[node.name]
        watch = Watch(node.name, node.address, timeout=self._timeout, without=node.without)
        failures = 0
        try:
            while True:
                ending = gone.is_set()
                try:
                    wait = self._poll(node, watch, seen)
                    failures = 0
                except TargetError as wrong:
                    watch.close()
                    wait = self._failed_poll(node, seen, wrong, failures)
                    failures += 1
                if ending:
                    return
                gone.wait(wait)
        except BaseException as wrong:  # the store, or a bug: nothing that another node could do better
            self.failed = wrong
            self._stop.set()
        finally:
            watch.close()

    def _poll(self, node: Node, watch: Watch, seen: Seen) -> float:
        """One poll; returns the seconds until the next."""
        changed: list[tuple[str, str]] = []
        if not watch.is_open:
            if node.log_in is not None:
                watch.address = node.log_in()
            changed = watch.open()
        elif watch.is_stale:
            changed = watch.refresh()
        for kind, detail in changed:
            self._books.note(int(time.time()), node.name, kind, detail)
        if seen.wrong is not None:
            self._books.note(int(time.time()), node.name, "reachable")
            seen.wrong = None
        began = time.monotonic()
        known = self._books.known(watch)
        logged = watch.poll(known)
        booked = self._books.write(watch, logged)
        seen.booked = booked
        seen.stored += booked.stored
        seen.lost += booked.lost
        seen.polls += 1
        refused = watch.refused
        if len(refused) > len(seen.refused):
            for one in refused[len(seen.refused) :]:
                self._books.note(int(time.time()), node.name, "unreadable", f"{one.target}: {one.reason}")
            seen.refused = refused
        took = time.monotonic() - began
        return max(next_poll(logged, known, self._interval, watch.since_last_poll) - took, LEAST_S)

    def _failed_poll(self, node: Node, seen: Seen, wrong: TargetError, failures: int) -> float:
        if seen.wrong is None:
            self._failing.set()  # the others may be another deployment by now
            self._books.note(int(time.time()), node.name, "unreachable", wrong.what)
        seen.wrong = wrong
        return RETRY_S if isinstance(wrong, BadReply) else min(2.0**failures, RETRY_S)


def next_poll(
    logged: Sequence[Logged], known: Mapping[str, int | None], interval: float, elapsed: float | None
) -> float:
    """Seconds until the next poll: before a quarter of the ring is new at the rate of late, at most the interval.

    known: the newest id of each log before this poll. elapsed: seconds between the two polls, None for the first.
    """
    wait = interval
    for one in logged:
        last, newest = known.get(one.log), max(one.poll.ids, default=None)
        if elapsed is None or last is None or newest is None or newest <= last:
            continue
        ring = one.poll.ring if one.poll.ring is not None else DEFAULT_RING
        wait = min(wait, FILLED * max(ring, 1) * max(elapsed, 0.001) / (newest - last))
    return max(wait, LEAST_S)
