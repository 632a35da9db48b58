"""The records of a log that is watched: what nodes count and history keeps, so it lies below both.

A *stream* is one log of one life of one node. A server numbers its entries from 0 and never starts again while it
lives, so in a stream every id given out is either seen or lost:

    last_id + 1 = seen + lost

A *position* is how far a stream has been read. Its states:

    counted ──> pending   SLOWLOG RESET emptied the ring: what it took is unknown until the next entry shows its id
       │  ^────────┘
       └─────> ended      the server died: what it logged after the last poll is never known
"""

from __future__ import annotations

from dataclasses import dataclass

SLOW = "slow"
LARGE_REQUEST = "large-request"
LARGE_REPLY = "large-reply"
LOGS = (SLOW, LARGE_REQUEST, LARGE_REPLY)  # as COMMANDLOG names them

COUNTED = "counted"
PENDING = "pending"
ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Stream:
    """One log (`slow`, `large-request`, `large-reply`) of one life (run_id) of one node (its printable name)."""

    node: str
    run_id: str
    log: str = SLOW
    deployment: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a stream was read. Times are epoch seconds of the server's clock.

    lost: None in the states pending and ended; then `unknown_since` is the last poll before. oldest_id: of the ring at
    the last poll. own: of `seen`, the entries of seawall itself, which are not stored.
    """

    stream: Stream
    first_id: int | None
    last_id: int | None
    seen: int
    lost: int | None
    unknown_since: int | None
    polled_at: int
    state: str = COUNTED
    oldest_id: int | None = None
    own: int = 0

    @property
    def lost_until_then(self) -> int:
        """Ids given out up to `last_id` and not seen: exact in every state."""
        return 0 if self.last_id is None else self.last_id + 1 - self.seen


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it is kept, without arguments. amount: microseconds (slow), bytes (large-request, large-reply)."""

    id: int
    at: int
    amount: int
    command: str
    key_pattern: str | None
    shape: str
    client: str = ""
    elements: int | None = None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group with its sums over a span.

    log: as of its streams. total, largest: of the amounts (microseconds or bytes). elements: the largest count that is
    known, None where none is. first_at, last_at: epoch seconds of the first and the last entry in the span. id: in the
    store.
    """

    node: str
    log: str
    command: str
    key_pattern: str | None
    shape: str
    entries: int
    total: int
    largest: int
    elements: int | None
    first_at: int
    last_at: int
    deployment: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a node while it was watched.

    kind: restart, reset, counted (what went with a reset), overflow, failover, moved, threshold, ring, unreadable,
    unreachable, reachable, node-added or node-gone.
    """

    at: int
    node: str
    kind: str
    detail: str = ""
    deployment: str = ""
