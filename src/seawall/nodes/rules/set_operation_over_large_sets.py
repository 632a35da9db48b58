"""A union, intersection or difference of large sets in one call."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.work import Work
from seawall.nodes.wording import culprits, finding, many, ms, of_key

CODE = "SW111"
NAME = "set-operation-over-large-sets"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Set operations whose operands have more than a slice of elements together."""
    for group, judgement in culprits(facts, Work.SETS):
        elements = judgement.elements
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            elements,
            title=f"{group.command} works through {many(elements)}{of_key(group)} in one call",
            why="A set operation cannot be paged: it reads its operands to the end, and a STORE form builds the "
            "result as well.",
            fix=Fix(
                "Keep the result up to date as members come and go, or run it on a replica",
                stall=f"{ms(group.max_us)} goes from the primary's main thread altogether",
                work="Less: one membership change a write instead of all members a read.",
                sending="Where only a count or a test is needed: SINTERCARD ... LIMIT n, SMISMEMBER in slices of "
                "1,000.",
                instead=("SADD / SREM of the result where the operands change", "SINTERCARD numkeys key ... LIMIT n"),
            ),
        )
