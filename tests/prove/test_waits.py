"""Percentiles as those feel them who come at any time."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.nodes.prove.collect.foreground import Seen
from seawall.nodes.prove.waits import at_share, felt


def test_who_came_during_a_stall_counts():
    """A client every 0.3 ms for a second, and one stall of 100 ms in it: a tenth of all came then."""
    waits = [0.1] * 3000 + [100.0]
    seen = felt(waits, 0.2)
    assert seen.longest_ms == 100.0
    assert seen.p50_ms == 0.1
    assert seen.p99_ms is not None
    assert 85 < seen.p99_ms < 95, "of 3,333 waits the longest hundredth begins a tenth into the stall"
    assert sorted(waits)[int(0.99 * len(waits))] == 0.1, "the client's own waits would hide it"


def test_no_request_is_no_figure():
    assert felt([], 0.2).as_json() == {"requests": 0, "p50_ms": None, "p99_ms": None, "max_ms": None}


@given(st.lists(st.floats(0.01, 50), min_size=1, max_size=50))
def test_the_correction_only_adds_waits_that_were_there(waits: list[float]):
    seen = felt(waits, 0.2)
    assert seen.requests == len(waits)
    assert seen.longest_ms == max(waits)
    assert seen.p50_ms is not None
    assert seen.p99_ms is not None
    assert seen.p50_ms <= seen.p99_ms <= max(waits)


def test_one_slow_answer_counts_for_the_ten_who_came_during_it():
    seen = felt([0.1] * 99 + [10.0], 0.9)  # every millisecond
    assert (seen.requests, seen.p50_ms, seen.p99_ms, seen.longest_ms) == (100, 0.1, 9.0, 10.0)


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.75, 3), (0.99, 4), (1.0, 4), (0.0, 1)])
def test_at_share(share: float, value: float):
    assert at_share([1, 2, 3, 4], share) == value


def test_a_window_has_the_requests_that_were_on_their_way_in_it():
    seen = Seen(array("d", [1.0, 2.0, 3.0, 4.0]), array("d", [0.5, 0.5, 0.5, 0.5]))
    assert len(seen.waits_ms([(2.6, 2.9)])) == 0
    assert seen.waits_ms([(2.4, 2.9)]) == [500.0]  # begun before, not answered yet
    assert len(seen.waits_ms([(1.6, 3.0)])) == 2  # begun at its end
    assert len(seen.waits_ms([(0.0, 1.6), (3.4, 9.0)])) == 3
    assert seen.waits_ms([(9.0, 9.1)]) == []
