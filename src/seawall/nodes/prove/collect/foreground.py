"""A client of the same server, in a process of its own, which asks small things and notes how long each takes.

Its own process (`python -m seawall.nodes.prove.collect.foreground URL REQUEST...`), so that the work of the prover in
Python does not count as the server's. It says `ready` after its first answers, asks until its standard input is closed,
and then writes pairs of doubles: when a request began (seconds of perf_counter, one clock for all processes of a
machine) and how long the answer took (seconds).
"""

from __future__ import annotations

import contextlib
import gc
import select
import subprocess
import sys
import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from seawall.errors import Unreachable
from seawall.keyspace import printable
from seawall.wire import Connection, parse_url

PAUSE_S = 0.0002  # between an answer and the next request
READY = b"ready\n"
WITHIN_S = 15.0  # for the process to be ready, and to end
LIFE_S = 3600.0  # of its connection
NAME = "seawall-foreground"
REQUESTS = ("PING", f"GET {NAME}")  # in turns; the key does not exist
NUMBERS = 100  # that `#` in a request stands for, one after the other
ITEM = array("d").itemsize

Window = tuple[float, float]  # from, to (perf_counter)


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the client saw: when each request began, in order, and how long it took. Seconds."""

    began: array[float]
    took: array[float]

    def waits_ms(self, windows: Iterable[Window]) -> list[float]:
        """How long the requests took that were on their way at some time within the windows. Milliseconds."""
        found: list[float] = []
        for start, end in windows:
            first = bisect_left(self.began, start)
            if first and self.began[first - 1] + self.took[first - 1] > start:
                first -= 1  # one after the other: only the last that began before can still be on its way
            found += [1000 * took for took in self.took[first : bisect_right(self.began, end)]]
        return found


class Foreground:
    """The running client."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def wait_until_ready(self) -> None:
        """Waits for its first answers. Raises Unreachable where there are none in time."""
        output = self.process.stdout
        if not (output and select.select([output], [], [], WITHIN_S)[0] and output.readline() == READY):
            raise self._failed()

    def stop(self) -> Seen:
        """Has it end, and returns what it saw. Raises Unreachable where it has no result."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            said, _ = self.process.communicate(timeout=WITHIN_S)
            if self.process.returncode == 0:
                pairs = array("d", said[: len(said) // (2 * ITEM) * 2 * ITEM])
                return Seen(pairs[::2], pairs[1::2])
        raise self._failed()

    def _failed(self) -> Unreachable:
        self.process.kill()
        _, complaint = self.process.communicate()
        words = complaint.decode("utf-8", "replace").strip().splitlines()
        return Unreachable(
            f"the foreground client gave no result: {printable(words[-1])[:200] if words else 'no word of why'}",
            "The machine may be busy: try again.",
        )


@contextlib.contextmanager
def watching(url: str, *requests: str) -> Generator[Foreground, None, None]:
    """A foreground client for the length of a `with` block, asking since before its body begins.

    requests: small commands, in turns, with `#` for a number from 0 to 99; by default PING and a GET of nothing.
    """
    # A session of its own: Ctrl-C is for us. It ends with us all the same, since then its standard input closes.
    with subprocess.Popen(
        [sys.executable, "-m", "seawall.nodes.prove.collect.foreground", url, *(requests or REQUESTS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            foreground = Foreground(process)
            foreground.wait_until_ready()
            yield foreground
        finally:
            process.kill()


def ask(connection: Connection, requests: Sequence[str]) -> array[float]:
    """Asks until standard input is closed. Pairs: when it began, how long it took."""
    seen = array("d")
    turns = [request.replace("#", str(number)).split() for number in range(NUMBERS) for request in requests]
    for number in count():
        words = turns[number % len(turns)]
        began = time.perf_counter()
        connection.call(*words)
        seen.extend((began, time.perf_counter() - began))
        if number == 1:
            sys.stdout.buffer.write(READY)
            sys.stdout.buffer.flush()
        if select.select([sys.stdin], [], [], PAUSE_S)[0]:
            break
    return seen


def main() -> None:
    """Asks, then writes what was seen."""
    gc.disable()  # a collection of our own garbage would look like a stall of the server
    with Connection(parse_url(sys.argv[1]), timeout=LIFE_S) as connection:
        connection.call("CLIENT", "SETNAME", NAME)
        seen = ask(connection, sys.argv[2:])
    sys.stdout.buffer.write(seen.tobytes())


if __name__ == "__main__":
    main()
