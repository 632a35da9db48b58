"""In which range the truth is, when a part was seen: 95 % intervals of a share and of a mean.

The share: Clopper and Pearson (1934), exact, by the incomplete beta function (DLMF 8.17.22); beyond 1,000 of both
kinds, where the two agree to a thousandth, Wilson (1927).

The mean: the normal interval of a sample without replacement. Sizes are skewed, and what a sample has not met is
larger than what it has: the normal interval would hold the truth in 76 % of samples of 200 where sizes are lognormal
with sigma 2. So its upper end is raised as if 3 keys in n, the most that a sample of n can miss with 95 % certainty
(the rule of three), were as large as the largest seen; and its lower end allows for 3 that are empty. tests/census
measures both on skewed sizes. What no sample can know: keys rarer than 3 in n that are larger than all seen.
"""

from __future__ import annotations

import math

Z = 1.959964
_MISSED = 3.0
_LARGE = 1000
_STEPS = 60  # of halving: 2 ** -60 of the unit interval
_TINY = 1e-300


def mean(n: int, total: float, squares: float, largest: float, of: int) -> tuple[float, float, float]:
    """Mean, low and high of `of` numbers, n of which were drawn at random. Exact where all were.

    total, squares, largest: sum, sum of squares and maximum of the n drawn; n at least 1.
    """
    middle = total / n
    if n >= of:
        return middle, middle, middle
    rest = 1 - n / of
    half = Z * deviation(n, total, squares) * math.sqrt(rest / n)
    unseen = _MISSED * largest * rest / n
    if n == 1:  # one size says nothing of how sizes differ: up to what three such samples could have hidden
        return middle, total / of, middle + unseen
    low = middle - max(half, _MISSED * middle * rest / n)
    return middle, max(low, total / of), middle + half + unseen


def deviation(n: int, total: float, squares: float) -> float:
    """The standard deviation of n numbers by their sum and their sum of squares."""
    return math.sqrt(max(squares - total * total / n, 0.0) / (n - 1)) if n > 1 else 0.0


def share(k: int, n: int, of: int, *, comparisons: int = 1) -> tuple[float, float]:
    """Low and high of a share, where k of the n seen have the property. Exact where all were seen.

    comparisons: from how many the one with this k was picked because its k is large; the interval is as much wider as
    that needs (Bonferroni).
    """
    if n >= of:
        return k / n, k / n
    tail = 0.025 / comparisons
    if min(k, n - k) > _LARGE:
        return _wilson(k, n, tail)
    low = 0.0 if k == 0 else _quantile(tail, k, n - k + 1)
    high = 1.0 if k == n else _quantile(1 - tail, k + 1, n - k)
    return max(low, k / of), min(high, 1 - (n - k) / of)


def _wilson(k: int, n: int, tail: float) -> tuple[float, float]:
    z = _normal(1 - tail)
    p, square = k / n, z * z
    middle = (p + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(p * (1 - p) / n + square / (4 * n * n))
    return middle - half, middle + half


def _normal(probability: float) -> float:
    """The quantile of the normal distribution."""
    low, high = 0.0, 40.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if 0.5 * math.erfc(middle / math.sqrt(2)) > 1 - probability:
            low = middle
        else:
            high = middle
    return low


def _quantile(probability: float, a: float, b: float) -> float:
    """The quantile of the beta distribution."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _beta(middle, a, b) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction where that converges quickly."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    c, d = 1.0, 1 / max(1 - (a + b) * x / (a + 1), _TINY)
    fraction = d
    for m in range(1, 2000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / (1 + term * d or _TINY)
            c = 1 + term / c or _TINY
            fraction *= c * d
        if abs(c * d - 1) < 1e-12:
            break
    return math.exp(front) * fraction / a
