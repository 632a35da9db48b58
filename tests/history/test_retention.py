"""What is removed when: entries by age and size, oldest first, never the sums of what is still counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.history import Event, History, Row, open_history
from seawall.history.retention import DAY, SUMS_DAYS
from seawall.history.spans import HOUR, hour_of

from .test_store import ROW, START, STREAM, UNSHRUNK, at_end, fill

NOW = START + 60 * DAY


def prune(history: History, keep_days: int, max_bytes: int | None = None, now: int = NOW) -> int:
    with history.writing() as writer:
        return writer.prune(now, keep_days, max_bytes)


def entries(history: History, since: int = 0, until: int | None = None) -> int:
    return sum(group.entries for group in history.groups(since, until))


def by_day(days: int) -> list[Row]:
    """An entry a day up to NOW, at twenty past."""
    return [replace(ROW, id=n, at=NOW - (days - n) * DAY + 1200) for n in range(days)]


def test_old_entries_go_and_their_sums_stay(history: History):
    fill(history, by_day(30))
    assert prune(history, 10) == 20
    (group,) = history.groups(0)
    assert group.entries == 30
    assert len(history.times(group.id, 0)) == 10
    assert history.entry("cache:6379", 19) is None
    assert history.entry("cache:6379", 20) is not None
    assert sum(count for count, *_ in history.hours(0)[group.id].values()) == 30
    assert prune(history, 10) == 0


def test_what_was_removed_is_never_counted_again(history: History):
    rows = by_day(30)
    fill(history, rows)
    prune(history, 10)
    with history.writing() as writer:
        assert writer.store(at_end(STREAM, 30), rows) == 0
    assert entries(history) == 30
    # An old entry of another life was never counted: it is taken, and its sum stays when it goes.
    fill(history, rows[:1], replace(STREAM, run_id="b" * 40))
    assert entries(history) == 31
    assert prune(history, 10) == 1
    assert entries(history) == 31


def test_edges_are_exact_where_entries_are_kept_and_whole_where_not(history: History):
    rows = [replace(ROW, id=n, at=NOW - 2 * DAY + n * 600) for n in range(2 * 24 * 6)]
    fill(history, rows)
    prune(history, 1)
    kept = NOW - DAY
    assert entries(history, kept + 900, kept + 1900) == 2
    assert entries(history, kept + 900) == 142
    assert entries(history, kept - HOUR + 900, kept) == 6  # the hour whole: its entries are gone
    assert entries(history, kept - HOUR - 900, kept - HOUR + 900) == 12


def test_clocks_that_jump_lose_no_entry_that_is_kept(history: History):
    """An id below one that was removed, but with a younger time, stays; the removed ones stay known."""
    times = [NOW, NOW - 50 * DAY, NOW, NOW - 40 * DAY, NOW - 40 * DAY]
    rows = [replace(ROW, id=n, at=at) for n, at in enumerate(times)]
    fill(history, rows)
    assert prune(history, 30) == 3
    (group,) = history.groups(0)
    assert history.times(group.id, 0) == [NOW] * 2
    for later in (0, 40 * DAY):  # then those with lower ids go too
        prune(history, 30, now=NOW + later)
        with history.writing() as writer:
            assert writer.store(at_end(STREAM, 5), rows) == 0
    assert entries(history) == 5


def test_after_a_year_and_a_month_sums_and_the_rest_go_too(history: History):
    old, kept = replace(STREAM, run_id="old"), replace(STREAM, run_id="kept")
    long_ago = NOW - (SUMS_DAYS + 1) * DAY
    with history.writing() as writer:
        writer.store(
            at_end(old, 1, polled_at=long_ago),
            [replace(ROW, at=long_ago, command="OLD", client="gone")],
            [Event(long_ago, "n", "restart"), Event(NOW, "n", "reset")],
        )
        writer.store(at_end(kept, 1, polled_at=NOW), [replace(ROW, at=NOW - DAY)])
        writer.keep_finding(long_ago, "n", "", {"id": "old"})
        writer.keep_finding(NOW, "n", "", {"id": "new"})
        writer.record_scan(long_ago)
        writer.record_scan(NOW)
    assert prune(history, 30) == 1
    assert [group.command for group in history.groups(0)] == ["SMEMBERS"]
    assert [position.stream for position in history.positions()] == [kept]
    assert history.events(0) == [Event(NOW, "n", "reset")]
    assert history.findings(0) == [(NOW, {"id": "new"})]
    assert history.scans(9) == [NOW]
    with history.writing() as writer:
        assert writer.patterns("") == {"SMEMBERS": {"cart:*"}}


def test_whoever_keeps_entries_for_years_keeps_their_sums(history: History):
    fill(history, [replace(ROW, at=NOW - 2 * 365 * DAY)])
    assert prune(history, 3 * 365) == 0
    assert entries(history) == 1


@pytest.mark.parametrize("share", [4, 2])
def test_a_size_limit_removes_the_oldest(history: History, share: int):
    rows = [
        replace(ROW, id=n, at=NOW - 60 * HOUR + 24 * n, key_pattern=f"k{n % 7}:*", client=f"worker {n % 5}")
        for n in range(9_000)
    ]
    fill(history, rows)
    assert prune(history, 30, 100_000_000) == 0
    limit = share * 100_000
    removed = prune(history, 30, limit)
    assert 0 < removed < 9_000
    assert prune(history, 30, limit) == 0
    left = [at for group in history.groups(0) for at in history.times(group.id, 0, limit=9_000)]
    assert len(left) == 9_000 - removed
    assert min(left) == hour_of(min(left)), "whole hours are removed, and an entry lies on each beginning"
    assert sorted(left) == [row.at for row in rows if row.at >= min(left)]
    assert entries(history) == 9_000
    assert prune(history, 30, int(limit * 0.9)) > 0, "no more was removed than was needed"


def test_a_limit_that_nothing_fits_into_ends_with_nothing(history: History):
    fill(history, by_day(30))
    assert prune(history, 30, 0) == 30
    assert history.groups(0) == []
    fill(history, [replace(ROW, id=30, at=NOW)])
    assert entries(history) == 1


def test_a_file_becomes_smaller(tmp_path: Path):
    path = tmp_path / "history.db"
    with open_history(path) as history:
        fill(history, [replace(ROW, id=n, at=NOW - 10 * DAY + 96 * n) for n in range(9_000)])
    full = path.stat().st_size
    with open_history(path) as history:
        assert prune(history, 1) == 8_100
    assert path.stat().st_size < full * 0.35, "a tenth of the entries is left, and the sums and empty tables"
    with open_history(path) as history:
        prune(history, 30, 130_000)
    assert path.stat().st_size <= 130_000


@given(
    st.lists(st.integers(0, 20 * DAY), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 25), st.integers(0, 20 * DAY)), max_size=4),
    st.tuples(st.integers(-HOUR, 21 * DAY), st.none() | st.integers(0, 21 * DAY)),
)
@settings(max_examples=40, phases=UNSHRUNK)
def test_pruning_never_changes_a_sum_of_whole_hours(
    shared: History, ages: list[int], prunings: list[tuple[int, int]], span: tuple[int, int | None]
):
    """Whatever is pruned and stored again in between: the sums over everything are those of all entries, once each."""
    node = f"pruned {next(_nodes)}"
    stream = replace(STREAM, node=node)
    rows = [replace(ROW, id=n, at=NOW - age, amount=n + 1) for n, age in enumerate(ages)]
    fill(shared, rows, stream)
    for keep_days, later in prunings:
        prune(shared, keep_days, now=NOW + later)
        fill(shared, rows, stream)
    (group,) = shared.groups(0, nodes=[node])
    assert (group.entries, group.total) == (len(rows), sum(row.amount for row in rows))
    since, until = (None if at is None else hour_of(NOW - 20 * DAY + at) for at in span)
    assert since is not None
    inside = [row for row in rows if since <= row.at and (until is None or row.at < until)]
    assert sum(g.entries for g in shared.groups(since, until, nodes=[node])) == len(inside)


_nodes = iter(range(10**9))
