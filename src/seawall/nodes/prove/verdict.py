"""Whether the new form is better, worse, or no different: a test that asks nothing of the noise's distribution. Pure.

Old and new run in blocks, `old new new old` and `new old old new` in turns, so a drift of the machine hits both. A
block gives one number, the logarithm of old to new. Where the forms do not differ, it is as likely to be x as -x; that
is all that Wilcoxon's signed-rank test needs, and its distribution is counted out here, not approximated.

An A/A run asks twice, about the stall and about the work, so each may be wrong in 1 of 200 runs for 1 of 100 together.
The least effect makes it rarer still.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from seawall.model import Json

ALPHA = 0.005
FEWEST = 9  # blocks: all nine in one direction have p = 2 / 2^9 = 0.0039; with eight nothing can be below ALPHA
STALL_RATIO = 1.5
WORK_RATIO = 1.25
LEAST_US = 100.0  # a smaller change is less than a round trip on a network: nobody can see it


class Effect(StrEnum):
    """What the new form does."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "no difference"
    TOO_FEW = "too few rounds"


@dataclass(frozen=True, slots=True)
class Block:
    """Two runs of each form, side by side. Microseconds."""

    old: tuple[float, float]
    new: tuple[float, float]

    @property
    def difference(self) -> float:
        """The logarithm of old to new: above 0 where the new form takes less. Less than 1 us counts as 1."""
        return sum(math.log(max(us, 1.0)) for us in self.old) - sum(math.log(max(us, 1.0)) for us in self.new)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Medians in microseconds over all runs, how many times less the new one is, how likely by chance, the verdict."""

    old_us: float
    new_us: float
    ratio: float
    p: float
    effect: Effect

    def as_json(self) -> dict[str, Json]:
        """All five."""
        return {
            "old_us": round(self.old_us, 1),
            "new_us": round(self.new_us, 1),
            "ratio": round(self.ratio, 3),
            "p": round(self.p, 6),
            "verdict": self.effect.value,
        }


def compare(blocks: Sequence[Block], least_ratio: float) -> Comparison:
    """The verdict on at least one block. It is a difference only where three things hold.

    It is not by chance (p at most ALPHA); the medians differ `least_ratio` times; and by LEAST_US.
    """
    old = median(us for block in blocks for us in block.old)
    new = median(us for block in blocks for us in block.new)
    ratio = max(old, 1.0) / max(new, 1.0)
    p = chance([block.difference for block in blocks])
    large = max(ratio, 1 / ratio) >= least_ratio and abs(old - new) >= LEAST_US
    if len(blocks) < FEWEST:
        effect = Effect.TOO_FEW
    elif p > ALPHA or not large:
        effect = Effect.SAME
    else:
        effect = Effect.BETTER if ratio > 1 else Effect.WORSE
    return Comparison(old, new, ratio, p, effect)


def chance(differences: Sequence[float]) -> float:
    """The two-sided p of Wilcoxon's signed-rank test, exact: the share of all 2^n signs that are at least as lopsided.

    Zeros say nothing and are left out; equal sizes share their ranks. 1.0 where nothing is left.
    """
    kept = sorted((d for d in differences if d), key=abs)
    if not kept:
        return 1.0
    ranks = _doubled_ranks([abs(d) for d in kept])
    total = sum(ranks)
    positive = sum(rank for rank, d in zip(ranks, kept, strict=True) if d > 0)
    ways = [1] + [0] * total  # ways[s]: in how many ways signs give the positive ranks the sum s
    for rank in ranks:
        for s in range(total, rank - 1, -1):
            ways[s] += ways[s - rank]
    lopsided = abs(2 * positive - total)
    return sum(count for s, count in enumerate(ways) if abs(2 * s - total) >= lopsided) / 2 ** len(kept)


def _doubled_ranks(sizes: Sequence[float]) -> list[int]:
    """Twice the ranks of sorted sizes, so that a shared rank is a whole number: 5.0 5.0 9.0 -> 3 3 6."""
    ranks: list[int] = []
    at = 0
    while at < len(sizes):
        equal = sum(1 for size in sizes if size == sizes[at])
        ranks += [2 * at + 1 + equal] * equal
        at += equal
    return ranks
