"""The times of an expression, by properties: expressions are built from values, so that what they name is known."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall import cron
from seawall.cron import Schedule, Service
from seawall.cron.days import Days

ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",  # half an hour
        "Africa/Casablanca",  # goes back for Ramadan
        "Asia/Kathmandu",
        "Pacific/Apia",  # had no 2011-12-30
        "America/Santiago",  # changes at midnight
    )
]
INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@dataclass(frozen=True)
class Named:
    """The text of a field and the values that it names."""

    text: str
    values: frozenset[int]


def fields(low: int, high: int) -> st.SearchStrategy[Named]:
    """`*`, values, ranges, steps and lists of a field without marks."""
    number = st.integers(low, high)
    steps = st.integers(1, high - low)
    spans = st.tuples(number, number).map(sorted)
    term = st.one_of(
        st.just(Named("*", frozenset(range(low, high + 1)))),
        number.map(lambda n: Named(str(n), frozenset({n}))),
        spans.map(lambda s: Named(f"{s[0]}-{s[1]}", frozenset(range(s[0], s[1] + 1)))),
        st.tuples(number, steps).map(lambda t: Named(f"{t[0]}/{t[1]}", frozenset(range(t[0], high + 1, t[1])))),
        st.tuples(spans, steps).map(
            lambda t: Named(f"{t[0][0]}-{t[0][1]}/{t[1]}", frozenset(range(t[0][0], t[0][1] + 1, t[1])))
        ),
        steps.map(lambda n: Named(f"*/{n}", frozenset(range(low, high + 1, n)))),
    )
    return st.lists(term, min_size=1, max_size=3).map(
        lambda terms: Named(",".join(t.text for t in terms), frozenset().union(*(t.values for t in terms)))
    )


@dataclass(frozen=True)
class Expression:
    """An expression of AWS and what it names. weekdays: 1 is Sunday; None where the day of month is used."""

    minutes: Named
    hours: Named
    days: Named
    months: Named
    weekdays: Named | None
    years: Named

    @property
    def text(self) -> str:
        day, week = ("?", self.weekdays.text) if self.weekdays else (self.days.text, "?")
        parts = (self.minutes.text, self.hours.text, day, self.months.text, week, self.years.text)
        return f"cron({' '.join(parts)})"

    def names(self, wall: datetime) -> bool:
        sunday_first = wall.isoweekday() % 7 + 1
        by_day = sunday_first in self.weekdays.values if self.weekdays else wall.day in self.days.values
        return (
            wall.second == wall.microsecond == 0
            and wall.minute in self.minutes.values
            and wall.hour in self.hours.values
            and by_day
            and wall.month in self.months.values
            and wall.year in self.years.values
        )


EXPRESSIONS = st.builds(
    Expression,
    fields(0, 59),
    fields(0, 23),
    fields(1, 31),
    fields(1, 12),
    st.none() | fields(1, 7),
    st.just(Named("*", frozenset(range(1970, 2200)))) | fields(1970, 2199),
)


def parsed(expression: Expression, zone: ZoneInfo) -> Schedule:
    return cron.parse(expression.text, Service.SCHEDULER, zone)


def utc(times: Sequence[datetime]) -> list[datetime]:
    return [time.astimezone(UTC) for time in times]


@given(EXPRESSIONS, st.sampled_from(ZONES), INSTANTS)
def test_every_fire_is_named_and_each_is_later_than_the_last(expression: Expression, zone: ZoneInfo, after: datetime):
    times = list(islice(parsed(expression, zone).fires(after), 20))
    assert all(expression.names(time.replace(tzinfo=None)) for time in times)
    assert all(time.fold == 0 for time in times)
    assert all(a < b for a, b in pairwise([after, *utc(times)]))


@given(EXPRESSIONS, st.sampled_from(ZONES), st.data())
def test_every_time_that_is_named_is_a_fire(expression: Expression, zone: ZoneInfo, data: st.DataObject):
    def one(named: Named) -> int:
        return data.draw(st.sampled_from(sorted(named.values)))

    year, month = one(expression.years), one(expression.months)
    days = [
        date(year, month, day)
        for day in range(1, calendar.monthrange(year, month)[1] + 1)
        if expression.names(datetime(year, month, day, min(expression.hours.values), min(expression.minutes.values)))
    ]
    if not days:  # the 31st, of a short month
        return
    day = data.draw(st.sampled_from(days))
    wall = datetime(day.year, day.month, day.day, one(expression.hours), one(expression.minutes))
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall:  # it does not exist in the zone
        return
    schedule = parsed(expression, zone)
    for near in (timedelta(microseconds=1), timedelta(seconds=59)):
        upcoming, last = schedule.next(instant - near), schedule.previous(instant + near)
        assert upcoming is not None
        assert last is not None
        assert utc([upcoming, last]) == [instant, instant]


@given(EXPRESSIONS, st.sampled_from(ZONES), INSTANTS)
def test_backwards_is_the_inverse_of_forwards(expression: Expression, zone: ZoneInfo, after: datetime):
    schedule = parsed(expression, zone)
    forwards = utc(list(islice(schedule.fires(after), 12)))
    if not forwards:
        assert schedule.next(after) is None
        return
    backwards = utc(list(islice(schedule.fires_back(forwards[-1]), len(forwards) - 1)))
    assert backwards == forwards[-2::-1]
    before = schedule.previous(after)
    if before is not None:
        assert schedule.next(before - timedelta(microseconds=1)) == before
        later = schedule.next(before)
        assert later is not None
        assert later.astimezone(UTC) in (forwards[0], after)


MARKS = {
    "L * ?": lambda y, m: [calendar.monthrange(y, m)[1]],
    "L-2 * ?": lambda y, m: [calendar.monthrange(y, m)[1] - 2],
    "LW * ?": lambda y, m: [max(d for d in days_of(y, m) if date(y, m, d).isoweekday() < 6)],
    "? * L": lambda y, m: [d for d in days_of(y, m) if date(y, m, d).isoweekday() == 6],
    "? * FRIL": lambda y, m: [max(d for d in days_of(y, m) if date(y, m, d).isoweekday() == 5)],
    "? * 6L": lambda y, m: [max(d for d in days_of(y, m) if date(y, m, d).isoweekday() == 5)],
    "? * MON#2": lambda y, m: [[d for d in days_of(y, m) if date(y, m, d).isoweekday() == 1][1]],
    "? * 1#5": lambda y, m: [d for d in days_of(y, m) if date(y, m, d).isoweekday() == 7][4:5],
    "? * FRI-MON": lambda y, m: [d for d in days_of(y, m) if date(y, m, d).isoweekday() in (5, 6, 7, 1)],
}


def days_of(year: int, month: int) -> range:
    return range(1, calendar.monthrange(year, month)[1] + 1)


def nearest_weekday(year: int, month: int, wanted: int) -> list[int]:
    """By trying every day: Monday to Friday, as near as can be. From a weekend's two days there is never a tie."""
    days = [d for d in days_of(year, month) if date(year, month, d).isoweekday() < 6]
    return [min(days, key=lambda d: abs(d - wanted))] if wanted in days_of(year, month) else []


def fires_by_month(days: str) -> dict[tuple[int, int], list[int]]:
    """28 years hold every kind of month."""
    found: dict[tuple[int, int], list[int]] = {(y, m): [] for y in range(2004, 2032) for m in range(1, 13)}
    for time in cron.parse(f"cron(0 0 {days} 2004-2031)", Service.RULE).fires(datetime(2003, 1, 1, tzinfo=UTC)):
        found[time.year, time.month].append(time.day)
    return found


@pytest.mark.parametrize("days", MARKS)
def test_a_mark_names_its_days_in_every_kind_of_month(days: str):
    assert fires_by_month(days) == {(y, m): MARKS[days](y, m) for y in range(2004, 2032) for m in range(1, 13)}


@pytest.mark.parametrize("day", [1, 2, 15, 28, 29, 30, 31])
def test_w_is_the_nearest_working_day_of_the_same_month(day: int):
    assert fires_by_month(f"{day}W * ?") == {
        (y, m): nearest_weekday(y, m, day) for y in range(2004, 2032) for m in range(1, 13)
    }


@pytest.mark.parametrize("text", ["cron(0 9 30 2 ? *)", "cron(0 9 31 2,4,6,9,11 ? *)", "cron(* * L-30 2 ? *)"])
def test_what_never_fires_is_known_after_one_look_at_each_month(text: str, monkeypatch: pytest.MonkeyPatch):
    looks: list[int] = []
    looked = Days.of
    monkeypatch.setattr(Days, "of", lambda self, year, month: looks.append(year) or looked(self, year, month))
    schedule = cron.parse(text, Service.RULE)
    del looks[:]
    assert schedule.next(datetime(1, 1, 1, tzinfo=UTC)) is None
    assert schedule.previous(datetime(9999, 12, 31, tzinfo=UTC)) is None
    assert len(looks) <= 2 * 230 * 12


def test_the_years_of_aws_are_the_ends():
    schedule = cron.parse("cron(59 23 31 12 ? *)", Service.RULE)
    assert schedule.next(datetime(2199, 12, 31, 23, 58, tzinfo=UTC)) == datetime(2199, 12, 31, 23, 59, tzinfo=UTC)
    assert schedule.next(datetime(2199, 12, 31, 23, 59, tzinfo=UTC)) is None
    assert schedule.previous(datetime(1970, 12, 31, 23, 59, tzinfo=UTC)) is None
    assert len(list(cron.parse("cron(0 0 29 2 ? *)", Service.RULE).fires(datetime(1, 1, 1, tzinfo=UTC)))) == 56


def test_an_instant_without_a_zone_is_no_instant():
    with pytest.raises(ValueError, match="without a time zone"):
        cron.parse("cron(0 9 * * ? *)", Service.RULE).next(datetime(2027, 1, 1))


# ---- rates, at, bounds ---------------------------------------------------------------------------------------------


@given(st.integers(1, 999_999), st.sampled_from(["minute", "hour", "day"]), INSTANTS, INSTANTS)
def test_a_rate_with_an_anchor_is_a_lattice(number: int, unit: str, anchor: datetime, after: datetime):
    rate = cron.parse(f"rate({number} {unit}{'s' * (number > 1)})", Service.RULE)
    assert not rate.is_anchored
    interval = number * timedelta(**{f"{unit}s": 1})
    assert rate.interval == interval
    anchored = cron.bounded(rate, anchor=anchor)
    assert anchored.is_anchored
    times = [after, *islice(anchored.fires(after), 3)]
    for a, b in pairwise(times):
        assert a < b
        assert (b - anchor) % interval == timedelta()
        assert b >= anchor
    if len(times) > 2:
        assert times[2] - times[1] == interval
        assert anchored.previous(times[2]) == times[1]


def test_a_rate_without_an_anchor_is_a_distance():
    rate = cron.parse("rate(90 minutes)", Service.RULE)
    at = datetime(2027, 1, 1, tzinfo=UTC)
    assert rate.next(at) == at + timedelta(minutes=90)
    assert rate.previous(at) == at - timedelta(minutes=90)


def test_days_of_a_rate_are_24_hours_whatever_the_clock_says():
    zone = ZoneInfo("Europe/Berlin")
    start = datetime(2027, 3, 27, 12, 0, tzinfo=zone)
    rate = cron.bounded(cron.parse("rate(1 day)", Service.SCHEDULER, zone), start=start)
    assert [time.hour for time in islice(rate.fires(start), 2)] == [13, 13]


def test_start_and_end_are_inside():
    nine = [datetime(2027, 1, day, 9, tzinfo=UTC) for day in range(1, 6)]
    schedule = cron.bounded(cron.parse("cron(0 9 * * ? *)", Service.SCHEDULER), start=nine[1], end=nine[3])
    assert list(schedule.fires(datetime(2026, 1, 1, tzinfo=UTC))) == nine[1:4]
    assert list(schedule.fires_back(datetime(2028, 1, 1, tzinfo=UTC))) == nine[3:0:-1]


def test_at_is_one_time():
    schedule = cron.parse("at(2027-07-01T09:00:30)", Service.SCHEDULER, ZoneInfo("Europe/Berlin"))
    at = datetime(2027, 7, 1, 7, 0, 30, tzinfo=UTC)
    assert list(schedule.fires(at - timedelta(seconds=1))) == [at]
    assert schedule.next(at) is None
    assert schedule.previous(at) is None
    assert schedule.previous(at + timedelta(seconds=1)) == at
