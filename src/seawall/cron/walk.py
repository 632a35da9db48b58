"""The wall-clock times of an expression, by its fields: never minute by minute.

A step looks at one month; a month without a day of the expression costs one look-up (28 kinds of month), so that an
expression that never fires is known to after the 2,760 months of 1970 to 2199.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from seawall.cron.days import Days


@dataclass(frozen=True, slots=True)
class Fields:
    """What the fields of an expression name, each ascending."""

    seconds: Sequence[int]
    minutes: Sequence[int]
    hours: Sequence[int]
    days: Days
    months: Sequence[int]
    years: Sequence[int]

    def match(self, wall: datetime) -> bool:
        """Whether the wall-clock time is one of the expression. Fractions of a second never are."""
        return (
            wall.microsecond == 0
            and wall.second in self.seconds
            and wall.minute in self.minutes
            and wall.hour in self.hours
            and wall.month in self.months
            and wall.year in self.years
            and wall.day in self.days.of(wall.year, wall.month)
        )


def forward(fields: Fields, start: datetime) -> Iterator[datetime]:
    """Its naive wall-clock times from `start` on, ascending."""
    years = fields.years
    for year in years[bisect_left(years, start.year) :]:
        for month in fields.months:
            if (year, month) < (start.year, start.month):
                continue
            for day in fields.days.of(year, month):
                if (year, month, day) < (start.year, start.month, start.day):
                    continue
                if (year, month, day) == (start.year, start.month, start.day):
                    hours = fields.hours[bisect_left(fields.hours, start.hour) :]
                    yield from (time for time in _times(fields, year, month, day, hours) if time >= start)
                else:
                    yield from _times(fields, year, month, day, fields.hours)


def backward(fields: Fields, end: datetime) -> Iterator[datetime]:
    """Its naive wall-clock times up to `end`, descending."""
    years = fields.years
    for year in reversed(years[: bisect_right(years, end.year)]):
        for month in reversed(fields.months):
            if (year, month) > (end.year, end.month):
                continue
            for day in reversed(fields.days.of(year, month)):
                if (year, month, day) > (end.year, end.month, end.day):
                    continue
                if (year, month, day) == (end.year, end.month, end.day):
                    hours = fields.hours[: bisect_right(fields.hours, end.hour)]
                    yield from (time for time in _times_back(fields, year, month, day, hours) if time <= end)
                else:
                    yield from _times_back(fields, year, month, day, fields.hours)


def _times(fields: Fields, year: int, month: int, day: int, hours: Sequence[int]) -> Iterator[datetime]:
    for hour in hours:
        for minute in fields.minutes:
            for second in fields.seconds:
                yield datetime(year, month, day, hour, minute, second)


def _times_back(fields: Fields, year: int, month: int, day: int, hours: Sequence[int]) -> Iterator[datetime]:
    for hour in reversed(hours):
        for minute in reversed(fields.minutes):
            for second in reversed(fields.seconds):
                yield datetime(year, month, day, hour, minute, second)
