"""Whether a group is new, worse, better, gone or steady since the last scan: the time since against the time before.

Both are measured by exposure: the time in which the log was watched. Where the time since is shorter than a day, only
the same hours of the days before count, so that a night is compared with nights.

`seawall.nodes.facts.comparing` has the tests and their sources.

A group without any entry since is another question (`seawall.nodes.facts.silence`): it may have stopped long before.

Limits: `new` is a plain fact, not a test. A change by less than 1.5 times is never reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from seawall.model import Period
from seawall.nodes.facts.amounts import long, many, number, quantity, rates, totals
from seawall.nodes.facts.comparing import Side, burst_index, differs, dispersion, ranked
from seawall.nodes.facts.period import FIRINGS, due, hits
from seawall.nodes.facts.series import DAY, HOUR, Series, Spans, at_hours, by_hour, clip, inside, seconds
from seawall.nodes.facts.silence import SINCE, silent


@dataclass(frozen=True, slots=True)
class Span:
    """The watched time before and since the last scan. `last` None: there was no scan to compare with."""

    since: int
    until: int
    last: int | None
    watched: Spans


def judge(series: Series, period: Period | None, span: Span, zone: tzinfo) -> tuple[str | None, str]:
    """The change and why in a few words with its numbers; None where the two times cannot be compared."""
    last = span.last
    if last is None:
        return None, "no earlier scan to compare with"
    before, since = clip(span.watched, span.since, last), clip(span.watched, last, span.until)
    if not since:
        return None, f"not watched {SINCE}"
    if not before:
        return None, "not watched before the last scan"
    if series.first_at >= last:
        return "new", f"{many(series.entries)} {SINCE}, none in {long(seconds(before))} before"
    if series.last_at < last:
        return silent(series, period, before, since, zone)
    # An hourly job works by day and by night; a daily one comes at an hour of its own.
    if period and period.step_minutes > 60 and (found := _by_firing(series, period, before, since, zone)):
        return found
    exposure = seconds(before) + seconds(since)
    if span.until - last < DAY <= last - span.since:
        before = at_hours(before, since)
        if not before:
            return None, "not watched before the last scan at these hours"
    if period and period.step_minutes <= 60 and (found := _by_firing(series, period, before, since, zone)):
        return found
    sides = _sides(series, before, since, last)
    if not all(side.exposure for side in sides):
        return None, f"not watched {SINCE} for longer than a part of an hour"
    return _by_rate(*sides, series, burst_index(series, exposure))


# --- by rate ----------------------------------------------------------------------------------------------------------


def _sides(series: Series, before: Spans, since: Spans, last: int) -> tuple[Side, Side]:
    """The hours before and since; the hour of the last scan is parted by the entries' times, or left out of both."""
    cut = last - last % HOUR
    known = len(series.times) >= series.entries or min(series.times, default=cut) < cut
    parts: list[Side] = []
    for spans in (before, since):
        watched = by_hour(spans)
        if not known:
            watched.pop(cut, None)
        entries = {h: float(series.hours[h][0]) for h in watched if h in series.hours}
        total = {h: float(series.hours[h][1]) for h in watched if h in series.hours}
        if entries.get(cut):
            later = sum(1 for t in series.times if last <= t < cut + HOUR) / entries[cut]
            part = later if spans is since else 1 - later
            entries[cut] *= part
            total[cut] *= part
        parts.append(Side(entries, total, watched))
    return parts[0], parts[1]


def _by_rate(before: Side, since: Side, series: Series, bursts: float) -> tuple[str, str]:
    share = since.exposure / (since.exposure + before.exposure)
    was, now = sum(before.entries.values()), sum(since.entries.values())
    if not now:
        return "steady", "only entries of times that were not watched"
    index = max(1.0, bursts, dispersion(before.entries, since.entries, before, since))
    entries = differs(was / index, now / index, share)
    amount, amount_now = sum(before.total.values()), sum(since.total.values())
    mean = (amount + amount_now) / (was + now)
    # Of the squares of the durations at least that of the longest in each hour is known.
    uneven = sum(longest**2 for _, _, longest in series.hours.values()) / max(series.total, 1)
    index = max((bursts - 1) * mean + max(uneven, mean), 1e-9, dispersion(before.total, since.total, before, since))
    if total := differs(amount / index, amount_now / index, share):
        return total, totals(amount / before.exposure, amount_now / since.exposure, series.log)
    return (entries or "steady"), rates(was / before.exposure, now / since.exposure)


# --- by firing --------------------------------------------------------------------------------------------------------


def _by_firing(series: Series, period: Period, before: Spans, since: Spans, zone: tzinfo) -> tuple[str, str] | None:
    """The change of a periodic group; None where too few firings are known."""
    known = min(series.times) if len(series.times) < series.entries else 0
    before = clip(before, known, since[0][0])
    since = clip(since, known, since[-1][1] - period.window_seconds)  # what is due now may still come
    seen = hits(period, series.times, zone)
    was = [at for at in seen if inside(at, before)]
    now = [at for at in seen if inside(at, since)]
    due_was, due_now = max(len(was), due(period, before, zone)), max(len(now), due(period, since, zone))
    if len(was) < FIRINGS:
        return None
    if not due_now:
        return "steady", f"no firing due {SINCE}"
    amounts = {at: _amount(series, at, seen[at], period.window_seconds) for at in (*was, *now)}
    for log, values in ((series.log, amounts), ("", seen)):
        older, newer = ([float(values[at]) for at in side] for side in (was, now))
        if change := ranked(older, due_was, newer, due_now):
            means = sum(newer) / due_now, sum(older) / due_was
            now_said, was_said = (quantity(m, log) if log else f"{number(m)} entries" for m in means)
            return change, f"{now_said} a firing, {was_said} before"
    return "steady", f"{len(now):,} of {due_now:,} firings due {SINCE}, {len(was):,} of {due_was:,} before"


def _amount(series: Series, at: int, entries: int, window: int) -> float:
    """A firing's part of the total of its hours, in proportion to its entries."""
    hours = [series.hours[h] for h in range(at - at % HOUR, at + window + 1, HOUR) if h in series.hours]
    many = sum(hour[0] for hour in hours)
    return sum(hour[1] for hour in hours) * entries / max(many, entries)
