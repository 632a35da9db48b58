"""A vendor that nobody owns."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.vendors.facts.row import VendorFacts
from seawall.vendors.wording import finding, raised

CODE = "SW606"
NAME = "owner-missing"


def check(facts: VendorFacts) -> Iterator[Finding]:
    """Rows without an owner, or with one who is not among the people."""
    for vendor in facts.vendors:
        if vendor.owner in facts.people:
            continue
        who = f"has the owner {vendor.owner}, who is not among the people" if vendor.owner else "has no owner"
        yield finding(
            CODE,
            NAME,
            facts,
            vendor,
            raised(Severity.MEDIUM, facts, vendor),
            title=f"{vendor.name} {who}",
            why="A date that nobody owns is a date that nobody keeps. Until there is an owner, everybody is told.",
            fix="Write owner = the key of one person of [people] into its row",
            more={"owner": vendor.owner or None},
        )
