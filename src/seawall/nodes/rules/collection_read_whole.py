"""A collection read whole, or in a range of thousands: SMEMBERS, HGETALL, LRANGE 0 -1, ZRANGE 0 -1, XRANGE - +, ..."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.group import Group
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.work import Elements, Work
from seawall.nodes.wording import APART, culprits, finding, many, of_key, sliced

CODE = "SW104"
NAME = "collection-read-whole"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Whole-collection reads and ranges of more than a slice."""
    for group, judgement in culprits(facts, Work.WHOLE, Work.RANGE):
        elements = judgement.elements
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            elements,
            title=f"{group.command} reads {many(elements)}{of_key(group)} in one call",
            why="The reply is built element by element while every other client waits; it grows with the collection, "
            "not with the need." + _if_gone(elements),
            fix=Fix(
                _summary(group),
                stall=sliced(group, elements),
                work=_work(group),
                sending=APART,
                instead=_instead(group),
            ),
        )


def _if_gone(elements: Elements) -> str:
    if elements.source != "gone":
        return ""
    return " The key is gone now: if it had expired by then, freeing it is part of that time."


def _summary(group: Group) -> str:
    if group.command == "SMEMBERS":
        return "Iterate with SSCAN COUNT 1000; drop the duplicates that a scan may give"
    if group.command.startswith("H"):
        return "Iterate with HSCAN COUNT 1000, or read the fields that are needed with HMGET"
    return "Read pages of 1,000"


def _work(group: Group) -> str:
    if group.command == "SMEMBERS":
        return (
            "The total rises (4.1 ms became 6.6 ms on Redis 7, 1.6 times): what shrinks is the stall. "
            "SSCAN gives no view of one moment."
        )
    if group.command.startswith("H"):
        return (
            "The total rises (5.2 ms became 11.5 ms on Redis 7, 2.2 times): what shrinks is the stall. "
            "HSCAN gives no view of one moment."
        )
    return "The total stays about the same; elements that move between pages may be seen twice or not at all."


def _instead(group: Group) -> tuple[str, ...]:
    if group.command == "SMEMBERS":
        return ("SSCAN key 0 COUNT 1000, and on with the cursor it returns",)
    if group.command.startswith("H"):
        return ("HSCAN key 0 COUNT 1000, and on with the cursor it returns",)
    if group.command.startswith("X"):
        return (f"{group.command} key start end COUNT 1000, and on from the last id",)
    if group.command == "LRANGE":
        return ("LRANGE key 0 999, then 1000 1999, ...",)
    words = (group.command, *group.worst.arguments.tokens)  # ZRANGE in all its forms: no server calls it deprecated
    reverse = " REV" if any("REV" in word for word in words) else ""
    kind = next((k for k in ("BYSCORE", "BYLEX") if any(k in word for word in words)), None)
    if kind:
        return (f"ZRANGE key min max {kind}{reverse} LIMIT 0 1000, and on from the last score or member",)
    return (f"ZRANGE key 0 999{reverse}, then 1000 1999, ...",)
