"""A vendor whose own word for the contract has become a worse one."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.vendors.facts.deadline import Deadline, grace
from seawall.vendors.facts.row import Vendor, VendorFacts
from seawall.vendors.facts.status import DELETED, DOUBTFUL, ENDED, Worsened, worsened
from seawall.vendors.wording import consequence, finding, severity

CODE = "SW611"
NAME = "status-worsened"


def check(facts: VendorFacts) -> Iterator[Finding]:
    """A status that is worse than it was, and one that says the end (`suspended`, `deleting`) from the first day on."""
    for vendor in facts.vendors:
        found = worsened(facts, vendor)
        if found is None:
            continue
        deadline = _deadline(vendor, found)
        if deadline is not None:
            level = severity(deadline, facts.now)
        else:
            level = Severity.MEDIUM if found.rank == DOUBTFUL else Severity.LOW
        status, before = found.status.replace("_", " "), found.before.replace("_", " ")
        refused = vendor.contract == "certificate" and found.rank >= ENDED
        said = f"Said by {found.source}, first on {found.since.date()}. "
        yield finding(
            CODE,
            NAME,
            facts,
            vendor,
            level,
            title=(f"clients refuse {vendor.name}: " if refused else f"{vendor.name} is ")
            + (f"{status}, and was {before}" if before else status),
            why=said + (consequence(facts, vendor, deadline) if deadline else "The next word may be a worse one."),
            fix=_fix(vendor, deadline),
            deadline=deadline,
            date="lapse" if deadline else None,
            more={"status": found.status, "status_before": found.before or None, "status_from": found.source},
        )


def _fix(vendor: Vendor, deadline: Deadline | None) -> str:
    if vendor.contract == "certificate":
        return "Look at what the endpoint presents, and load a certificate that its clients take"
    if deadline is None:
        return "Look at the vendor's console for what they wait for"
    return "Ask the vendor now, by telephone where there is one; take a backup out of their hands first"


def _deadline(vendor: Vendor, found: Worsened) -> Deadline | None:
    says = f"{found.source} says {found.status} since {found.since.isoformat()}"
    if found.rank == DELETED:
        return Deadline(found.since, says, 0, "it is being deleted")
    return Deadline(found.since, says, *grace(vendor)) if found.rank == ENDED else None
