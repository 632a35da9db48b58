"""A user of the server: asks for one profile after the other, by the client that also stands beside a proof."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from seawall.nodes.prove.collect import foreground
from seawall.nodes.prove.waits import felt

PROFILE = "GET user:#:profile"  # of a hundred users, in turn
STALL = 1.0  # milliseconds; a longer answer is kept with its time
STALLS = 20_000  # kept at most

Stall = tuple[float, float]  # when the answer came (perf_counter, seconds), how long it took (milliseconds)


@dataclass(frozen=True)
class Seen:
    """What the user saw. The percentiles are over users who come at any time; see `seawall.nodes.prove.waits`."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    longest_ms: float
    stalls: tuple[Stall, ...]  # the answers that took over a millisecond, in the order of time


@dataclass(frozen=True)
class Foreground:
    """A running foreground client."""

    client: foreground.Foreground

    def stop(self) -> Seen:
        """Have it end, and return what it saw. Raises Unreachable where it has no result."""
        seen = self.client.stop()
        waits = [1000 * took for took in seen.took]
        users = felt(waits, 1000 * foreground.PAUSE_S)
        ended = (began + took for began, took in zip(seen.began, seen.took, strict=True))
        stalls = [(at, wait) for at, wait in zip(ended, waits, strict=True) if wait >= STALL]
        return Seen(
            len(waits),
            seen.began[-1] + seen.took[-1] - seen.began[0],
            users.p50_ms or 0.0,
            users.p99_ms or 0.0,
            max(waits),
            tuple(stalls[:STALLS]),
        )


@contextmanager
def watching(url: str) -> Generator[Foreground, None, None]:
    """A foreground client for the length of a `with` block, asking since before its body begins."""
    with foreground.watching(url, PROFILE) as client:
        yield Foreground(client)
