"""A read that copies megabytes: a large string, or a small collection of large values."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.group import Group
from seawall.nodes.facts.node import FLOOR_US, NodeFacts
from seawall.nodes.facts.work import Size, Work, work_of
from seawall.nodes.wording import finding, of_key

CODE = "SW115"
NAME = "large-value-copied"
LARGE_BYTES = 1 << 20  # copying a megabyte into a reply takes about 0.2 ms; the network takes far longer


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Slow reads of keys of at least a megabyte whose number of elements explains nothing."""
    for group in facts.groups:
        size = copied(facts, group)
        if size is None or size.bytes is None:
            continue
        judgement = facts.judge(group)
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            judgement.elements,
            title=f"{group.command}{of_key(group)} copies a value of {size.bytes / (1 << 20):,.1f} MB",
            why="The value is copied into the reply on the main thread, and a reply of this size keeps memory and "
            "the network busy after that.",
            fix=Fix(
                "Keep large values in an object store with their address here, compress them, or split them into "
                "fields that are read alone",
                stall="It shrinks with the bytes that one call copies.",
                work="Less: what is not asked for is not copied.",
                instead=("HGET key field", "GETRANGE key 0 65535"),
            ),
            more={"bytes": size.bytes, "type": size.type, "encoding": size.encoding},
        )


def copied(facts: NodeFacts, group: Group) -> Size | None:
    """The large value that a read of this group copies, None where there is none."""
    spec = group.spec
    if spec is None or spec.writes or group.max_us < FLOOR_US or facts.judge(group).explained:
        return None
    whole = work_of(group.worst) in (Work.WHOLE, Work.RANGE) or group.command in (
        "GET",
        "GETRANGE",
        "SUBSTR",
        "MGET",
        "DUMP",
    )
    large = [s for s in facts.sizes(group) if (s.bytes or 0) >= LARGE_BYTES] if whole else []
    return max(large, key=lambda s: s.bytes or 0, default=None)
