"""A group's record over a span, as the history hands it over, and the arithmetic of watched time. Epoch seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from seawall.logbook import GroupRow

HOUR, DAY = 3_600, 86_400
Spans: TypeAlias = "Sequence[tuple[int, int]]"  # start inside, end outside


@dataclass(frozen=True, slots=True)
class Series(GroupRow):
    """One group over a span, in which all of it lies.

    hours: start of the hour -> entries, total, largest. times: of the newest entries or of a sample of all, any order.
    """

    hours: Mapping[int, tuple[int, int, int]] = field(default_factory=dict[int, tuple[int, int, int]])
    times: tuple[int, ...] = ()


def clip(spans: Spans | None, start: int, end: int) -> list[tuple[int, int]]:
    """The spans inside start..end, in order and without overlaps; all of it where `spans` is None."""
    kept: list[tuple[int, int]] = []
    for a, b in sorted(spans) if spans is not None else [(start, end)]:
        a, b = max(a, start, kept[-1][1] if kept else start), min(b, end)
        if b > a:
            kept.append((a, b))
    return kept


def seconds(spans: Spans) -> int:
    """How long they are together."""
    return sum(b - a for a, b in spans)


def by_hour(spans: Spans) -> dict[int, int]:
    """Start of the hour -> seconds of the spans in it."""
    hours: Counter[int] = Counter()
    for a, b in spans:
        for hour in range(a - a % HOUR, b, HOUR):
            hours[hour] += min(b, hour + HOUR) - max(a, hour)
    return hours


def at_hours(spans: Spans, like: Spans) -> list[tuple[int, int]]:
    """The parts of the spans at the hours of the day (of UTC) that `like` has a part in."""
    hours = {hour % DAY for hour in by_hour(like)}
    parts: list[tuple[int, int]] = []
    for start, end in (part for h in by_hour(spans) if h % DAY in hours for part in clip(spans, h, h + HOUR)):
        if parts and parts[-1][1] == start:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    return parts


def inside(at: int, spans: Spans) -> bool:
    """Whether a time is in one of the spans."""
    return any(a <= at < b for a, b in spans)
