"""Any other command whose cost grows with what it works on, by the server's own words."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.keyspace import printable
from seawall.model import Finding, Fix, Verdict
from seawall.nodes.facts.group import Group
from seawall.nodes.facts.node import STALL_US, NodeFacts
from seawall.nodes.facts.work import UNKNOWN, Elements, Work, work_of
from seawall.nodes.rules.free_blocks_the_server import is_removal
from seawall.nodes.rules.large_value_copied import LARGE_BYTES, copied_bytes
from seawall.nodes.wording import finding, many, ms, of_key, sliced

CODE = "SW117"
NAME = "slow-for-its-size"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Commands that no other rule knows, judged by the complexity that the server documents."""
    for group in facts.groups:
        if not grows(facts, group):
            continue
        counted = _counts_elements(facts, group)
        elements = facts.judge(group).elements if counted else UNKNOWN
        spec = group.spec
        complexity = printable(spec.complexity) if spec and spec.complexity else "not documented by this server"
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            elements,
            title=_title(group, elements),
            why=f"Its complexity by the server's documentation: {complexity}",
            fix=Fix(
                "Bound what one call touches: a COUNT or LIMIT, a smaller range, or a smaller key"
                if group.worst.keys
                else "Send it when nobody waits, to a replica, or less often",
                stall=sliced(group, elements) if elements.count else f"{ms(group.max_us)}, as long as it is sent",
                work="Depends on the command.",
            ),
            verdict=Verdict.CULPRIT if counted or _is_administration(group) else Verdict.UNKNOWN,
        )


def grows(facts: NodeFacts, group: Group) -> bool:
    """Whether work that grows explains the group, and no rule knows better why. What has no count must take 10 ms."""
    if work_of(group.worst) is not Work.OTHER or is_removal(group) or copied_bytes(facts, group) >= LARGE_BYTES:
        return False
    if _counts_elements(facts, group):
        return facts.judge(group).explained
    return group.max_us >= STALL_US


def _counts_elements(facts: NodeFacts, group: Group) -> bool:
    """Whether elements are what its work is counted in: it names keys, and they are not known to be strings."""
    sizes = list(facts.sizes(group))
    return any(e.keys for e in group.entries) and not (sizes and all(s.type == "string" for s in sizes))


def _is_administration(group: Group) -> bool:
    """SAVE, DEBUG and the like, by the server's own categories: they hold it by what they do, not by what they read."""
    spec = group.spec
    return spec is not None and bool({"@admin", "@dangerous", "admin", "dangerous"} & (spec.categories | spec.flags))


def _title(group: Group, elements: Elements) -> str:
    if elements.count is None:
        return f"{group.command}{of_key(group)} took {ms(group.max_us)}, and its cost grows with what it works on"
    return f"{group.command}{of_key(group)} works through {many(elements)} in one call"
