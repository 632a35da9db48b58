"""The append-only file holds the main thread up: its fsync or its write waits for the disk."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix, Severity
from seawall.nodes.facts.node import STALL_US, NodeFacts
from seawall.nodes.facts.server import LatencyEvent
from seawall.nodes.wording import about_server, ms, severity

CODE = "SW142"
NAME = "fsync-stalls"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """LATENCY's `aof-...` events, else INFO's aof_delayed_fsync."""
    events = [e for e in facts.server.latency if _waits_for_disk(e)]
    delayed = facts.server.number("aof_delayed_fsync") or 0
    if not events and not delayed:
        return
    worst = max((e.worst_ms for e in events), default=0) * 1000
    what = (
        f"for up to {ms(worst)}"
        if events
        else f"{delayed:,} times (how long is not recorded: latency-monitor-threshold is 0)"
    )
    yield about_server(
        CODE,
        NAME,
        facts,
        severity(worst) if worst >= STALL_US else Severity.LOW,
        kind="latency",
        subject="fsync",
        title=f"the disk stops the server {what}",
        why="With appendfsync always each write waits for the disk; with everysec a write waits when the last fsync "
        "is not done after two seconds.",
        fix=Fix(
            "Use appendfsync everysec and no-appendfsync-on-rewrite yes, or a faster disk that nothing else writes to",
            stall="The wait leaves the main thread except when the disk falls two seconds behind.",
            work="The same bytes; up to a second of writes can be lost when the machine dies.",
            instead=("CONFIG SET appendfsync everysec (your decision: it trades durability)",),
        ),
        more={
            "max_us": worst,
            "events": [e.name for e in events],
            "aof_delayed_fsync": delayed,
            "appendfsync": facts.server.config.get("appendfsync", "not readable"),
        },
    )


def _waits_for_disk(event: LatencyEvent) -> bool:
    return event.name.startswith("aof-") and ("fsync" in event.name or event.name.startswith("aof-write"))
