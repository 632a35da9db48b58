"""A host that the team's code connects to, and that no row of the estate pays for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seawall.keyspace import printable
from seawall.model import Finding, Fix, Severity, Where
from seawall.vendors.facts.row import VendorFacts

CODE = "SW612"
NAME = "endpoint-without-vendor"
_OWN = re.compile(r"localhost|127(\.\d+){3}|\[?::1\]?|0\.0\.0\.0")  # this machine: no vendor's


def check(facts: VendorFacts) -> Iterator[Finding]:
    """Hosts in use that are no endpoint of a row. An endpoint `.cache.example` stands for all hosts below it."""
    known = [endpoint for vendor in facts.vendors for endpoint in vendor.endpoints]
    for host, place in sorted(facts.in_use.items()):
        if _OWN.fullmatch(host) or any(covers(endpoint, host) for endpoint in known):
            continue
        shown = printable(host)[:200]
        yield Finding(
            rule=CODE,
            name=NAME,
            severity=Severity.HIGH,
            title=f"{shown} is in use, and belongs to no vendor of the estate",
            where=Where("endpoint", {"name": shown}),
            evidence={"found_in": printable(place)[:200]},
            why="Nobody has written down who pays for it, until when, and what happens then: no date of it is watched.",
            fix=Fix("Add a [[vendors]] with this host among its endpoints, or add it to a row", stall="", work=""),
        )


def covers(endpoint: str, host: str) -> bool:
    """Whether this endpoint of a row means this host."""
    return host == endpoint or (endpoint.startswith(".") and host.endswith(endpoint))
