"""Groups over time: entries on each day, the change since the last scan, the period, what happened to the nodes.

Pure: the history gives the series, the caller the time and the zone. What was not watched is unknown, never zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Protocol, TypeAlias

from seawall.model import Happening, Timeline, Trend
from seawall.nodes.facts.change import Span, judge
from seawall.nodes.facts.period import find
from seawall.nodes.facts.series import HOUR, Series, Spans, clip, seconds

__all__ = ["Series", "Watched", "timeline"]

Watched: TypeAlias = "Spans | Mapping[str, Spans] | None"


class Happened(Protocol):
    """An event of a watched node, as the history keeps it; `at` is epoch seconds."""

    @property
    def at(self) -> int: ...
    @property
    def node(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def detail(self) -> str: ...


def timeline(
    series: Sequence[Series],
    *,
    since: int,
    until: int,
    last_scan: int | None,
    watched: Watched,
    zone: tzinfo,
    events: Iterable[Happened],
) -> Timeline:
    """The timeline of these groups from `since` up to `until` (epoch seconds, the end left out).

    watched: the spans in which the logs were watched, for all nodes or by node; a node that is not named was not
    watched. None: not known, then a day counts as watched where any group has an entry. A day watched for less than
    half of its time shows entries, but no zero. An hour belongs to the day that it starts in.
    """
    days = _days(since, until, zone)
    if watched is None:
        watched = _where_entries_are(series, days)
    trends: list[Trend] = []
    seen_on: dict[str, list[bool]] = {}
    for one in series:
        spans = clip(watched.get(one.node, ()) if isinstance(watched, Mapping) else watched, since, until)
        if one.node not in seen_on:
            seen_on[one.node] = _watched_days(days, spans, since, until)
        trends.append(_trend(one, Span(since, until, last_scan, spans), days, seen_on[one.node], zone))
    every = [s for spans in watched.values() for s in spans] if isinstance(watched, Mapping) else watched
    any_node = _watched_days(days, clip(every, since, until), since, until)
    return Timeline(
        since=datetime.fromtimestamp(since, zone),
        until=datetime.fromtimestamp(until, zone),
        days=tuple(days),
        not_watched=tuple(
            day for place, day in enumerate(days) if not any_node[place] and not any(t.per_day[place] for t in trends)
        ),
        trends=tuple(sorted(trends, key=lambda t: (t.unit != "us", -t.total, t.node, t.command, t.key_pattern or ""))),
        happenings=tuple(
            Happening(datetime.fromtimestamp(e.at, zone), e.node, e.kind, e.detail)
            for e in sorted(events, key=lambda e: e.at)
            if since <= e.at < until
        ),
        compared_with=None if last_scan is None else datetime.fromtimestamp(last_scan, zone),
    )


def _trend(
    series: Series, span: Span, days: Mapping[date, tuple[int, int]], watched: Sequence[bool], zone: tzinfo
) -> Trend:
    period = find(series.times, zone, span.watched)
    change, why = judge(series, period, span, zone)
    many: Counter[date] = Counter()
    for hour, (entries, *_) in series.hours.items():
        many[datetime.fromtimestamp(max(hour, span.since), zone).date()] += entries
    return Trend(
        node=series.node,
        log=series.log,
        command=series.command,
        key_pattern=series.key_pattern,
        shape=series.shape,
        entries=series.entries,
        total=series.total,
        largest=series.largest,
        unit="us" if series.log == "slow" else "bytes",
        elements=series.elements,
        first_at=datetime.fromtimestamp(series.first_at, zone),
        last_at=datetime.fromtimestamp(series.last_at, zone),
        per_day=tuple(many[day] or (0 if seen else None) for day, seen in zip(days, watched, strict=True)),
        change=change,
        change_why=why,
        period=period,
    )


def _days(since: int, until: int, zone: tzinfo) -> dict[date, tuple[int, int]]:
    """Every day of the span, with its midnights in epoch seconds."""
    first, last = (datetime.fromtimestamp(at, zone).date() for at in (since, max(since, until - 1)))
    midnights = [
        int(datetime.combine(first + timedelta(n), datetime.min.time(), zone).timestamp())
        for n in range((last - first).days + 2)
    ]
    return {first + timedelta(n): (midnights[n], midnights[n + 1]) for n in range(len(midnights) - 1)}


def _watched_days(days: Mapping[date, tuple[int, int]], spans: Spans, since: int, until: int) -> list[bool]:
    """For each day whether at least half of its part in the span was watched."""
    known: list[bool] = []
    for start, end in days.values():
        start, end = max(start, since), min(end, until)
        known.append(end > start and 2 * seconds(clip(spans, start, end)) >= end - start)
    return known


def _where_entries_are(series: Sequence[Series], days: Mapping[date, tuple[int, int]]) -> Spans:
    hours = {hour for one in series for hour in one.hours}
    return [(start, end) for start, end in days.values() if any(start - HOUR < hour < end for hour in hours)]
