"""A user of the server: asks for one profile after the other, and notes how long each answer takes.

Runs in a process of its own (`python -m seawall.demo.foreground URL`), so that the platform's work in Python does not
count as the server's. It says `ready` after the first answer, stops when its standard input is closed, and then prints
what it saw as one line of JSON.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import select
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass
from itertools import count

from seawall.demo.app.connection import Redis, connect
from seawall.errors import Unreachable
from seawall.keyspace import printable

PAUSE = 0.0002  # seconds between an answer and the next request
USERS = 100  # profiles asked for, in turn
STALL = 1.0  # milliseconds; a longer answer is kept with its time
STALLS = 20_000  # kept at most
READY = "ready\n"
WITHIN = 15.0  # seconds for the process to be ready, and to end

Stall = tuple[float, float]  # when the answer came (perf_counter, seconds), how long it took (milliseconds)


@dataclass(frozen=True)
class Seen:
    """What the user saw. The percentiles are over users who come at any time; see `as_users_come`."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    longest_ms: float
    stalls: tuple[Stall, ...]  # the answers that took over a millisecond, in the order of time


@dataclass(frozen=True)
class Foreground:
    """A running foreground client."""

    process: subprocess.Popen[str]

    def wait_until_ready(self) -> None:
        """Wait for its first answer.

        Raises:
            Unreachable: it had none in time.
        """
        output = self.process.stdout
        if output and select.select([output], [], [], WITHIN)[0] and output.readline() == READY:
            return
        raise self.failed()

    def stop(self) -> Seen:
        """Have it end, and return what it saw.

        Raises:
            Unreachable: it ended without a result, or did not end in time.
        """
        with contextlib.suppress(subprocess.TimeoutExpired):
            said, _ = self.process.communicate("", timeout=WITHIN)
            if self.process.returncode == 0:
                found = json.loads(said)
                stalls = tuple((at, wait) for at, wait in found.pop("stalls"))
                return Seen(**found, stalls=stalls)
        raise self.failed()

    def failed(self) -> Unreachable:
        """The error, with its last words. It is ended first, if it has not."""
        self.process.kill()
        _, complaint = self.process.communicate()
        words = complaint.strip().splitlines()
        return Unreachable(
            f"the foreground client gave no result: {printable(words[-1]) if words else 'no word of why'}",
            "The machine may be busy: try again.",
        )


@contextlib.contextmanager
def watching(url: str) -> Generator[Foreground, None, None]:
    """A foreground client for the length of a `with` block, asking since before its body begins."""
    # A session of its own: Ctrl-C is for us. It ends with us all the same, since then its standard input closes.
    with subprocess.Popen(
        [sys.executable, "-m", "seawall.demo.foreground", url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            foreground = Foreground(process)
            foreground.wait_until_ready()
            yield foreground
        finally:
            process.kill()


def ask(redis: Redis) -> Seen:
    """Ask for profiles until standard input is closed."""
    waits: list[float] = []
    stalls: list[Stall] = []
    began = time.perf_counter()
    for number in count():
        started = time.perf_counter()
        redis.get(f"user:{number % USERS}:profile")
        ended = time.perf_counter()
        wait = 1000 * (ended - started)
        waits.append(wait)
        if wait >= STALL and len(stalls) < STALLS:
            stalls.append((ended, wait))
        if number == 0:
            sys.stdout.write(READY)
            sys.stdout.flush()
        if select.select([sys.stdin], [], [], PAUSE)[0]:
            break
    seconds = time.perf_counter() - began
    felt = as_users_come(waits, 1000 * PAUSE + rank(sorted(waits), 0.5))
    return Seen(len(waits), seconds, rank(felt, 0.5), rank(felt, 0.99), max(waits), tuple(stalls))


def as_users_come(waits: Sequence[float], interval: float) -> list[float]:
    """The waits of users who come every `interval` milliseconds, sorted.

    A client that waits for its answer asks nothing meanwhile: of a stall of 100 ms it sees one slow answer, though all
    who came in those 100 ms waited. Each wait longer than the interval therefore counts again for those who came after
    it began (the correction of HdrHistogram for what Gil Tene named coordinated omission).
    """
    felt: list[float] = []
    for wait in waits:
        while wait > interval:
            felt.append(wait)
            wait -= interval
        felt.append(wait)
    return sorted(felt)


def rank(values: Sequence[float], share: float) -> float:
    """The smallest of the sorted values that `share` of them do not exceed."""
    return values[max(0, math.ceil(share * len(values)) - 1)]


def main() -> None:
    """Ask, then print what was seen."""
    gc.disable()  # a collection of our own garbage would look like a stall of the server
    redis = connect(sys.argv[1], name="foreground")
    seen = ask(redis)
    redis.close()
    sys.stdout.write(json.dumps(asdict(seen)) + "\n")


if __name__ == "__main__":
    main()
