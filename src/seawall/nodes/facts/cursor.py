"""How far a log has been read, and what was lost: counted from ids, never from timestamps.

Ids are contiguous in one life of a server, and SLOWLOG RESET does not restart them (measured on Redis 6.2, 7.0, 8.2
and Valkey 9.1). Timestamps are whole seconds: a reader that goes by them loses the second entry of a second, or reads
it twice. Pure: a position and a poll in, a position and what it means out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from seawall.logbook import COUNTED, ENDED, PENDING, Position, Stream


@dataclass(frozen=True, slots=True)
class Poll:
    """One reading of one log of one server.

    at: epoch seconds of the server. ids: of the entries read, the newest of the ring without a hole between them.
    length: of the ring, asked right after the entries, so never too small; None where it could not be asked.
    ring: how many entries the ring can hold, None where it is not known.
    """

    at: int
    ids: tuple[int, ...]
    length: int | None = None
    ring: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What a poll means: the new position, the ids not seen before, ids found to be lost since, and what happened.

    happened: kind and detail of events. is_other_life: the ids went back, which no server does while it lives: what
    answers is another one under the same name, and the poll is to be counted in a stream of its own.
    """

    position: Position
    new: range
    lost: int = 0
    happened: tuple[tuple[str, str], ...] = ()
    is_other_life: bool = False


def begin(stream: Stream, poll: Poll) -> Step:
    """The first poll of a stream. What the ring no longer holds was given out before anybody read: it is lost."""
    if not poll.ids:
        return Step(Position(stream, None, None, 0, 0, None, poll.at), range(0))
    first, last = min(poll.ids), max(poll.ids)
    new = range(first, last + 1)
    position = Position(stream, first, last, len(new), first, None, poll.at, oldest_id=_oldest(poll, last))
    return Step(position, new, first)


def advance(position: Position, poll: Poll) -> Step:
    """The next poll of the same stream. Never counts an id twice; never moves back."""
    last = position.last_id
    if not poll.ids:
        return _empty(position, poll)
    newest = max(poll.ids)
    if last is None:
        step = begin(position.stream, poll)
        return replace(step, position=replace(step.position, own=position.own))
    if newest < last:
        return Step(position, range(0), is_other_life=True)
    oldest = _oldest(poll, newest)
    new = range(max(min(poll.ids), last + 1), newest + 1)
    seen = position.seen + len(new)
    moved = replace(
        position,
        last_id=newest,
        seen=seen,
        lost=newest + 1 - seen,
        unknown_since=None,
        polled_at=max(poll.at, position.polled_at),
        state=COUNTED,
        oldest_id=oldest,
    )
    lost = moved.lost_until_then - position.lost_until_then
    return Step(moved, new, lost, _happened(position, poll, lost, oldest))


def end(position: Position) -> Position:
    """The server died: what it logged after the last poll is never known. What was counted before stays."""
    if position.state == ENDED:
        return position
    since = position.polled_at if position.unknown_since is None else position.unknown_since
    return replace(position, state=ENDED, lost=None, unknown_since=since)


def _empty(position: Position, poll: Poll) -> Step:
    """An empty ring. Where ids are known, somebody emptied it: what came after the last poll is pending."""
    at = max(poll.at, position.polled_at)
    if position.last_id is None:
        return Step(replace(position, polled_at=at, state=COUNTED, lost=0, unknown_since=None), range(0))
    if position.state == PENDING:
        return Step(replace(position, polled_at=at), range(0))
    since = position.polled_at if position.unknown_since is None else position.unknown_since
    pending = replace(position, state=PENDING, lost=None, unknown_since=since, polled_at=at, oldest_id=None)
    return Step(pending, range(0), 0, (("reset", "the ring is empty; what it took shows with the next entry"),))


def _oldest(poll: Poll, newest: int) -> int:
    """The oldest id in the ring, or one just below: the length was asked after the entries."""
    return min(poll.ids) if poll.length is None else min(max(newest + 1 - poll.length, 0), min(poll.ids))


def _happened(position: Position, poll: Poll, lost: int, oldest: int) -> tuple[tuple[str, str], ...]:
    """Tells a ring that overflowed from one that was emptied: an emptied one is not full."""
    length = poll.length if poll.length is not None else len(poll.ids)
    full = poll.ring is not None and length >= poll.ring
    if position.state == PENDING:
        return (("counted", f"{lost:,} entries went with the reset"),)
    if lost and (full or poll.ring is None):
        return (("overflow", f"{lost:,} entries were pushed out between two polls"),)
    if lost:
        return (("reset", f"{lost:,} entries went with it"),)
    if position.state == COUNTED and position.oldest_id is not None and oldest > position.oldest_id and not full:
        return (("reset", "nothing was lost"),) if poll.ring is not None else ()
    return ()
