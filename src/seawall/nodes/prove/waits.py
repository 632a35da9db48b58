"""What a client of the same server waited for, as those feel it who come at any time. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seawall.model import Json


@dataclass(frozen=True, slots=True)
class Waits:
    """Percentiles in milliseconds. `longest_ms` is a single wait: it is shown, and decides nothing."""

    requests: int
    p50_ms: float | None
    p99_ms: float | None
    longest_ms: float | None

    def as_json(self) -> dict[str, Json]:
        """All four, rounded to microseconds; None where there was no request."""

        def rounded(ms: float | None) -> float | None:
            return None if ms is None else round(ms, 3)

        return {
            "requests": self.requests,
            "p50_ms": rounded(self.p50_ms),
            "p99_ms": rounded(self.p99_ms),
            "max_ms": rounded(self.longest_ms),
        }


def felt(waits: Sequence[float], pause_ms: float) -> Waits:
    """The waits (milliseconds) of a client that pauses for `pause_ms` between two requests.

    The percentiles are over clients that come as often, whether or not another waits. A client that waits asks nothing
    meanwhile: of a stall of 100 ms it sees one slow answer, though all who came in those 100 ms waited. So a wait
    longer than the usual interval counts again for those who came after it began (the correction for what Gil Tene
    named coordinated omission).
    """
    if not waits:
        return Waits(0, None, None, None)
    interval = pause_ms + at_share(sorted(waits), 0.5)
    everyone = sorted(_with_those_behind(waits, interval))
    return Waits(len(waits), at_share(everyone, 0.5), at_share(everyone, 0.99), everyone[-1])


def _with_those_behind(waits: Iterable[float], interval: float) -> Iterable[float]:
    for wait in waits:
        left = wait
        while left > interval:
            yield left
            left -= interval
        yield left


def at_share(values: Sequence[float], share: float) -> float:
    """The smallest of the sorted values that `share` of them do not exceed."""
    return values[max(0, math.ceil(share * len(values)) - 1)]
