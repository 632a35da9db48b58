"""A fork (RDB save, AOF rewrite, full sync) that stops the main thread while page tables are copied."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.node import STALL_US, NodeFacts
from seawall.nodes.wording import about_server, ms, severity

CODE = "SW140"
NAME = "fork-stalls"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """LATENCY's `fork` event, else INFO's latest_fork_usec, of 10 ms and more."""
    event = next((e for e in facts.server.latency if e.name == "fork"), None)
    latest = facts.server.number("latest_fork_usec") or 0
    worst = max(latest, event.worst_ms * 1000 if event else 0)
    if worst < STALL_US:
        return
    yield about_server(
        CODE,
        NAME,
        facts,
        severity(worst),
        kind="latency",
        subject="fork",
        title=f"a fork stops the server for {ms(worst)}",
        why="The main thread copies the page tables of the whole memory before it goes on, and for a while after it "
        "every first write to a page costs a copy.",
        fix=Fix(
            "Save on a replica instead of the primary, save less often, and turn transparent huge pages off",
            stall=f"{ms(worst)} goes from the primary, to a replica that serves nobody.",
            work="The same, elsewhere.",
            instead=(
                "save '' and appendonly no on the primary, with a replica that saves",
                "echo never > /sys/kernel/mm/transparent_hugepage/enabled",
            ),
        ),
        more={"max_us": worst, "latest_us": latest, "source": "LATENCY" if event else "INFO latest_fork_usec"},
    )
