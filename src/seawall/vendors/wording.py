"""What the rules of this room share: severity by the hours left, the evidence, the words. Pure."""

from __future__ import annotations

from datetime import datetime

from seawall.model import Finding, Fix, Json, Severity, Where
from seawall.vendors.facts.deadline import Deadline, lapse
from seawall.vendors.facts.row import Vendor, VendorFacts

HOUR_LEVELS = ((14 * 24, Severity.HIGH), (30 * 24, Severity.MEDIUM), (90 * 24, Severity.LOW))
CRITICAL_HOURS = 72
# What is lost in the end, said of then and of a time to come; of a domain its name, of a certificate nothing.
_DATA = ("the data may be gone now", "the data is gone in {}")
_LOSS = {
    "certificate": ("Clients refuse it now", "Clients refuse it in {}"),
    "domain": ("the name may be lost now", "the name is lost in {}"),
}
HORIZON_HOURS = 90 * 24  # a contract that ends later is listed, and is no finding yet


def severity(deadline: Deadline, now: datetime) -> Severity:
    """Critical from 72 h before the loss and from the lapse on; else by the hours to the lapse."""
    left = deadline.hours_left(now)
    if left <= 0 or deadline.hours_to_data_loss(now) <= CRITICAL_HOURS:
        return Severity.CRITICAL
    return next((level for hours, level in HOUR_LEVELS if left <= hours), Severity.INFO)


def raised(level: Severity, facts: VendorFacts, vendor: Vendor) -> Severity:
    """The level, at least HIGH where the vendor lapses within 30 days: a fault of its row then costs time."""
    deadline = lapse(facts, vendor)
    near = deadline is not None and deadline.hours_left(facts.now) <= 30 * 24
    return max(level, Severity.HIGH, key=lambda s: s.rank) if near else level


def evidence(facts: VendorFacts, vendor: Vendor, deadline: Deadline | None) -> dict[str, Json]:
    """What every finding about a vendor has. Hours are null where no date is known."""
    days, grace_from = (deadline.grace_days, deadline.grace_from) if deadline else (None, None)
    return {
        "deadline": deadline.at.isoformat() if deadline else None,
        "deadline_from": deadline.says if deadline else None,
        "hours_left": deadline.hours_left(facts.now) if deadline else None,
        "hours_to_data_loss": deadline.hours_to_data_loss(facts.now) if deadline else None,
        "data_lost_at": deadline.lost_at.isoformat() if deadline else None,
        "grace_days": days,
        "grace_from": grace_from,
        "on_lapse": vendor.on_lapse,
        "documented": vendor.days or None,
        "contract": vendor.contract or None,
        "converts": facts.converts(vendor),
        "deputy": vendor.deputy or None,
        "impact": vendor.impact or None,
        "ends_in_row": deadline.ends_in_row.isoformat() if deadline and deadline.ends_in_row else None,
    }


def finding(
    code: str,
    name: str,
    facts: VendorFacts,
    vendor: Vendor,
    level: Severity,
    *,
    title: str,
    why: str,
    fix: str,
    deadline: Deadline | None = None,
    date: str | None = None,
    more: dict[str, Json] | None = None,
) -> Finding:
    """A finding about a vendor.

    deadline: its own, by default the vendor's next lapse. date: `lapse`, `notice` or `unknown` where the finding is
    about the date itself, so that the ladder tells people of it.
    """
    found = evidence(facts, vendor, deadline or lapse(facts, vendor))
    if date:
        found["date"] = date
    return Finding(
        rule=code,
        name=name,
        severity=level,
        title=title,
        where=Where("vendor", {"name": vendor.name}),
        evidence=found | (more or {}),
        why=why,
        fix=Fix(fix, stall="", work=""),
        owner=facts.people.get(vendor.owner),
    )


def reason(facts: VendorFacts, vendor: Vendor, deadline: Deadline) -> str:
    """How the deadline comes about, and what its lapse does."""
    return f"{deadline.says[:1].upper()}{deadline.says[1:]}. {consequence(facts, vendor, deadline)}"


def consequence(facts: VendorFacts, vendor: Vendor, deadline: Deadline) -> str:
    """What the lapse does, and when, in one or two sentences."""
    stops = f"What stops: {vendor.impact.rstrip('.')}. " if vendor.impact else ""
    left = deadline.hours_to_data_loss(facts.now)
    over, to_come = _LOSS.get(vendor.contract, _DATA)
    if vendor.contract == "certificate":  # nothing is lost, and no document gives a grace
        return f"{stops}{over if left == 0 else to_come.format(span(left))}."
    when = f"By what is known, {over if left == 0 else to_come.format(span(left))}"
    if deadline.grace_from.startswith("unknown"):
        return f"{stops}{when} (grace {deadline.grace_from})."
    return f"{stops}{when}, {deadline.grace_days} days after the lapse ({deadline.grace_from})."


def span(hours: float) -> str:
    """`61 h`, or `12 days` from four days on."""
    return f"{hours / 24:.0f} days" if hours >= 96 else f"{hours:.0f} h"


def when(deadline: Deadline, now: datetime) -> str:
    """`lapses in 61 h` or `lapsed 3 days ago`."""
    left = deadline.hours_left(now)
    return f"lapses in {span(left)}" if left > 0 else f"lapsed {span(-left)} ago"
