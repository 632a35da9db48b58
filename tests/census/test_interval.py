"""A 95 % interval holds the truth in 95 % of samples, also where sizes are skewed; and is no wider than it must be."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.nodes.facts.census import interval

KEYS = 20_000
DRAWS = 400  # of them 95 % is 380, with a deviation of 4.4
LEAST = 368  # 92 %: 2.75 deviations below

SIZES: dict[str, Callable[[random.Random], float]] = {
    "two values": lambda dice: 64 if dice.random() < 0.5 else 72,
    "lognormal 0.5": lambda dice: math.exp(dice.gauss(5, 0.5)),
    "lognormal 1": lambda dice: math.exp(dice.gauss(5, 1)),
    "lognormal 1.5": lambda dice: math.exp(dice.gauss(5, 1.5)),
    "pareto 2.5": lambda dice: 100 * dice.paretovariate(2.5),
    "one in ten is 100 times as large": lambda dice: 10_000 if dice.random() < 0.1 else 100,
    "one in a hundred is 100 times as large": lambda dice: 10_000 if dice.random() < 0.01 else 100,
}


def held(sizes: list[float], n: int, dice: random.Random) -> tuple[int, float]:
    """In how many draws the interval holds the mean, and the mean margin."""
    truth, hits, margin = sum(sizes) / len(sizes), 0, 0.0
    for _ in range(DRAWS):
        some = dice.sample(sizes, n)
        _, low, high = interval.mean(n, sum(some), sum(x * x for x in some), max(some), len(sizes))
        hits += low <= truth <= high
        margin += (high - low) / 2 / truth / DRAWS
    return hits, margin


@pytest.mark.parametrize("kind", SIZES)
@pytest.mark.parametrize("n", [600, pytest.param(2000, marks=pytest.mark.prove)])
def test_the_interval_of_a_mean_holds(kind: str, n: int):
    dice = random.Random(11)
    sizes = [SIZES[kind](dice) for _ in range(KEYS)]
    hits, margin = held(sizes, n, dice)
    assert hits >= LEAST, f"{hits} of {DRAWS}"
    spread = math.sqrt(sum(x * x for x in sizes) / KEYS / (sum(sizes) / KEYS) ** 2 - 1)
    assert margin < 1.7 * interval.Z * spread / math.sqrt(n) + 3 / n


def test_the_plain_normal_interval_would_not_hold():
    """Else the raised upper end would be for nothing."""
    dice = random.Random(12)
    sizes = [math.exp(dice.gauss(5, 2)) for _ in range(KEYS)]
    truth, plain, raised = sum(sizes) / KEYS, 0, 0
    for _ in range(DRAWS):
        some = dice.sample(sizes, 600)
        total, squares = sum(some), sum(x * x for x in some)
        middle = total / 600
        half = interval.Z * interval.deviation(600, total, squares) * math.sqrt((1 - 600 / KEYS) / 600)
        plain += abs(middle - truth) <= half
        _, low, high = interval.mean(600, total, squares, max(some), KEYS)
        raised += low <= truth <= high
    assert plain < 0.88 * DRAWS
    assert raised > plain + 0.05 * DRAWS


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_all_of_them_is_exact(sizes: list[int]):
    n = len(sizes)
    middle, low, high = interval.mean(n, sum(sizes), sum(x * x for x in sizes), max(sizes), n)
    assert low == middle == high == sum(sizes) / n


@given(st.data())
def test_an_interval_contains_its_estimate_and_what_was_seen(data: st.DataObject):
    sizes = data.draw(st.lists(st.integers(1, 10**6), min_size=2, max_size=40))
    n = data.draw(st.integers(1, len(sizes) - 1))
    some = sizes[:n]
    middle, low, high = interval.mean(n, sum(some), sum(x * x for x in some), max(some), len(sizes))
    assert low <= middle <= high
    assert low * len(sizes) >= sum(some) * (1 - 1e-9)


@pytest.mark.parametrize(("share", "n"), [(0.001, 500), (0.02, 256), (0.5, 256), (0.97, 2000), (0.3, 20_000)])
def test_the_interval_of_a_share_holds(share: float, n: int):
    dice, hits, of = random.Random(13), 0, 10**9
    draws = 2000 if n < 1000 else DRAWS
    for _ in range(draws):
        k = (
            sum(dice.random() < share for _ in range(n))
            if n < 5000
            else round(dice.gauss(n * share, math.sqrt(n * share * (1 - share))))
        )
        low, high = interval.share(k, n, of)
        hits += low <= share <= high
    assert hits / draws >= 0.95 - 2.75 * math.sqrt(0.05 * 0.95 / draws)


def test_shares_against_printed_tables():
    """Clopper-Pearson limits as tables of exact binomial limits print them."""
    for k, n, low, high in (
        (0, 10, 0.0, 0.3085),
        (1, 10, 0.0025, 0.4450),
        (5, 10, 0.1871, 0.8129),
        (10, 10, 0.6915, 1.0),
    ):
        assert interval.share(k, n, 10**9) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 3000), st.data())
def test_a_share_is_within_its_interval(n: int, data: st.DataObject):
    k = data.draw(st.integers(0, n))
    of = data.draw(st.integers(n, 10 * n))
    low, high = interval.share(k, n, of, comparisons=data.draw(st.integers(1, 500)))
    assert 0 <= low <= k / n + 1e-12
    assert k / n - 1e-12 <= high <= 1
    if n == of:
        assert low == high == k / n


def test_the_fullest_of_many_seconds_holds():
    """The fullest second of a sample is picked because it is full; its interval allows for that."""
    dice, hits = random.Random(14), 0
    seconds, keys, n = 200, 100_000, 256
    truth = {at: keys // seconds for at in range(seconds)}
    for _ in range(DRAWS):
        seen = [dice.randrange(seconds) for _ in range(n)]
        at = max(set(seen), key=seen.count)
        low, high = interval.share(seen.count(at), n, keys, comparisons=len(set(seen)))
        hits += low <= truth[at] / keys <= high
    assert hits >= LEAST
