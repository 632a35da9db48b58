"""Runs a capture from the command line: signals, pruning, a line that counts, and what it says at its end."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from seawall import __version__
from seawall.cli.options import MANY
from seawall.cli.output import say, write
from seawall.cli.targets import bound_memory
from seawall.errors import EXIT_OK, EXIT_TARGET
from seawall.history import History, open_history
from seawall.logbook import SLOW, Event, Position
from seawall.model import Json
from seawall.nodes.books import Books
from seawall.nodes.capture import Capture, Captured
from seawall.nodes.collect import PLAN as SCAN_PLAN
from seawall.nodes.collect import REPLICA_PLAN
from seawall.nodes.collect.poll import PLAN
from seawall.nodes.collect.search import AT_ONCE
from seawall.nodes.collect.views import PLAN as VIEWS
from seawall.nodes.members import Members
from seawall.scan import RedisTarget
from seawall.scan.kept import capture

PRUNE_S = 3600.0
KEPT_EVENTS = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for. lasts: seconds, None until it is stopped. keep_days, limit: of the store."""

    servers: tuple[RedisTarget, ...]
    store: str
    form: str  # text | json | jsonl
    lasts: float | None
    interval: float
    timeout: float
    keep_days: int
    limit: int | None
    all_nodes: bool


def run(asked: Asked) -> int:
    """Captures until a signal or the end of the time; returns the exit code."""
    bound_memory(MANY + AT_ONCE * len(asked.servers), for_long=True)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    started = datetime.now(UTC)
    teller = _Teller(asked.form)
    with open_history(asked.store) as history:
        captures = [_capture(target, Books(history, target.name, teller.event), asked) for target in asked.servers]
        prune = _Pruning(history, asked.keep_days, asked.limit)
        captured = _run(captures, stop, asked.lasts, lambda: (prune(), teller.status(captures)))
        prune(last=True)
    teller.end()
    not_checked = [n for one in captured for n in one.not_checked]
    write(_said(captured, teller.events, started, asked.form), None)
    for item in not_checked:
        say(f"{item.target}: {item.reason}", item.hint)
    return EXIT_TARGET if asked.lasts is not None and not_checked else EXIT_OK


def _capture(target: RedisTarget, books: Books, asked: Asked) -> Capture:
    members = Members(
        target.whole,
        target.without,
        all_nodes=asked.all_nodes and target.all_nodes is not False,
        timeout=asked.timeout,
        names=books.names,
    )
    title = target.name or target.whole.title
    return Capture(books, members, interval=asked.interval, timeout=asked.timeout, title=title)


def _run(
    captures: Sequence[Capture], stop: threading.Event, lasts: float | None, meanwhile: Callable[[], object]
) -> list[Captured]:
    """Runs every deployment's capture in a thread of its own until they are stopped; raises what ended one of them."""
    results: dict[int, Captured] = {}
    wrong: list[BaseException] = []

    def run(place: int, capture: Capture) -> None:
        try:
            results[place] = capture.run(stop, lasts)
        except BaseException as error:
            wrong.append(error)
            stop.set()

    threads = [threading.Thread(target=run, args=item, daemon=True) for item in enumerate(captures)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        threads[0].join(0.5) if threads[0].is_alive() else time.sleep(0.1)
        meanwhile()
    if wrong:
        raise wrong[0]
    return [results[place] for place in sorted(results)]


class _Pruning:
    """Removes what is too old or too much, once an hour."""

    def __init__(self, history: History, days: int, limit: int | None) -> None:
        self._history, self._days, self._limit = history, days, limit
        self._next = time.monotonic()

    def __call__(self, *, last: bool = False) -> None:
        if last or time.monotonic() >= self._next:
            self._next = time.monotonic() + PRUNE_S
            with self._history.writing() as writer:
                writer.prune(int(time.time()), self._days, self._limit)


class _Teller:
    """Says what happens: an event as it happens, on a terminal a line that counts."""

    def __init__(self, form: str) -> None:
        self.events: list[Event] = []
        self._form = form
        self._terminal = sys.stderr.isatty()
        self._lock = threading.Lock()

    def event(self, event: Event) -> None:
        with self._lock:
            self.events.append(event)
            if len(self.events) > KEPT_EVENTS:
                del self.events[: KEPT_EVENTS // 2]
            if self._form == "jsonl":
                write(json.dumps(_event(event)), None)
            elif self._form == "text":
                self._line(f"{_iso(event.at)} {event.node} {event.kind} {event.detail}".rstrip() + "\n")

    def status(self, captures: Sequence[Capture]) -> None:
        if not self._terminal:
            return
        results = [capture.result() for capture in captures]
        nodes = sum(len(capture.nodes) for capture in captures)
        stored, lost = sum(r.stored for r in results), sum(r.lost for r in results)
        unread = sum(len(r.not_checked) for r in results)
        failing = f", {unread} not readable" if unread else ""
        with self._lock:
            self._line(f"{nodes} nodes, {stored:,} entries kept, {lost:,} lost{failing}; Ctrl-C ends it")

    def end(self) -> None:
        if self._terminal:
            self._line("")

    def _line(self, text: str) -> None:
        with contextlib.suppress(OSError):  # full or closed: nobody is there to be told
            sys.stderr.write(f"\r\x1b[2K{text}" if self._terminal else text)
            sys.stderr.flush()


def _said(captured: Sequence[Captured], events: Sequence[Event], started: datetime, form: str) -> str:
    """What it did, at its end."""
    positions = [p for one in captured for p in one.positions]
    if form == "text":
        lines = [_line_of(p) for p in positions if p.seen or p.stream.log == SLOW]
        return "\n".join(lines or ["nothing was read"])
    records = [capture(p).as_json() for p in positions if p.stream.log == SLOW]
    large = [capture(p).as_json() for p in positions if p.stream.log != SLOW]
    said: dict[str, Json] = {
        "schema": 1,
        "tool": {"name": "seawall", "version": __version__},
        "started_at": started.isoformat(),
        "finished_at": datetime.now(UTC).isoformat(),
        "polls": sum(one.polls for one in captured),
        "stored": sum(one.stored for one in captured),
        "capture": list(records),
        "large": list(large),
        "events": [_event(e) for e in events],
        "not_checked": [n.as_json() for one in captured for n in one.not_checked],
    }
    return json.dumps(said, indent=2 if form == "json" else None)


def _line_of(position: Position) -> str:
    name = position.stream.node if position.stream.log == SLOW else f"{position.stream.node} {position.stream.log}"
    if position.lost is None:
        lost = f"{position.lost_until_then:,} lost, and unknown since {_iso(position.unknown_since or 0)}"
    else:
        lost = f"{position.lost:,} lost"
    return f"{name}: {position.seen:,} entries seen, {lost}"


def _event(event: Event) -> dict[str, Json]:
    return {"at": _iso(event.at), "node": event.node, "kind": event.kind, "detail": event.detail}


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def plan(servers: Sequence[RedisTarget], form: str) -> str:
    """Every command that the capture would send."""
    names = [t.name or t.address.name for t in servers]
    commands = [c for c, _ in (*VIEWS, *REPLICA_PLAN, *SCAN_PLAN, *PLAN)]
    if form != "text":
        return json.dumps({"schema": 1, "dry_run": True, "targets": names, "commands": commands})
    lines = [f"would connect to {name}, and to the nodes that it names" for name in names]
    return "\n".join([*lines, "and send to each:", *(f"  {c}" for c in commands)])
