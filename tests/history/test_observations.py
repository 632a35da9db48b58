"""What sources said of vendors: a row for each change of words, whatever was asked how often, in both databases."""

from __future__ import annotations

from itertools import count, pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.history import History, ObservationRow

AT = 1_796_000_000
DAY = 86_400
NUMBERS = count()


def said(history: History, at: int, document: str, vendor: str = "jobs", source: str = "tls a:1") -> None:
    with history.writing() as writer:
        writer.observe(at, [ObservationRow(vendor, source, 0, 0, document)], {})


def counted(history: History, at: int, **named: int) -> None:
    with history.writing() as writer:
        writer.observe(at, [], named)


def test_a_word_that_stays_is_one_row_and_one_that_comes_back_another(history: History):
    for at, document in ((0, "a"), (10, "a"), (20, "b"), (30, "b"), (40, "a"), (50, "a")):
        said(history, AT + at, document)
    rows = [(r.document, r.first_at - AT, r.last_at - AT) for r in history.observations(AT + 99)]
    assert rows == [("a", 0, 10), ("b", 20, 30), ("a", 40, 50)]


def test_what_was_said_later_is_not_known_yet(history: History):
    """A rehearsal with a time of next year, and a run of today after it."""
    said(history, AT, "a")
    said(history, AT + 300 * DAY, "b")
    said(history, AT + 10, "a")
    assert [(r.document, r.first_at, r.last_at) for r in history.observations(AT + 20)] == [("a", AT, AT + 10)]
    assert [(r.document, r.last_at) for r in history.observations(AT + 5)] == [("a", AT + 5)]
    assert [r.document for r in history.observations(AT + 300 * DAY)] == ["a", "b"]
    assert history.observations(AT - 1) == []


def test_vendors_and_sources_are_apart(history: History):
    for vendor, source in (("jobs", "x"), ("jobs", "y"), ("mail", "x")):
        said(history, AT, "a", vendor, source)
        said(history, AT + 1, "a", vendor, source)
    assert [(r.vendor, r.source) for r in history.observations(AT + 1)] == [("jobs", "x"), ("jobs", "y"), ("mail", "x")]


def test_the_most_vendors_of_a_span_are_remembered(history: History):
    day = AT - AT % DAY
    counted(history, day - 40 * DAY, aws=9)
    counted(history, day - 2 * DAY, aws=5, cloud=1)
    counted(history, day + 3, aws=4)
    counted(history, day + 4, aws=2)
    assert history.named(day - 30 * DAY, day + 5) == {"aws": 5, "cloud": 1}
    assert history.named(day, day + 5) == {"aws": 4}
    assert history.named(day - 60 * DAY, day + 5)["aws"] == 9
    assert history.named(day - 60 * DAY, day - 3 * DAY) == {"aws": 9}


def test_what_is_older_than_400_days_goes(history: History):
    said(history, AT - 401 * DAY, "a", "old")
    said(history, AT - 399 * DAY, "a", "kept")
    counted(history, AT - 402 * DAY, aws=9)
    said(history, AT, "a", "new")
    assert [r.vendor for r in history.observations(AT)] == ["kept", "new"]
    assert history.named(0, AT) == {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.tuples(st.integers(1, 5), st.sampled_from("abc")), min_size=1, max_size=12))
def test_at_every_reading_the_row_in_force_is_what_was_read(shared: History, words: list[tuple[int, str]]):
    vendor = f"vendor {next(NUMBERS)}"  # another one in each example
    read: list[tuple[int, str]] = []
    at = AT
    for step, document in words:
        at += step
        read.append((at, document))
        said(shared, at, document, vendor)
    rows = [r for r in shared.observations(at) if r.vendor == vendor]
    for time, document in read:
        assert [r.document for r in rows if r.first_at <= time <= r.last_at] == [document]
    assert len(rows) == 1 + sum(before != after for (_, before), (_, after) in pairwise(read))
