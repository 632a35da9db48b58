"""A card that is no longer valid when the next charge comes."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding
from seawall.vendors.facts.deadline import card_lapse, next_charge
from seawall.vendors.facts.row import VendorFacts
from seawall.vendors.wording import HORIZON_HOURS, finding, reason, severity, when

CODE = "SW603"
NAME = "card-ends-before-charge"


def check(facts: VendorFacts) -> Iterator[Finding]:
    """A card that ends before the next charge; one whose next charge is not known, from 90 days before its end."""
    for vendor in facts.vendors:
        deadline = card_lapse(facts, vendor)
        if deadline is None:
            continue
        if next_charge(facts, vendor) is None and deadline.hours_left(facts.now) > HORIZON_HOURS:
            continue
        yield finding(
            CODE,
            NAME,
            facts,
            vendor,
            severity(deadline, facts.now),
            title=f"the card that pays {vendor.name} ends before its next charge: it {when(deadline, facts.now)}",
            why=reason(facts, vendor, deadline),
            fix="Enter a card that is valid longer, and write its month into the row",
            deadline=deadline,
            date="lapse",
        )
