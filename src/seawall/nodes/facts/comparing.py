"""Statistics of a change: whether the counts of two times differ by more than chance explains.

*Groups without a period.* Given the sum of two Poisson counts, one of them is binomial with the share of its exposure
(Przyborowski and Wilenski, Biometrika 31, 1940): an exact test. Bursts and uneven days are no Poisson process; counts
are therefore divided by their index of dispersion, the Pearson statistic over hours and over days (McCullagh and
Nelder, Generalized Linear Models, 1989, section 4.5) or the index of a compound Poisson process, the mean of the
squared burst over the mean burst, whichever is largest and never below 1. So ten entries that come together are one.
Total time is tested in the same way; its index is at least the mean square over the mean of the durations, as far as
they are known.

*Periodic groups.* Entries and time of the firings are compared by ranks (Wilcoxon 1945, Mann and Whitney 1947; the
normal approximation, which is on the safe side in the tail).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from seawall.nodes.facts.series import DAY, Series

RATIO = 1.5
TAIL = 0.0025  # of each of four: entries and total, worse and better; together 1 %
_Z = 2.807  # the normal deviate of TAIL


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the comparison: entries and total by hour, and the seconds watched in each hour."""

    entries: Mapping[int, float]
    total: Mapping[int, float]
    watched: Mapping[int, int]

    @property
    def exposure(self) -> int:
        """All seconds watched."""
        return sum(self.watched.values())


def differs(was: float, now: float, share: float) -> str | None:
    """`worse` or `better` for counts without dispersion, None where the test does not say so."""
    trials = round(was + now)
    odds = share / (1 - share)
    if now > RATIO * was * odds and _tail(math.floor(now), trials, share) < TAIL:
        return "worse"
    if now * RATIO < was * odds and _tail(trials - math.ceil(now), trials, 1 - share) < TAIL:
        return "better"
    return None


def _tail(k: int, n: int, p: float) -> float:
    """P(X >= k) of a binomial; 1 where k is not above the mean."""
    if k <= n * p or k > n:
        return 1.0
    term = math.exp(
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p)
    )
    total = 0.0
    while term > total * 1e-9 and k <= n:
        total += term
        term *= (n - k) / (k + 1) * p / (1 - p)
        k += 1
    return total


def dispersion(was: Mapping[int, float], now: Mapping[int, float], before: Side, since: Side) -> float:
    """The larger index of dispersion of the hours of both sides and of the days before."""
    sums = _pearson(was, before.watched) + _pearson(now, since.watched)
    freedom = sum(len(side.watched) - 1 for side, amounts in ((before, was), (since, now)) if sum(amounts.values()))
    return max(_index(sums, freedom), _by_day(was, before.watched))


def by_hour_and_day(amounts: Mapping[int, float], watched: Mapping[int, int]) -> float:
    """The larger index of dispersion of the hours and of the days of one time."""
    return max(_index(_pearson(amounts, watched), len(watched) - 1), _by_day(amounts, watched))


def _by_day(amounts: Mapping[int, float], seconds: Mapping[int, int]) -> float:
    """The index of dispersion of days of 24 hours, from five on; else 0."""
    end = max(seconds)
    days, watched = Counter[int](), Counter[int]()
    for hour, length in seconds.items():
        watched[(end - hour) // DAY] += length
        days[(end - hour) // DAY] += int(amounts.get(hour, 0))
    return _index(_pearson(days, watched), len(watched) - 1) if len(watched) >= 5 else 0.0


def _index(pearson: float, freedom: int) -> float:
    """Pearson's statistic over its degrees of freedom, raised as Student's t is over the normal where they are few.

    The quantile of t is that of Cornish and Fisher's expansion (Peiser 1943): 3.4 for TAIL and 13 degrees.
    """
    if freedom < 1:
        return 0.0
    student = _Z + (_Z**3 + _Z) / (4 * freedom) + (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / (96 * freedom**2)
    return pearson / freedom * (student / _Z) ** 2


def _pearson(amounts: Mapping[int, float], watched: Mapping[int, int]) -> float:
    """The sum of (x - e)**2 / e over all watched hours or days, e in proportion to the time watched."""
    whole = sum(amounts.values())
    rate = whole / sum(watched.values())
    if not rate:
        return 0.0
    # An hour without entries adds e, so only the others are visited.
    return whole + sum((x - e) ** 2 / e - e for key, x in amounts.items() for e in (rate * watched[key],))


def burst_index(series: Series, exposure: int) -> float:
    """Mean square over mean of the bursts: entries closer than a tenth of the mean interval, 5 minutes at most.

    exposure: seconds in which the entries might have come. A Poisson process gives 1.2.
    """
    ordered = sorted(series.times)
    if len(ordered) < min(series.entries, 2):  # only the hours are known: each may be one burst
        return sum(many**2 for many, *_ in series.hours.values()) / series.entries
    gap = min(300.0, exposure / len(ordered) / 10)
    sizes = [1]
    for earlier, later in pairwise(ordered):
        if later - earlier <= gap:
            sizes[-1] += 1
        else:
            sizes.append(1)
    return sum(size * size for size in sizes) / len(ordered)


def log_choose(n: int, k: int) -> float:
    """Logarithm of the binomial coefficient."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def ranked(was: Sequence[float], due_was: int, now: Sequence[float], due_now: int) -> str | None:
    """`worse` or `better` by the ratio of the means and the rank sum; a firing that was due and not seen is 0.

    No correction for ties: it would call one odd firing among equal ones certain.
    """
    older, newer = [*was, *[0.0] * (due_was - len(was))], [*now, *[0.0] * (due_now - len(now))]
    ratio = (sum(newer) / due_now) / (sum(older) / due_was)
    both = len(older) + len(newer)
    place = ranks = 0.0
    for _, same in groupby(sorted([(x, 0) for x in older] + [(x, 1) for x in newer]), key=lambda pair: pair[0]):
        sides = [side for _, side in same]
        ranks += sum(sides) * (place + (len(sides) + 1) / 2)
        place += len(sides)
    off = ranks - len(newer) * (both + 1) / 2
    if (abs(off) - 0.5) / math.sqrt(len(older) * len(newer) * (both + 1) / 12) < _Z:
        return None
    return "worse" if ratio > RATIO and off > 0 else "better" if ratio * RATIO < 1 and off < 0 else None
