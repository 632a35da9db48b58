"""Runs both forms of a job in turns on a private server, and takes their times from the server itself.

    seed, warm up ──> blocks: old new new old, nothing; new old old new, nothing; ... ──> Proof
    a run: renew the key ─> empty the slow log ─> send ─> idle to the end of its window ─> read the slow log

Its slow log has a threshold of 0, so every call has its entry; ours are told apart by the client's name. Renewing,
emptying and reading are outside of the window in which a foreground client's waits count, and a window is as long as
the slower form needs: both forms do the same number of jobs in the same time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from seawall import lab
from seawall.nodes.prove.collect.foreground import PAUSE_S, Seen, watching
from seawall.nodes.prove.collect.prover import PATIENCE_S, RING, Prover, TimedRun
from seawall.nodes.prove.form import Form, Side
from seawall.nodes.prove.proof import Measured, Proof
from seawall.nodes.prove.verdict import STALL_RATIO, WORK_RATIO, Block, compare
from seawall.nodes.prove.waits import felt
from seawall.wire import Connection, parse_url

MEMORY = "1gb"
IDLE_S = 0.05  # at most, a round: what the machine does by itself is seen in less than a job takes

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """How to measure. rounds: blocks. seconds: no block begins after these. aa: the old form against itself.

    settings: of the finding's server, such as lazyfree-lazy-user-del.
    """

    rounds: int
    seconds: float
    aa: bool = False
    settings: Mapping[str, str] | None = None


def prove(binary: lab.Binary, form: Form, size: int, wish: Wish, say: Say) -> Proof:
    """Proves a form on a private server of its own. Raises Unreachable where that does not start.

    say: told what is being done, a few words now and then.
    """
    say(f"starting {binary}")
    with lab.start(binary, config=config(binary, wish.settings or {})) as server:
        return measure(server, form, size, wish, say)


def config(binary: lab.Binary, settings: Mapping[str, str]) -> dict[str, str]:
    """The directives of a proof's server: everything is logged, memory has a limit."""
    debug = {} if binary.version.startswith("6.") else {"enable-debug-command": "yes"}  # 6.2 allows it anyway
    return {"slowlog-log-slower-than": "0", "slowlog-max-len": str(RING), "maxmemory": MEMORY, **debug, **settings}


def measure(server: lab.Server, form: Form, size: int, wish: Wish, say: Say) -> Proof:
    """Proves a form on a server started with `config`; what it held before is gone.

    Raises BadReply where the server refuses a command of the form.
    """
    sides = (form.old, form.old if wish.aa else form.new)
    with Connection(parse_url(server.url), timeout=PATIENCE_S) as connection:
        prover = Prover(connection, form, size)
        say(f"making the key of {form.name}")
        key = prover.seed()
        say("warming up")
        answers, window_s = prover.warm_up(sides)
        with watching(server.url) as foreground:
            blocks = list(_blocks(prover, sides, window_s, wish, say))
            seen = foreground.stop()
    work, work_seen_by = _work([block.idle for block in blocks], seen)
    old, new = (_measured([run for block in blocks for run in block.runs[n]], work, seen) for n in (0, 1))
    by_client = (server.binary.name, int(server.binary.version.split(".")[0])) in form.own_client_waits
    stall = [block.judged(_longest_wait(seen) if by_client else _longest_call) for block in blocks]
    return Proof(
        form=form,
        server=str(server.binary),
        size=size,
        key=key,
        is_aa=wish.aa,
        rounds=len(blocks),
        every_ms=1000 * window_s,
        old=old,
        new=new,
        alone=felt(seen.waits_ms(block.idle.window for block in blocks), 1000 * PAUSE_S),
        stall=compare(stall, STALL_RATIO),
        stall_seen_by="foreground" if by_client else "slow log",
        work=compare([block.judged(work) for block in blocks], WORK_RATIO),
        work_seen_by=work_seen_by,
        same_answer=form.same(*answers),
        remarks=_remarks(form, key),
    )


def _longest_call(run: TimedRun) -> float:
    return run.run.longest_us


def _longest_wait(seen: Seen) -> Callable[[TimedRun], float]:
    """The longest wait of the foreground client in a run's window, in microseconds."""
    return lambda run: 1000 * max(seen.waits_ms([run.window]), default=0.0)


def _work(idle: Sequence[TimedRun], seen: Seen) -> tuple[Callable[[TimedRun], float], str]:
    """The work of a run, and who says it: the main thread's processor time without the foreground client's share.

    What a request of that client costs is learned where there is no job.
    """
    requests = sum(len(seen.waits_ms([run.job])) for run in idle)
    spent = [run.run.cpu_us for run in idle if run.run.cpu_us is not None]
    if len(spent) < len(idle) or not requests:
        return lambda run: run.run.total_us, "slow log"
    cost = sum(spent) / requests
    return lambda run: max((run.run.cpu_us or 0.0) - cost * len(seen.waits_ms([run.job])), 0.0), "main thread"


@dataclass(frozen=True, slots=True)
class _Block:
    """The runs of the old and of the new form, two each, and a window with nothing."""

    runs: tuple[list[TimedRun], list[TimedRun]]
    idle: TimedRun

    def judged(self, value: Callable[[TimedRun], float]) -> Block:
        old, new = ((value(first), value(second)) for first, second in self.runs)
        return Block(old, new)


def _blocks(prover: Prover, sides: tuple[Side, Side], window_s: float, wish: Wish, say: Say) -> Iterator[_Block]:
    began = time.perf_counter()
    for number in range(wish.rounds):
        if number and time.perf_counter() - began > wish.seconds:
            return
        say(f"round {number + 1} of {wish.rounds}")
        runs: tuple[list[TimedRun], list[TimedRun]] = ([], [])
        for side in (0, 1, 1, 0) if number % 2 == 0 else (1, 0, 0, 1):
            runs[side].append(prover.run(sides[side], window_s))
        yield _Block(runs, prover.idle(min(window_s, IDLE_S)))


def _measured(runs: list[TimedRun], work: Callable[[TimedRun], float], seen: Seen) -> Measured:
    waits = seen.waits_ms(run.window for run in runs)
    return Measured(tuple(run.run for run in runs), tuple(map(work, runs)), felt(waits, 1000 * PAUSE_S))


def _remarks(form: Form, key: str) -> tuple[str, ...]:
    remarks = [form.remark] if form.remark else []
    expected = ", ".join(filter(None, (form.type, form.encoding)))
    if key != expected:
        remarks.append(f"At this size the key is a {key}; of {form.amount(form.size)} it is a {expected}.")
    return tuple(remarks)
