"""A row that nobody and nothing has confirmed for 90 days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

from seawall.model import Finding, Severity
from seawall.vendors.facts.deadline import end_of
from seawall.vendors.facts.row import DAY, VendorFacts
from seawall.vendors.wording import finding

CODE = "SW609"
NAME = "row-unconfirmed"
DAYS = 90


def check(facts: VendorFacts) -> Iterator[Finding]:
    """Rows that were confirmed by hand or read by a source more than 90 days ago, or never; a future day is none."""
    today = facts.now.astimezone(UTC).date()
    for vendor in facts.vendors:
        by_hand = vendor.last_confirmed if vendor.last_confirmed and vendor.last_confirmed <= today + DAY else None
        days = [o.at.astimezone(UTC).date() for o in facts.of(vendor)] + ([by_hand] if by_hand else [])
        last = max(days, default=None)
        if last is not None and end_of(last) > facts.now - timedelta(days=DAYS):
            continue
        yield finding(
            CODE,
            NAME,
            facts,
            vendor,
            Severity.MEDIUM,
            title=f"{vendor.name} was confirmed {f'{(today - last).days} days ago' if last else 'by nobody yet'}",
            why="Contracts, cards and plans change without the file. A row that was right once calms for nothing.",
            fix="Compare the row with what the vendor shows, and write today as last_confirmed",
            more={"last_confirmed": last.isoformat() if last else None},
        )
