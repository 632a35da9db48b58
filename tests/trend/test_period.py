from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.nodes.facts.period import due, find, hits

from .made import DAY, HOUR, MONDAY, WEEK, firings, poisson

BERLIN = ZoneInfo("Europe/Berlin")
SEEDS = st.integers(0, 2**32)


def times(random: Random, length: int, step: int, *phases: int, **how: float) -> list[int]:
    return [at for at, _ in firings(random, MONDAY, MONDAY + length, step, phases, **how)]  # pyright: ignore


@pytest.mark.parametrize(
    ("length", "step", "phases", "says"),
    [
        (2 * DAY, HOUR, (7 * 60,), "every hour at :07"),
        (2 * DAY, HOUR, (0,), "every hour at :00"),
        (2 * DAY, HOUR, (7 * 60, 22 * 60), "every hour at :07 and :22"),
        (2 * DAY, HOUR, (0, 25 * 60, 40 * 60), "every hour at :00, :25 and :40"),
        (2 * HOUR, 60 * 5, (0,), "every 5 minutes"),
        (5 * HOUR, 60 * 10, (180,), "every 10 minutes, from :03"),
        (DAY, 60 * 30, (12 * 60,), "every 30 minutes, from :12"),
        (2 * DAY, HOUR, tuple(range(0, HOUR, 420)), "every hour at :00, :07, :14, :21, :28, :35, :42, :49 and :56"),
        (WEEK, 6 * HOUR, (1_800,), "every 6 hours from 00:30 UTC"),
        (3 * DAY, DAY, (3 * HOUR,), "every day at 03:00 UTC"),
        (2 * WEEK, DAY, (3 * HOUR, 15 * HOUR + 1_800), "every day at 03:00 and 15:30 UTC"),
        (5 * WEEK, WEEK, (8 * HOUR,), "Mondays at 08:00 UTC"),
        (5 * WEEK, WEEK, (DAY + 8 * HOUR, 5 * DAY + 60), "Tuesdays at 08:00 and Saturdays at 00:01 UTC"),
        (5 * WEEK, WEEK, (DAY + 8 * HOUR, 3 * DAY + 8 * HOUR), "Tuesdays and Thursdays at 08:00 UTC"),
        (2 * WEEK, WEEK, tuple(d * DAY + 8 * HOUR for d in range(5)), "Mondays to Fridays at 08:00 UTC"),
    ],
)
@pytest.mark.parametrize("jitter", [3, 25])
def test_schedules_are_named(length: int, step: int, phases: tuple[int, ...], says: str, jitter: int):
    period = find(times(Random(jitter), length, step, *phases, jitter=jitter))
    assert period is not None
    assert period.says == says
    assert period.share == 1
    assert period.window_seconds < jitter


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, minute=st.integers(0, 59), burst=st.sampled_from([1, 3, 8]))
def test_an_hourly_job_with_jitter_bursts_misses_and_strangers(seed: int, minute: int, burst: int):
    random = Random(seed)
    made = times(random, 4 * DAY, HOUR, minute * 60, burst=burst, seen=0.7, jitter=40)
    strangers = [MONDAY + random.randrange(4 * DAY) for _ in range(len(made) // 9)]
    period = find(made + strangers)
    assert period is not None
    assert (period.kind, period.step_minutes) == ("hourly", 60)
    assert minute in {(m + late) % 60 for m in period.minutes for late in (0, 1)}  # a stranger may come just before
    assert period.share >= 0.8  # what `find` promises; with a jitter of 40 s some come after its window
    assert abs(period.firings - len({t // HOUR for t in made})) <= len(strangers)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, minute=st.integers(0, 1_439), days=st.integers(3, 30), lasts=st.sampled_from([1, 60, 600]))
def test_a_daily_job(seed: int, minute: int, days: int, lasts: int):
    random = Random(seed)
    starts = [MONDAY + day * DAY + minute * 60 + random.randrange(20) for day in range(days)]
    period = find([start + second for start in starts for second in range(0, lasts, 20)])
    assert period is not None
    assert period.minutes == (minute,)
    assert (period.kind, period.step_minutes, period.firings, period.due) == ("daily", 1_440, days, days)


def test_few_firings_are_enough_where_they_are_punctual():
    assert find([MONDAY + h * HOUR + 5 for h in range(3)]) is not None
    assert find([MONDAY + h * HOUR + late for h, late in enumerate((0, 500, 900))]) is None
    assert find([MONDAY, MONDAY + DAY]) is None
    assert find([MONDAY, MONDAY + 5, MONDAY + DAY]) is None
    assert find([MONDAY] * 50) is None
    assert find([]) is None


def test_a_day_in_three_is_not_daily():
    assert find([MONDAY + day * DAY + 3 * HOUR for day in (0, 4, 9, 15, 16, 24, 29)]) is None


def test_strangers_above_a_fifth_leave_no_period():
    random = Random(1)
    made = times(random, WEEK, HOUR, 420)
    strangers = [MONDAY + random.randrange(WEEK) for _ in range(len(made) // 2)]
    assert find(made + strangers) is None


# ---- the zone -------------------------------------------------------------------------------------------------------


def daily(first: datetime, days: int) -> list[int]:
    """At the same time of the day on the wall of the zone of `first`."""
    return [int((first + timedelta(n)).timestamp()) + n % 7 for n in range(days)]


def test_a_change_of_the_clock_tells_the_zones_apart():
    local = find(daily(datetime(2026, 10, 18, 3, 30, tzinfo=BERLIN), 14), BERLIN)
    assert local is not None
    assert (local.says, local.zone, local.zone_known) == ("every day at 03:30 Europe/Berlin", "Europe/Berlin", True)
    utc = find(daily(datetime(2026, 10, 18, 1, 30, tzinfo=UTC), 14), BERLIN)
    assert utc is not None
    assert (utc.says, utc.zone, utc.zone_known) == ("every day at 01:30 UTC", "UTC", True)


def test_without_a_change_the_zone_asked_for_is_used_and_not_known():
    period = find(daily(datetime(2026, 9, 1, 1, 30, tzinfo=UTC), 14), BERLIN)
    assert period is not None
    assert (period.minutes, period.zone, period.zone_known) == ((3 * 60 + 30,), "Europe/Berlin", False)


def test_the_minute_is_that_of_the_zone():
    period = find([MONDAY + h * HOUR + 420 for h in range(24)], ZoneInfo("Asia/Kolkata"))
    assert period is not None
    assert period.says == "every hour at :37"


# ---- what is random is not named ------------------------------------------------------------------------------------


def random_groups(random: Random, groups: int) -> float:
    """The share of groups without a clock that are named periodic: 3 to 2,000 entries in 10 minutes to 60 days."""
    named = 0
    for place in range(groups):
        entries = int(math.exp(random.uniform(math.log(3), math.log(2_000 if place % 10 == 0 else 200))))
        span = int(math.exp(random.uniform(math.log(600), math.log(60 * DAY))))
        start = MONDAY + random.randrange(WEEK)
        if place % 2:
            made = [start + random.randrange(span) for _ in range(entries)]
        else:
            made = [at for at, _ in poisson(random, start, start + span, entries * HOUR / span, burst=10)]
        named += find(made, BERLIN if place % 3 == 0 else UTC) is not None
    return named / groups


def test_random_groups_are_not_periodic():
    assert random_groups(Random(3), 1_200) < 0.01


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(4))
def test_random_groups_are_not_periodic_in_full(seed: int):
    assert random_groups(Random(seed), 10_000) < 0.01


# ---- firings --------------------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(seed=SEEDS, step=st.sampled_from([300, HOUR, DAY]), seen=st.sampled_from([0.6, 1.0]))
def test_firings_seen_are_among_those_due(seed: int, step: int, seen: float):
    random = Random(seed)
    made = times(random, 60 * step, step, 120, jitter=20, seen=seen)
    period = find(made)
    assert period is not None
    found = hits(period, made, UTC)
    assert sum(found.values()) == len(made)
    assert {(at - MONDAY) % step for at in found} == {120}
    assert due(period, [(MONDAY, MONDAY + 60 * step)], UTC) == 60
    assert due(period, [(MONDAY, MONDAY + step), (MONDAY + 5 * step, MONDAY + 6 * step)], UTC) == 2
    assert due(period, [(MONDAY, MONDAY + 120)], UTC) == 0
    assert due(period, [(MONDAY, MONDAY + 121)], UTC) == 1


def test_weekdays_are_due_on_their_days():
    period = find(times(Random(1), 3 * WEEK, WEEK, *(d * DAY for d in range(5))))
    assert period is not None
    assert period.weekdays == (0, 1, 2, 3, 4)
    assert due(period, [(MONDAY, MONDAY + 2 * WEEK)], UTC) == 10
    assert due(period, [(MONDAY + 5 * DAY, MONDAY + WEEK)], UTC) == 0


def test_no_firing_is_due_while_nobody_watched():
    made = times(Random(1), 20 * DAY, DAY, 3 * HOUR)
    watched = [(MONDAY, MONDAY + 4 * DAY), (MONDAY + 16 * DAY, MONDAY + 20 * DAY)]
    part = [t for t in made if any(a <= t < b for a, b in watched)]
    period = find(part, UTC, watched)
    assert period is not None
    assert (period.firings, period.due, period.weekdays) == (8, 8, ())
    assert period.as_json()["minutes"] == [180]
