"""Crontabs, fugit, Celery and clockwork: what each reads from the same text, and the forms of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from seawall import cron
from seawall.cron import Service

MONDAY = datetime(2027, 3, 1, tzinfo=UTC)  # and the first of a month


def times(text: str, service: Service, count: int = 4) -> list[str]:
    found = cron.parse(text, service).fires(MONDAY - timedelta(seconds=1))
    return [time.strftime("%a %d %H:%M") for time in islice(found, count)]


@pytest.mark.parametrize(
    ("service", "found"),
    [
        (Service.UNIX, ["Mon 01 09:00", "Mon 08 09:00", "Mon 15 09:00", "Tue 16 09:00"]),  # either
        (Service.FUGIT, ["Mon 01 09:00", "Mon 08 09:00", "Mon 15 09:00", "Tue 16 09:00"]),
        (Service.CELERY, ["Mon 15 09:00", "Mon 16 09:00", "Mon 15 09:00", "Mon 15 09:00"]),  # both: a Monday
    ],
)
def test_two_day_fields(service: Service, found: list[str]):
    assert times("0 9 15,16 * 1", service) == found


def test_a_day_field_that_begins_with_a_star_is_open_in_vixie_cron_only():
    assert times("0 9 */2 * 1", Service.UNIX) == ["Mon 01 09:00", "Mon 15 09:00", "Mon 29 09:00", "Mon 05 09:00"]
    assert times("0 9 */2 * 1", Service.FUGIT) == ["Mon 01 09:00", "Wed 03 09:00", "Fri 05 09:00", "Sun 07 09:00"]


@pytest.mark.parametrize("sunday", ["0", "7", "SUN", "sun"])
def test_sunday(sunday: str):
    assert times(f"0 9 * * {sunday}", Service.UNIX, 1) == ["Sun 07 09:00"]
    assert times("0 9 ? * 1 *".join(("cron(", ")")), Service.RULE, 1) == ["Sun 07 09:00"]


@pytest.mark.parametrize(
    ("text", "service", "found"),
    [
        ("0 9 * * 5-7", Service.UNIX, ["Fri 05 09:00", "Sat 06 09:00", "Sun 07 09:00", "Fri 12 09:00"]),
        ("0 9 * * 0-7/2", Service.UNIX, ["Tue 02 09:00", "Thu 04 09:00", "Sat 06 09:00", "Sun 07 09:00"]),
        ("0 9 * * */2", Service.UNIX, ["Tue 02 09:00", "Thu 04 09:00", "Sat 06 09:00", "Sun 07 09:00"]),
        ("0 9 * * 5/2", Service.UNIX, ["Fri 05 09:00", "Fri 12 09:00", "Fri 19 09:00", "Fri 26 09:00"]),
        ("  0 9\t1 * *  ", Service.UNIX, ["Mon 01 09:00", "Thu 01 09:00", "Sat 01 09:00", "Tue 01 09:00"]),
        ("@hourly", Service.UNIX, ["Mon 01 00:00", "Mon 01 01:00", "Mon 01 02:00", "Mon 01 03:00"]),
        ("@daily", Service.UNIX, ["Mon 01 00:00", "Tue 02 00:00", "Wed 03 00:00", "Thu 04 00:00"]),
        ("@weekly", Service.UNIX, ["Sun 07 00:00", "Sun 14 00:00", "Sun 21 00:00", "Sun 28 00:00"]),
        ("@yearly", Service.UNIX, ["Sat 01 00:00", "Mon 01 00:00", "Tue 01 00:00", "Wed 01 00:00"]),
        ("@noon", Service.FUGIT, ["Mon 01 12:00", "Tue 02 12:00", "Wed 03 12:00", "Thu 04 12:00"]),
        ("0 9 L * *", Service.FUGIT, ["Wed 31 09:00", "Fri 30 09:00", "Mon 31 09:00", "Wed 30 09:00"]),
        ("0 9 -2 * *", Service.FUGIT, ["Tue 30 09:00", "Thu 29 09:00", "Sun 30 09:00", "Tue 29 09:00"]),
        ("0 9 * * mon#2", Service.FUGIT, ["Mon 08 09:00", "Mon 12 09:00", "Mon 10 09:00", "Mon 14 09:00"]),
        ("0 9 * * fri#-1", Service.FUGIT, ["Fri 26 09:00", "Fri 30 09:00", "Fri 28 09:00", "Fri 25 09:00"]),
        ("0 9 * * fri#L", Service.FUGIT, ["Fri 26 09:00", "Fri 30 09:00", "Fri 28 09:00", "Fri 25 09:00"]),
        ("30 0 9 * * MON-FRI", Service.FUGIT, ["Mon 01 09:00", "Tue 02 09:00", "Wed 03 09:00", "Thu 04 09:00"]),
        ("every 15 minutes", Service.FUGIT, ["Mon 01 00:00", "Mon 01 00:15", "Mon 01 00:30", "Mon 01 00:45"]),
        ("every hour", Service.FUGIT, ["Mon 01 00:00", "Mon 01 01:00", "Mon 01 02:00", "Mon 01 03:00"]),
        ("every day at 16:30", Service.FUGIT, ["Mon 01 16:30", "Tue 02 16:30", "Wed 03 16:30", "Thu 04 16:30"]),
        ("every friday at 6:00", Service.FUGIT, ["Fri 05 06:00", "Fri 12 06:00", "Fri 19 06:00", "Fri 26 06:00"]),
        ("0 9 * * saturday-monday", Service.CELERY, ["Mon 01 09:00", "Sat 06 09:00", "Sun 07 09:00", "Mon 08 09:00"]),
        ("1.day at 16:30", Service.CLOCKWORK, ["Mon 01 16:30", "Tue 02 16:30", "Wed 03 16:30", "Thu 04 16:30"]),
        ("1.hour at **:05", Service.CLOCKWORK, ["Mon 01 00:05", "Mon 01 01:05", "Mon 01 02:05", "Mon 01 03:05"]),
        ("1.week at Friday 16:20", Service.CLOCKWORK, ["Fri 05 16:20", "Fri 12 16:20", "Fri 19 16:20", "Fri 26 16:20"]),
    ],
)
def test_times(text: str, service: Service, found: list[str]):
    assert times(text, service) == found


@pytest.mark.parametrize(
    ("text", "service", "interval"),
    [
        ("@every 5m", Service.FUGIT, timedelta(minutes=5)),
        ("@every 1d2h3m4s", Service.FUGIT, timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("10.minutes", Service.CLOCKWORK, timedelta(minutes=10)),
        ("1.week", Service.CLOCKWORK, timedelta(weeks=1)),
    ],
)
def test_intervals(text: str, service: Service, interval: timedelta):
    schedule = cron.parse(text, service)
    assert (schedule.kind, schedule.interval, schedule.is_anchored) == ("interval", interval, False)


def test_seconds_of_fugit():
    found = cron.parse("15,45 0 9 * * *", Service.FUGIT).fires(MONDAY)
    assert [time.strftime("%H:%M:%S") for time in islice(found, 3)] == ["09:00:15", "09:00:45", "09:00:15"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("0 9 * * * Europe/Berlin", "Europe/Berlin"),
        ("0 9 * * * UTC", "UTC"),
        ("0 0 9 * * 1 America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("0 0 9 * * MON", None),
        ("0 0 9 * * MON-FRI", None),
        ("0 9 * * *", None),
    ],
)
def test_the_zone_at_the_end_of_a_fugit_expression(text: str, name: str | None):
    assert cron.zone_name(text, Service.FUGIT) == name
    assert cron.zone_name(text, Service.UNIX) is None
    zone = ZoneInfo(name) if name else None
    schedule = cron.parse(text, Service.FUGIT, zone)
    assert str(schedule.zone) == (name or "UTC")
