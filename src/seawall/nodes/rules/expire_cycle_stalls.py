"""The active expiry cycle holds the server up: many keys, or large ones, expire in the same moment."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix, Severity
from seawall.nodes.facts.node import STALL_US, NodeFacts
from seawall.nodes.wording import about_server, ms, severity

CODE = "SW143"
NAME = "expire-cycle-stalls"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """LATENCY's `expire-cycle` and `expire-del` events."""
    events = [e for e in facts.server.latency if e.name in ("expire-cycle", "expire-del")]
    if not events:
        return
    worst = max(e.worst_ms for e in events) * 1000
    yield about_server(
        CODE,
        NAME,
        facts,
        severity(worst) if worst >= STALL_US else Severity.LOW,
        kind="latency",
        subject="expire",
        title=f"expiring keys stop the server for up to {ms(worst)}",
        why="Expired keys are freed on the main thread, ten times a second and when they are touched; many in one "
        "second, or a large one, are one stall.",
        fix=Fix(
            "Spread expiries with a random part of the TTL, and set lazyfree-lazy-expire yes for large values",
            stall=f"{ms(worst)} for large values becomes well under 1 ms with lazy expiry.",
            work="The same number of keys must go.",
            instead=("EXPIRE key ttl + random(0 .. ttl / 10)", "CONFIG SET lazyfree-lazy-expire yes (your decision)"),
        ),
        more={
            "max_us": worst,
            "expired_keys": facts.server.number("expired_keys"),
            "lazyfree-lazy-expire": facts.server.config.get("lazyfree-lazy-expire", "not readable"),
        },
    )
