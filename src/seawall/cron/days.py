"""Which days of a month an expression names: the two day fields, and how they go together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

ALL_DAYS = (1 << 32) - 2  # bit d for day d, 1 to 31
ALL_WEEK = (1 << 7) - 1  # bit w for weekday w, 0 is Sunday
_LENGTHS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Days:
    """The days that an expression names.

    in_month: bits 1 to 31. from_end: n days before the last, 0 for the last. nearest: days of which the nearest Monday
    to Friday of the same month is meant. last_weekday: the last Monday to Friday. in_week: bits 0 (Sunday) to 6. nth:
    (weekday, which), which from 1, or from -1 backwards for the last ones. both: a day must fit both fields, else one
    is enough.
    """

    in_month: int = ALL_DAYS
    from_end: tuple[int, ...] = ()
    nearest: tuple[int, ...] = ()
    last_weekday: bool = False
    in_week: int = ALL_WEEK
    nth: tuple[tuple[int, int], ...] = ()
    both: bool = True

    @property
    def simple(self) -> bool:
        """Whether bits say it all: no L, W or #."""
        return not (self.from_end or self.nearest or self.last_weekday or self.nth)

    @property
    def every(self) -> bool:
        """Whether it is every day of every month."""
        full = (self.in_month == ALL_DAYS, self.in_week == ALL_WEEK)
        return all(full) if self.both else any(full)

    def of(self, year: int, month: int) -> tuple[int, ...]:
        """Its days in this month, ascending."""
        return _of(self, month_length(year, month), date(year, month, 1).isoweekday() % 7)


def month_length(year: int, month: int) -> int:
    """The number of days in this month."""
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap else _LENGTHS[month]


@lru_cache(maxsize=4096)  # 28 kinds of month: four lengths, seven weekdays to begin with
def _of(days: Days, length: int, first: int) -> tuple[int, ...]:
    by_date = set(_by_date(days, length, first))
    by_week = set(_by_week(days, length, first))
    return tuple(sorted(by_date & by_week if days.both else by_date | by_week))


def _by_date(days: Days, length: int, first: int) -> Iterator[int]:
    def weekday(day: int) -> int:
        return (first + day - 1) % 7

    yield from (day for day in range(1, length + 1) if days.in_month >> day & 1)
    yield from (length - back for back in days.from_end if back < length)
    wanted = [day for day in days.nearest if day <= length] + [length] * days.last_weekday
    for day in wanted:
        if weekday(day) == 6:  # the Friday before, but never in another month
            yield day - 1 if day > 1 else day + 2
        elif weekday(day) == 0:
            yield day + 1 if day < length else day - 2
        else:
            yield day


def _by_week(days: Days, length: int, first: int) -> Iterator[int]:
    yield from (day for day in range(1, length + 1) if days.in_week >> (first + day - 1) % 7 & 1)
    for weekday, which in days.nth:
        all_of_it = range(1 + (weekday - first) % 7, length + 1, 7)
        if -len(all_of_it) <= which <= len(all_of_it):
            yield all_of_it[which - 1 if which > 0 else which]
