"""Every id is seen or lost, whatever happens between two polls: a model of the ring is the judge."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.logbook import COUNTED, ENDED, PENDING, Position, Stream
from seawall.nodes.facts.cursor import Poll, Step, advance, begin, end

STREAM = Stream("node", "run")


@dataclass
class Ring:
    """The slow log of a server: ids go on for its life, the ring holds the newest."""

    size: int
    given: int = 0
    held: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])  # id, second; oldest first

    def log(self, count: int, second: int) -> None:
        self.held += [(self.given + i, second) for i in range(count)]
        self.given += count
        self.held = self.held[max(len(self.held) - self.size, 0) :]

    def reset(self) -> None:
        self.held = []

    def poll(self, at: int, count: int = 1 << 30) -> Poll:
        ids = tuple(i for i, _ in reversed(self.held[-count:])) if count else ()
        return Poll(at, ids, len(self.held), self.size)


def read(position: Position | None, poll: Poll) -> Step:
    return begin(STREAM, poll) if position is None else advance(position, poll)


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("log"), st.integers(0, 40)),
        st.tuples(st.just("reset"), st.just(0)),
        st.tuples(st.just("poll"), st.just(0)),
        st.tuples(st.just("resize"), st.integers(0, 12)),
    ),
    max_size=30,
)


@settings(max_examples=400)
@given(OPERATIONS, st.integers(1, 12))
def test_seen_and_lost_are_the_ids_given_out(operations: list[tuple[str, int]], size: int):
    ring = Ring(size)
    position: Position | None = None
    read_ids: list[int] = []
    for second, (what, count) in enumerate([*operations, ("poll", 0)]):
        if what == "log":
            ring.log(count, second)
        elif what == "reset":
            ring.reset()
        elif what == "resize":
            ring.size = count
            ring.held = ring.held[max(len(ring.held) - count, 0) :]
        else:
            step = read(position, ring.poll(second))
            before, position = position, step.position
            read_ids += step.new
            assert position.seen == len(read_ids) == len(set(read_ids))
            if ring.held:  # an entry shows its id: everything is known
                assert position.state == COUNTED
                assert position.lost is not None
                assert position.seen + position.lost == ring.given
                assert position.unknown_since is None
                assert step.lost == position.lost - (before.lost_until_then if before else 0)
            elif position.last_id is not None:  # emptied: what went with it is not known, and not called nothing
                assert (position.lost, position.state) == (None, PENDING)
                assert position.unknown_since is not None
                assert position.seen + position.lost_until_then <= ring.given


@settings(max_examples=200)
@given(st.lists(st.integers(0, 30), min_size=2, max_size=12), st.integers(1, 12))
def test_by_timestamps_entries_are_lost_or_counted_twice(bursts: list[int], size: int):
    """The naive collectors, on the same ring, where the cursor is exact: `>` loses, `>=` counts twice."""
    ring, position = Ring(size), None
    strictly: set[int] = set()
    loosely: list[int] = []
    newest = -1
    for count in bursts:  # all in one second, as a burst is
        ring.log(count, second=7)
        position = read(position, ring.poll(7)).position
        strictly |= {i for i, at in ring.held if at > newest}
        loosely += [i for i, at in ring.held if at >= newest]
        newest = max([newest, *(at for _, at in ring.held)])
    assert position is not None
    if position.last_id is None:
        return
    assert position.lost is not None
    assert position.seen + position.lost == ring.given
    polls_with_new = sum(count > 0 for count in bursts)
    if polls_with_new > 1:
        assert len(strictly) < position.seen
        if size > 1:
            first = next(i for i, count in enumerate(bursts) if count)
            kept = bursts[first] if bursts[first] < size else size
            if kept > 1 and any(0 < count < size for count in bursts[first + 1 :]):
                assert len(loosely) > len(set(loosely))


def test_a_partial_reading_reads_on_from_where_it_was():
    ring = Ring(128)
    ring.log(100, 1)
    position = begin(STREAM, ring.poll(1)).position
    ring.log(10, 2)
    step = advance(position, ring.poll(2, count=16))  # sixteen of which six were read before
    assert (list(step.new), step.lost, step.happened) == (list(range(100, 110)), 0, ())
    assert (step.position.seen, step.position.lost) == (110, 0)


def test_what_happened_is_told_apart():
    ring = Ring(10)
    ring.log(5, 1)
    position = begin(STREAM, ring.poll(1)).position
    ring.log(20, 2)
    step = advance(position, ring.poll(2))
    assert [kind for kind, _ in step.happened] == ["overflow"]
    assert (step.lost, step.position.lost) == (10, 10)
    ring.reset()
    ring.log(3, 3)
    step = advance(step.position, ring.poll(3))
    assert step.happened == (("reset", "nothing was lost"),)
    ring.log(2, 4)
    ring.reset()
    step = advance(step.position, ring.poll(5))
    assert [kind for kind, _ in step.happened] == ["reset"]
    assert (step.position.state, step.position.lost, step.position.unknown_since) == (PENDING, None, 3)
    again = advance(step.position, ring.poll(6))
    assert (again.happened, again.position.unknown_since) == ((), 3)
    ring.log(1, 7)
    step = advance(again.position, ring.poll(7))
    assert (step.lost, step.position.lost, step.position.state) == (2, 12, COUNTED)
    assert step.position.seen + 12 == ring.given


def test_the_end_of_a_life_is_unknown_and_what_was_counted_stays():
    ring = Ring(4)
    ring.log(10, 1)
    position = end(begin(STREAM, ring.poll(1)).position)
    assert (position.state, position.lost, position.unknown_since) == (ENDED, None, 1)
    assert (position.seen, position.lost_until_then) == (4, 6)
    assert end(position) == position


def test_a_life_that_was_taken_for_ended_goes_on_exactly():
    ring = Ring(4)
    ring.log(2, 1)
    position = end(begin(STREAM, ring.poll(1)).position)
    ring.log(9, 5)
    step = advance(position, ring.poll(5))
    assert (step.position.state, step.position.seen, step.position.lost) == (COUNTED, 6, 5)


def test_ids_that_go_back_are_another_life():
    ring = Ring(4)
    ring.log(10, 1)
    position = begin(STREAM, ring.poll(1)).position
    younger = Ring(4)
    younger.log(3, 2)
    step = advance(position, younger.poll(2))
    assert step.is_other_life
    assert step.position == position
