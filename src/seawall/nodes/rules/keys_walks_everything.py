"""KEYS: a walk of the whole keyspace in one call, whatever its pattern."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.node import FLOOR_US, STALL_US, NodeFacts
from seawall.nodes.facts.work import SLICE, Work, work_of
from seawall.nodes.wording import APART, finding, many, sliced

CODE = "SW105"
NAME = "keys-walks-everything"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Every KEYS that stalled the server or walks more than a slice of keys."""
    for group in facts.groups:
        if work_of(group.worst) is not Work.KEYSPACE:
            continue
        elements = facts.elements(group)
        if elements.count is None:
            elements = facts.estimate(group)
        small = (elements.count or 0) <= SLICE
        if small and group.max_us < (STALL_US if elements.exact else FLOOR_US):
            continue
        pattern = f" for {group.key_pattern}" if group.key_pattern else ""
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            elements,
            title=f"KEYS walks {many(elements, 'keys')}{pattern}",
            why="KEYS compares every key of the database with its pattern, however few match, and nothing else runs "
            "until it is done.",
            fix=Fix(
                "Iterate with SCAN MATCH pattern COUNT 1000, or keep the names in a set of their own",
                stall=sliced(group, elements),
                work="The total stays about the same or rises a little with SCAN; a set of names needs no walk at all.",
                sending=APART,
                instead=("SCAN 0 MATCH pattern COUNT 1000, and on with the cursor it returns",),
            ),
        )
