"""The client that sends both forms of a job, and reads the server's slow log for what they took."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from seawall.errors import BadReply
from seawall.nodes.facts.entry import decode_slowlog
from seawall.nodes.prove.collect.foreground import Window
from seawall.nodes.prove.form import Answer, Form, Outcome, Side, Steps, Words
from seawall.nodes.prove.proof import Run
from seawall.wire import Connection, Reply, ServerError

KEY = "seawall:proof"
NAME = "seawall-prover"
PATIENCE_S = 120.0  # for one conversation; the slowest, a million keys by SCAN on a busy machine, takes seconds
WINDOW_S = 0.02  # at least
LONGER = 1.3  # a window is that many times the slower form, so that most runs end within it
SETTLE_S = 0.001  # between emptying the slow log and the window
FREED_WITHIN_S = 5.0  # what the last run left to a background thread; it would take processor time from the next
RING = 200_000  # a window of a second holds about 5,000 entries of the foreground client
PIPELINE = 64


@dataclass(frozen=True, slots=True)
class TimedRun:
    """A run of a form.

    job: from its first command to its last reply. window: in which a foreground client's waits count.
    """

    run: Run
    job: Window
    window: Window


class Prover:
    """The client that sends the jobs of a form. Raises BadReply where the server refuses a command of it."""

    def __init__(self, connection: Connection, form: Form, size: int) -> None:
        self._connection = connection
        self._form = form
        self._size = size
        self._ask("CLIENT", "SETNAME", NAME)

    def seed(self) -> str:
        """An empty server, then the form's data. Returns type and encoding of the key, empty where there is none."""
        self._ask("DEBUG", "SET-ACTIVE-EXPIRE", "0")  # a key that expires is freed by the read that is measured
        self._ask("FLUSHALL")
        seeding = self._form.seed(KEY, self._size)
        while commands := list(islice(seeding, PIPELINE)):
            self._connection.renew(PATIENCE_S)
            for words, reply in zip(commands, self._connection.pipeline(commands), strict=True):
                _checked(words, reply)
        if not self._form.type:
            return ""
        kind, encoding = self._ask("TYPE", KEY), self._ask("OBJECT", "ENCODING", KEY)
        return ", ".join(word.decode() for word in (kind, encoding) if isinstance(word, bytes))

    def warm_up(self, sides: Iterable[Side]) -> tuple[list[Outcome], float]:
        """Each form three times. Returns the answers of both, with what they left, and the seconds of a window."""
        answers: list[Outcome] = []
        longest = 0.0
        for side in sides:
            self.run(side, 0)
            answers.append(self.outcome(side))
            began, ended = self.run(side, 0).job
            longest = max(longest, ended - began)
        return answers, max(WINDOW_S, LONGER * longest)

    def outcome(self, side: Side) -> Outcome:
        """The answer of a form, and what it leaves."""
        self._ready(side)
        answer, _ = self._converse(side.job(KEY, self._size))
        after = self._form.after
        return answer, self._converse(after(KEY, self._size))[0] if after else None

    def run(self, side: Side, window_s: float) -> TimedRun:
        """One run of a form, and what the server's slow log says of it."""
        self._ready(side)
        self._ask("SLOWLOG", "RESET")
        time.sleep(SETTLE_S)
        cpu = self._cpu_us()
        began = time.perf_counter()
        _, sent = self._converse(side.job(KEY, self._size))
        job = (began, time.perf_counter())
        cpu = _more(cpu, self._cpu_us())
        time.sleep(max(0.0, began + window_s - time.perf_counter()))
        window = (began, time.perf_counter())
        entries, _ = decode_slowlog(self._ask("SLOWLOG", "GET", str(RING)))
        names = set(sent)
        times = [e.us for e in entries if e.client == NAME and e.argv[0].decode("latin-1").upper() in names]
        if len(times) != len(sent):
            raise BadReply(
                f"the slow log of the private server has {len(times):,} of {len(sent):,} calls",
                "The machine may be too busy for this size: try a smaller --size.",
            )
        return TimedRun(Run(len(times), max(times), sum(times), cpu), job, window)

    def idle(self, window_s: float) -> TimedRun:
        """A window without a job."""
        cpu, began = self._cpu_us(), time.perf_counter()
        time.sleep(window_s)
        window = (began, time.perf_counter())
        return TimedRun(Run(0, 0, 0, _more(cpu, self._cpu_us())), window, window)

    def _cpu_us(self) -> float | None:
        """What the main thread has worked since its start. Servers say it where the system does (Linux)."""
        found = re.findall(rb"used_cpu_(?:sys|user)_main_thread:([\d.]+)", self._text("INFO", "cpu"))
        return sum(map(float, found)) * 1e6 if found else None

    def _ready(self, side: Side) -> None:
        """The key renewed, and the last run's leftovers freed."""
        renew, before = self._form.renew, side.before
        if renew:
            self._converse(renew(KEY, self._size))
            deadline = time.perf_counter() + FREED_WITHIN_S
            while b"lazyfree_pending_objects:0" not in self._text("INFO", "memory"):
                if time.perf_counter() > deadline:
                    break
                time.sleep(SETTLE_S)
        if before:
            self._converse(before(KEY, self._size))

    def _converse(self, steps: Steps[Answer]) -> tuple[Answer, list[str]]:
        """A conversation to its end. Returns its answer and the names of the commands sent."""
        self._connection.renew(PATIENCE_S)
        sent: list[str] = []
        reply: Reply = None
        try:
            words = next(steps)
            while True:
                reply = _checked(words, self._connection.call(*words))
                sent.append(str(words[0]))
                words = steps.send(reply)
        except StopIteration as ended:
            return ended.value, sent

    def _ask(self, *words: str) -> Reply:
        self._connection.renew(PATIENCE_S)
        return _checked(words, self._connection.call(*words))

    def _text(self, *words: str) -> bytes:
        reply = self._ask(*words)
        return reply if isinstance(reply, bytes) else b""


def _more(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _checked(words: Words, reply: Reply) -> Reply:
    if isinstance(reply, ServerError):
        raise BadReply(
            f"the private server refused {words[0]}: {reply.shown}",
            "A smaller --size may fit into its memory; else give another server program with --server.",
        )
    return reply
