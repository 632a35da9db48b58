"""Commands go where an interval is wide, and the widest of the large patterns is as narrow as they allow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seawall.nodes.facts.census.allocation import FLOOR, LARGE, TARGET, Stratum, first, more
from seawall.nodes.facts.census.interval import Z

STRATUM = st.builds(
    lambda keys, asked, kept, variation, mean, dominated: Stratum(
        keys, min(asked, kept, keys), min(kept, keys), variation, keys * mean, dominated
    ),
    st.integers(1, 10**7),
    st.integers(0, 5000),
    st.integers(0, 40_000),
    st.floats(0, 100),
    st.floats(0, 10**6),
    st.booleans(),
)


@given(st.lists(STRATUM, max_size=20), st.integers(0, 50_000))
def test_never_more_than_there_is(strata: list[Stratum], commands: int):
    for chosen, before in ((first(strata, commands), 0), (more(strata, commands), 1)):
        assert sum(chosen) <= commands
        assert all(0 <= n <= s.available - before * s.asked for n, s in zip(chosen, strata, strict=True))


def half(s: Stratum, n: int) -> float:
    """Half an interval over its number, for n sizes."""
    return Z * s.variation * ((1 - n / s.keys) / n) ** 0.5


def test_the_relative_error_is_shared():
    strata = [Stratum(100_000, 2000, 40_000, v, 1e6) for v in (0.1, 1.0, 2.0, 3.0)]
    asked = [s.asked for s in strata]
    left = 20_000
    for _ in range(20):
        chosen = more(
            [Stratum(s.keys, n, s.available, s.variation, s.bytes) for s, n in zip(strata, asked, strict=True)], left
        )
        left -= sum(chosen)
        asked = [a + n for a, n in zip(asked, chosen, strict=True)]
        if not any(chosen):
            break
    assert left < 100
    widths = [half(s, n) for s, n in zip(strata, asked, strict=True)]
    assert asked[0] == 2000, "it is narrow enough"
    assert max(widths[2:]) < 1.05 * min(widths[2:])


def test_what_is_left_goes_where_little_was_asked():
    """Both are narrow enough, but keys that nobody has met yet are likelier among the few of those that vary."""
    strata = [
        Stratum(100_000, 8000, 40_000, 0.5, 1e6),
        Stratum(100_000, 1500, 40_000, 0.5, 1e6),
        Stratum(100_000, 1500, 40_000, 0.0, 1e6),
    ]
    assert half(strata[1], 1500) < TARGET
    chosen = more(strata, 3000)
    assert chosen[0] == chosen[2] == 0
    assert 2500 < chosen[1] <= 3000


def test_it_ends_where_nothing_is_left():
    assert not any(more([Stratum(100_000, 20_000, 40_000, 0.5, 1e6)] * 3, 3000))
    assert not any(more([Stratum(500, 500, 500, 0.5, 1e6)] * 3, 3000))


def test_small_patterns_get_a_few_and_large_ones_more():
    strata = [
        Stratum(1_000_000, 0, 40_000, 0, 0),
        *[Stratum(5, 0, 5, 0, 0)] * 10,
        Stratum(int(1_000_000 * LARGE / 2), 0, 40_000, 0, 0),
    ]
    assert first(strata, 10_000) == [FLOOR, *[5] * 10, 30]


def test_one_huge_key_does_not_take_all():
    huge = Stratum(100_000, 2000, 40_000, 50.0, 1e6, dominated=True)
    other = Stratum(100_000, 2000, 40_000, 1.5, 1e6)
    chosen = more([huge, other], 10_000)
    assert chosen[0] <= 5000
    assert chosen[1] >= 4000
