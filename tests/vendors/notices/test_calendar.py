"""The feed, parsed back by a library that did not write it, and read line by line as RFC 5545 has them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.model import Owner
from seawall.vendors.facts.row import Observed, Vendor, VendorFacts
from seawall.vendors.ladder import Duty, slot_of
from seawall.vendors.notices.calendar import RUNGS_HOURS, feed, uid

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
PEOPLE = {"ada": Owner("ada", "Ada")}
TRIAL = Vendor("Redis Cloud", "ada", contract="trial", converts=False, ends=date(2026, 12, 31), on_lapse="delete")
DAY = timedelta(days=1)


def facts(*vendors: Vendor, now: datetime = NOW, observed: tuple[Observed, ...] = ()) -> VendorFacts:
    return VendorFacts(now=now, vendors=vendors, people=PEOPLE, observed=observed)


def events(text: str) -> dict[str, Any]:
    calendar: Any = vobject.readOne(text)
    return {event.uid.value: event for event in calendar.contents.get("vevent", [])}


def test_a_day_ends_on_the_next_and_its_words_come_back():
    vendor = Vendor(
        'Jobs; "queue", \\ and \N{SNOWMAN}',
        "ada",
        "ben",
        contract="fixed",
        ends=date(2026, 12, 31),
        on_lapse="suspend",
        grace_days=30,
        terms_from="seawall.toml",
        impact="Nothing runs;\nnobody, at all, is told",
    )
    found = events(feed(facts(vendor), "1"))
    assert set(found) == {uid(vendor.name, "lapse"), uid(vendor.name, "loss")}
    lapse = found[uid(vendor.name, "lapse")]
    assert (lapse.dtstart.value, lapse.dtend.value) == (date(2026, 12, 31), date(2027, 1, 1))
    assert lapse.summary.value == 'Jobs; "queue", \\ and \N{SNOWMAN} lapses'
    assert "2027-01-01 00:00 UTC: it ends 2026-12-31 (to its end, UTC), by seawall.toml." in lapse.description.value
    assert "Nothing runs;" in lapse.description.value
    assert "nobody, at all, is told" in lapse.description.value
    assert lapse.description.value.endswith("Owner Ada, deputy nobody.")
    assert lapse.dtstamp.value == NOW
    loss = found[uid(vendor.name, "loss")]
    assert loss.dtstart.value == date(2027, 1, 30)


@pytest.mark.parametrize(
    ("ends", "day"),
    [
        (date(2026, 12, 10), date(2026, 12, 10)),
        (datetime(2026, 12, 10, 12, tzinfo=UTC), date(2026, 12, 10)),
        (datetime(2026, 12, 10, tzinfo=UTC), date(2026, 12, 9)),
        (datetime(2026, 12, 10, 0, 30, tzinfo=UTC), date(2026, 12, 10)),
    ],
)
def test_alarms_ring_where_the_rungs_of_the_ladder_begin(ends: date, day: date):
    vendor = Vendor("Redis Cloud", "ada", contract="trial", converts=False, ends=ends)
    (event,) = events(feed(facts(vendor), "1")).values()
    assert event.dtstart.value == day
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    at = ends if isinstance(ends, datetime) else datetime(2026, 12, 11, tzinfo=UTC)
    duty = Duty("f", "", "lapse", at, at)
    alarms = [start + alarm.trigger.value for alarm in event.contents["valarm"]]
    assert len(alarms) == 5
    assert [at - alarm for alarm in alarms] == [timedelta(hours=h) for h in (720, 336, 168, 72, 24)]
    for alarm in alarms:
        before, then = slot_of(duty, alarm - timedelta(seconds=1)), slot_of(duty, alarm)
        assert then is not None
        assert before is None or before.name.partition("-")[0] != then.name.partition("-")[0]


def test_a_notice_day_has_three_alarms_at_the_rungs_of_a_notice():
    vendor = Vendor("Heroku", "ada", contract="fixed", converts=True, ends=date(2027, 1, 31), notice_days=30)
    (event,) = events(feed(facts(vendor), "1")).values()
    assert event.summary.value == "Last day to give notice to Heroku"
    assert event.dtstart.value == date(2027, 1, 1)
    assert "2027-01-31 (the last day, by seawall.toml) - 30 days of notice = 2027-01-01" in event.description.value
    at = datetime(2027, 1, 2, tzinfo=UTC)
    duty = Duty("f", "", "notice", at)
    slots = [slot_of(duty, at - timedelta(hours=hours)) for hours in RUNGS_HOURS["notice"]]
    assert [slot.name for slot in slots if slot] == ["30d", "14d", "7d"]
    assert len(event.contents["valarm"]) == 3


def test_a_uid_outlives_a_new_date_a_new_day_and_other_rows():
    other = Vendor("Another", contract="trial", converts=False, ends=date(2026, 12, 5))
    first = events(feed(facts(TRIAL), "1"))
    moved = Observed("Redis Cloud", "aws", NOW, ends=date(2027, 3, 1))
    second = events(feed(facts(other, TRIAL, now=NOW + DAY, observed=(moved,)), "2"))
    (same,) = first.keys() & second.keys()
    assert second[same].dtstart.value == date(2027, 3, 1)
    assert int(second[same].sequence.value) > int(first[same].sequence.value)
    assert len(second) == 2


def test_a_vendor_without_a_date_stands_on_today():
    (event,) = events(feed(facts(Vendor("Odd", contract="fixed")), "1")).values()
    assert event.dtstart.value == NOW.date()
    assert event.dtend.value == NOW.date() + DAY
    assert event.summary.value == "No end date is known of Odd"
    assert "it may end tonight" in event.description.value


def test_what_converts_and_what_is_paid_as_used_has_no_event():
    converting = Vendor("Redis Cloud", contract="trial", converts=True, ends=date(2026, 12, 31))
    used = Vendor("S3", contract="pay-as-you-go")
    assert events(feed(facts(converting, used), "1")) == {}


def test_no_endpoint_and_no_source_of_a_row_is_in_the_feed():
    vendor = Vendor(
        "Redis Cloud", contract="trial", ends=date(2026, 12, 31), endpoints=("s3cr3t.example",), source="s3c"
    )
    assert "s3c" not in feed(facts(vendor), "1")


WORDS = st.text(max_size=120)
VENDORS = st.lists(
    st.builds(
        Vendor,
        name=st.text(min_size=1, max_size=80),
        owner=WORDS,
        contract=st.sampled_from(["trial", "fixed", "card", "domain", "pay-as-you-go", ""]),
        converts=st.sampled_from([None, True, False]),
        ends=st.one_of(
            st.none(),
            st.dates(date(2001, 1, 1), date(2190, 1, 1)),
            st.datetimes(datetime(2001, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC)),
        ),
        notice_days=st.sampled_from([None, 0, 30]),
        on_lapse=st.sampled_from(["delete", "suspend", "unknown"]),
        grace_days=st.sampled_from([None, 0, 55]),
        impact=WORDS,
    ),
    max_size=3,
    unique_by=lambda v: v.name,
)


@settings(max_examples=60, deadline=None)
@given(VENDORS)
def test_whatever_vendors_write_the_feed_is_well_formed(vendors: list[Vendor]):
    text = feed(facts(*vendors), "1")
    assert text.endswith("END:VCALENDAR\r\n")
    lines = text.split("\r\n")
    assert not [line for line in lines if len(line.encode()) > 75 or "\n" in line or "\r" in line]
    logical = re.sub("\r\n ", "", text).split("\r\n")[:-1]
    assert not [line for line in logical if not re.match(r"[A-Z-]+(;[A-Z]+=[^:;]+)*:", line)]
    assert not [line for line in logical if not line.isprintable()]
    found = events(text)
    assert len(found) == text.count("BEGIN:VEVENT")
    for event in found.values():
        assert event.dtend.value - event.dtstart.value == DAY
