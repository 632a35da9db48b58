"""Changes of the clock in a zone, and what they do to a schedule: the next run that is skipped, or that comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import takewhile

from seawall.cron.clock import change, offset
from seawall.cron.schedule import Schedule

AHEAD = timedelta(days=400)  # more than a year: where clocks change, each change is in it
_STRIDE = timedelta(days=7)  # Morocco's two changes around Ramadan, the nearest known, are 29 days apart


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of the clock: the wall-clock times [start, end) are skipped, or come twice."""

    at: datetime
    start: datetime
    end: datetime
    skipped: bool


@dataclass(frozen=True, slots=True)
class Surprise:
    """What the next change of the clock does to a schedule: the first and last run that it skips or doubles.

    A run that is skipped in a schedule of every hour is none: it goes on with the next hour, as the clock does.
    """

    first: datetime
    last: datetime
    zone: str
    skipped: bool

    def says(self) -> str:
        """`02:30 does not exist on 2027-03-28 in Europe/Berlin: it will not run`."""
        day = f"on {self.first:%Y-%m-%d} in {self.zone}"
        if self.first == self.last:
            verb, time = ("does not exist", "comes twice"), f"{self.first:%H:%M}"
        else:
            verb, time = ("do not exist", "come twice"), f"{self.first:%H:%M} to {self.last:%H:%M}"
        if self.skipped:
            return f"{time} {verb[0]} {day}: it will not run"
        return f"{time} {verb[1]} {day}: it runs the first time only"


def surprise(schedule: Schedule, now: datetime) -> Surprise | None:
    """The next run within 400 days that does not exist or comes twice. None for an interval and in UTC."""
    if schedule.interval is not None or schedule.zone is UTC:
        return None
    every_hour = schedule.fields is not None and len(schedule.fields.hours) == 24
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for moved in transitions(schedule.zone, midnight):
        if moved.at <= now or (moved.skipped and every_hour):
            continue
        hit = list(takewhile(lambda wall, end=moved.end: wall < end, schedule.wall_times(moved.start)))
        hit = [wall for wall in hit if _within(schedule, wall)]
        if hit:
            return Surprise(hit[0], hit[-1], str(schedule.zone), moved.skipped)
    return None


def _within(schedule: Schedule, wall: datetime) -> bool:
    instant = wall.replace(tzinfo=schedule.zone).astimezone(UTC)
    after = schedule.start is None or instant >= schedule.start.astimezone(UTC)
    return after and (schedule.end is None or instant <= schedule.end.astimezone(UTC))


@lru_cache(maxsize=1024)
def transitions(zone: tzinfo, since: datetime) -> tuple[Transition, ...]:
    """The changes of the clock in the 400 days from `since` on, in order."""
    return tuple(_transitions(zone, since))


def _transitions(zone: tzinfo, since: datetime) -> Iterator[Transition]:
    end = since + AHEAD
    while since < end:
        until = min(since + _STRIDE, end)
        if offset(zone, since) != offset(zone, until):
            at = change(zone, since, until)
            old, new = offset(zone, at - timedelta(seconds=1)), offset(zone, at)
            low, high = sorted((old, new))
            wall = at.replace(tzinfo=None)
            yield Transition(at, wall + low, wall + high, skipped=new > old)
        since = until
