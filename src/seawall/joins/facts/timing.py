"""What the times of entries say of a schedule: they fit it, they speak against it, or they say nothing.

A job's entries begin within seconds of its fire, or within a minute where a queue stands between, and may go on for
long after it. So the first of each run of entries is compared, with three tolerances, and the best counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice, takewhile

from seawall.cron import Schedule, matches

TOLERANCES_S = (10.0, 30.0, 90.0)  # EventBridge fires within a minute, a queue adds some seconds
BETTER = 0.25  # than chance, from which a schedule fits
OCCASIONS = 3  # from which entries can speak against a schedule: two may both be runs by hand
MANY = 12  # from which a schedule is left out that does not fit, however often it fires: chance would hide no fit
SELDOM = 0.1  # share of a day that lies after a fire, up to which one run of entries speaks for a schedule
LATEST = 5000  # entries that are compared


class Says(StrEnum):
    """What times say of a schedule."""

    FITS = "fits"
    NOTHING = "nothing"
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True)
class Fit:
    """The verdict; score: how much better than chance, from 0 to 1; words: for people, empty without times."""

    says: Says
    score: float = 0.0
    words: str = ""


UNKNOWN = Fit(Says.NOTHING)


def occasions(times: Sequence[datetime], gap_s: float) -> list[datetime]:
    """The first of each run of instants that follow each other within so many seconds."""
    found: list[datetime] = []
    last: datetime | None = None
    for time in sorted(times):
        if last is None or time - last > timedelta(seconds=gap_s):
            found.append(time)
        last = time
    return found


def fit(schedule: Schedule | None, times: Sequence[datetime]) -> Fit:
    """What the entries' times say of a schedule; None is one whose times are not known."""
    if schedule is None or not times:
        return UNKNOWN
    latest = sorted(times)[-LATEST:]
    fine, *_ = runs = [occasions(latest, tolerance) for tolerance in TOLERANCES_S]
    if len(fine) < OCCASIONS:
        return _of_few(schedule, fine)
    fires = _fires(schedule, fine[0] - timedelta(seconds=TOLERANCES_S[-1]), fine[-1])
    found = [matches(schedule, run, tolerance) for run, tolerance in zip(runs, TOLERANCES_S, strict=True)]
    # Entries of every minute are one run at 90 s: no schedule with several fires in it explains them.
    fair = [n for n, run in enumerate(runs) if len(run) >= OCCASIONS or len(run) == fires]
    place = max(fair, key=lambda n: found[n].score)
    best, within = found[place], TOLERANCES_S[place]
    share = f"{best.explained:.0%} of {len(runs[place])} runs of entries begin within {within:.0f} s after a fire"
    words = f"{share}, by chance {best.expected:.0%}"
    if best.score >= BETTER:
        return Fit(Says.FITS, best.score, words)
    if len(fine) >= MANY or found[fair[-1]].explained < 0.5:
        return Fit(Says.REFUTED, 0.0, words)
    return Fit(Says.NOTHING, 0.0, words)


def _of_few(schedule: Schedule, times: Sequence[datetime]) -> Fit:
    """Of one or two runs: they can speak for a schedule that seldom fires, and against none."""
    if schedule.is_anchored:
        day = timedelta(days=1)
        for tolerance in TOLERANCES_S:
            chance = min(1.0, _fires(schedule, times[0] - day, times[0]) * tolerance / day.total_seconds())
            if chance <= SELDOM and matches(schedule, times, tolerance).explained == 1:
                words = f"the entries begin within {tolerance:.0f} s after a fire, by chance {chance:.0%}"
                return Fit(Says.FITS, 0.5 - chance, words)
    return Fit(Says.NOTHING, 0.0, "too few entries to tell by their times")


def _fires(schedule: Schedule, after: datetime, until: datetime) -> int:
    """How often it fires in a span, up to 2,000 times."""
    fires = islice(schedule.fires(after), 2000)
    return sum(1 for _ in takewhile(lambda fire: fire <= until, fires))
