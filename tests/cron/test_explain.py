"""Expressions in plain words. Golden: each line was read by a person."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from seawall import cron
from seawall.cron import Service

NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
WORDS = [
    ("cron(0 8 * * ? *)", "At 08:00 every day, in UTC."),
    ("cron(* * * * ? *)", "Every minute, in UTC."),
    ("cron(0/5 * * * ? *)", "Every 5 minutes, in UTC."),
    ("cron(0 * * * ? *)", "Every hour, in UTC."),
    ("cron(5 * * * ? *)", "Every hour at 5 minutes past, in UTC."),
    ("cron(0/7 * * * ? *)", "At minute 0 and every 7 from there of every hour every day, in UTC."),
    ("cron(*/10 */6 * * ? *)", "Every 10 minutes of the hours 00, 06, 12 and 18 every day, in UTC."),
    ("cron(0/5 9-17 ? * MON-FRI *)", "Every 5 minutes of the hours 09 to 17 on Monday to Friday, in UTC."),
    ("cron(15,45 6 15,26 3,8 ? *)", "At 06:15 and 06:45 on days 15 and 26 of the month in March and August, in UTC."),
    ("cron(0 18 L * ? *)", "At 18:00 on the last day of the month, in UTC."),
    ("cron(0 18 L-2 * ? *)", "At 18:00 on the day 2 days before the last of the month, in UTC."),
    ("cron(0 18 3W * ? *)", "At 18:00 on the Monday to Friday nearest to day 3 of the month, in UTC."),
    ("cron(0 9 ? * 2#1 *)", "At 09:00 on the first Monday of the month, in UTC."),
    ("cron(0 9 ? * 6L *)", "At 09:00 on the last Friday of the month, in UTC."),
    ("cron(0 9 ? * SAT,SUN 2027-2029)", "At 09:00 on Saturday and Sunday in 2027 to 2029, in UTC."),
    ("cron(0 9 1/2 * ? *)", "At 09:00 on every second day from day 1 of the month, in UTC."),
    ("cron(0 9 30 2 ? *)", "At 09:00 on day 30 of the month in February, in UTC. It never runs at all."),
    ("cron(0 9 1 1 ? 2020)", "At 09:00 on day 1 of the month in January in 2020, in UTC. It never runs again."),
    ("cron(0 9 1 1 ? 2028/4)", "At 09:00 on day 1 of the month in January every 4 years from 2028, in UTC."),
    ("rate(1 hour)", "Every hour, counted from when it was switched on."),
    ("rate(90 minutes)", "Every 1 hour and 30 minutes, counted from when it was switched on."),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words(text: str, words: str):
    assert cron.explain(cron.parse(text, Service.RULE), NOW) == words


@pytest.mark.parametrize(
    ("text", "service", "words"),
    [
        ("0 9 15 * 1", Service.UNIX, "At 09:00 on day 15 of the month or on Monday, in UTC."),
        ("0 9 15 * 1", Service.CELERY, "At 09:00 on day 15 of the month, if that is a Monday, in UTC."),
        ("30 0 9 * * *", Service.FUGIT, "At 09:00, at second 30 every day, in UTC."),
    ],
)
def test_words_of_other_services(text: str, service: Service, words: str):
    assert cron.explain(cron.parse(text, service), NOW) == words


@pytest.mark.parametrize(
    ("text", "zone", "surprise"),
    [
        (
            "cron(30 2 * * ? *)",
            "Europe/Berlin",
            "02:30 does not exist on 2027-03-28 in Europe/Berlin: it will not run.",
        ),
        (
            "cron(0/20 1 * * ? *)",
            "America/New_York",
            "01:00 to 01:40 come twice on 2027-11-07 in America/New_York: it runs the first time only.",
        ),
        (
            "cron(0 * * * ? *)",
            "America/New_York",
            "01:00 comes twice on 2027-11-07 in America/New_York: it runs the first time only.",
        ),
    ],
)
def test_the_next_surprise_of_the_clock(text: str, zone: str, surprise: str):
    assert cron.explain(cron.parse(text, Service.SCHEDULER, ZoneInfo(zone)), NOW).endswith(f" {surprise}")


@pytest.mark.parametrize(
    ("text", "zone"), [("cron(0 12 * * ? *)", "Europe/Berlin"), ("cron(30 2 * * ? *)", "Asia/Kathmandu")]
)
def test_no_surprise(text: str, zone: str):
    words = cron.explain(cron.parse(text, Service.SCHEDULER, ZoneInfo(zone)), NOW)
    assert words.endswith(f", in {zone}.")


def test_a_surprise_outside_the_bounds_is_none():
    schedule = cron.parse("cron(30 2 * * ? *)", Service.SCHEDULER, ZoneInfo("Europe/Berlin"))
    end = datetime(2027, 1, 1, tzinfo=UTC)
    assert cron.explain(cron.bounded(schedule, end=end), NOW).endswith(", until 2027-01-01 00:00 UTC.")


def test_a_flexible_window():
    schedule = cron.bounded(cron.parse("cron(0 8 * * ? *)", Service.SCHEDULER), flexible_minutes=15)
    assert cron.explain(schedule) == "At 08:00 every day, in UTC, up to 15 minutes later."


@pytest.mark.parametrize("step", range(1, 32))
def test_every_step_has_words(step: int):
    for text in (
        f"0 9 */{step} * *",
        f"0 */{min(step, 23)} * * *",
        f"*/{step},7 1-5 * * *",
        f"0 9 * * 1#{step % 5 + 1}",
    ):
        assert cron.explain(cron.parse(text, Service.FUGIT))
        assert cron.explain(cron.parse(text.replace("#", "#-"), Service.FUGIT))
