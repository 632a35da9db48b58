"""What a change of the clock does: a time that does not exist is skipped, one that comes twice runs once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall import cron
from seawall.cron import Service
from seawall.cron.transitions import transitions

BERLIN = ZoneInfo("Europe/Berlin")


def between(text: str, zone: str, start: str, end: str) -> list[str]:
    """Wall-clock times with offset, from start to end in UTC."""
    schedule = cron.parse(text, Service.SCHEDULER, ZoneInfo(zone))
    last = datetime.fromisoformat(end).replace(tzinfo=UTC)
    times = schedule.fires(datetime.fromisoformat(start).replace(tzinfo=UTC))
    return [time.strftime("%d %H:%M%z") for time in takewhile(lambda time: time <= last, times)]


def test_a_time_that_does_not_exist_is_skipped():
    found = between("cron(30 2 * * ? *)", "Europe/Berlin", "2027-03-27T00:00", "2027-03-29T12:00")
    assert found == ["27 02:30+0100", "29 02:30+0200"]


def test_a_time_that_comes_twice_runs_the_first_time():
    found = between("cron(30 2 * * ? *)", "Europe/Berlin", "2027-10-30T12:00", "2027-11-01T12:00")
    assert found == ["31 02:30+0200", "01 02:30+0100"]


def test_the_second_pass_of_an_hour_has_no_fires():
    found = between("cron(0/20 * * * ? *)", "Europe/Berlin", "2027-10-30T23:50", "2027-10-31T02:20")
    assert found == ["31 02:00+0200", "31 02:20+0200", "31 02:40+0200", "31 03:00+0100", "31 03:20+0100"]


def test_half_an_hour_that_is_skipped():
    found = between("cron(0/15 2 * * ? *)", "Australia/Lord_Howe", "2026-10-03T12:00", "2026-10-04T12:00")
    assert found == ["04 02:30+1100", "04 02:45+1100"]


def test_a_day_that_is_skipped():
    found = between("cron(0 12 * * ? *)", "Pacific/Apia", "2011-12-29T00:00", "2011-12-31T12:00")
    assert found == ["29 12:00-1000", "31 12:00+1400"]


def test_from_within_the_second_pass():
    """02:10 for the second time: 02:30 was then run in the first pass, an hour ago but twenty minutes."""
    schedule = cron.parse("cron(30 2 * * ? *)", Service.SCHEDULER, BERLIN)
    second = datetime(2027, 10, 31, 2, 10, fold=1, tzinfo=BERLIN)
    last, upcoming = schedule.previous(second), schedule.next(second)
    assert last is not None
    assert upcoming is not None
    assert last.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert upcoming.astimezone(UTC) == datetime(2027, 11, 1, 1, 30, tzinfo=UTC)


def test_a_time_that_is_asked_from_may_not_exist():
    schedule = cron.parse("cron(0 3 * * ? *)", Service.SCHEDULER, BERLIN)
    assert schedule.next(datetime(2027, 3, 28, 2, 30, tzinfo=BERLIN)) == datetime(2027, 3, 29, 3, tzinfo=BERLIN)


def test_a_rule_knows_no_change():
    found = [
        t.hour
        for t in islice(cron.parse("cron(30 2 * * ? *)", Service.RULE).fires(datetime(2027, 3, 27, tzinfo=UTC)), 3)
    ]
    assert found == [2, 2, 2]


@pytest.mark.parametrize(
    ("zone", "skipped", "wall", "length"),
    [
        ("Europe/Berlin", True, "2027-03-28T02:00", 60),
        ("Europe/Berlin", False, "2027-10-31T02:00", 60),
        ("America/New_York", True, "2027-03-14T02:00", 60),
        ("Australia/Lord_Howe", True, "2027-10-03T02:00", 30),
        ("America/Santiago", True, "2027-09-05T00:00", 60),
    ],
)
def test_a_change_is_found_to_the_second(zone: str, skipped: bool, wall: str, length: int):
    changes = transitions(ZoneInfo(zone), datetime(2026, 12, 1, tzinfo=UTC))
    assert len(changes) == 2
    start = datetime.fromisoformat(wall)
    assert (start, start + timedelta(minutes=length)) in [(c.start, c.end) for c in changes if c.skipped is skipped]


@given(st.sampled_from(["Europe/Berlin", "Africa/Casablanca", "Asia/Tehran", "America/Nuuk"]), st.integers(1975, 2036))
def test_changes_are_all_found(zone: str, year: int):
    """Against a look at every hour of the year."""
    tz, since = ZoneInfo(zone), datetime(year, 1, 1, tzinfo=UTC)
    offsets = [(since + timedelta(hours=h)).astimezone(tz).utcoffset() for h in range(400 * 24 + 1)]
    changed = sum(a != b for a, b in pairwise(offsets))
    assert len(transitions(tz, since)) == changed
