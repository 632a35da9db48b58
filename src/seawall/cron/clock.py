"""Wall-clock times and instants of a zone, and where its clock changes.

A zone is any `tzinfo` that keeps PEP 495. A time that does not exist is known by a round trip through UTC; one that
comes twice is its first pass, fold 0.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

_SECOND = timedelta(seconds=1)


def offset(zone: tzinfo, instant: datetime) -> timedelta:
    """What the zone's clock shows at this instant, less UTC."""
    return instant.astimezone(zone).utcoffset() or timedelta()


def instant_of(wall: datetime, zone: tzinfo) -> datetime | None:
    """The instant, in UTC, of a naive wall-clock time: the first of two; None where it does not exist."""
    if zone is UTC:
        return wall.replace(tzinfo=UTC)
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    return instant if instant.astimezone(zone).replace(tzinfo=None, fold=0) == wall else None


def gap_around(wall: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The naive wall-clock times [start, end) that are skipped, around one of them."""
    after, before = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    at = change(zone, before, after)
    naive = at.replace(tzinfo=None)
    return naive + offset(zone, at - _SECOND), naive + offset(zone, at)


def change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """The first second with another offset than at `before`, which `after` has: by halves, 20 looks for 7 days."""
    old = offset(zone, before)
    while after - before > _SECOND:
        middle = before + (after - before) // (2 * _SECOND) * _SECOND
        before, after = (middle, after) if offset(zone, middle) == old else (before, middle)
    return after
