"""A command in the slow log that the server at hand calls deprecated; servers differ, so it is asked."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.keyspace import printable
from seawall.model import Finding, Fix, Severity
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.wording import finding, of_key

CODE = "SW103"
NAME = "command-deprecated-here"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Groups whose command has the `deprecated` flag in this server's COMMAND DOCS."""
    for group in facts.groups:
        spec = group.spec
        if spec is None or not spec.deprecated:
            continue
        judgement = facts.judge(group)
        instead = printable(spec.replaced_by) or "its documented successor"
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            judgement.elements,
            title=f"{group.command}{of_key(group)} is deprecated on this server ({facts.server.title})",
            why=f"The server's own documentation says so, and to use {instead}. Other servers differ: Valkey 9 "
            "deprecates almost nothing.",
            fix=Fix(
                f"Use {instead}",
                stall="None by itself: the successor touches as many elements.",
                work="None by itself.",
            ),
            verdict=judgement.verdict,
            level=Severity.LOW,
        )
