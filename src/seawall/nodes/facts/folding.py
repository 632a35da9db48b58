"""Whether times recur in a step: the statistics behind a period.

*The test.* Entries less than a minute apart (a quarter of the step, if that is less) are one burst; what counts is when
it starts. For a step of P seconds the starts are folded, `t mod P`, and put into bins of w seconds; two neighbouring
bins are a window, so whatever jitters by less than w fits into one. Were the n bursts independent of the clock, each
would start in a given window with probability p = 2w/P, and the number K of steps in which one does would be bounded by
Hoeffding's inequality (J. Am. Stat. Assoc. 58, 1963, theorem 1): P(K >= k) <= exp(-n KL(k/n || p)). The bound is
multiplied by the windows, widths and clocks that were tried (Bonferroni), and must stay below the step's part of ALPHA,
so that all steps together name a random group periodic in less than 1 % of cases. A span that is no multiple of P
favours some phases: p is raised by that.

Limits: steps divide the day (as cron's do) or are a week; windows of two bins are at most a quarter of the step.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise

from seawall.nodes.facts.series import DAY, HOUR

WEEK = 604_800
STEPS = (WEEK, *(60 * n for n in range(1440, 0, -1) if 1440 % n == 0))  # seconds, longest first
SEVERAL = {HOUR: 12, DAY: 6, WEEK: 6}  # steps in which it may recur several times, and how many
BINS = (5, 15, 30, 60, 300, 900, 1_800)  # seconds
ALPHA = 0.005
SHARE = 0.8  # of the entries must be explained
_SAMPLE = 200  # entries that decide whether a step is looked at closely: their share is known to 0.035
_MONDAY = 3 * DAY  # 1970-01-01 was a Thursday


@dataclass(frozen=True, slots=True)
class Clock:
    """Epoch seconds as a zone's wall shows them, counted from a Monday: so midnight and Monday are multiples."""

    zone: tzinfo

    def offset(self, at: int) -> int:
        """Seconds east of UTC at that time, and the shift to Monday."""
        east = datetime.fromtimestamp(at, self.zone).utcoffset()
        return _MONDAY + (int(east.total_seconds()) if east else 0)

    def wall(self, times: Sequence[int]) -> list[int]:
        """Each time on the wall. Zones change at half hours of UTC, so one offset serves one half hour."""
        offsets = {half: self.offset(half * 1_800) for half in {t // 1_800 for t in times}}
        return [t + offsets[t // 1_800] for t in times]


@dataclass(frozen=True, slots=True)
class Bursts:
    """The bursts of a group on one clock's wall, in order: start, entries and last entry of each."""

    clock: Clock
    starts: Sequence[int]
    sizes: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, clock: Clock, wall: Sequence[int], gap: int) -> Bursts:
        """Those of times on the wall in order, at least one; entries less than `gap` apart are one burst."""
        first = [0, *(n for n in range(1, len(wall)) if wall[n] - wall[n - 1] >= gap)]
        after = [*first[1:], len(wall)]
        sizes = [b - a for a, b in zip(first, after, strict=True)]
        return cls(clock, [wall[n] for n in first], sizes, [wall[n - 1] for n in after])


@dataclass(frozen=True, slots=True)
class Fit:
    """Windows of `width` seconds from `starts` in a step, and the bound on finding so many hits by chance."""

    bursts: Bursts
    step: int
    starts: tuple[int, ...]
    width: int
    log_chance: float


def fit(bursts: Bursts, step: int, most: int, clocks: int) -> Fit | None:
    """The least likely windows of a step over all widths, if they are unlikely enough. clocks: how many are tried."""
    bins = [w for w in BINS if step % w == 0 and 8 * w <= step]
    need = SHARE * sum(bursts.sizes)
    every = max(1, len(bursts.starts) // _SAMPLE)
    sample = bursts.starts[::every], bursts.sizes[::every]
    rough = (SHARE - 0.2) * sum(sample[1])
    best: Fit | None = None
    for w in reversed(bins):
        room = min(most, step // (8 * w))
        if sum(sorted(_folded(*sample, step, w).values())[-2 * room :]) < rough:
            if most == 1:
                break  # narrower windows lie in these
            continue
        starts, seen = _windows(_folded(bursts.starts, bursts.sizes, step, w), step, w, room, need)
        if seen < need or (len(starts) > 1) != (most > 1):
            continue
        if len(starts) > 1 and min(b - a for a, b in pairwise([*starts, starts[0] + step])) < 6 * w:
            continue  # neighbours are one firing that lasts
        touched = len({(t - s) // step * step + s for s in starts for t in bursts.starts if (t - s) % step < 2 * w})
        tried = math.comb(step // w, len(starts)) * len(bins) * clocks * (most if most > 1 else 1)
        span = max(bursts.starts[-1] - bursts.starts[0], 1)
        p = len(starts) * 2 * w * (span // step + 1) / span
        chance = _log_tail(len(bursts.starts), touched, p) + math.log(tried)
        if best is None or chance < best.log_chance:
            best = Fit(bursts, step, tuple(starts), 2 * w, chance)
    part = 0.15 if step in (HOUR, DAY) else 0.05 if step == WEEK else 0.3 / (len(STEPS) - 3)
    return best if best and best.log_chance <= math.log(ALPHA * part) else None


def _folded(starts: Sequence[int], sizes: Sequence[int], step: int, w: int) -> Counter[int]:
    """Entries by the bin that their burst starts in."""
    if len(starts) == sum(sizes):
        return Counter([start % step // w for start in starts])  # ten times as fast
    counts: Counter[int] = Counter()
    for start, size in zip(starts, sizes, strict=True):
        counts[start % step // w] += size
    return counts


def _windows(counts: Counter[int], step: int, w: int, most: int, need: float) -> tuple[list[int], int]:
    """The fullest pairs of bins: as few as have `need` entries, and those half as full as the last; their entries."""
    many = step // w
    starts: list[int] = []
    seen = least = 0
    while len(starts) < most and counts:
        pairs = {b: n + counts.get((b + 1) % many, 0) for b, n in counts.items()}
        pairs |= {(b - 1) % many: n + counts.get((b - 1) % many, 0) for b, n in counts.items()}
        first, full = max(pairs.items(), key=lambda pair: (pair[1], counts.get(pair[0], 0), -pair[0]))
        if seen >= need and full * 2 < least:
            break
        starts.append(first * w)
        seen, least = seen + full, full
        for b in (first, (first + 1) % many):
            counts.pop(b, None)
    return sorted(starts), seen


def _log_tail(n: int, k: int, p: float) -> float:
    """Logarithm of Hoeffding's bound on at least k of n (k is not above n), each with probability p."""
    share = k / n
    if share <= p:
        return 0.0
    miss = (1 - share) * math.log((1 - share) / (1 - p)) if share < 1 else 0.0
    return -n * (share * math.log(share / p) + miss)
