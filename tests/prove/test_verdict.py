"""The verdict: exact where the noise is symmetric, whatever its distribution; blind to what is small."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.nodes.prove.verdict import ALPHA, FEWEST, LEAST_US, STALL_RATIO, Block, Effect, chance, compare

MICROSECONDS = st.floats(1, 1e7)
BLOCK = st.tuples(MICROSECONDS, MICROSECONDS, MICROSECONDS, MICROSECONDS)
BLOCKS = st.lists(BLOCK, min_size=1, max_size=30).map(lambda rows: [Block(row[:2], row[2:]) for row in rows])


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([], 1.0),
        ([0.0, 0.0], 1.0),
        ([1.0], 1.0),
        ([1.0, 2.0, 3.0], 2 / 8),
        ([-1.0, 2.0, 3.0], 4 / 8),  # the sums 5 and 6, and 0 and 1
        ([1.0] * 9, 2 / 2**9),
        ([1.0] * 8 + [-1.0], 20 / 2**9),  # equal sizes: as lopsided are all with one of nine, or none, turned
        # A published example, of plants in pairs: T is 9 or 111 of n 15; exact p 0.0413.
        ([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48], 0.0413),
    ],
)
def test_known_values(differences: list[float], p: float):
    assert chance(differences) == pytest.approx(p, abs=5e-5)


@settings(max_examples=10)
@given(st.lists(st.floats(0, 10), min_size=FEWEST, max_size=FEWEST))
def test_noise_of_any_distribution_is_called_a_difference_as_seldom_as_promised(sizes: list[float]):
    """Where the forms do not differ, all signs are as likely: of all 2^n, at most the share p has a p as small."""
    signs = itertools.product((-1, 1), repeat=len(sizes))
    found = sorted(chance([sign * size for sign, size in zip(row, sizes, strict=True)]) for row in signs)
    for place, p in enumerate(found, 1):
        if place == len(found) or found[place] > p:
            assert place / len(found) <= p + 1e-12


@given(st.lists(st.floats(-10, 10), max_size=30))
def test_turning_all_signs_changes_nothing(differences: list[float]):
    assert chance(differences) == pytest.approx(chance([-d for d in differences]))


@given(BLOCKS)
def test_old_and_new_exchanged_turn_the_verdict(blocks: list[Block]):
    there = compare(blocks, STALL_RATIO)
    back = compare([Block(b.new, b.old) for b in blocks], STALL_RATIO)
    turned = {Effect.BETTER: Effect.WORSE, Effect.WORSE: Effect.BETTER}
    assert back.effect == turned.get(there.effect, there.effect)
    assert math.isclose(there.ratio * back.ratio, 1)


@given(BLOCKS)
def test_the_same_figures_are_no_difference(blocks: list[Block]):
    found = compare([Block(b.old, b.old) for b in blocks], STALL_RATIO)
    assert found.effect is (Effect.SAME if len(blocks) >= FEWEST else Effect.TOO_FEW)


@given(st.lists(st.tuples(MICROSECONDS, MICROSECONDS), min_size=FEWEST, max_size=20), st.floats(2, 100))
def test_a_clear_and_steady_difference_is_seen(pairs: list[tuple[float, float]], times: float):
    olds = [(first + 2 * LEAST_US, second + 2 * LEAST_US) for first, second in pairs]
    blocks = [Block(old, (old[0] / times, old[1] / times)) for old in olds]
    assert compare(blocks, STALL_RATIO).effect is Effect.BETTER


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [
        (10_000, 1_000, Effect.BETTER),
        (1_000, 10_000, Effect.WORSE),
        (10_000, 7_000, Effect.SAME),  # always less, but not by as much as counts
        (20, 10, Effect.SAME),  # half, of nothing
        (0, 0, Effect.SAME),
    ],
)
def test_only_what_counts_is_a_difference(old: float, new: float, effect: Effect):
    blocks = [Block((old, old + 1), (new, new + 1))] * FEWEST
    found = compare(blocks, STALL_RATIO)
    assert found.effect is effect
    assert found.as_json()["verdict"] == effect.value


def test_too_few_rounds_give_no_verdict():
    assert compare([Block((1e6, 1e6), (1, 1))] * (FEWEST - 1), STALL_RATIO).effect is Effect.TOO_FEW
    assert 2 / 2 ** (FEWEST - 1) > ALPHA >= 2 / 2**FEWEST, "FEWEST is not the fewest"


def test_one_spike_decides_nothing():
    blocks = [Block((1000, 1000), (1000, 1000))] * 11 + [Block((1_000_000, 1_000_000), (1000, 1000))]
    assert compare(blocks, STALL_RATIO).effect is Effect.SAME
