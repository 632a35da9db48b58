"""Of which patterns to ask how many sizes more: the worst interval of a large pattern is to be as narrow as it can be.

Large is a pattern with at least 1 % of the keys or, by what is known so far, of the bytes. Each needs
(z cv / target)^2 sizes, less where that is much of its keys; cv is the deviation of its sizes over their mean. Where
the commands do not suffice, those that need no more than an equal share of them get what they need, and the target of
the others is widened alike: the relative error is shared, not the number of sizes.
Where commands are left, they go to the patterns with the fewest sizes asked, the more the more their sizes vary: keys
that are rarer and larger than all seen are likely there, and no deviation tells of them.
A pattern in which one key holds 1 % or more would take all commands, and its interval would stay wide: it gets its
equal share of them at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seawall.nodes.facts.census.interval import Z

TARGET = 0.03  # half an interval over its number: an error of 5 % is then 3.3 deviations off, one in a thousand
LARGE = 0.01
FIRST = 30  # sizes of any pattern
FLOOR = 600  # sizes of a large one: with fewer, a deviation of skewed sizes is not known
_GROWTH = 3  # times as many sizes in one round at most: the deviation is known better after it
_WIDEST = 100.0
_MOST = 20_000  # sizes of a pattern whose interval is narrow already, where commands are left


@dataclass(frozen=True, slots=True)
class Stratum:
    """A pattern as far as it is known. variation: the deviation of the sizes asked, over their mean."""

    keys: int
    asked: int
    available: int  # names at hand, the asked ones included
    variation: float
    bytes: float
    dominated: bool = False  # one key holds LARGE or more


def first(strata: Sequence[Stratum], commands: int) -> list[int]:
    """How many sizes of each pattern to ask at first.

    FIRST of each, the larger ones before the smaller, for half of the commands; with the rest the large ones are
    brought to their floor.
    """
    large = _large(strata)
    floor = _floor(sum(large), commands)
    chosen = [0] * len(strata)
    left = commands // 2
    order = sorted(range(len(strata)), key=lambda i: -strata[i].keys)
    for wanted, places in ((FIRST, order), (floor, [place for place in order if large[place]])):
        for place in places:
            added = min(max(wanted - chosen[place], 0), strata[place].available - chosen[place], left)
            chosen[place] += added
            left -= added
        left = commands - sum(chosen)
    return chosen


def more(strata: Sequence[Stratum], commands: int, target: float = TARGET) -> list[int]:
    """How many sizes more of each pattern, `commands` in all at most; all 0 where nothing is left to be done."""
    large = _large(strata)
    budget = commands + sum(s.asked for s in strata)
    fair = budget // max(sum(large), 1)
    least = _floor(sum(large), budget)
    weights = [min(max(s.variation, 0.1), 1.0) if is_large else 0.0 for s, is_large in zip(strata, large, strict=True)]

    def wanted(error: float, floor: float) -> list[int]:
        return [
            _missing(s, target if _needs(s, target) <= fair else error, max(least, int(floor * weight)), fair)
            if weight
            else 0
            for s, weight in zip(strata, weights, strict=True)
        ]

    if sum(wanted(target, 0)) > commands:
        chosen = wanted(_lowest(lambda error: sum(wanted(error, 0)) <= commands, target, _WIDEST), 0)
    else:
        chosen = wanted(target, 1 / _lowest(lambda part: sum(wanted(target, 1 / part)) <= commands, 1 / _MOST, 1.0))
    chosen = [min(n, max((_GROWTH - 1) * s.asked, FLOOR)) for n, s in zip(chosen, strata, strict=True)]
    return chosen if sum(chosen) <= commands else [n * commands // sum(chosen) for n in chosen]


def _lowest(fits: Callable[[float], bool], low: float, high: float) -> float:
    """The lowest number from low to high that fits, within a thousandth; high fits."""
    if fits(low):
        return low
    while high / low > 1.001:
        middle = (low * high) ** 0.5
        low, high = (low, middle) if fits(middle) else (middle, high)
    return high


def _large(strata: Sequence[Stratum]) -> list[bool]:
    keys, size = sum(s.keys for s in strata), sum(s.bytes for s in strata)
    return [s.keys >= LARGE * keys or (size > 0 and s.bytes >= LARGE * size) for s in strata]


def _floor(large: int, commands: int) -> int:
    """Sizes of a large pattern at least: FLOOR, or less where half of all commands do not suffice for that."""
    return min(FLOOR, commands // (2 * max(large, 1)))


def _needs(s: Stratum, error: float) -> float:
    many = (Z * s.variation / error) ** 2
    return many / (1 + many / max(s.keys, 1))


def _missing(s: Stratum, error: float, floor: int, fair: int) -> int:
    enough = int(max(_needs(s, error), floor)) + 1
    return max(min(enough, s.available, fair if s.dominated else s.available) - s.asked, 0)
