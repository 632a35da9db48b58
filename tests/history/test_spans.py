"""A span of time is cut into whole hours and edges: every second of it once, and none that is outside."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seawall.history.spans import HOUR, Parts, cut, hour_of

EPOCH = 400_000 * HOUR
# Seconds at and beside the bounds of five hours: all that a cut may treat differently.
times = st.builds(
    lambda hour, second: EPOCH + hour * HOUR + second, st.integers(0, 4), st.sampled_from([0, 1, 1800, 3599])
)
hours = st.integers(0, 5).map(lambda hour: EPOCH + hour * HOUR)
BESIDE = [EPOCH + hour * HOUR + second for hour in range(-1, 7) for second in (0, 1, 2, 1799, 1800, 1801, 3598, 3599)]


def counted(parts: Parts, at: int) -> int:
    """How often a second is in the parts."""
    end = parts.end if parts.end is not None else at + 1
    return (parts.start <= at < end) + sum(since <= at < until for since, until in parts.edges)


@given(times, st.none() | times, hours)
def test_every_second_of_a_span_is_counted_once(since: int, until: int | None, kept_from: int):
    parts = cut(since, until, kept_from)
    for at in BESIDE:
        inside = since <= at and (until is None or at < until)
        if inside:
            assert counted(parts, at) == 1
        elif counted(parts, at):
            assert counted(parts, at) == 1
            assert hour_of(at) < kept_from, "a second outside, in an hour whose entries are kept"
            assert hour_of(at) in (hour_of(since), hour_of(until or since)), "a second outside, in no hour of an edge"


@given(times, st.none() | times, hours)
def test_sums_are_asked_by_whole_hours_and_entries_within_one(since: int, until: int | None, kept_from: int):
    parts = cut(since, until, kept_from)
    assert parts.start % HOUR == 0
    assert parts.end is None or parts.end % HOUR == 0
    for start, end in parts.edges:
        assert start < end
        assert hour_of(start) == hour_of(end - 1) >= kept_from
