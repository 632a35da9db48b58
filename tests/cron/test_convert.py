"""From a crontab to AWS and back: where it succeeds, the fires are the same; where not, the reason is true."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall import cron
from seawall.cron import Service
from seawall.errors import ExpressionError

NAMES = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


def term(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    span = st.tuples(number, number).map(sorted)
    step = st.integers(1, high - low)
    return st.one_of(
        st.just("*"),
        number.map(str),
        step.map(lambda n: f"*/{n}"),
        span.map(lambda s: f"{s[0]}-{s[1]}"),
        st.tuples(span, step).map(lambda t: f"{t[0][0]}-{t[0][1]}/{t[1]}"),
        st.tuples(number, step).map(lambda t: f"{t[0]}/{t[1]}"),
    )


def field(low: int, high: int) -> st.SearchStrategy[str]:
    return st.lists(term(low, high), min_size=1, max_size=2).map(",".join)


OPEN = st.just("*")
CRONTABS = st.tuples(
    field(0, 59), field(0, 23), OPEN | field(1, 31), OPEN | field(1, 12), OPEN | field(0, 7) | st.sampled_from(NAMES)
).map(" ".join)
AWS = st.one_of(
    st.tuples(field(0, 59), field(0, 23), field(1, 31), field(1, 12), st.just("?"), st.just("*")),
    st.tuples(
        field(0, 59), field(0, 23), st.just("?"), field(1, 12), field(1, 7) | st.sampled_from(NAMES), st.just("*")
    ),
).map(lambda fields: f"cron({' '.join(fields)})")
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))


@given(CRONTABS, INSTANTS)
def test_a_crontab_that_becomes_aws_has_the_same_fires(text: str, after: datetime):
    schedule = cron.parse(text, Service.UNIX)
    try:
        converted = cron.convert(schedule, Service.RULE)
    except ExpressionError as refused:
        reason = refused.message
    else:
        other = cron.parse(converted, Service.RULE)
        assert list(islice(other.fires(after), 50)) == list(islice(schedule.fires(after), 50))
        return
    assert "both" in reason
    assert "*" not in text.split()[2::2]  # refused only where both day fields are set


@given(AWS, INSTANTS)
def test_aws_that_becomes_a_crontab_has_the_same_fires(text: str, after: datetime):
    schedule = cron.parse(text, Service.RULE)
    crontab = cron.convert(schedule, Service.UNIX)
    other = cron.check(crontab, Service.UNIX)
    assert other.schedule is not None
    assert not [fault for fault in other.warnings if fault.kind.startswith("contested")]
    assert list(islice(other.schedule.fires(after), 50)) == list(islice(schedule.fires(after), 50))


@pytest.mark.parametrize(
    ("text", "service", "to", "result"),
    [
        ("30 9 * * 1-5", Service.UNIX, Service.RULE, "cron(30 9 ? * 2-6 *)"),
        ("30 9 * * MON-FRI", Service.UNIX, Service.RULE, "cron(30 9 ? * MON-FRI *)"),
        ("0 0 * * 5-7", Service.UNIX, Service.RULE, "cron(0 0 ? * 1,6,7 *)"),  # 6-1 would wrap
        ("0 0 * * */2", Service.UNIX, Service.RULE, "cron(0 0 ? * 1,3,5,7 *)"),
        ("5/15 * * * *", Service.UNIX, Service.RULE, "cron(5/15 * * * ? *)"),
        ("@weekly", Service.UNIX, Service.RULE, "cron(0 0 ? * 1 *)"),
        ("0 0 L * *", Service.FUGIT, Service.RULE, "cron(0 0 L * ? *)"),
        ("0 0 * * 1#2", Service.FUGIT, Service.RULE, "cron(0 0 ? * 2#2 *)"),
        ("every 5 minutes", Service.FUGIT, Service.RULE, "cron(*/5 * * * ? *)"),
        ("@every 1h30m", Service.FUGIT, Service.RULE, "rate(90 minutes)"),
        ("1.day at 16:30", Service.CLOCKWORK, Service.RULE, "cron(30 16 * * ? *)"),
        ("cron(0 9 ? * 2-6 *)", Service.RULE, Service.UNIX, "0 9 * * 1-5"),
        ("cron(0 9 ? * SUN *)", Service.RULE, Service.UNIX, "0 9 * * SUN"),
        ("cron(0 22-2 ? * * *)", Service.RULE, Service.UNIX, "0 0,1,2,22,23 * * *"),
        ("cron(0/15 * * * ? *)", Service.RULE, Service.UNIX, "*/15 * * * *"),
        ("cron(7/15 * * * ? *)", Service.RULE, Service.UNIX, "7-52/15 * * * *"),
        ("cron(0 9 ? * L-2 *)", Service.RULE, Service.UNIX, "0 9 * * 4"),
        ("at(2027-01-31T09:00:00)", Service.SCHEDULER, Service.SCHEDULER, "at(2027-01-31T09:00:00)"),
    ],
)
def test_conversion(text: str, service: Service, to: Service, result: str):
    assert cron.convert(cron.parse(text, service), to) == result


@pytest.mark.parametrize(
    ("text", "service", "to", "reason"),
    [
        ("0 9 15 * 1", Service.UNIX, Service.RULE, "two expressions"),
        ("0 9 */2 * 1", Service.UNIX, Service.RULE, "has to fit both"),
        ("0 9 15 * 1", Service.CELERY, Service.UNIX, "has to fit both"),
        ("cron(0 9 * * ? 2027)", Service.RULE, Service.UNIX, "years"),
        ("cron(0 9 L * ? *)", Service.RULE, Service.UNIX, "L, W or #"),
        ("cron(0 9 15W * ? *)", Service.RULE, Service.UNIX, "L, W or #"),
        ("cron(0 9 ? * 2#1 *)", Service.RULE, Service.UNIX, "L, W or #"),
        ("rate(5 minutes)", Service.RULE, Service.UNIX, "switched on"),
        ("at(2027-01-31T09:00:00)", Service.SCHEDULER, Service.UNIX, "once"),
        ("at(2027-01-31T09:00:00)", Service.SCHEDULER, Service.RULE, "no rule"),
        ("30 0 9 * * *", Service.FUGIT, Service.RULE, "seconds"),
        ("@every 30s", Service.FUGIT, Service.RULE, "finer than a minute"),
        ("0 9 1,L * *", Service.FUGIT, Service.RULE, "more than one"),
        ("0 9 L * 1", Service.FUGIT, Service.RULE, "more than one"),
        ("0 9 * * 1#1,2#2", Service.FUGIT, Service.RULE, "more than one"),
        ("0 9 * * *", Service.UNIX, Service.CELERY, "nothing is converted"),
    ],
)
def test_what_cannot_be_exact_is_refused_with_the_reason(text: str, service: Service, to: Service, reason: str):
    with pytest.raises(ExpressionError, match=reason) as refused:
        cron.convert(cron.parse(text, service), to)
    assert refused.value.kind == "inexact"


def test_two_expressions_are_written_out():
    with pytest.raises(ExpressionError) as refused:
        cron.convert(cron.parse("0 9 15 * 1", Service.UNIX), Service.RULE)
    assert refused.value.hint == "As two expressions: cron(0 9 15 * ? *) and cron(0 9 ? * 2 *)."


def test_a_zone_goes_to_scheduler_and_to_no_rule():
    schedule = cron.parse("0 9 * * *", Service.UNIX, ZoneInfo("Europe/Berlin"))
    assert cron.convert(schedule, Service.SCHEDULER) == "cron(0 9 * * ? *)"
    with pytest.raises(ExpressionError, match="Europe/Berlin"):
        cron.convert(schedule, Service.RULE)


def test_what_stands_beside_an_expression_is_not_dropped():
    schedule = cron.parse("cron(0 9 * * ? *)", Service.SCHEDULER)
    bounded = [
        cron.bounded(schedule, start=datetime(2027, 1, 1, tzinfo=UTC)),
        cron.bounded(schedule, end=datetime(2028, 1, 1, tzinfo=UTC)),
        cron.bounded(schedule, flexible_minutes=5),
    ]
    for one in bounded:
        with pytest.raises(ExpressionError, match="beside the expression"):
            cron.convert(one, Service.UNIX)


@given(CRONTABS, st.sampled_from([Service.UNIX, Service.FUGIT, Service.CELERY]), INSTANTS)
def test_whatever_is_valid_has_words_and_is_converted_or_refused(text: str, service: Service, now: datetime):
    schedule = cron.check(text, service, ZoneInfo("Europe/Berlin"), now=now).schedule
    if schedule is None:  # a weekday 7 or a step on a value, in Celery
        assert service is Service.CELERY
        return
    assert cron.explain(schedule, now).endswith(".")
    for to in (Service.UNIX, Service.SCHEDULER):
        try:
            converted = cron.convert(schedule, to)
        except ExpressionError as refused:
            reason = refused.message
        else:
            assert cron.check(converted, to).errors == ()
            continue
        assert "day" in reason
