"""A schedule that has been read: when it runs next, when it ran last.

Wall-clock times become instants by the rules of EventBridge Scheduler: a time that does not exist (the clock goes
forward) is skipped, and one that comes twice (the clock goes back) counts once, the first time. An interval is elapsed
time and knows no zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from seawall.cron.clock import gap_around, instant_of
from seawall.cron.services import YEARS, Service
from seawall.cron.walk import Fields, backward, forward

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """An expression of a service in a zone.

    kind: `cron`, `rate`, `at` or `interval` (a rate of another service). fields: of a cron. interval: of a rate. at:
    the wall-clock time of an `at`. start, end: aware, both inclusive. flexible_minutes: it runs up to so much later.
    anchor: the instant from which an interval counts, itself a fire; None: unknown, and each fire is one interval after
    the time that is asked from. Times that are given must be aware; times that come back are in `zone`.
    """

    text: str
    service: Service
    zone: tzinfo
    kind: str
    fields: Fields | None = None
    interval: timedelta | None = None
    at: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    flexible_minutes: int = 0
    anchor: datetime | None = None

    @property
    def is_anchored(self) -> bool:
        """Whether its fires are instants, and not only a distance: false for an interval without an anchor."""
        return self.interval is None or self.anchor is not None

    def next(self, after: datetime) -> datetime | None:
        """The first fire strictly after this instant; None if there is none up to 2199."""
        return next(self.fires(after), None)

    def previous(self, before: datetime) -> datetime | None:
        """The last fire strictly before this instant; None if there is none from 1970 on."""
        return next(self.fires_back(before), None)

    def fires(self, after: datetime) -> Iterator[datetime]:
        """Its fires strictly after this instant, ascending."""
        after = _utc(after)
        if self.start is not None:
            after = max(after, _utc(self.start) - _TICK)
        end = None if self.end is None else _utc(self.end)
        for instant in self._instants(after):
            if end is not None and instant > end:
                return
            yield instant.astimezone(self.zone)

    def fires_back(self, before: datetime) -> Iterator[datetime]:
        """Its fires strictly before this instant, descending."""
        before = _utc(before)
        if self.end is not None:
            before = min(before, _utc(self.end) + _TICK)
        start = None if self.start is None else _utc(self.start)
        for instant in self._instants_back(before):
            if start is not None and instant < start:
                return
            yield instant.astimezone(self.zone)

    def wall_times(self, start: datetime) -> Iterator[datetime]:
        """The naive wall-clock times from `start` on, those that do not exist in the zone included."""
        if self.fields is not None:
            yield from forward(self.fields, start)
        elif self.at is not None and self.at >= start:
            yield self.at

    def wall_times_back(self, end: datetime) -> Iterator[datetime]:
        """The naive wall-clock times up to `end`, descending, those that do not exist in the zone included."""
        if self.fields is not None:
            yield from backward(self.fields, end)
        elif self.at is not None and self.at <= end:
            yield self.at

    def _instants(self, after: datetime) -> Iterator[datetime]:
        if self.interval is not None:
            yield from _lattice(self.interval, self.anchor, after)
            return
        start: datetime | None = after.astimezone(self.zone).replace(tzinfo=None, microsecond=0, fold=0)
        while start is not None:
            walls, start = self.wall_times(start), None
            for wall in walls:
                instant = instant_of(wall, self.zone)
                if instant is None:  # on with what exists: there may be 3,600 more in the gap
                    start = gap_around(wall, self.zone)[1]
                    break
                if instant > after:
                    yield instant

    def _instants_back(self, before: datetime) -> Iterator[datetime]:
        if self.interval is not None:
            yield from _lattice_back(self.interval, self.anchor, before)
            return
        local = before.astimezone(self.zone)
        # In the second pass of an hour that comes twice, later wall-clock times of the first pass lie before it.
        repeated = (local.replace(fold=0).utcoffset() or timedelta()) - (local.utcoffset() or timedelta())
        end: datetime | None = local.replace(tzinfo=None, fold=0) + max(repeated, timedelta())
        while end is not None:
            walls, end = self.wall_times_back(end), None
            for wall in walls:
                instant = instant_of(wall, self.zone)
                if instant is None:
                    end = gap_around(wall, self.zone)[0] - _TICK
                    break
                if instant < before:
                    yield instant


def bounded(
    schedule: Schedule,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    flexible_minutes: int = 0,
    anchor: datetime | None = None,
) -> Schedule:
    """The schedule with the bounds that stand beside its expression, and the instant that an interval counts from.

    An interval with a start and no anchor counts from the start (EventBridge Scheduler: "on, or after, the StartDate").
    """
    anchor = anchor or schedule.anchor or (start if schedule.interval is not None else None)
    return replace(schedule, start=start, end=end, flexible_minutes=flexible_minutes, anchor=anchor)


def _utc(instant: datetime) -> datetime:
    """In UTC, kept to the years that are calculated with: year 1 and year 9999 have no room for an offset."""
    if instant.tzinfo is None:  # Python would take it for the machine's local time
        raise ValueError("an instant without a time zone")
    if instant.year < YEARS[0] - 1:
        return datetime(YEARS[0] - 1, 12, 30, tzinfo=UTC)
    if instant.year > YEARS[-1] + 1:
        return datetime(YEARS[-1] + 1, 1, 3, tzinfo=UTC)
    return instant.astimezone(UTC)


def _lattice(interval: timedelta, anchor: datetime | None, after: datetime) -> Iterator[datetime]:
    end = datetime(YEARS[-1] + 1, 1, 1, tzinfo=UTC)
    first = after if anchor is None else _utc(anchor)
    if after < first:
        instant = first
    elif interval < end - first:
        instant = first + ((after - first) // interval + 1) * interval
    else:
        return
    while instant < end:
        yield instant
        instant += interval


def _lattice_back(interval: timedelta, anchor: datetime | None, before: datetime) -> Iterator[datetime]:
    first = datetime(YEARS[0], 1, 1, tzinfo=UTC) if anchor is None else _utc(anchor)
    if anchor is None:
        instant = before - min(interval, before - first + interval.resolution)
    else:
        instant = first + -((first - before) // interval + 1) * interval
    while instant >= first:
        yield instant
        instant -= interval
