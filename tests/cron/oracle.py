"""A second reading of schedule expressions, apart from `seawall.cron`: every minute is asked, nothing is computed.

A field is a set of numbers found by counting. A date is asked whether it fits. The clock steps in UTC, one minute after
the other, and each minute is taken into the zone and asked. So a time that does not exist is never met, and one that
comes twice is met twice and kept the first time (`fold` 0). Only a UTC day that touches no fitting date is passed over.

Limits: `L-2` in the day of week is right, but what it means is open; no `W`, `L` or `#` in a list; no seconds.
Offsets are whole minutes, which holds for all zones from 1972 on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
AWS = {"rule", "scheduler"}
NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
OnDate = Callable[[date], bool]


class Wrong(Exception):
    """The expression is not one."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a field may hold. `wraps`: 22-2 is read as 22, 23, 0, 1, 2; `opens`: 5/10 is read as 5, 15, 25."""

    low: int
    high: int
    names: tuple[str, ...] = ()
    wraps: bool = True
    opens: bool = True

    def value(self, word: str) -> int:
        if word.upper() in self.names:
            return self.names.index(word.upper()) + self.low
        if not re.fullmatch("[0-9]+", word) or not self.low <= int(word) <= self.high:
            raise Wrong(word)
        return int(word)

    def numbers(self, field: str) -> frozenset[int]:
        return frozenset(n for part in field.split(",") for n in self.part(part))

    def part(self, part: str) -> list[int]:
        """The numbers of `7`, `3-9`, `FRI-MON`, `*`, and each of these with `/step`."""
        body, slash, step = part.partition("/")
        first, dash, last = body.partition("-")
        if body == "*":
            at, end = self.low, self.high
        else:
            at = self.value(first)
            end = self.value(last) if dash else self.high if slash else at
        if (slash and not re.fullmatch("0*[1-9][0-9]*", step)) or (at > end and not self.wraps):
            raise Wrong(part)
        if slash and body != "*" and not dash and not self.opens:
            raise Wrong(part)
        met = [at]
        while at != end:
            at = at + 1 if at < self.high else self.low
            met.append(at)
        return met[:: int(step)] if slash else met


@dataclass(frozen=True, slots=True)
class Reading:
    """What an expression says: of minutes and hours, and of a date. Or one interval, or one instant."""

    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    on: OnDate = bool
    zone: tzinfo = UTC
    every: timedelta | None = None
    once: datetime | None = None


def read(text: str, service: str, zone: tzinfo = UTC) -> Reading:
    """Raises Wrong for what is no expression of the service."""
    if service not in AWS:
        return unix(text, service, zone)
    form = re.fullmatch(r"(cron|rate|at)\(([^()]*)\)", text)
    if not form:
        raise Wrong(text)
    kind, body = form.groups()
    if kind == "rate":
        return Reading(zone=zone, every=interval(body))
    if kind == "at":
        return Reading(zone=zone, once=instant(body, service, zone))
    return aws(body, zone)


def interval(body: str) -> timedelta:
    form = re.fullmatch("([0-9]+) (minute|hour|day)(s?)", body)
    if not form or int(form[1]) == 0 or (int(form[1]) == 1) == bool(form[3]):
        raise Wrong(body)
    return int(form[1]) * {"minute": MINUTE, "hour": 60 * MINUTE, "day": DAY}[form[2]]


def instant(body: str, service: str, zone: tzinfo) -> datetime:
    if service == "rule" or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", body):
        raise Wrong(body)
    try:
        return datetime.fromisoformat(body).replace(tzinfo=zone)
    except ValueError:
        raise Wrong(body) from None


# --- AWS --------------------------------------------------------------------------------------------------------------

MINUTES, HOURS = Range(0, 59), Range(0, 23)
DATES, AWS_MONTHS, YEARS = Range(1, 31), Range(1, 12, MONTHS), Range(1970, 2199, wraps=False)
AWS_DAYS = Range(1, 7, DAYS)  # 1 is Sunday


def aws(body: str, zone: tzinfo) -> Reading:
    fields = body.split(" ")
    if len(fields) != 6 or (fields[2] == "?") == (fields[4] == "?"):
        raise Wrong(body)
    minutes, hours, dates, months, days, years = fields
    in_month, in_year = AWS_MONTHS.numbers(months), YEARS.numbers(years)
    on_date, on_day = aws_date(dates), aws_day(days)

    def on(d: date) -> bool:
        return d.year in in_year and d.month in in_month and on_date(d) and on_day(d)

    return Reading(MINUTES.numbers(minutes), HOURS.numbers(hours), on, zone)


def month_of(d: date) -> list[date]:
    """Every date of its month."""
    first = d.replace(day=1)
    return [e for n in range(31) if (e := first + n * DAY).month == d.month]


def is_last(d: date) -> bool:
    return (d + DAY).month != d.month


def works(d: date) -> bool:
    return d.isoweekday() <= 5


def aws_date(field: str) -> OnDate:
    """The day of month: `?`, `L`, `LW`, `L-3`, `15W`, or numbers."""
    field = field.upper()
    if field == "?":
        return lambda _: True
    if field == "L":
        return is_last
    if field == "LW":
        return lambda d: works(d) and not any(works(e) for e in month_of(d) if e > d)
    if form := re.fullmatch("L-([0-9]+)", field):
        back = int(form[1])
        if not 1 <= back <= 30:
            raise Wrong(field)
        return lambda d: (d + back * DAY).month == d.month and is_last(d + back * DAY)
    if form := re.fullmatch("([0-9]+)W", field):
        return nearest(DATES.value(form[1]))
    numbers = DATES.numbers(field)
    return lambda d: d.day in numbers


def nearest(day: int) -> OnDate:
    """The weekday of the same month that is nearest to the day of it; none where the month is too short."""

    def on(d: date) -> bool:
        if not works(d):
            return False
        month = month_of(d)
        return day <= len(month) and all(abs(d.day - day) <= abs(e.day - day) for e in month if works(e))

    return on


def aws_day(field: str) -> OnDate:
    """The day of week: `?`, `L` (the last of a week, Saturday), `FRIL` (the last of a month), `6#3`, or numbers."""
    field = field.upper()
    if field == "?":
        return lambda _: True
    if "#" in field:
        name, _, nth = field.partition("#")
        day = AWS_DAYS.value(name)
        if nth not in {"1", "2", "3", "4", "5"}:
            raise Wrong(field)
        return lambda d: weekday(d) == day == weekday(d) and so_far(d) == int(nth)
    if field.endswith("L") and field != "L":
        day = AWS_DAYS.value(field[:-1])
        return lambda d: weekday(d) == day and (d + 7 * DAY).month != d.month
    numbers = AWS_DAYS.numbers(re.sub("^L(?=$|-)", "7", field))
    return lambda d: weekday(d) in numbers


def weekday(d: date) -> int:
    """1 is Sunday."""
    return d.isoweekday() % 7 + 1


def so_far(d: date) -> int:
    """How many days of its name the month has had, itself included."""
    return sum(1 for e in month_of(d) if e <= d and e.weekday() == d.weekday())


# --- Unix -------------------------------------------------------------------------------------------------------------


def unix(text: str, service: str, zone: tzinfo) -> Reading:
    """Five fields. vixie crontab and fugit take either day field where none begins with `*`; Celery wants both."""
    if service != "celery":
        text = NICKNAMES.get(text, text)
    fields = text.split(" ")
    if len(fields) != 5:
        raise Wrong(text)
    minutes, hours, dates, months, week = (
        Range(low, high, names, wraps=service != "unix", opens=service == "fugit").numbers(field)
        for field, (low, high, names) in zip(
            fields,
            ((0, 59, ()), (0, 23, ()), (1, 31, ()), (1, 12, MONTHS), (0, 6 if service == "celery" else 7, DAYS)),
            strict=True,
        )
    )
    days = {n % 7 for n in week}
    either = service != "celery" and not fields[2].startswith("*") and not fields[4].startswith("*")

    def on(d: date) -> bool:
        both = (d.day in dates, weekday(d) - 1 in days)
        return d.month in months and (any(both) if either else all(both))

    return Reading(minutes, hours, on, zone)


# --- time -------------------------------------------------------------------------------------------------------------


def fires(reading: Reading, wall: datetime) -> bool:
    """Whether it fires in this minute of its zone. What comes twice (fold 1: the second time) runs once."""
    return wall.fold == 0 and wall.minute in reading.minutes and wall.hour in reading.hours and reading.on(wall.date())


def days_from(at: datetime, step: timedelta, end: datetime) -> Iterator[datetime]:
    """Midnights in UTC, from that of `at` on, forwards or backwards, to `end`."""
    day = datetime.combine(at.date(), time(), UTC)
    while (day <= end) if step > timedelta() else (day + DAY > end):
        yield day
        day += step


def may_fire(reading: Reading, day: datetime) -> bool:
    """Whether any date of the zone that this UTC day touches fits."""
    first, last = (t.astimezone(reading.zone).date() for t in (day, day + DAY - MINUTE))
    return any(reading.on(first + n * DAY) for n in range((last - first).days + 1))


def following(reading: Reading, after: datetime, count: int, horizon: timedelta) -> list[datetime]:
    """The fires after an instant, in UTC; fewer than `count` where the horizon ends before."""
    if reading.every:
        return [after.astimezone(UTC) + n * reading.every for n in range(1, count + 1)]
    if reading.once:
        return [t for t in (reading.once.astimezone(UTC),) if t > after]
    found: list[datetime] = []
    end = after.astimezone(UTC) + horizon
    for day in days_from(after.astimezone(UTC), DAY, end):
        for n in range(1440) if may_fire(reading, day) else ():
            minute = day + n * MINUTE
            if minute > after and fires(reading, minute.astimezone(reading.zone)):
                found.append(minute)
                if len(found) == count:
                    return found
    return found


def preceding(reading: Reading, before: datetime, count: int, horizon: timedelta) -> list[datetime]:
    """The fires before an instant, latest first, in UTC; fewer than `count` where the horizon ends before."""
    if reading.every:
        return [before.astimezone(UTC) - n * reading.every for n in range(1, count + 1)]
    if reading.once:
        return [t for t in (reading.once.astimezone(UTC),) if t < before]
    found: list[datetime] = []
    end = before.astimezone(UTC) - horizon
    for day in days_from(before.astimezone(UTC), -DAY, end):
        for n in reversed(range(1440)) if may_fire(reading, day) else ():
            minute = day + n * MINUTE
            if minute < before and fires(reading, minute.astimezone(reading.zone)):
                found.append(minute)
                if len(found) == count:
                    return found
    return found
