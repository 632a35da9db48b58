"""When a contract lapses and when its data is gone: days' ends, zones, months, unknown behaviours, what sources say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.vendors.facts.deadline import (
    card_lapse,
    contract_lapse,
    end_of,
    end_of_month,
    lapse,
    last_day,
    notice,
)
from seawall.vendors.facts.row import Observed, Vendor, VendorFacts, host_of

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
DAYS = st.dates(date(2000, 1, 1), date(2199, 12, 31))


def facts(vendor: Vendor, *observed: Observed, now: datetime = NOW) -> VendorFacts:
    return VendorFacts(now=now, vendors=(vendor,), observed=observed)


def saw(at: datetime = NOW, source: str = "api", **said: object) -> Observed:
    return Observed("v", source, at, **said)  # pyright: ignore[reportArgumentType]


def test_a_day_is_in_force_to_its_end_and_a_time_to_itself():
    assert end_of(date(2026, 12, 31)) == datetime(2027, 1, 1, tzinfo=UTC)
    assert end_of(datetime(2026, 12, 31, 17, tzinfo=timezone(timedelta(hours=9)))) == datetime(
        2026, 12, 31, 8, tzinfo=UTC
    )
    assert end_of(datetime(2026, 12, 31, 17)) == datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert end_of(date(2028, 2, 29)) == datetime(2028, 3, 1, tzinfo=UTC)


@given(DAYS)
def test_the_last_day_of_a_day_is_itself(day: date):
    assert last_day(day) == day
    assert last_day(datetime(day.year, day.month, day.day)) == day - timedelta(
        days=1
    )  # midnight: the day before was it


@given(DAYS)
def test_a_card_is_valid_to_the_end_of_its_month(day: date):
    over = end_of_month(day.year, day.month)
    assert over >= end_of(day)
    assert (over - timedelta(seconds=1)).month == day.month
    assert over.day == 1


@given(ends=DAYS, grace=st.integers(0, 3660), lapse_is=st.sampled_from(["delete", "suspend", "unknown"]))
def test_an_unknown_behaviour_is_a_deletion_at_once(ends: date, grace: int, lapse_is: str):
    vendor = Vendor("v", contract="trial", ends=ends, on_lapse=lapse_is, grace_days=grace)
    deadline = lapse(facts(vendor), vendor)
    assert deadline is not None
    assert deadline.grace_days == (0 if lapse_is == "unknown" else grace)
    assert ("unknown" in deadline.grace_from) == (lapse_is == "unknown")
    assert deadline.hours_to_data_loss(deadline.lost_at - timedelta(hours=61)) == 61
    assert deadline.hours_to_data_loss(deadline.lost_at + timedelta(days=400)) == 0


@given(st.integers(0, 4000), st.integers(1, 400))
def test_hours_fall_as_time_goes(hours: int, step: int):
    vendor = Vendor("v", contract="fixed", ends=date(2027, 3, 1), on_lapse="delete", grace_days=7)
    deadline = lapse(facts(vendor), vendor)
    assert deadline is not None
    sooner = NOW + timedelta(hours=hours)
    left = deadline.hours_to_data_loss(sooner)
    later = deadline.hours_to_data_loss(sooner + timedelta(hours=step))
    assert later == max(0, left - step)


@pytest.mark.parametrize("on_lapse", ["delete", "suspend"])
def test_a_behaviour_without_days_is_a_deletion_at_once(on_lapse: str):
    vendor = Vendor("v", contract="fixed", ends=date(2027, 1, 1), on_lapse=on_lapse)
    deadline = lapse(facts(vendor), vendor)
    assert deadline is not None
    assert deadline.lost_at == deadline.at
    assert "counts as a deletion at once" in deadline.grace_from


@pytest.mark.parametrize(
    ("written", "seen", "lapses"),
    [
        (None, [], True),
        (False, [], True),
        (True, [], False),
        (False, [True], False),  # what was seen wins
        (True, [False], True),
        (True, [None], False),
        (None, [True, False], True),  # where sources differ, it does not convert
    ],
)
def test_only_a_known_conversion_means_no_lapse(written: bool | None, seen: list[bool | None], lapses: bool):
    vendor = Vendor("v", contract="trial", converts=written, ends=date(2026, 12, 10))
    observed = [saw(source=f"s{n}", converts=value) for n, value in enumerate(seen)]
    assert (lapse(facts(vendor, *observed), vendor) is not None) is lapses


def test_what_was_seen_wins_over_the_row_and_the_row_is_still_named():
    vendor = Vendor("v", contract="trial", ends=date(2026, 12, 10))
    seen = datetime(2026, 12, 4, 12, tzinfo=UTC)
    found = contract_lapse(facts(vendor, saw(ends=seen), saw(source="b", ends=date(2026, 12, 20))), vendor)
    assert found is not None
    assert (found.at, found.ends_in_row) == (seen, date(2026, 12, 10))
    assert "api, read 2026-12-01" in found.says


def test_of_one_source_the_newest_observation_counts_and_a_failed_read_leaves_the_last():
    vendor = Vendor("v", contract="trial")
    old, new = saw(NOW - timedelta(days=2), ends=date(2026, 12, 5)), saw(NOW, ends=date(2026, 12, 25))
    for order in ((old, new), (new, old)):
        found = contract_lapse(facts(vendor, *order), vendor)
        assert found is not None
        assert found.at == end_of(date(2026, 12, 25))
    assert contract_lapse(facts(vendor, old), vendor) is not None


@pytest.mark.parametrize(
    ("card_ends", "charge", "at"),
    [
        ((2026, 12), date(2026, 12, 31), None),  # valid to the end of that day
        ((2026, 12), date(2027, 1, 1), datetime(2027, 1, 1, tzinfo=UTC)),
        ((2026, 12), datetime(2027, 1, 3, 8, tzinfo=UTC), datetime(2027, 1, 3, 8, tzinfo=UTC)),
        ((2026, 12), None, datetime(2027, 1, 1, tzinfo=UTC)),  # not known: when the card ends
        ((2026, 12), date(2026, 11, 15), datetime(2027, 1, 1, tzinfo=UTC)),  # of the past: the next is not known
        ((2026, 12), date(2026, 12, 1), None),  # today, perhaps still to come: this card pays it
        ((2027, 12), date(2027, 1, 1), None),
        ((2026, 10), date(2026, 12, 15), datetime(2026, 12, 15, tzinfo=UTC)),  # over already, the charge is to come
    ],
)
def test_a_card_against_the_next_charge(card_ends: tuple[int, int], charge: date | None, at: datetime | None):
    vendor = Vendor("v", contract="card")
    found = card_lapse(facts(vendor, saw(card_ends=card_ends, next_charge=charge)), vendor)
    assert (found.at if found else None) == at


def test_any_day_of_a_cards_month_means_the_month():
    for day in (date(2026, 12, 1), date(2026, 12, 31)):
        vendor = Vendor("v", contract="card", ends=day)
        found = lapse(facts(vendor), vendor)
        assert found is not None
        assert found.at == datetime(2027, 1, 1, tzinfo=UTC)
        assert "valid to the end of 2026-12 (seawall.toml)" in found.says


def test_a_contract_that_renews_itself_still_lapses_by_its_card():
    vendor = Vendor("v", contract="fixed", converts=True, ends=date(2026, 12, 20))
    found = lapse(facts(vendor, saw(card_ends=(2026, 12), next_charge=date(2027, 1, 5))), vendor)
    assert found is not None
    assert found.at == datetime(2027, 1, 5, tzinfo=UTC)


def test_of_two_lapses_the_earlier_counts():
    vendor = Vendor("v", contract="fixed", converts=False, ends=date(2026, 12, 20))
    found = lapse(facts(vendor, saw(card_ends=(2026, 12), next_charge=date(2027, 1, 5))), vendor)
    assert found is not None
    assert found.at == end_of(date(2026, 12, 20))


def test_a_certificate_that_renews_itself_counts_when_it_should_have_been_renewed():
    vendor = Vendor("v", contract="certificate", converts=True, ends=date(2026, 12, 20))
    assert lapse(facts(vendor), vendor) is None
    assert lapse(facts(vendor, now=NOW + timedelta(days=6)), vendor) is not None


def test_the_arithmetic_of_a_notice_is_shown():
    vendor = Vendor("v", contract="fixed", ends=date(2026, 12, 31), notice_days=30)
    found = notice(facts(vendor), vendor)
    assert found is not None
    assert found.last_day == date(2026, 12, 1)
    assert found.at == datetime(2026, 12, 2, tzinfo=UTC)
    assert found.arithmetic == "2026-12-31 (the last day, by seawall.toml) - 30 days of notice = 2026-12-01"
    assert notice(facts(Vendor("v", notice_days=30)), Vendor("v", notice_days=30)) is None


@given(DAYS, st.integers(0, 3660))
def test_a_notice_is_in_time_before_the_last_day(ends: date, days: int):
    vendor = Vendor("v", ends=ends, notice_days=days)
    found = notice(facts(vendor), vendor)
    assert found is not None
    assert found.last_day + timedelta(days=days) == ends


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("redis://user:p@ss@Cache.Example.:6379/0", "cache.example"),
        ("rediss://cache.example", "cache.example"),
        ("cache.example:6379", "cache.example"),
        ("[fd00::5]:6379", "[fd00::5]"),
        (".redns.example", ".redns.example"),
        ("", ""),
        ("://", ""),
    ],
)
def test_the_host_of_an_endpoint(endpoint: str, host: str):
    assert host_of(endpoint) == host


@given(st.text(max_size=60))
def test_no_endpoint_is_too_strange(endpoint: str):
    assert "@" not in host_of(f"redis://user:{endpoint.replace('/', '').replace('?', '').replace('#', '')}@host")
