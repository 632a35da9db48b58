"""How well a schedule explains a list of instants: for ranking the triggers of slow-log entries."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from seawall.cron.schedule import Schedule, bounded

_MOST_FIRES = 10_000  # a week of every minute, 0.1 s; what lies after them is not judged
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Match:
    """How a schedule and some instants fit, all between 0 and 1.

    explained: share of the instants that lie within the tolerance after a fire. filled: share of the fires in the span
    of the instants that have one. expected: share of the span that lies within the tolerance after a fire: what
    instants at random would explain. score: `explained - expected`, times the mean of 1 and `filled`: a schedule that
    runs all the time explains nothing, and one whose runs are mostly fast still explains.
    """

    explained: float
    filled: float
    expected: float
    score: float


NOTHING = Match(0.0, 0.0, 0.0, 0.0)


def matches(schedule: Schedule, times: Sequence[datetime], tolerance_s: float = 90) -> Match:
    """Compares aware instants with the fires of a schedule.

    Each fire has `tolerance_s` seconds to show, and its flexible window. An interval without an anchor is laid on the
    first instant, which then says nothing: a single one scores 0.
    """
    instants = sorted(time.astimezone(UTC) for time in times)
    if not instants or (not schedule.is_anchored and len(instants) < 2):
        return NOTHING
    if not schedule.is_anchored:
        schedule = bounded(schedule, start=schedule.start, end=schedule.end, anchor=instants[0])
    tolerance = timedelta(seconds=tolerance_s, minutes=schedule.flexible_minutes)
    begin, end = instants[0] - tolerance, instants[-1]
    fires: list[datetime] = []
    for fire in schedule.fires(begin - _TICK):
        if fire.astimezone(UTC) > end or len(fires) == _MOST_FIRES:
            break
        fires.append(fire.astimezone(UTC))
    if len(fires) == _MOST_FIRES:
        end = fires[-1]
        instants = instants[: bisect_left(instants, end)] or instants[:1]
    if not fires:
        return NOTHING
    hit: list[int] = []  # for each instant that is explained, its fire
    for instant in instants:
        place = bisect_left(fires, instant + _TICK) - 1
        if place >= 0 and instant - fires[place] <= tolerance:
            hit.append(place)
    explained = len(hit) / len(instants)
    filled = len(set(hit)) / len(fires)
    nexts = [*fires[1:], end + tolerance]
    covered = sum((min(tolerance, later - fire) for fire, later in zip(fires, nexts, strict=True)), timedelta())
    expected = min(1.0, covered / max(end + tolerance - begin, _TICK))
    return Match(explained, filled, expected, max(0.0, explained - expected) * (1 + filled) / 2)
