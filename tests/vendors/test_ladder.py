"""The ladder: everybody in time, nobody twice for a slot, and quiet where all is well."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall import rulebook
from seawall.model import Owner
from seawall.vendors.facts.row import Vendor, VendorFacts
from seawall.vendors.ladder import QUIET, Contact, Duty, Notice, Receipt, Result, due, duties, slot_of

END = datetime(2026, 12, 31, tzinfo=UTC)
HOUR = timedelta(hours=1)
CONTACTS = {
    "ada": Contact(("mail:ada", "chat:ada"), ("ring:ada",)),
    "ben": Contact(("mail:ben",)),
    "carla": Contact(("mail:carla",)),
    "dan": Contact(),  # without a route
}
DUTY = Duty("f1", "the trial of jobs lapses", "lapse", END, END, "ada", "ben")
Sends = Callable[[str, datetime], bool]


def run(
    duty: list[Duty], book: list[Receipt], now: datetime, sends: Sends, contacts: dict[str, Contact] = CONTACTS
) -> list[Notice]:
    """One run of a sender: each notice by its routes until one delivers; receipts as the ladder asks for them."""
    notices = due(duty, contacts, book, now)
    for notice in notices:
        for tried, route in enumerate(notice.routes):
            ok = sends(route, now)
            book += notice.receipts(tried, Result.DELIVERED if ok else Result.FAILED, now)
            if ok:
                break
    return notices


def hourly(first: float, last: float, step: float = 1) -> Iterator[datetime]:
    """Times from so many hours before END to so many before it."""
    left = first
    while left >= last:
        yield END - left * HOUR
        left -= step


def told(book: list[Receipt], person: str, channel: str = "message") -> list[str]:
    done = [r for r in book if r.person == person and r.channel == channel and r.result is Result.DELIVERED]
    return [r.slot for r in done]


def always(_route: str, _now: datetime) -> bool:
    return True


@pytest.mark.parametrize(
    ("hours", "slot"),
    [
        (720.5, None),
        (720, "30d"),
        (336.5, "30d"),
        (336, "14d"),
        (168.5, "14d"),
        (168, "7d-7"),
        (72.5, "7d-4"),
        (72, "72h-18"),
        (24.5, "72h-7"),
        (24, "24h-6"),
        (0.5, "24h-1"),
        (0, "lapsed-0"),
        (-167.5, "lapsed-6"),
        (-168, None),
    ],
)
def test_the_ends_of_the_slots(hours: float, slot: str | None):
    found = slot_of(DUTY, END - hours * HOUR)
    assert (found.name if found else None) == slot


def test_the_whole_ladder_of_one_date():
    book: list[Receipt] = []
    for now in hourly(40 * 24, -10 * 24):
        run([DUTY], book, now, always)
    every_four = [f"72h-{n}" for n in range(18, 6, -1)]
    last = [f"24h-{n}" for n in range(6, 0, -1)] + [f"lapsed-{n}" for n in range(7)]
    both = ["14d", "7d-7", "7d-6", "7d-5", "7d-4", *every_four, *last]
    assert told(book, "ada") == ["30d", *both]
    assert told(book, "ben") == both
    assert told(book, "carla") == last
    assert told(book, "ada", "phone") == last
    assert told(book, "dan") == []


@pytest.mark.parametrize("owner", ["", "nobody", "dan"])
def test_everybody_stands_in_for_who_cannot_be_told(owner: str):
    found = due([replace(DUTY, owner=owner)], CONTACTS, [], END - timedelta(days=20))
    assert [n.person for n in found] == ["ada", "ben", "carla"]


def test_without_a_deputy_everybody_is_told_from_fourteen_days_on():
    for deputy in ("", "ada"):
        duty = replace(DUTY, deputy=deputy)
        assert [n.person for n in due([duty], CONTACTS, [], END - timedelta(days=20))] == ["ada"]
        assert [n.person for n in due([duty], CONTACTS, [], END - timedelta(days=10))] == ["ada", "ben", "carla"]


def test_a_failed_route_falls_to_the_next_in_the_same_run_and_in_the_one_after():
    book: list[Receipt] = []
    now = END - timedelta(days=20)
    (notice,) = due([DUTY], CONTACTS, [], now)
    assert notice.routes == ("mail:ada", "chat:ada")
    book += notice.receipts(0, Result.FAILED, now)  # and the sender was killed here
    (notice,) = due([DUTY], CONTACTS, book, now)
    assert notice.routes == ("chat:ada", "mail:ada")
    assert notice.items[0].attempt == 2


def test_where_all_routes_of_one_failed_everybody_is_told_and_that_one_is_tried_again():
    book: list[Receipt] = []
    now = END - timedelta(days=20)
    run([DUTY], book, now, lambda route, _: "ada" not in route)
    found = run([DUTY], book, now + HOUR, lambda route, _: "ada" not in route)
    assert [n.person for n in found] == ["ada", "ben", "carla"]
    assert [n.person for n in run([DUTY], book, now + 2 * HOUR, always)] == ["ada"]
    assert run([DUTY], book, now + 3 * HOUR, always) == []


def test_a_message_that_may_have_arrived_is_not_sent_again_for_its_slot():
    now = END - timedelta(days=20)
    (notice,) = due([DUTY], CONTACTS, [], now)
    book = [*notice.receipts(0, Result.UNKNOWN, now)]
    assert due([DUTY], CONTACTS, book, now + HOUR) == []
    assert [n.person for n in due([DUTY], CONTACTS, book, END - timedelta(days=10))] == ["ada", "ben"]


def test_only_a_new_date_begins_anew_and_a_move_of_hours_is_none():
    book: list[Receipt] = []
    now = END - timedelta(days=20)
    run([DUTY], book, now, always)
    assert due([replace(DUTY, at=END + 23 * HOUR)], CONTACTS, book, now + QUIET) == []
    moved = replace(DUTY, at=END + timedelta(days=1))
    assert len(due([moved], CONTACTS, book, now + QUIET)) == 1
    assert due([DUTY], CONTACTS, book, now + QUIET) == []
    assert due([], CONTACTS, book, END - HOUR) == []  # converted: no finding, no notice


def test_all_that_is_due_to_a_person_is_one_message():
    many = [replace(DUTY, finding=f"f{n}", at=END + n * HOUR) for n in range(5)]
    (notice,) = due(many, CONTACTS, [], END - timedelta(days=20))
    assert [i.duty.finding for i in notice.items] == ["f0", "f1", "f2", "f3", "f4"]
    assert "mail" not in repr(notice)


def test_what_is_calm_waits_for_the_quiet_time_and_joins_what_is_urgent():
    now = END - timedelta(days=20)
    book: list[Receipt] = []
    run([DUTY], book, now, always)
    other = replace(DUTY, finding="f2")
    assert due([DUTY, other], CONTACTS, book, now + HOUR) == []
    assert len(due([DUTY, other], CONTACTS, book, now + QUIET)) == 1
    soon = replace(DUTY, finding="f3", at=now + timedelta(days=7))
    ada, _ben = due([other, soon], CONTACTS, book, now + HOUR)
    assert [i.duty.finding for i in ada.items] == ["f3", "f2"]
    for days in (15, 18.5):  # the slot of 30 days ends tomorrow, or too soon after the quiet time to count on a run
        late = replace(DUTY, finding="f4", at=now + timedelta(days=days))
        assert len(due([late], CONTACTS, book, now + HOUR)) == 1


def test_a_notice_day_is_told_three_times_and_no_date_once_a_week():
    book: list[Receipt] = []
    for now in hourly(40 * 24, -10 * 24):
        run([replace(DUTY, kind="notice")], book, now, always)
    assert told(book, "ada") == ["30d", "14d", "7d"]
    book.clear()
    for now in hourly(28 * 24, 1):
        run([replace(DUTY, kind="unknown", at=None)], book, now, always)
    assert len(told(book, "ada")) in (4, 5)
    assert len(set(told(book, "ben"))) == len(told(book, "ben")) == len(told(book, "ada"))


@given(
    runs=st.lists(st.floats(-200, 800), min_size=1, max_size=60),
    seed=st.integers(0, 2**32),
    owner=st.sampled_from(["ada", "ben", "dan", ""]),
    deputy=st.sampled_from(["ben", "carla", "dan", ""]),
)
def test_nobody_is_told_twice_for_a_slot(runs: list[float], seed: int, owner: str, deputy: str):
    """Whenever it runs, whatever fails, whatever is not known."""
    chance = random.Random(seed)
    book: list[Receipt] = []
    duty = replace(DUTY, owner=owner, deputy=deputy)
    for left in sorted(runs, reverse=True):
        now = END - left * HOUR
        for notice in due([duty], CONTACTS, book, now):
            for tried in range(len(notice.routes)):
                result = chance.choice(list(Result))
                book += notice.receipts(tried, result, now)
                if result is not Result.FAILED:
                    break
    perhaps = Counter((r.slot, r.person, r.channel) for r in book if r.result is not Result.FAILED)
    assert not [key for key, count in perhaps.items() if count > 1]
    keys = Counter((r.slot, r.person, r.channel, r.attempt) for r in book)
    assert not [key for key, count in keys.items() if count > 1]


@given(seed=st.integers(0, 2**32), phase=st.floats(0, 1))
@settings(max_examples=8, deadline=None)
def test_no_rung_is_skipped_while_a_route_is_up(seed: int, phase: float):
    """Routes go up and down by the hour, but one of each person's is up: each slot reaches each of its people."""

    def up(route: str, now: datetime) -> bool:
        hour = int(now.timestamp() // 3600)
        good = random.Random(f"{seed}{hour}").randrange(2)
        return "ada" not in route or ["mail:ada", "chat:ada"].index(route) == good if "ring" not in route else True

    several = [
        replace(DUTY, finding=f"f{n}", at=(at := END + random.Random(seed + n).randrange(-240, 240) * HOUR), lost_at=at)
        for n in range(3)
    ]
    book: list[Receipt] = []
    want: set[tuple[str, str, str]] = set()
    for now in hourly(1000 + phase, -260):
        for duty in several:
            slot = slot_of(duty, now)
            if slot:
                people = {"owner": ["ada"], "both": ["ada", "ben"], "everybody": ["ada", "ben", "carla"]}[slot.who]
                want |= {(duty.finding, slot.name, person) for person in people}
        run(several, book, now, up)
    got = {(r.finding, r.slot, r.person) for r in book if r.result is Result.DELIVERED and r.channel == "message"}
    assert want == got


def year(seed: int, vendors: int, days: int) -> tuple[list[Receipt], list[tuple[str, datetime, datetime]]]:
    """Random dates and owners, routes that fail, a run every 8 hours. Of each date: since when it is known, and it."""
    chance = random.Random(seed)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    known = [start + timedelta(days=chance.randrange(days)) for _ in range(vendors)]
    ends = [(k + timedelta(days=chance.randrange(7, 60))).date() for k in known]
    rows = [
        Vendor(
            f"v{n}",
            chance.choice(["ada", "ben", "", "gone"]),
            chance.choice(["ben", "carla", ""]),
            "fixed",
            None,
            ends[n],
        )
        for n in range(vendors)
    ]
    people = {key: Owner(key, key) for key in CONTACTS}
    book: list[Receipt] = []
    now = start
    ids: dict[str, str] = {}
    while now < start + timedelta(days=days + 70):
        there = tuple(row for row, since in zip(rows, known, strict=True) if since <= now)
        found = [f for f in rulebook.run("vendors", VendorFacts(now, there, people)) if f.rule == "SW602"]
        ids.update({f.id: str(f.where.fields["name"]) for f in found})
        run(duties(found), book, now, lambda route, _: chance.random() < (0.9 if "chat" in route else 0.4))
        now += timedelta(hours=8)
    spans = [
        (f, known[int(name[1:])], datetime.combine(ends[int(name[1:])], datetime.min.time(), UTC))
        for f, name in ids.items()
    ]
    return book, spans


def check_year(seed: int, vendors: int, days: int) -> None:
    book, spans = year(seed, vendors, days)
    assert len(spans) == vendors
    for finding, since, ends in spans:
        over = ends + timedelta(days=1)
        assert over - since >= timedelta(days=7)
        before = [r for r in book if r.finding == finding and r.result is Result.DELIVERED and r.at < over]
        assert len(before) >= 3
        assert len({r.person for r in before}) >= 2
    delivered = Counter((r.finding, r.slot, r.person, r.channel) for r in book if r.result is Result.DELIVERED)
    assert max(delivered.values()) == 1


def test_no_date_is_reached_without_three_notices_to_two_people():
    check_year(seed=1, vendors=12, days=40)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(3))
def test_a_year_of_forty_vendors(seed: int):
    check_year(seed, vendors=40, days=365)


def test_where_all_is_well_weeks_are_quiet():
    """40 contracts that renew themselves, half of them with a notice day: under 3 messages a person a week."""
    chance = random.Random(7)
    rows = tuple(
        Vendor(
            f"v{n}",
            "ada",
            "ben",
            "fixed",
            True,
            date(2026, 1, 1) + timedelta(days=chance.randrange(365)),
            n % 2 * 30 or None,
        )
        for n in range(40)
    )
    people = {key: Owner(key, key) for key in CONTACTS}
    messages: Counter[tuple[int, str]] = Counter()
    book: list[Receipt] = []
    for day in range(365):
        now = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=day)
        found = [f for f in rulebook.run("vendors", VendorFacts(now, rows, people)) if f.rule not in ("SW609",)]
        for notice in run(duties(found), book, now, always):
            messages[day // 7, notice.person] += 1
    assert book
    assert max(messages.values()) < 3
