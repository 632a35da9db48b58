"""What the history store keeps besides the records of `seawall.logbook`. Times are whole epoch seconds."""

from __future__ import annotations

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """What a source said of a vendor, in the words of `document`, at every reading from `first_at` to `last_at`."""

    vendor: str
    source: str
    first_at: int
    last_at: int
    document: str
