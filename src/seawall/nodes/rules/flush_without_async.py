"""FLUSHALL or FLUSHDB in the foreground. Silent where the server flushes lazily by itself."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.node import FLOOR_US, NodeFacts
from seawall.nodes.facts.work import Elements, Work, work_of
from seawall.nodes.wording import finding, ms

CODE = "SW114"
NAME = "flush-without-async"
SETTING = "lazyfree-lazy-user-flush"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Flushes without ASYNC that took long, where the server does not make them lazy by itself."""
    lazily = facts.server.frees_lazily(SETTING)
    for group in facts.groups:
        tokens = group.worst.arguments.tokens
        if work_of(group.worst) is not Work.FLUSH or group.max_us < FLOOR_US or "ASYNC" in tokens:
            continue
        if lazily and "SYNC" not in tokens:
            continue
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            Elements(None, "gone"),
            title=f"{group.command} without ASYNC frees the whole keyspace while everybody waits",
            why="Every key and every value is freed one by one on the main thread before the next command runs.",
            fix=Fix(
                f"Use {group.command} ASYNC, or set {SETTING} yes",
                stall=f"{ms(group.max_us)} becomes about 0.01 ms",
                work="The main thread's work almost vanishes; the background thread does it instead.",
                instead=(f"{group.command} ASYNC",),
            ),
        )
