"""What is kept of the keys of a pattern: a fair draw of names, sizes added up, seconds counted in bounded memory."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from seawall.nodes.facts.census.book import NAMES, Book
from seawall.nodes.facts.census.tally import GONE, NEVER, SECONDS, UNKNOWN, Rows, Tally, expiries

ROW = st.tuples(
    st.binary(max_size=4),
    st.none() | st.just(UNKNOWN) | st.integers(0, 10**6),
    st.sampled_from([NEVER, GONE, UNKNOWN]) | st.integers(0, 2000),
    st.sampled_from(["", "hash", "string"]),
)


def rows(of: list[tuple[bytes, int | None, int, str]]) -> Rows:
    return Rows([r[0] for r in of], [r[1] for r in of], [r[2] for r in of], [r[3] for r in of])


@given(st.lists(ROW, max_size=50), st.lists(ROW, max_size=50))
def test_rows_are_added_up(
    first: list[tuple[bytes, int | None, int, str]], second: list[tuple[bytes, int | None, int, str]]
):
    tally = Tally()
    tally.add(rows(first))
    tally.add(rows(second))
    all_ = first + second
    sizes = [size for _, size, _, _ in all_ if size is not None and size != UNKNOWN]
    assert (tally.sized, tally.total, tally.squares) == (len(sizes), sum(sizes), sum(s * s for s in sizes))
    assert tally.largest == max(sizes, default=-1)
    assert tally.gone == sum(size is None for _, size, _, _ in all_)
    assert tally.without_ttl == sum(at == NEVER for _, _, at, _ in all_)
    assert tally.timed == sum(at == NEVER or at >= 0 for _, _, at, _ in all_)
    assert tally.seconds == Counter(at for _, _, at, _ in all_ if at >= 0)
    assert tally.types == Counter(kind for *_, kind in all_ if kind)
    if sizes:
        assert (tally.largest_name, tally.largest) in {(name, size) for name, size, _, _ in all_}


@given(st.lists(st.integers(0, 3000), max_size=6000), st.integers(0, 3000))
def test_seconds_are_bounded_and_too_low_by_little(at: list[int], full: int):
    """Misra and Gries: never too high, too low by at most `pruned`, and that below one in SECONDS of all."""
    seconds = [*at, *[full] * 50]
    random.Random(5).shuffle(seconds)
    tally, truth = Tally(), Counter(seconds)
    for start in range(0, len(seconds), 100):
        some = seconds[start : start + 100]
        tally.add(Rows([b""] * len(some), [UNKNOWN] * len(some), some, [""] * len(some)))
        assert len(tally.seconds) <= SECONDS
    assert tally.pruned <= len(seconds) / SECONDS
    for second, many in tally.seconds.items():
        assert truth[second] - tally.pruned <= many <= truth[second]


def test_expiries_are_times_to_the_nearest_second():
    assert expiries([-1, -2, 0, 400, 1000, UNKNOWN], 10_300) == [NEVER, GONE, 10, 11, 11, UNKNOWN]
    assert expiries([-1, 5], None) == [NEVER, UNKNOWN]


def test_every_key_has_the_same_chance_to_be_drawn():
    """Whatever its place in the walk, and although what is kept is cut again and again."""
    drawn: Counter[int] = Counter()
    keys, kept, runs = 400, 20, 1500
    dice = random.Random(6)
    for _ in range(runs):
        tally = Tally(kept=kept * 2)
        for start in range(0, keys, 50):
            tally.see([b"%d" % n for n in range(start, start + 50)], dice)
            if start == 200:
                tally.keep(kept)
        tally.keep(kept)
        assert len(tally.take(kept)) == kept
        drawn.update(int(name) for _, name in tally.names)
    quarters = [sum(drawn[n] for n in range(q, q + 100)) for q in range(0, keys, 100)]
    expected = runs * kept / 4
    assert all(abs(many - expected) < 4 * expected**0.5 for many in quarters), quarters


def test_names_kept_are_bounded_in_all():
    book = Book(random.Random(7))
    for batch in range(60):
        book.see(0, [b"kind%s:%d:x" % (bytes([97 + n % 20]) * 3, batch * 10_000 + n) for n in range(10_000)])
        assert sum(len(tally.names) for tally in book.tallies.values()) <= NAMES
    book.learn(0)
    assert sum(tally.keys for tally in book.tallies.values()) == 600_000
    assert len(book.tallies) == 20
