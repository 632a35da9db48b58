from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.model import Trend
from seawall.nodes.facts.comparing import burst_index, differs, ranked
from seawall.nodes.facts.trend import timeline

from .made import DAY, HOUR, MONDAY, Entries, firings, poisson, series

SINCE, UNTIL = MONDAY, MONDAY + 14 * DAY


def trend(entries: Entries, last: int | None, *, until: int = UNTIL, **how: object) -> Trend:
    (one,) = timeline(
        [series(entries, **how)], since=SINCE, until=until, last_scan=last, watched=[(SINCE, until)],  # pyright: ignore
        zone=UTC, events=(),
    ).trends  # fmt: skip
    return one


def said(one: Trend) -> tuple[str | None, str]:
    return one.change, one.change_why


def daily(random: Random, start: int, end: int, rate: float) -> Entries:
    return firings(random, start, end, DAY, (3 * HOUR,), burst=1 + int(rate), seen=0.95)


def hourly(random: Random, start: int, end: int, rate: float) -> Entries:
    return firings(random, start, end, HOUR, (420,), burst=1 + int(rate / 10), seen=0.8)


def bursts(random: Random, start: int, end: int, rate: float) -> Entries:
    return poisson(random, start, end, rate, 10)


def uneven(random: Random, start: int, end: int, rate: float) -> Entries:
    """Ten times as many at noon as at midnight."""
    wave = [0.55 - 0.45 * math.cos(2 * math.pi * hour / 24) for hour in range(24)]
    return [e for e in poisson(random, start, end, 2 * rate) if random.random() < wave[e[0] % DAY // HOUR]]


PROCESSES: list[Callable[[Random, int, int, float], Entries]] = [poisson, bursts, daily, hourly, uneven]


def same_process(process: Callable[[Random, int, int, float], Entries], random: Random, groups: int) -> Counter[str]:
    """The changes found in groups that did not change: 1 in 20 hours to 30 an hour, half an hour to 10 days since."""
    found: Counter[str] = Counter()
    while found.total() < groups:
        until = UNTIL + random.randrange(DAY)
        last = int(until - math.exp(random.uniform(math.log(HOUR / 2), math.log(10 * DAY))))
        made = process(random, SINCE, until, math.exp(random.uniform(math.log(0.05), math.log(30))))
        if any(at < last for at, _ in made):  # else it is new, which is a fact and no test
            found[str(trend(made, last, until=until).change)] += 1
    return found


@pytest.mark.parametrize("process", PROCESSES, ids=lambda p: p.__name__)
def test_the_same_process_is_steady(process: Callable[[Random, int, int, float], Entries]):
    found = same_process(process, Random(7), 100)
    assert found["steady"] >= 0.99 * found.total()


@pytest.mark.prove
@pytest.mark.parametrize("process", PROCESSES, ids=lambda p: p.__name__)
def test_the_same_process_is_steady_in_full(process: Callable[[Random, int, int, float], Entries]):
    found = same_process(process, Random(8), 1_500)
    assert found["steady"] >= 0.99 * found.total()


# ---- what is there is found -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("burst", "rate", "since"), [(1, 10, DAY), (1, 60, 3 * HOUR), (10, 60, 2 * DAY)])
def test_a_doubling_is_worse_and_a_halving_better(burst: int, rate: float, since: int):
    found: Counter[str | None] = Counter()
    for seed in range(10):
        random, last = Random(seed), UNTIL - since
        for factor in (2.2, 0.4):
            made = poisson(random, SINCE, last, rate, burst) + poisson(random, last, UNTIL, rate * factor, burst)
            found[trend(made, last).change] += 1
    assert found["worse"] == 10
    assert found["better"] == 10


def test_calls_that_take_longer_are_worse():
    random, last = Random(1), UNTIL - 2 * DAY
    made = poisson(random, SINCE, last, 6) + [(at, 3 * us) for at, us in poisson(random, last, UNTIL, 6)]
    assert said(trend(made, last)) == ("worse", "11 s a day, 3.9 s before")


def test_a_single_slow_call_is_not():
    made = [*poisson(Random(1), SINCE, UNTIL, 2), (UNTIL - HOUR, 60_000_000)]
    assert trend(made, UNTIL - 2 * DAY).change == "steady"


def test_a_group_that_stops_is_gone():
    last = UNTIL - DAY
    assert said(trend(poisson(Random(2), SINCE, last, 2), last)) == ("gone", "0 of 47 expected since the last scan")
    rare = trend(poisson(Random(2), SINCE, last, 0.1), last)
    assert said(rare) == ("steady", "0 of 2.8 expected since the last scan: too few to tell")
    burst = trend(poisson(Random(2), SINCE, last, 1, 10), last)  # 24 entries a day, but two or three bursts
    assert burst.change == "steady"


def test_a_group_that_stopped_long_before_is_gone_and_a_single_incident_is_not():
    last = UNTIL - 4 * DAY
    one = trend(poisson(Random(2), SINCE, SINCE + 3 * DAY, 20), last)
    assert one.change == "gone"
    assert one.change_why.endswith(" expected since the last scan, the last one on 2025-12-03")
    for length in (10, HOUR, 3 * HOUR):
        incident = [(SINCE + 2 * DAY + second, 20_000) for second in range(0, length, 5)]
        assert trend(incident, last).change == "steady"


def test_a_group_that_was_not_there_is_new():
    last = UNTIL - DAY
    assert said(trend(poisson(Random(1), last, UNTIL, 1), last)) == (
        "new",
        "30 entries since the last scan, none in 13 days before",
    )
    assert said(trend([(last, 5)], last)) == ("new", "1 entry since the last scan, none in 13 days before")


# ---- periodic groups ------------------------------------------------------------------------------------------------


def test_a_daily_group_is_not_gone_before_it_is_due():
    made = firings(Random(1), SINCE, UNTIL, DAY, (3 * HOUR,))
    one = trend(made, UNTIL - 3 * HOUR)
    assert one.period is not None
    assert said(one) == ("steady", "no firing due since the last scan")


def test_firings_that_stay_away_are_gone():
    for days, expected in ((1, "steady"), (3, "gone"), (5, "gone")):
        last = UNTIL - days * DAY
        assert trend(firings(Random(1), SINCE, last, DAY, (3 * HOUR,)), last).change == expected
    last = UNTIL - 4 * DAY
    one = trend(firings(Random(1), SINCE, last, DAY, (3 * HOUR,), burst=5), last)
    assert said(one) == ("gone", "0 of 4 firings due since the last scan")
    missing = trend(firings(Random(4), SINCE, last, DAY, (3 * HOUR,), seen=0.5), last)
    assert missing.change == "steady"


def test_firings_that_grow_are_worse():
    last = UNTIL - 5 * DAY
    made = firings(Random(1), SINCE, last, DAY, (3 * HOUR,), burst=3)
    made += firings(Random(2), last, UNTIL, DAY, (3 * HOUR,), burst=9)
    one = trend(made, last)
    assert one.change == "worse"
    assert one.change_why.endswith(" a firing, 84 ms before")


def test_an_hourly_group_that_stops_is_gone_within_hours():
    last = UNTIL - 6 * HOUR
    one = trend(firings(Random(1), SINCE, last, HOUR, (420,)), last)
    assert said(one) == ("gone", "0 of 6 firings due since the last scan")


def test_weekends_are_not_gone():
    made = firings(Random(1), SINCE, UNTIL, 7 * DAY, [d * DAY + 8 * HOUR for d in range(5)])
    one = trend(made, SINCE + 11 * DAY + 20 * HOUR)  # Friday evening to Monday morning
    assert one.period is not None
    assert said(one) == ("steady", "no firing due since the last scan")


# ---- what cannot be compared ----------------------------------------------------------------------------------------


def test_what_cannot_be_compared_is_not_called_steady():
    made = poisson(Random(1), SINCE, UNTIL, 5)
    assert said(trend(made, None)) == (None, "no earlier scan to compare with")
    assert said(trend(made, UNTIL)) == (None, "not watched since the last scan")
    assert said(trend(made, SINCE - DAY)) == (None, "not watched before the last scan")


def test_entries_of_times_that_were_not_watched_do_not_make_a_group_gone():
    last = UNTIL - 2 * DAY
    made = [*poisson(Random(1), SINCE, last, 5), (last + 5, 20_000)]
    (one,) = timeline(
        [series(made)], since=SINCE, until=UNTIL, last_scan=last,
        watched=[(SINCE, last), (last + HOUR, UNTIL)], zone=UTC, events=(),
    ).trends  # fmt: skip
    assert said(one) == ("steady", "only entries of times that were not watched")


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), rate=st.sampled_from([0.5, 20]), gap=st.integers(0, 12 * DAY))
def test_time_that_was_not_watched_does_not_count(seed: int, rate: float, gap: int):
    """A hole of a day anywhere: the entries in it are missing too, and the group is as steady as it was."""
    random, last = Random(seed), UNTIL - 3 * DAY
    watched = [(SINCE, SINCE + gap), (SINCE + gap + DAY, UNTIL)]
    made = [e for e in poisson(random, SINCE, UNTIL, rate) if not gap <= e[0] - SINCE < gap + DAY]
    (one,) = timeline(
        [series(made)], since=SINCE, until=UNTIL, last_scan=last, watched=watched, zone=UTC, events=()
    ).trends
    assert one.change in {"steady", "worse", "better"}
    if rate == 20:
        assert one.change == "steady"


def test_the_hour_of_the_last_scan_is_parted_by_the_entries_or_left_out():
    last = UNTIL - HOUR // 2
    random = Random(1)
    made = poisson(random, SINCE, last, 60) + poisson(random, last, UNTIL, 240)
    assert trend(made, last).change == "worse"
    one = trend(made, last, newest=20)  # of the hour only its newest entries are known
    assert said(one) == (None, "not watched since the last scan for longer than a part of an hour")


# ---- the statistics -------------------------------------------------------------------------------------------------


def test_bursts_count_once():
    def index(times: list[int], exposure: int, newest: int = 2_000) -> float:
        return burst_index(series([(at, 1) for at in times], newest=newest), exposure)

    assert index([100 * n for n in range(50)], 5_000) == 1
    bursts = [10_000 * n + second for n in range(50) for second in range(10)]
    assert index(bursts, 500_000) == 10
    assert index([5], DAY) == 1
    assert index([5, 5, 5], DAY) == 3
    assert index([int(Random(n).uniform(0, 10**7)) for n in range(2_000)], 10**7) == pytest.approx(1.2, abs=0.1)
    hours = replace(series([(at, 1) for at in bursts]), times=())  # of a history that keeps no times any more
    assert burst_index(hours, 500_000) == pytest.approx(10, abs=0.5)


def test_a_group_of_which_only_hours_are_known_is_judged_too():
    last = UNTIL - 4 * DAY
    for entries, change in (
        (poisson(Random(2), SINCE, last, 2), "gone"),
        ([(SINCE + n, 5) for n in range(900)], "steady"),
    ):
        (one,) = timeline(
            [replace(series(entries), times=())], since=SINCE, until=UNTIL, last_scan=last, watched=[(SINCE, UNTIL)],
            zone=UTC, events=(),
        ).trends  # fmt: skip
        assert (one.change, one.period) == (change, None)


def test_the_binomial_test_is_exact():
    # 10 of 11 at 1/2: 12/2048 = 0.0059; 11 of 11: 1/2048
    assert differs(1, 10, 0.5) is None
    assert differs(0, 11, 0.5) == "worse"
    assert differs(11, 0, 0.5) == "better"
    assert differs(1_000, 1_400, 0.5) is None  # significant, and less than 1.5 times
    assert differs(1_000, 1_600, 0.5) == "worse"


def test_ranks():
    assert ranked([10.0] * 20, 20, [30.0] * 8, 8) == "worse"
    assert ranked([30.0] * 20, 20, [10.0] * 8, 8) == "better"
    assert ranked([10.0] * 20, 20, [10.0] * 8, 8) is None
    assert ranked([10.0] * 20, 20, [100.0], 1) is None  # one firing is no proof
    assert ranked([10.0] * 40, 40, [100.0, 10.0], 2) is None
    assert ranked([10.0] * 20, 20, [10.0] * 2, 8) == "better"  # six did not come
