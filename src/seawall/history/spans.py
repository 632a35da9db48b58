"""Cuts a span of time into whole hours, which have sums, and edges, which are counted from entries. Pure."""

from __future__ import annotations

from dataclasses import dataclass

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Parts:
    """A span in parts: whole hours from `start` up to `end` (None: no end), and edges, each within one hour.

    Every bound is in epoch seconds; each beginning is inside its part, each end outside.
    """

    start: int
    end: int | None
    edges: tuple[tuple[int, int], ...] = ()


def hour_of(at: int) -> int:
    """The start of the hour that a time is in."""
    return at - at % HOUR


def cut(since: int, until: int | None, kept_from: int) -> Parts:
    """The parts of the span from `since` up to `until`, which is outside.

    kept_from: the start of the first hour whose entries are kept. An edge in an earlier hour cannot be counted any
    more: that hour counts whole.
    """
    if until is not None and until <= since:
        return Parts(0, 0)
    first = hour_of(since)
    edges: list[tuple[int, int]] = []
    start = first
    if since > first >= kept_from:
        start = first + HOUR
        edges.append((since, start if until is None else min(start, until)))
    if until is None:
        return Parts(start, None, tuple(edges))
    last = hour_of(until)
    if until == last:
        return Parts(start, until, tuple(edges))
    if last < kept_from:
        return Parts(start, last + HOUR, tuple(edges))
    if last >= start:
        edges.append((last, until))
    return Parts(start, last, tuple(edges))
