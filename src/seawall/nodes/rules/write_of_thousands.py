"""Thousands of arguments in one write: SADD, HSET, ZADD, RPUSH, MSET, DEL of many keys, ..."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.command import CommandSpec
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.work import Work
from seawall.nodes.wording import APART, culprits, finding, many, of_key, sliced

CODE = "SW109"
NAME = "write-of-thousands"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Writes that name more than a slice of elements or keys."""
    for group, judgement in culprits(facts, Work.NAMED):
        if group.spec is None or not group.spec.writes:
            continue
        elements = judgement.elements
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            elements,
            title=f"{group.command} {_verb(group.spec)} {many(elements)}{of_key(group)} in one call",
            why="The command is parsed, applied, replicated and written to the log as one piece, and no other client "
            "is served meanwhile.",
            fix=Fix(
                "Write slices of 1,000",
                stall=sliced(group, elements),
                work="The total stays about the same (7.9 ms for 10.5 ms measured on Redis 7, 40,000 members).",
                sending=f"{APART} If readers must never see half of it, write to a new key in slices and RENAME it.",
                instead=(f"{group.command} key ... (1,000 a call)",),
            ),
        )


def _verb(spec: CommandSpec) -> str:
    return "removes" if spec.removes() else "writes"
