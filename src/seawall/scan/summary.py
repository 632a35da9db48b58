"""One line on the slow log of a node."""

from __future__ import annotations

from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.wording import ms


def summary(facts: NodeFacts) -> str:
    """One line on a slow log: entries, threshold, time covered."""
    if not facts.slowlog_read:
        return "no slow log" if not facts.is_live else "slow log not readable"
    ring, threshold, covered = facts.server.ring, facts.server.threshold_us, facts.observed_s
    parts = [f"{facts.seen:,} of {ring:,} slow-log entries" if ring is not None else f"{facts.seen:,} slow-log entries"]
    if threshold is not None:
        parts.append(
            "the log is off"
            if threshold < 0
            else "every command is logged"
            if threshold == 0
            else f"threshold {ms(threshold)}"
        )
    if covered is not None and facts.seen:
        parts.append(f"covering {_span(covered)}")
    return ", ".join(parts)


def _span(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
