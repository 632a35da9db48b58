"""A slow log that forgets: its ring is full and reaches back less than a day."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix, Severity
from seawall.nodes.facts.node import FLOOR_US, NodeFacts
from seawall.nodes.wording import about_server

CODE = "SW131"
NAME = "slowlog-too-short"
DAY_S = 86_400


def check(facts: NodeFacts) -> Iterator[Finding]:
    """A full ring that covers less than a day, where the threshold is one for slow commands (1 ms or more)."""
    covered = facts.observed_s
    threshold = facts.server.threshold_us
    if not facts.is_live or not facts.ring_full or covered is None or covered >= DAY_S:
        return
    if threshold is not None and threshold < FLOOR_US:
        return  # a threshold of microseconds makes it a trace: a longer ring is no remedy
    needed = round(facts.seen * DAY_S / covered)
    yield about_server(
        CODE,
        NAME,
        facts,
        Severity.LOW,
        kind="server",
        subject="slowlog-max-len",
        title=f"the slow log holds {facts.seen:,} entries and reaches back only {_span(covered)}",
        why="What happened before that is gone: a job that runs each night is not in it by the morning.",
        fix=Fix(
            f"Set slowlog-max-len {min(max(needed, 1024), 10_000)}; a day at this rate is {needed:,} entries",
            stall="None: reading 1,000 entries costs the server about 0.2 ms.",
            work="About 4 kB of memory an entry at most.",
            instead=(
                f"CONFIG SET slowlog-max-len {min(max(needed, 1024), 10_000)} (your decision; a parameter group on "
                "managed services)",
            ),
        ),
        more={"entries": facts.seen, "covered_seconds": round(covered), "entries_a_day": needed},
    )


def _span(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.0f} h"
    )
