"""What the history store keeps, as frozen records. Times are whole epoch seconds, as servers log them."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.logbook import Event, Position, Row, Stream

__all__ = ["Event", "GroupRow", "Position", "Row", "Stream"]


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
