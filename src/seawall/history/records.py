"""What the history store keeps, as frozen records. Times are whole epoch seconds, as servers log them."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.logbook import Event, Position, Row, Stream

__all__ = ["Event", "GroupRow", "Position", "ReceiptRow", "Row", "Stream"]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group with its sums over a span.

    total, largest: of the amounts (microseconds or bytes). elements: the largest count that is known, None where none
    is. first_at, last_at: epoch seconds of the first and the last entry in the span.
    """

    id: int
    deployment: str
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


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One attempt to tell one person of one thing. All but `result` and `at` is its key.

    deadline: of what is told, epoch seconds, None where it has none. slot: which turn of telling. channel: `message` or
    `phone`. attempt: from 1. result: `unknown`, then `delivered` or `failed`.
    """

    finding: str
    deadline: int | None
    slot: str
    person: str
    channel: str
    attempt: int
    result: str
    at: int
