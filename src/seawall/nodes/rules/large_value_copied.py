"""A command that copies megabytes: a read of a large value, or a write that brings one."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.group import Entry, Group
from seawall.nodes.facts.node import FLOOR_US, STALL_US, NodeFacts
from seawall.nodes.facts.work import Work, work_of
from seawall.nodes.wording import finding, of_key

CODE = "SW115"
NAME = "large-value-copied"
LARGE_BYTES = 1 << 20  # copying a megabyte takes about 0.2 ms; the network takes far longer
_READS_ALL = frozenset({"GET", "GETDEL", "GETEX", "GETSET", "DUMP", "MGET", "BITCOUNT"})
_READS_PART = frozenset({"GETRANGE", "SUBSTR"})


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Slow commands that copy at least a megabyte, and whose number of elements explains nothing."""
    for group in facts.groups:
        size = copied_bytes(facts, group)
        if size < LARGE_BYTES:
            continue
        read = group.worst.bytes < LARGE_BYTES
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            facts.elements(group),
            title=f"{group.command}{of_key(group)} copies a value of {size / (1 << 20):,.1f} MB",
            why="The value is copied on the main thread, and "
            + ("a reply" if read else "a request")
            + " of this size keeps memory and the network busy as well.",
            fix=Fix(
                "Keep large values in an object store with their address here, compress them, or split them into "
                "fields that are read alone",
                stall="It shrinks with the bytes that one call copies.",
                work="Less: what is not asked for is not copied.",
                instead=("HGET key field", "GETRANGE key 0 65535"),
            ),
            more={"bytes": size},
        )


def copied_bytes(facts: NodeFacts, group: Group) -> int:
    """The most bytes that one call of this slow group copies; 0 where its elements explain it, or nothing is known."""
    judgement = facts.judge(group)
    if group.max_us < FLOOR_US or (judgement.explained and judgement.elements.exact):
        return 0
    return max(_bytes(facts, entry) for entry in group.entries)


def _bytes(facts: NodeFacts, entry: Entry) -> int:
    writes = entry.spec is not None and entry.spec.writes
    written = entry.bytes if writes and entry.us >= STALL_US else 0
    held = sum(size.bytes or 0 for use in entry.keys if (size := facts.keyspace.sizes.get(use.key)) is not None)
    if entry.command in _READS_PART:
        start, end = entry.arguments.whole("start"), entry.arguments.whole("end")
        span = end - start + 1 if start is not None and end is not None and (start < 0) == (end < 0) else held
        return min(max(span, 0), held)
    whole = work_of(entry) in (Work.WHOLE, Work.RANGE) or entry.command in _READS_ALL
    return max(written, held if whole else 0)
