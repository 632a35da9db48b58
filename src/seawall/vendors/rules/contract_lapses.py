"""A contract, an offer or a domain that ends within 90 days and does not go on by itself."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding
from seawall.vendors.facts.deadline import contract_lapse
from seawall.vendors.facts.row import VendorFacts
from seawall.vendors.wording import HORIZON_HOURS, finding, reason, severity, when

CODE = "SW602"
NAME = "contract-lapses"
OTHERS = ("trial", "certificate", "card")  # each has a rule of its own


def check(facts: VendorFacts) -> Iterator[Finding]:
    """Every contract that ends within 90 days, and that is not known to renew itself."""
    for vendor in facts.vendors:
        deadline = contract_lapse(facts, vendor)
        if vendor.contract in OTHERS or deadline is None or deadline.hours_left(facts.now) > HORIZON_HOURS:
            continue
        what = "domain" if vendor.contract == "domain" else "contract"
        doubt = "does not renew itself" if facts.converts(vendor) is False else "may not renew itself: nobody has said"
        yield finding(
            CODE,
            NAME,
            facts,
            vendor,
            severity(deadline, facts.now),
            title=f"the {what} of {vendor.name} {when(deadline, facts.now)} and {doubt}",
            why=reason(facts, vendor, deadline),
            fix="Renew it, and write the new date into its row; where it renews itself, write converts = true",
            deadline=deadline,
            date="lapse",
        )
