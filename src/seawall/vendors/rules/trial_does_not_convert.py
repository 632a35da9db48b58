"""A trial with nothing behind it: at its end the vendor may delete what is in it."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding
from seawall.vendors.facts.deadline import contract_lapse
from seawall.vendors.facts.row import VendorFacts
from seawall.vendors.wording import finding, reason, severity, when

CODE = "SW601"
NAME = "trial-does-not-convert"


def check(facts: VendorFacts) -> Iterator[Finding]:
    """Every trial whose end is known and that does not convert, or of which nobody knows it."""
    for vendor in facts.vendors:
        deadline = contract_lapse(facts, vendor)
        if vendor.contract != "trial" or deadline is None:
            continue
        known = facts.converts(vendor) is False
        doubt = "does not convert" if known else "may not convert: nobody has said"
        yield finding(
            CODE,
            NAME,
            facts,
            vendor,
            severity(deadline, facts.now),
            title=f"the trial of {vendor.name} {when(deadline, facts.now)} and {doubt}",
            why=reason(facts, vendor, deadline),
            fix="Convert it to a paid contract, or move the data out before the date; then write down what was done",
            deadline=deadline,
            date="lapse",
        )
