"""A vendor whose owner has nobody to stand in."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.vendors.facts.row import VendorFacts
from seawall.vendors.wording import finding, raised

CODE = "SW607"
NAME = "deputy-missing"


def check(facts: VendorFacts) -> Iterator[Finding]:
    """Rows without a deputy, with one who is not among the people, or whose deputy is the owner."""
    for vendor in facts.vendors:
        if vendor.deputy in facts.people and vendor.deputy != vendor.owner:
            continue
        if not vendor.deputy:
            who = "has no deputy"
        elif vendor.deputy == vendor.owner:
            who = f"has {vendor.owner} as owner and as deputy"
        else:
            who = f"has the deputy {vendor.deputy}, who is not among the people"
        yield finding(
            CODE,
            NAME,
            facts,
            vendor,
            raised(Severity.MEDIUM, facts, vendor),
            title=f"{vendor.name} {who}",
            why="An owner falls ill, leaves, or reads no mail for a fortnight. Without a deputy everybody is told.",
            fix="Write deputy = the key of another person of [people] into its row",
        )
