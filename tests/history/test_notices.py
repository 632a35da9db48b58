"""Receipts of notices: the first writer claims, a settled one stays, and of two at once one sends."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from seawall.history import History, ReceiptRow, open_history
from seawall.model import Finding, Json, Owner, Severity, Where
from seawall.vendors.ladder import Contact
from seawall.vendors.notices.message import Message
from seawall.vendors.notices.send import Sender

AT = 1_796_000_000
ROW = ReceiptRow("f" * 32, AT + 86_400, "72h-18", "ada", "message", 1, "unknown", AT)
DAY = 86_400
NOW = datetime(2026, 12, 10, 12, tzinfo=UTC)


def keep(history: History, *rows: ReceiptRow) -> None:
    with history.writing() as writer:
        writer.keep_receipts(rows)


def test_a_receipt_is_kept_and_settled_once(history: History):
    keep(history)
    keep(history, ROW)
    assert history.receipts(AT) == [ROW]
    assert history.receipts(AT + 1) == []
    delivered = replace(ROW, result="delivered", at=AT + 3)
    keep(history, delivered)
    assert history.receipts(0) == [delivered]
    for late in ("failed", "unknown"):
        keep(history, replace(ROW, result=late, at=AT + 9))
        assert history.receipts(0) == [delivered]


@pytest.mark.parametrize(
    "other",
    [
        replace(ROW, finding="g"),
        replace(ROW, deadline=None),
        replace(ROW, deadline=AT),
        replace(ROW, slot="24h-6"),
        replace(ROW, person="ben"),
        replace(ROW, channel="phone"),
        replace(ROW, attempt=2),
    ],
)
def test_what_tells_receipts_apart(history: History, other: ReceiptRow):
    keep(history, ROW, other)
    keep(history, replace(other, result="failed", at=AT + 1))
    assert {(r, r.result) for r in history.receipts(0)} == {
        (ROW, "unknown"),
        (replace(other, result="failed", at=AT + 1), "failed"),
    }


def test_a_receipt_without_a_deadline_is_one(history: History):
    undated = replace(ROW, deadline=None, slot="undated-2970")
    keep(history, undated)
    keep(history, replace(undated, result="delivered"))
    assert history.receipts(0) == [replace(undated, result="delivered")]


def test_another_result_is_refused(history: History):
    with pytest.raises(IntegrityError):
        keep(history, replace(ROW, result="perhaps"))
    assert history.receipts(0) == []


def test_of_two_who_claim_at_once_one_sends(where: str):
    """Each reads and claims in one transaction, as `seawall notify` does."""
    start, sent = threading.Barrier(4), list[int]()

    def run(number: int) -> None:
        with open_history(where) as history:
            start.wait()
            with history.writing() as writer:
                mine = not writer.receipts(0)
                if mine:
                    writer.keep_receipts([ROW])
            if mine:
                sent.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(sent) == 1


def test_a_run_of_notify_tells_each_once_in_each_database(history: History):
    """Ada's first route fails; the second run finds in the store what the first one did."""
    sent: list[str] = []

    def deliver(route: str, _: Message) -> bool:
        sent.append(route)
        return route != "bad"

    evidence: dict[str, Json] = {"date": "lapse", "deadline": NOW.isoformat(), "deputy": "ben"}
    where = Where("vendor", {"name": "Redis Cloud"})
    found = Finding("SW601", "n", Severity.HIGH, "it lapses", where, evidence, "", owner=Owner("ada", "Ada"))
    contacts = {"ada": Contact(("bad", "good")), "ben": Contact(("ben",))}
    for hours, more in ((30, ["bad", "good", "ben"]), (29, []), (25, ["bad", "good", "ben"])):
        sent.clear()
        told = list(Sender(history, [found], contacts, NOW - timedelta(hours=hours), deliver).run())
        assert sent == more
        assert all(one.delivered for one in told)
    results = [(r.person, r.slot, r.attempt, r.result) for r in history.receipts(0)]
    assert sorted(results) == sorted(
        row
        for slot in ("72h-8", "72h-7")
        for row in (("ada", slot, 1, "failed"), ("ada", slot, 2, "delivered"), ("ben", slot, 1, "delivered"))
    )
    assert {r.deadline for r in history.receipts(0)} == {int(NOW.timestamp())}


def test_a_transaction_that_fails_claims_nothing(history: History):
    with suppress(ZeroDivisionError), history.writing() as writer:
        writer.keep_receipts([ROW])
        assert writer.receipts(0) == [ROW]
        raise ZeroDivisionError
    assert history.receipts(0) == []


def test_receipts_go_after_four_hundred_days(history: History):
    keep(history, ROW, replace(ROW, attempt=2, at=AT + 399 * DAY))
    with history.writing() as writer:
        writer.prune(AT + 401 * DAY, keep_days=30, max_bytes=None)
    assert [row.attempt for row in history.receipts(0)] == [2]


_SMALL = st.builds(
    ReceiptRow,
    st.sampled_from(["f", "g"]),
    st.sampled_from([None, AT]),
    st.sampled_from(["30d", "14d"]),
    st.sampled_from(["ada", "ben \N{SNOWMAN}"]),
    st.sampled_from(["message", "phone"]),
    st.integers(1, 2),
    st.sampled_from(["unknown", "delivered", "failed"]),
    st.integers(0, 9),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_SMALL, max_size=12))
def test_the_store_is_a_book_in_which_a_settled_line_stays(shared: History, rows: list[ReceiptRow]):
    book: dict[tuple[object, ...], ReceiptRow] = {}
    with suppress(ZeroDivisionError), shared.writing() as writer:
        for row in rows:
            writer.keep_receipts([row])
            key = (row.finding, row.deadline, row.slot, row.person, row.channel, row.attempt)
            if key not in book or book[key].result == "unknown":
                book[key] = row
        assert sorted(map(repr, writer.receipts(0))) == sorted(map(repr, book.values()))
        raise ZeroDivisionError  # leaves the store as it was for the next example
