"""The period of a group: the minute of the hour, the time of the day or the weekday on which its entries recur.

Times are whole seconds of the end of a command, so they lie behind the schedule by its run time, a queue's delay and
jitter. A firing below the log's threshold leaves none; one that sends many commands leaves a burst. So what is counted
is firings: entries of one step in one window are one. `seawall.nodes.facts.folding` says what is too unlikely to be
chance; here it gets its name and its minutes.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo

from seawall.model import Period
from seawall.nodes.facts.folding import SEVERAL, SHARE, STEPS, WEEK, Bursts, Clock, Fit, fit
from seawall.nodes.facts.series import DAY, HOUR, Spans, clip

FIRINGS = 3
BURST = 60  # seconds: entries closer than that are one firing
HIT_RATE = 1 / 3  # of the firings due must have been seen: "daily" would mislead where it came on one day in ten
EARLY = 60  # seconds before the minute named that still count (a quarter of a short step): clocks differ
_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def find(times: Iterable[int], zone: tzinfo = UTC, watched: Spans | None = None) -> Period | None:
    """The period that explains at least 80 % of the times and is the least likely by chance; None where none does.

    times: epoch seconds, any order. zone: the clock beside UTC that a schedule may follow; which of them fits is said
    where the two differ in the span. watched: spans outside of which no firing is expected.
    """
    ordered = sorted(times)
    if len(ordered) < FIRINGS:
        return None
    span = ordered[-1] - ordered[0]
    clocks = [Clock(zone)]
    if len({Clock(zone).offset(t) for t in range(ordered[0], ordered[-1] + DAY, DAY)}) > 1:
        clocks.append(Clock(UTC))
    walls = [(clock, sorted(clock.wall(ordered))) for clock in clocks]  # sorted: clocks are put back in autumn
    bursts = {gap: [Bursts.of(*wall, gap) for wall in walls] for gap in {min(BURST, step // 4) for step in STEPS}}
    held: list[tuple[Fit, Period]] = []
    for most in (1, 0):
        for step in SEVERAL if most == 0 else STEPS:
            # A part of a step that holds fits too, and says less; several windows in a step may be one in its part.
            if step * (FIRINGS - 1) > span + step // 4 or any(_same(other.step, step) for other, _ in held):
                continue
            for one in bursts[min(BURST, step // 4)]:
                fitted = fit(one, step, most or SEVERAL[step], len(clocks))
                if fitted and (period := _named(fitted, ordered, watched)):
                    held.append((fitted, period))
    return _chosen(held, len(clocks))


def _same(one: int, other: int) -> bool:
    return one > other and one % other == 0


def _chosen(held: Sequence[tuple[Fit, Period]], clocks: int) -> Period | None:
    """The least likely fit; of two clocks the one that explains more, the zone that was asked for where both do."""
    if not held:
        return None
    first = min(held, key=lambda one: one[0].log_chance)[0]
    periods = [p for f, p in held if (f.step, len(f.starts) > 1) == (first.step, len(first.starts) > 1)]
    best = max(periods, key=lambda p: p.firings)
    differs = clocks > 1 and not any(p.zone != best.zone and p.firings >= best.firings - 1 for p in periods)
    return replace(best, zone_known=differs)


def hits(period: Period, times: Iterable[int], zone: tzinfo) -> dict[int, int]:
    """Entries by firing: the time each firing was due (epoch seconds) -> the times that belong to it."""
    clock, step, phases = _spread(period, zone)
    early = _early(period.step_minutes * 60)
    starts = sorted(phase - early for phase in phases)
    ordered = list(times)
    seen: Counter[int] = Counter()
    for at, wall in zip(ordered, clock.wall(ordered), strict=True):
        fold = (wall - starts[0]) % step + starts[0]
        late = fold - starts[bisect_right(starts, fold) - 1]
        if late <= period.window_seconds + early:
            seen[at - late + early] += 1
    return dict(seen)


def _early(step: int) -> int:
    return min(EARLY, step // 4)


def due(period: Period, spans: Iterable[tuple[int, int]], zone: tzinfo) -> int:
    """How many firings are due in these spans, the end of each left out.

    A change of the zone's offset inside a span is counted as the wall shows it.
    """
    clock, step, phases = _spread(period, zone)
    many = 0
    for start, end in spans:
        first, last = start + clock.offset(start), end + clock.offset(end)
        many += sum(max(0, (last - phase - 1) // step - (first - phase - 1) // step) for phase in phases)
    return many


def _spread(period: Period, zone: tzinfo) -> tuple[Clock, int, tuple[int, ...]]:
    """The clock, the step and the phases in it, in seconds; a day with chosen weekdays is a week."""
    clock = Clock(UTC if period.zone == "UTC" else zone)
    if period.weekdays and period.step_minutes * 60 == DAY:
        return clock, WEEK, tuple(day * DAY + m * 60 for day in period.weekdays for m in period.minutes)
    return clock, period.step_minutes * 60, tuple(m * 60 for m in period.minutes)


# --- naming -----------------------------------------------------------------------------------------------------------


def _named(found: Fit, ordered: Sequence[int], watched: Spans | None) -> Period | None:
    """The fit as minutes, with the firings it explains counted by `hits`; None where they are too few."""
    bursts, clock = found.bursts, found.bursts.clock
    minutes: set[int] = set()
    window = 0
    for start in found.starts:
        firsts: dict[int, int] = {}
        last = 0
        for at, end in zip(bursts.starts, bursts.ends, strict=True):
            late = (at - start) % found.step
            if late < found.width:
                firsts.setdefault((at - start) // found.step, late)
                last = max(last, late + end - at)
        # A tenth may be strangers before it; a wide window starts with its first.
        low = sorted(firsts.values())[len(firsts) // 10 if found.width <= 120 else 0]
        minute = (start + low) // 60
        minutes.add(minute * 60 % found.step // 60)
        window = max(window, min(start + last - minute * 60, found.step - _early(found.step) - 1))
    zone = "UTC" if clock.zone is UTC else str(clock.zone)
    rough = Period(_kind(found.step), found.step // 60, tuple(sorted(minutes)), zone, window_seconds=window)
    seen = hits(rough, ordered, clock.zone)
    spans = clip(watched, min(seen, default=0), max(seen, default=0) + 1)
    named = replace(
        rough,
        share=sum(seen.values()) / len(ordered),
        firings=len(seen),
        due=max(len(seen), due(rough, spans, clock.zone)),
    )
    named = _weekdays(named, list(seen), clock)
    if named.share < SHARE or named.firings < max(FIRINGS, HIT_RATE * named.due):
        return None
    return replace(named, says=_says(named))


def _weekdays(period: Period, firings: Sequence[int], clock: Clock) -> Period:
    """The period with its weekdays, where the days it left out cannot be firings missed by accident.

    Given h days seen of d due, that all fall on chosen weekdays, of which there were e, has the probability
    C(e, h) / C(d, h), times the choices there are; Monday to Friday is one of its own.
    """
    if period.kind != "daily" or period.due == period.firings:
        return period
    days = [wall // DAY for wall in clock.wall(firings)]
    chosen = {day % 7 for day in days}
    between = range(min(days), max(days) + 1)
    there = sum(1 for day in between if day % 7 in chosen)
    hit = len(set(days))
    guesses = 1 if chosen == {0, 1, 2, 3, 4} else math.comb(7, len(chosen))
    chance = guesses * math.comb(there, hit) / math.comb(len(between), hit)
    if len(chosen) == 7 or chance > 0.05:
        return period
    due_days = there * len(period.minutes)
    return replace(period, weekdays=tuple(sorted(chosen)), due=max(due_days, period.firings))


def _kind(step: int) -> str:
    return {HOUR: "hourly", DAY: "daily", WEEK: "weekly"}.get(step, "minutes" if step < HOUR else "hours")


def _says(period: Period) -> str:
    """The period in words; the zone only where it matters."""
    wide = f", within {period.window_seconds // 60 + 1} minutes" if period.window_seconds > 180 else ""
    minutes = period.minutes
    if period.kind == "minutes":
        first = f", from :{minutes[0]:02}" if minutes[0] else ""
        return ("every minute" if period.step_minutes == 1 else f"every {period.step_minutes} minutes{first}") + wide
    if period.kind == "hourly":
        return f"every hour at {_and([f':{m:02}' for m in minutes])}{wide}"
    if period.kind == "weekly":
        times = [f"{_WEEKDAYS[m // 1440]} at {_clock(m % 1440)}" for m in minutes]
        return f"{_and(times)} {period.zone}{wide}"
    times = _and([_clock(m) for m in minutes])
    if period.kind == "daily":
        days = "every day"
        if period.weekdays:
            runs = period.weekdays == tuple(range(period.weekdays[0], period.weekdays[-1] + 1))
            names = [_WEEKDAYS[d] for d in period.weekdays]
            days = f"{names[0]} to {names[-1]}" if runs and len(names) > 2 else _and(names)
        return f"{days} at {times} {period.zone}{wide}"
    every = period.step_minutes
    step = f"{every // 60} hours" if every % 60 == 0 else f"{every} minutes"
    return f"every {step} from {times} {period.zone}{wide}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
