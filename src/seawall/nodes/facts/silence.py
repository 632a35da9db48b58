"""Whether a group without an entry since the last scan is gone, or was only not due.

It may have stopped long before that scan, so the silence since its last entry is judged against the time from its first
to its last: the time in which it was active. Both are watched time.

*Without a period.* Of n Poisson events in a time the first is given; were nothing changed, the n - 1 others would all
fall into the active part A and none into the silence S with probability (A / (A + S))**(n - 1): an exact test. n is
divided by the index of dispersion (`seawall.nodes.facts.comparing`), so a burst is one event, and a group of a single
incident is never called gone. A silence of less than a day is compared with the same hours of the days before.

*Periodic groups.* Of h firings seen, the first given, all of the others are among the D - 1 due until the last one and
none among the d due in the silence with probability C(D - 1, h - 1) / C(D - 1 + d, h - 1): Fisher's exact test.
"""

from __future__ import annotations

import math
from datetime import datetime, tzinfo

from seawall.model import Period
from seawall.nodes.facts.amounts import number
from seawall.nodes.facts.comparing import burst_index, by_hour_and_day, log_choose
from seawall.nodes.facts.period import FIRINGS, due, hits
from seawall.nodes.facts.series import DAY, Series, Spans, at_hours, by_hour, clip, inside, seconds

SINCE = "since the last scan"
GONE = 0.01
EXPECTED = 4.6  # exp(-4.6) is 1 %


def silent(series: Series, period: Period | None, before: Spans, since: Spans, zone: tzinfo) -> tuple[str, str]:
    """`gone` or `steady`, and why. before, since: the watched time before and since the last scan."""
    if period and (found := _by_firing(series, period, before, since, zone)):
        return found
    silence = [*clip(before, series.last_at + 1, since[0][0]), *since]
    active = clip(before, series.first_at, series.last_at + 1)
    exposure = seconds(before) + seconds(since)
    if seconds(silence) < DAY <= seconds(active):
        active = at_hours(active, silence)
    watched = by_hour(active)
    entries = {hour: float(series.hours[hour][0]) for hour in watched if hour in series.hours}
    many = sum(entries.values())
    if not many:
        return "steady", f"none expected {SINCE}: none came at these hours before"
    index = max(1.0, burst_index(series, exposure), by_hour_and_day(entries, watched))
    expected = many * seconds(since) / seconds(active)
    said = f"0 of {number(expected)} expected {SINCE}"
    chance = (many / index - 1) * math.log(seconds(active) / (seconds(active) + seconds(silence)))
    if many / index > 1 and expected / index > EXPECTED and chance < math.log(GONE):
        return "gone", said + _last_seen(series, since, zone)
    return "steady", f"{said}: too few to tell"


def _by_firing(series: Series, period: Period, before: Spans, since: Spans, zone: tzinfo) -> tuple[str, str] | None:
    """By the firings due; None where too few are known."""
    seen = [at for at in hits(period, series.times, zone) if inside(at, before)]
    if len(seen) < FIRINGS:
        return None
    until = since[-1][1] - period.window_seconds  # what is due now may still come
    missed = due(period, clip(since, since[0][0], until), zone)
    if not missed:
        return "steady", f"no firing due {SINCE}"
    active = max(len(seen), due(period, clip(before, min(seen), max(seen) + 1), zone))
    silence = due(period, [*clip(before, max(seen) + 1, since[0][0]), *clip(since, since[0][0], until)], zone)
    said = f"0 of {missed:,} {'firing' if missed == 1 else 'firings'} due {SINCE}"
    chance = log_choose(active - 1, len(seen) - 1) - log_choose(active - 1 + silence, len(seen) - 1)
    if chance < math.log(GONE):
        return "gone", said + _last_seen(series, since, zone)
    return "steady", f"{said}, {len(seen):,} of {active:,} before: too few to tell"


def _last_seen(series: Series, since: Spans, zone: tzinfo) -> str:
    """The day of the last entry, where that was long before the last scan."""
    if since[0][0] - series.last_at < DAY:
        return ""
    return f", the last one on {datetime.fromtimestamp(series.last_at, zone):%Y-%m-%d}"
