from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from seawall.logbook import Event
from seawall.model import Timeline
from seawall.nodes.facts.trend import Series, Watched, timeline

from .made import DAY, HOUR, MONDAY, poisson, series

UNTIL = MONDAY + 5 * DAY


def drawn(*groups: Series, until: int = UNTIL, watched: Watched = None, zone: str = "UTC", **how: object) -> Timeline:
    return timeline(
        groups, since=MONDAY, until=until, last_scan=None, watched=watched, zone=ZoneInfo(zone),
        **{"events": (), **how},  # pyright: ignore
    )  # fmt: skip


def test_days_that_were_watched_are_zero_and_others_unknown():
    group = series([(MONDAY + HOUR, 5), (MONDAY + HOUR, 7), (MONDAY + 3 * DAY, 9)])
    line = drawn(group, watched=[(MONDAY, MONDAY + 2 * DAY), (MONDAY + 3 * DAY, UNTIL)])
    assert line.days == tuple(date(2025, 12, day) for day in range(1, 6))
    assert line.not_watched == (date(2025, 12, 3),)
    (one,) = line.trends
    assert one.per_day == (2, 0, None, 1, 0)
    assert (one.entries, one.total, one.largest, one.unit) == (3, 21, 9, "us")


def test_a_day_watched_for_less_than_half_has_no_zero():
    early, late = (MONDAY, MONDAY + DAY + 11 * HOUR), (MONDAY + 2 * DAY, UNTIL)
    assert drawn(series([(MONDAY, 5)]), watched=[early, late]).trends[0].per_day == (1, None, 0, 0, 0)
    assert drawn(series([(MONDAY + DAY, 5)]), watched=[early, late]).trends[0].per_day == (0, 1, 0, 0, 0)


def test_the_last_day_counts_as_far_as_it_has_come():
    line = drawn(series([(MONDAY, 5)]), until=MONDAY + DAY + HOUR, watched=[(MONDAY, MONDAY + DAY + HOUR)])
    assert line.trends[0].per_day == (1, 0)
    assert len(drawn(series([(MONDAY, 5)]), until=MONDAY + DAY, watched=[(MONDAY, UNTIL)]).days) == 1


def test_each_node_has_its_own_watch():
    groups = series([(MONDAY, 5)], node="a"), series([(MONDAY, 4)], node="b"), series([(MONDAY, 3)], node="c")
    watched = {"a": [(MONDAY, UNTIL)], "b": [(MONDAY, MONDAY + DAY)]}
    line = drawn(*groups, watched=watched)
    assert [t.per_day for t in line.trends] == [
        (1, 0, 0, 0, 0),
        (1, None, None, None, None),
        (1, None, None, None, None),
    ]
    assert line.not_watched == ()


def test_where_the_watch_is_not_known_days_with_entries_were_watched():
    line = drawn(series([(MONDAY, 5)]), series([(MONDAY + 2 * DAY, 4)], key="b"))
    assert line.trends[0].per_day == (1, None, 0, None, None)
    assert line.not_watched == tuple(date(2025, 12, day) for day in (2, 4, 5))
    assert drawn().not_watched == drawn().days


def test_days_are_those_of_the_zone():
    tokyo = drawn(series([(MONDAY + 16 * HOUR, 5)]), zone="Asia/Tokyo", watched=[(MONDAY, UNTIL)])
    assert tokyo.days[0] == date(2025, 12, 1)
    assert tokyo.trends[0].per_day == (0, 1, 0, 0, 0, 0)
    assert tokyo.since == datetime(2025, 12, 1, tzinfo=UTC)
    assert tokyo.as_json()["since"] == "2025-12-01T09:00:00+09:00"
    turn = int(datetime(2026, 10, 24, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())
    line = timeline(
        [series([(turn + 26 * HOUR, 5), (turn + 48 * HOUR, 5)])], since=turn, until=turn + 3 * DAY, last_scan=None,
        watched=[(turn, turn + 3 * DAY)], zone=ZoneInfo("Europe/Berlin"), events=(),
    )  # fmt: skip
    assert len(line.days) == 3  # the second has 25 hours
    assert line.trends[0].per_day == (0, 2, 0)


def test_main_thread_time_ranks_before_bytes():
    groups = (
        series([(MONDAY, 5)], key="small"),
        series([(MONDAY, 10**9)], key="bytes", log="large-reply"),
        series([(MONDAY, 900)], key="worst", elements=40),
    )
    trends = drawn(*groups).trends
    assert [t.key_pattern for t in trends] == ["worst", "small", "bytes"]
    assert [t.unit for t in trends] == ["us", "us", "bytes"]
    said = trends[2].as_json()
    assert (said["total_us"], said["total_bytes"], said["largest_bytes"]) == (None, 10**9, 10**9)
    assert trends[0].as_json()["total_us"] == 900
    assert trends[0].elements == 40


def test_what_happened_is_in_order_and_in_the_span():
    events = [
        Event(MONDAY + 7, "n", "restart", "run_id changed"),
        Event(MONDAY, "n", "reset"),
        Event(MONDAY - 1, "n", "ring"),
        Event(UNTIL, "n", "ring"),
    ]
    line = drawn(series([(MONDAY, 5)]), events=events)
    assert [(h.kind, h.detail) for h in line.happenings] == [("reset", ""), ("restart", "run_id changed")]
    assert line.happenings[0].as_json()["at"] == "2025-12-01T00:00:00+00:00"


@given(seed=st.integers(0, 2**32), zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]))
def test_no_entry_is_lost(seed: int, zone: str):
    made = poisson(Random(seed), MONDAY, UNTIL, 0.3) or [(MONDAY, 1)]
    line = drawn(series(made), zone=zone)
    assert sum(many or 0 for many in line.trends[0].per_day) == len(made)
    assert len(line.trends[0].per_day) == len(line.days)


def test_a_group_without_its_oldest_times_still_counts_all():
    made = [(MONDAY + n * 60, 5) for n in range(3_000)]
    one = drawn(replace(series(made), times=tuple(at for at, _ in made[-2_000:]))).trends[0]
    assert one.entries == 3_000 == sum(many or 0 for many in one.per_day)
    assert one.period is not None
    assert one.period.says == "every minute"
