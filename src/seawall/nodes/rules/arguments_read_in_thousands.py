"""Thousands of keys, fields or members named in one read: MGET, HMGET, SMISMEMBER, ZMSCORE, EXISTS, ..."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.work import Work
from seawall.nodes.wording import APART, culprits, finding, many, of_key, sliced

CODE = "SW110"
NAME = "arguments-read-in-thousands"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Reads that name more than a slice of keys or elements; those of positions have a rule of their own."""
    for group, judgement in culprits(facts, Work.NAMED):
        if group.spec is None or group.spec.writes or group.command.startswith("GEO"):
            continue
        elements = judgement.elements
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            elements,
            title=f"{group.command} reads {many(elements)} by name{of_key(group)} in one call",
            why="Each name costs a look-up and a copy, and the server does nothing else until the last one.",
            fix=Fix(
                "Read slices of 1,000",
                stall=sliced(group, elements),
                work="The total stays about the same.",
                sending=APART,
                instead=(f"{group.command} ... (1,000 a call)",),
            ),
        )
