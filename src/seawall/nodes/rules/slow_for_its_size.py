"""Any other command whose cost grows with what it works on, by the server's own words, and that took 10 ms or more."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.keyspace import printable
from seawall.model import Finding, Fix
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.work import Work
from seawall.nodes.rules.free_blocks_the_server import is_removal
from seawall.nodes.rules.large_value_copied import copied
from seawall.nodes.wording import culprits, finding, many, of_key, sliced

CODE = "SW117"
NAME = "slow-for-its-size"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Commands that no other rule knows, judged by the complexity that the server documents."""
    for group, judgement in culprits(facts, Work.OTHER):
        if copied(facts, group) or is_removal(group):
            continue
        elements = judgement.elements
        complexity = (
            printable(group.spec.complexity)
            if group.spec and group.spec.complexity
            else "not documented by this server"
        )
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            elements,
            title=f"{group.command}{of_key(group)} works through {many(elements)} in one call",
            why=f"Its complexity by the server's documentation: {complexity}",
            fix=Fix(
                "Bound what one call touches: a COUNT or LIMIT, a smaller range, or a smaller key",
                stall=sliced(group, elements),
                work="Depends on the command.",
            ),
        )
