"""A certificate that clients will refuse within 30 days, or refuse already."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding
from seawall.vendors.facts.deadline import contract_lapse
from seawall.vendors.facts.row import VendorFacts
from seawall.vendors.wording import finding, reason, severity, span

CODE = "SW604"
NAME = "certificate-expires"
NEAR_HOURS = 30 * 24  # many live 90 days or fewer


def check(facts: VendorFacts) -> Iterator[Finding]:
    """Certificates that end within 30 days; one that renews itself within 14, when it should have been done."""
    for vendor in facts.vendors:
        deadline = contract_lapse(facts, vendor)
        if vendor.contract != "certificate" or deadline is None or deadline.hours_left(facts.now) > NEAR_HOURS:
            continue
        renewal = ", though it should renew itself" if facts.converts(vendor) else ""
        left = deadline.hours_left(facts.now)
        ends = f"in {span(left)}" if left > 0 else f"since {deadline.at.date()}"
        yield finding(
            CODE,
            NAME,
            facts,
            vendor,
            severity(deadline, facts.now),
            title=f"clients refuse the certificate {vendor.name} {ends}{renewal}",
            why=reason(facts, vendor, deadline),
            fix="Renew it and load it into the server, then look at what the endpoint presents",
            deadline=deadline,
            date="lapse",
        )
