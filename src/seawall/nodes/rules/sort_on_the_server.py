"""SORT of a large collection: N log N on the one thread that serves everybody."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.work import Work
from seawall.nodes.wording import culprits, finding, many, ms, of_key

CODE = "SW112"
NAME = "sort-on-the-server"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """SORT and SORT_RO of more than a slice of elements."""
    for group, judgement in culprits(facts, Work.SORT):
        elements = judgement.elements
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            elements,
            title=f"{group.command} sorts {many(elements)}{of_key(group)} on the server",
            why="SORT copies and sorts the whole collection, and with BY or GET looks up a key for each element, "
            "before it applies LIMIT.",
            fix=Fix(
                "Keep the order in a sorted set and read pages with ZRANGE, or sort in the application",
                stall=f"{ms(group.max_us)} becomes a page read of well under 1 ms",
                work="Less: the order is kept as elements come, O(log N) each, instead of made anew each time.",
                sending="",
                instead=("ZADD key score member", "ZRANGE key 0 999"),
            ),
        )
