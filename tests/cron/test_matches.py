"""How well a schedule explains instants: the right trigger comes first among the wrong ones."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall import cron
from seawall.cron import Service

START = datetime(2027, 3, 1, tzinfo=UTC)
CANDIDATES = [
    "cron(0/5 * * * ? *)",
    "cron(0 * * * ? *)",
    "cron(10 * * * ? *)",
    "cron(0 3 * * ? *)",
    "cron(30 3 * * ? *)",
    "cron(0 3 ? * MON *)",
    "cron(* * * * ? *)",
    "cron(0 0 1 * ? *)",
]


def seen(text: str, rng: random.Random, share: float = 1.0, count: int = 40, delay_s: float = 20) -> list[datetime]:
    fires = islice(cron.parse(text, Service.RULE).fires(START), count)
    return [fire + timedelta(seconds=rng.uniform(0, delay_s)) for fire in fires if rng.random() < share]


def score(text: str, times: list[datetime]) -> float:
    return cron.matches(cron.parse(text, Service.RULE), times).score


@pytest.mark.parametrize("text", [text for text in CANDIDATES if text != "cron(* * * * ? *)"])
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_the_right_trigger_is_first(text: str, share: float):
    times = seen(text, random.Random(7), share)
    scores = {other: score(other, times) for other in CANDIDATES}
    assert max(scores, key=scores.__getitem__) == text, scores


def test_what_runs_all_the_time_explains_nothing():
    match = cron.matches(cron.parse("cron(* * * * ? *)", Service.RULE), seen("cron(0 3 * * ? *)", random.Random(1)))
    assert match.explained == 1.0
    assert match.score < 0.001


def test_the_numbers():
    """Three of four instants lie within 90 s after one of five hourly fires, in 4 h and the tolerance at both ends."""
    times = [START + timedelta(hours=hour, seconds=second) for hour, second in ((0, 0), (1, 90), (2, 91), (4, 0))]
    match = cron.matches(cron.parse("cron(0 * * * ? *)", Service.RULE), times)
    assert match.explained == 3 / 4
    assert match.filled == 3 / 5
    assert match.expected == pytest.approx(5 * 90 / (4 * 3600 + 2 * 90))
    assert match.score == pytest.approx((match.explained - match.expected) * 0.8)


def test_a_rate_is_laid_on_the_first_instant():
    rate = cron.parse("rate(7 minutes)", Service.RULE)
    times = [START + timedelta(minutes=7 * n, seconds=n) for n in range(10)]
    assert cron.matches(rate, times).explained == 1.0
    assert cron.matches(rate, times[:1]).score == 0.0


def test_no_instants_and_no_fires():
    assert cron.matches(cron.parse("cron(0 3 * * ? *)", Service.RULE), []).score == 0.0
    assert cron.matches(cron.parse("cron(0 3 30 2 ? *)", Service.RULE), [START]).score == 0.0


def test_a_long_span_of_a_frequent_schedule_is_cut():
    times = [START + timedelta(days=day) for day in range(0, 3650, 365)]
    match = cron.matches(cron.parse("cron(* * * * ? *)", Service.RULE), times)
    assert match.score < 0.001


@given(
    st.sampled_from(CANDIDATES),
    st.lists(st.datetimes(datetime(2027, 1, 1), datetime(2027, 1, 9), timezones=st.just(UTC)), max_size=10),
    st.floats(0, 4000),
)
def test_all_numbers_lie_between_0_and_1(text: str, times: list[datetime], tolerance: float):
    match = cron.matches(cron.parse(text, Service.RULE), times, tolerance)
    assert all(0 <= number <= 1 for number in (match.explained, match.filled, match.expected, match.score))
