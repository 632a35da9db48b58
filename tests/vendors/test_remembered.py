"""What sources said comes back from the store as it was, and judges the days on which they do not answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall import rulebook
from seawall.history import History, open_history
from seawall.model import NotChecked, Severity
from seawall.vendors.collect import in_force
from seawall.vendors.facts.row import Observed, Reading, Vendor, VendorFacts
from seawall.vendors.remembered import recall, remember

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ROW = Vendor("jobs", owner="ada", deputy="ben", contract="fixed", source="redis-cloud 1")

times = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
observations = st.builds(
    Observed,
    vendor=st.text(st.characters(exclude_categories=("C",)), min_size=1, max_size=20),
    source=st.just("json https://a.example/c"),
    at=st.just(NOW),
    ends=st.none() | times | st.dates(),
    converts=st.none() | st.booleans(),
    status=st.sampled_from(["", "active", "deleting"]),
    card_ends=st.none() | st.tuples(st.integers(2020, 2099), st.integers(1, 12)),
    next_charge=st.none() | times | st.dates(),
)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with open_history(tmp_path / "history.db") as store:
        yield store


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    with open_history(tmp_path_factory.mktemp("shared") / "history.db") as store:
        yield store


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seen=observations)
def test_an_observation_comes_back_as_it_was(shared: History, seen: Observed):
    remember(shared, [seen], [], NOW)
    assert [o for o in recall(shared, NOW).observed if o.vendor == seen.vendor][-1] == seen


def rules(history: History, now: datetime, *seen: Observed, missing: bool = False) -> dict[str, Severity]:
    """The rules that find something in a run of this time, as the commands run it."""
    before = recall(history, now)
    readings = [] if missing else [Reading("redis-cloud", len(seen))]
    remember(history, seen, readings, now)
    gaps = [NotChecked("redis-cloud", "no answer", "")] if missing else []
    observed = in_force(before.observed, seen, gaps)
    facts = VendorFacts(now, vendors=(ROW,), observed=observed, readings=before.counted(readings))
    return {f.rule: f.severity for f in rulebook.run("vendors", facts, ())}


def seen(now: datetime, **more: object) -> Observed:
    return Observed("jobs", "redis-cloud 1", now, **more)  # type: ignore[arg-type]


def test_a_status_that_worsened_is_seen_across_runs_and_through_failures(history: History):
    assert "SW611" not in rules(history, NOW, seen(NOW, status="active"))
    assert "SW611" not in rules(history, NOW + DAY, missing=True)
    assert rules(history, NOW + 2 * DAY, seen(NOW + 2 * DAY, status="deleting"))["SW611"] is Severity.CRITICAL
    assert rules(history, NOW + 3 * DAY, missing=True)["SW611"] is Severity.CRITICAL
    assert "SW611" not in rules(history, NOW + 4 * DAY, seen(NOW + 4 * DAY, status="active"))


def test_pending_after_active_is_worse_only_to_who_remembers(history: History, tmp_path: Path):
    rules(history, NOW, seen(NOW, status="active"))
    assert "SW611" in rules(history, NOW + DAY, seen(NOW + DAY, status="error"))
    with open_history(tmp_path / "another.db") as empty:
        assert "SW611" not in rules(empty, NOW + DAY, seen(NOW + DAY, status="pending"))
        assert "SW611" in rules(empty, NOW + 2 * DAY, seen(NOW + 2 * DAY, status="error"))


def test_fewer_vendors_than_last_time_is_a_finding_until_they_are_forgotten(history: History):
    two = (seen(NOW), Observed("mail", "redis-cloud 2", NOW))
    assert "SW610" not in rules(history, NOW, *two)
    assert rules(history, NOW + DAY, seen(NOW + DAY))["SW610"] is Severity.HIGH
    assert "SW610" in rules(history, NOW + 29 * DAY, seen(NOW + 29 * DAY))
    assert "SW610" not in rules(history, NOW + 40 * DAY, seen(NOW + 40 * DAY))


def test_a_date_that_cannot_be_read_today_is_the_one_that_was_read_last(history: History):
    ends = NOW + 10 * DAY
    assert "SW608" not in rules(history, NOW, seen(NOW, ends=ends, converts=False))
    found = rules(history, NOW + 8 * DAY, missing=True)
    assert "SW608" not in found
    assert found["SW602"] is Severity.CRITICAL
    moved = NOW + 9 * DAY
    assert "SW602" not in rules(history, moved, seen(moved, ends=NOW + 400 * DAY, converts=False))
    assert "SW602" not in rules(history, NOW + 9.5 * DAY, missing=True)
