"""A vendor that ends on a day nobody has written down."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.vendors.facts.deadline import card, end_known
from seawall.vendors.facts.row import Vendor, VendorFacts
from seawall.vendors.wording import finding

CODE = "SW608"
NAME = "end-date-unknown"


def check(facts: VendorFacts) -> Iterator[Finding]:
    """Rows of a contract that has an end, where neither the row nor a source gives it."""
    for vendor in facts.vendors:
        if vendor.contract == "pay-as-you-go" or _known(facts, vendor):
            continue
        converts = facts.converts(vendor) is True
        what = vendor.contract or "contract"
        yield finding(
            CODE,
            NAME,
            facts,
            vendor,
            Severity.LOW if converts else Severity.HIGH,
            title=f"no end date is known of {vendor.name} ({what})",
            why="It may end tonight. What is not known is never taken for far away; no source and no row gives a date."
            + (" It goes on by itself, so only the price and the notice hang on the date." if converts else ""),
            fix="Look the date up at the vendor, write it as ends into its row, and the day you did as last_confirmed",
            date=None if converts else "unknown",
        )


def _known(facts: VendorFacts, vendor: Vendor) -> bool:
    return (card if vendor.contract == "card" else end_known)(facts, vendor) is not None
