"""A schedule whose times fit beats one that does not; where none fits, none is claimed. On generated histories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.cron import Schedule, Service, parse
from seawall.joins.facts.timing import Says, fit, occasions

START = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
EXPRESSIONS = ("17 * * * *", "*/15 * * * *", "0 3 * * *", "30 2 * * 1", "*/5 8-18 * * 1-5", "5,35 * * * *")


def unix(text: str) -> Schedule:
    return parse(text, Service.UNIX)


def history(text: str, seed: int, *, delay_s: float = 20, slow: float = 1.0, fires: int = 40) -> list[datetime]:
    """Entries of a job: within some seconds after its fires, of which only a share is slow."""
    random = Random(seed)
    runs = islice(unix(text).fires(START), fires)
    found = [fire + timedelta(seconds=random.uniform(0, delay_s)) for fire in runs if random.random() < slow]
    return found or [START + timedelta(days=40)]


def by_chance(seed: int, count: int = 40) -> list[datetime]:
    random = Random(seed)
    return [START + timedelta(seconds=random.uniform(0, 14 * 86_400)) for _ in range(count)]


@given(st.sampled_from(EXPRESSIONS), st.integers(0, 10_000), st.floats(0.5, 1.0))
def test_its_own_schedule_fits_and_comes_before_others(text: str, seed: int, slow: float) -> None:
    times = history(text, seed, slow=slow)
    own = fit(unix(text), times)
    assert own.says is Says.FITS
    for other in ("47 4 * * *", "42 * * * *", "55 13 * * 6"):
        assert fit(unix(other), times).score < own.score


@given(st.sampled_from(EXPRESSIONS), st.integers(0, 10_000))
def test_of_times_at_random_no_schedule_is_claimed(text: str, seed: int) -> None:
    assert fit(unix(text), by_chance(seed)).says is Says.REFUTED


@given(st.integers(0, 10_000))
def test_not_even_one_of_every_minute(seed: int) -> None:
    assert fit(unix("* * * * *"), by_chance(seed)).says is Says.REFUTED
    assert fit(parse("rate(1 minute)", Service.RULE), by_chance(seed)).says is Says.REFUTED


def test_the_entries_of_a_job_of_every_minute_fit_it_and_nothing_slower() -> None:
    times = history("* * * * *", 1, delay_s=4, fires=600)
    assert fit(unix("* * * * *"), times).says is Says.FITS
    assert fit(unix("*/5 * * * *"), times).says is Says.REFUTED
    assert fit(unix("0 * * * *"), times).says is Says.REFUTED


@pytest.mark.parametrize(("hour", "says"), [(3, Says.FITS), (14, Says.NOTHING)])
def test_one_run_can_speak_for_a_schedule_and_not_against_it(hour: int, says: Says) -> None:
    assert fit(unix("0 3 * * *"), [datetime(2026, 11, 4, hour, 0, 4, tzinfo=UTC)]).says is says


def test_a_long_run_is_one_occasion() -> None:
    day: Sequence[datetime] = [START + timedelta(hours=3, seconds=30 * n) for n in range(40)]
    times = [time + timedelta(days=days) for days in range(5) for time in day]
    assert len(occasions(times, 90)) == 5
    assert fit(unix("0 3 * * *"), times).says is Says.FITS


def test_without_times_or_a_schedule_nothing_is_said() -> None:
    assert fit(None, by_chance(1)).says is Says.NOTHING
    assert fit(unix("0 3 * * *"), []).says is Says.NOTHING
