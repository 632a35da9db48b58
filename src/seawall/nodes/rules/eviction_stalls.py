"""Evictions that hold commands up: memory is full, and the server frees it key by key before it goes on."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix, Severity
from seawall.nodes.facts.node import STALL_US, NodeFacts
from seawall.nodes.wording import about_server, ms, severity

CODE = "SW141"
NAME = "eviction-stalls"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """LATENCY's `eviction-cycle` and `eviction-del` events."""
    events = [e for e in facts.server.latency if e.name in ("eviction-cycle", "eviction-del")]
    if not events:
        return
    worst = max(e.worst_ms for e in events) * 1000
    policy = facts.server.config.get("maxmemory-policy", "not readable")
    yield about_server(
        CODE,
        NAME,
        facts,
        severity(worst) if worst >= STALL_US else Severity.LOW,
        kind="latency",
        subject="eviction",
        title=f"evictions stop the server for up to {ms(worst)}",
        why="Before a command that needs memory runs, keys are evicted on the main thread. It delays commands; it is "
        "never the cause of a slow-log entry.",
        fix=Fix(
            "Give it more memory or let values expire before it is full; lazyfree-lazy-eviction yes frees large "
            "values in the background",
            stall=f"{ms(worst)} for large values becomes well under 1 ms with lazy eviction.",
            work="The same number of keys must go.",
            instead=("CONFIG SET lazyfree-lazy-eviction yes (your decision)",),
        ),
        more={"max_us": worst, "evicted_keys": facts.server.number("evicted_keys"), "maxmemory_policy": policy},
    )
