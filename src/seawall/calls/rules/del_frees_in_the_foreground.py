"""DEL in code: the memory of what it removes is freed before the next command runs, however much that is."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.judging import CodeFacts
from seawall.calls.wording import finding, of_key
from seawall.model import Finding, Fix, Severity

CODE = "SW220"
NAME = "del-frees-in-the-foreground"


def check(facts: CodeFacts) -> Iterator[Finding]:
    """Every DEL, where the servers at hand are not known to free lazily."""
    if facts.frees_lazily:
        return
    for site in facts.each("del"):
        yield finding(
            CODE,
            NAME,
            Severity.INFO,
            site,
            title=f"DEL frees its value before the next command runs{of_key(site)}",
            why="The more elements a value has, the longer everybody waits while DEL gives their memory back. UNLINK "
            "removes the key just the same, and a thread frees the memory. How large the value is code does not say.",
            fix=Fix(
                "Send UNLINK: seawall calls fix --rule SW220 makes the edit",
                stall="237 to 451 ms become 0.01 ms, for a sorted set of a million members",
                work="About the same, done by a thread beside the one that serves.",
                instead=("UNLINK key",),
            ),
        )
