"""A source that names fewer vendors than it did."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix, Severity, Where
from seawall.vendors.facts.row import VendorFacts

CODE = "SW610"
NAME = "vendors-fewer"


def check(facts: VendorFacts) -> Iterator[Finding]:
    """Sources that name fewer vendors than before."""
    for reading in facts.readings:
        if reading.before is None or reading.vendors >= reading.before:
            continue
        yield Finding(
            rule=CODE,
            name=NAME,
            severity=Severity.HIGH,
            title=f"{reading.source} names {reading.vendors} vendors, and named {reading.before} before",
            where=Where("source", {"name": reading.source}),
            evidence={"vendors": reading.vendors, "before": reading.before},
            why="A contract has gone, or the source shows less of what is there: to a token that has expired or lost a "
            "permission, the list is just shorter. What is not listed is not watched.",
            fix=Fix("See which vendor is missing, and why; then mend the permission or the row", stall="", work=""),
        )
