"""A chart of one measurement before and after a change, and the lengths of its bars. Pure: numbers in, fractions out.

Limits: one measurement a chart, all rows in the same unit, no axis but the printed values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LOG_RATIO = 50  # past this the shorter bars of a linear chart are invisible: 2 % of 40 columns is less than one


@dataclass(frozen=True, slots=True)
class Chart:
    """One measurement, before and after.

    unit: printed after each value. rows: (label, before, after), values finite and at least 0; a label may come from
    outside, it is escaped when printed.
    """

    title: str
    unit: str
    rows: tuple[tuple[str, float, float], ...]

    @property
    def values(self) -> tuple[float, ...]:
        """Every value, before and after, in row order."""
        return tuple(value for _, before, after in self.rows for value in (before, after))


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns a value into the fraction of the longest bar, 0 to 1; logarithmic when `floor` is set."""

    longest: float
    floor: float | None

    @classmethod
    def of(cls, values: Sequence[float]) -> Scale:
        """The scale of these values: linear, or logarithmic where the largest is over 50 times the smallest above 0."""
        above_zero = [v for v in values if v > 0]
        longest = max(above_zero, default=0.0)
        if not above_zero or longest / min(above_zero) <= LOG_RATIO:
            return cls(longest, None)
        # A whole decade below the smallest value, so that its bar is seen too.
        return cls(longest, 10.0 ** (math.ceil(math.log10(min(above_zero))) - 1))

    @property
    def note(self) -> str:
        """What the reader must know about the bars; empty for a linear scale."""
        return "log scale: each tenfold adds the same length" if self.floor is not None else ""

    def fraction(self, value: float) -> float:
        """0 for nothing, 1 for the longest value."""
        if value <= 0 or self.longest <= 0:
            return 0.0
        if self.floor is None:
            return value / self.longest
        return max(0.0, math.log(value / self.floor) / math.log(self.longest / self.floor))
