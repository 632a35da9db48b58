"""The story of the demo: the same platform, the same data, the same jobs; first in the harmful form, then in the good.

    start ─> seed ─> idle ─┬─> rewind ─> forget ─> traffic under a foreground client ─> scan ─┐
                           └──────────────── once harmful, once good ────────────────────────┘

`forget` empties the server's slow log and its command statistics, so that each scan sees one kind of traffic. The scan
is the caller's; this tells only what was sent and what a user felt.
"""

from __future__ import annotations

import contextlib
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from redis.exceptions import RedisError

from seawall import lab
from seawall.demo.app.connection import Redis, connect
from seawall.demo.app.jobs import JOBS, Forms
from seawall.demo.foreground import Seen, watching
from seawall.demo.seed import Size, plant, rewind
from seawall.demo.traffic import Run, Traffic, send
from seawall.errors import Unreachable

THRESHOLD_US = 1000  # the slow log's, instead of its default of 10 ms: the next layer lies between 1 and 10
RING = 1024  # entries of the slow log
IDLE = 1.5  # seconds of the foreground client alone: what this machine does to a user by itself
ROUNDS = 6
PHASE_WITHIN = 12.0  # seconds of traffic; on a slow machine there are fewer rounds
NOT_THE_PLATFORMS = ("get", "client", "hello", "info", "config", "slowlog", "ping", "command", "auth", "select")

Step = Literal["start", "seed", "idle", "harmful", "good", "scan"]
S = TypeVar("S")


@dataclass(frozen=True)
class Progress:
    """What is going on: a step, how much of it is done, and a sentence to print when the step begins or ends."""

    step: Step
    done: int
    total: int
    said: str


@dataclass(frozen=True)
class JobStall:
    """A job in one form: how long one run of it took, and the longest that the user waited during any."""

    job: str
    runs: int
    seconds: float  # of its longest run
    longest_ms: float  # 0 where every answer came within a millisecond


@dataclass(frozen=True)
class Phase(Generic[S]):
    """One form of the traffic: what was sent, what the user saw, what the scan said."""

    forms: Forms
    rounds: int
    seconds: float
    server_ms: float  # of main-thread time in the platform's commands, all rounds together
    seen: Seen
    jobs: tuple[JobStall, ...]  # in the order of app.jobs.JOBS
    scan: S


@dataclass(frozen=True)
class Story(Generic[S]):
    """The whole demo in numbers."""

    server: lab.Binary
    size: Size
    small_keys: int  # fewer than `size` says where the machine was too slow
    idle: Seen
    harmful: Phase[S]
    good: Phase[S]
    seconds: float


@dataclass(frozen=True)
class Stage:
    """The server, a connection of our own, and whom to tell."""

    server: lab.Server
    redis: Redis
    progress: Callable[[Progress], None]
    size: Size
    rounds: int


def tell(
    scan: Callable[[str], S],
    progress: Callable[[Progress], None],
    *,
    binary: lab.Binary | None = None,
    size: Size | None = None,
    rounds: int = ROUNDS,
) -> Story[S]:
    """Tell the story on a private server, which is gone afterwards. About half a minute, on two slow cores 45 s.

    Args:
        scan: called with the server's URL after each kind of traffic; what it returns is kept as it is.
        progress: called as things happen, in this thread; it must be quick.
        binary: the server to use; by default the one that `seawall.lab.find_binary` finds.
        size: how large the platform is.
        rounds: how often all jobs run in each form; fewer on a machine that needs over PHASE_WITHIN seconds for them.

    Raises:
        UsageError: no server program on this machine.
        Unreachable: the private server did not start, or ended midway.
    """
    began = time.perf_counter()
    with stage(binary or lab.find_binary(), progress, size or Size(), rounds) as here:
        small_keys = seed(here)
        idle = feel_idle(here)
        harmful = play(here, "harmful", scan)
        good = play(here, "good", scan)
        seconds = time.perf_counter() - began
        return Story(here.server.binary, here.size, small_keys, idle, harmful, good, seconds)


@contextlib.contextmanager
def stage(
    binary: lab.Binary, progress: Callable[[Progress], None], size: Size, rounds: int
) -> Generator[Stage, None, None]:
    """The private server with a slow log that sees enough, and DEL as Redis has it by default (Valkey 8 does not)."""
    config = {
        "slowlog-log-slower-than": str(THRESHOLD_US),
        "slowlog-max-len": str(RING),
        "lazyfree-lazy-user-del": "no",
    }
    with lab.start(binary, config=config) as server:
        said = f"{binary}, private; slow-log threshold {THRESHOLD_US / 1000:g} ms; lazyfree-lazy-user-del no"
        progress(Progress("start", 1, 1, said))
        with contextlib.closing(connect(server.url, name="seed")) as redis, blaming(server):
            yield Stage(server, redis, progress, size, rounds)


@contextlib.contextmanager
def blaming(server: lab.Server) -> Generator[None, None, None]:
    """Say what the server said when it stopped answering us."""
    try:
        yield
    except RedisError as error:
        raise Unreachable(
            f"the private server failed in the middle of the demo; its last words: {lab.last_words(server.log)}",
            "See that there are 500 MB of free memory, and try again.",
        ) from error


def seed(here: Stage) -> int:
    """Plant the data. Returns the number of small keys."""

    def told(done: int, total: int) -> None:
        here.progress(Progress("seed", done, total, "a driver platform is seeded"))

    return plant(here.redis, here.size, told)


def feel_idle(here: Stage) -> Seen:
    """What a user feels when nobody else is there: the noise of this machine."""
    here.progress(Progress("idle", 0, 1, "a user asks, and nobody else"))
    with watching(here.server.url) as foreground:
        time.sleep(IDLE)
        seen = foreground.stop()
    here.progress(Progress("idle", 1, 1, f"longest wait {seen.longest_ms:.1f} ms"))
    return seen


def play(here: Stage, forms: Forms, scan: Callable[[str], S]) -> Phase[S]:
    """One form of the traffic under a foreground client, then the scan."""

    def told(done: int, total: int) -> None:
        here.progress(Progress(forms, done, total, f"the platform sends its {forms} forms"))

    rewind(here.redis, here.size, here.rounds)
    told(0, here.rounds)
    with contextlib.closing(connect(here.server.url)) as platform, watching(here.server.url) as foreground:
        forget(here.redis)
        traffic = send(platform, forms, told, rounds=here.rounds, within=PHASE_WITHIN)
        seen = foreground.stop()
    server_ms = platform_ms(here.redis)
    here.progress(Progress("scan", 0, 1, "scan"))
    found = scan(here.server.url)
    here.progress(Progress("scan", 1, 1, "scan"))
    stalls = by_job(traffic, seen)
    return Phase(forms, traffic.rounds, traffic.seconds, server_ms, seen, stalls, found)


def forget(redis: Redis) -> None:
    """Empty the slow log and the command statistics."""
    redis.config_resetstat()
    redis.slowlog_reset()
    redis.slowlog_reset()  # freeing a full ring takes a millisecond, and is then the first entry of the new one


def platform_ms(redis: Redis) -> float:
    """Main-thread milliseconds in the platform's commands since the statistics were reset."""
    totals = redis.info("commandstats")
    names = {name: name.removeprefix("cmdstat_").split("|")[0] for name in totals}
    return sum(row["usec"] for name, row in totals.items() if names[name] not in NOT_THE_PLATFORMS) / 1000


def by_job(traffic: Traffic, seen: Seen) -> tuple[JobStall, ...]:
    """Each job's share of what the user saw: a slow answer belongs to the job during which most of its wait fell.

    One that fell between two jobs belongs to none: that was the machine.
    """
    longest = dict.fromkeys(JOBS, 0.0)
    for at, wait in seen.stalls:
        run = longest_overlap(traffic.runs, at - wait / 1000, at)
        if run:
            longest[run.job] = max(longest[run.job], wait)
    stalls: list[JobStall] = []
    for job in JOBS:
        seconds = [run.ended - run.started for run in traffic.runs if run.job == job]
        stalls.append(JobStall(job, len(seconds), max(seconds), longest[job]))
    return tuple(stalls)


def longest_overlap(runs: Sequence[Run], start: float, end: float) -> Run | None:
    """The run that covers most of the time from `start` to `end`, None if none covers any. `runs` is in time order."""
    first = bisect_right(runs, start, key=lambda run: run.ended)
    after = bisect_left(runs, end, key=lambda run: run.started)
    touched = runs[first:after]
    return max(touched, key=lambda run: min(run.ended, end) - max(run.started, start), default=None)
