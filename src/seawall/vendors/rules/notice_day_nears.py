"""The last day is near on which it can be decided whether a contract renews itself."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.vendors.facts.deadline import Deadline, hours, notice
from seawall.vendors.facts.row import VendorFacts
from seawall.vendors.wording import finding, span

CODE = "SW605"
NAME = "notice-day-nears"
NEAR_HOURS = 30 * 24
LATE_HOURS = 7 * 24
_RENEWS = "After that day it renews itself, at its price and for its time."


def check(facts: VendorFacts) -> Iterator[Finding]:
    """From 30 days before the last day for a notice to its end.

    A contract that is known not to renew needs no notice; it can be made to renew till then where a source says so.
    """
    for vendor in facts.vendors:
        found = notice(facts, vendor)
        ends = facts.converts(vendor) is False
        if found is None or (ends and not found.either):
            continue
        left = hours(found.at - facts.now)
        if not 0 < left <= NEAR_HOURS:
            continue
        yield finding(
            CODE,
            NAME,
            facts,
            vendor,
            Severity.MEDIUM if left <= LATE_HOURS else Severity.LOW,
            title=f"the renewal of {vendor.name} can be turned on for {span(left)} more, else it ends"
            if ends
            else f"notice to {vendor.name} must be given within {span(left)}, or it renews itself",
            why=f"{found.arithmetic}. " + ("After that day it can no more be made to renew." if ends else _RENEWS),
            fix="Decide: turn its renewal on, or move away before its end"
            if ends
            else "Decide: give notice in writing, or let it renew and write the new end into its row",
            deadline=Deadline(found.at, found.arithmetic, 0, "nothing is lost on this day"),
            date="notice",
            more={
                "notice_by": found.last_day.isoformat(),
                "notice_arithmetic": found.arithmetic,
                "hours_to_data_loss": None,
                "data_lost_at": None,
            },
        )
