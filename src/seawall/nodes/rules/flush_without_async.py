"""FLUSHALL or FLUSHDB in the foreground. Silent where the server flushes lazily by itself."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix, Severity, Verdict
from seawall.nodes.facts.node import FLOOR_US, NodeFacts
from seawall.nodes.facts.work import Elements, Work, work_of
from seawall.nodes.wording import finding, ms

CODE = "SW114"
NAME = "flush-without-async"
SETTING = "lazyfree-lazy-user-flush"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Flushes without ASYNC that took long, where the server does not make them lazy by itself."""
    lazily = facts.server.frees_lazily(SETTING)
    alone = only_its_client_waits(facts)
    for group in facts.groups:
        tokens = group.worst.arguments.tokens
        if work_of(group.worst) is not Work.FLUSH or group.max_us < FLOOR_US or "ASYNC" in tokens:
            continue
        if lazily and "SYNC" not in tokens:
            continue
        who = "its client waits" if alone else "everybody waits"
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            Elements(None, "gone"),
            title=f"{group.command} without ASYNC frees the whole keyspace while {who}",
            why="Redis 8 frees the keyspace in the background and lets only the client wait that asked; inside a MULTI "
            "or a script everybody waits, and the log does not tell them apart."
            if alone
            else "Every key and every value is freed one by one on the main thread before the next command runs.",
            fix=Fix(
                f"Use {group.command} ASYNC, or set {SETTING} yes",
                stall=f"{ms(group.max_us)} becomes about 0.01 ms",
                work="The main thread's work almost vanishes; the background thread does it instead.",
                instead=(f"{group.command} ASYNC",),
            ),
            verdict=Verdict.UNKNOWN if alone else Verdict.CULPRIT,
            level=Severity.LOW if alone else None,
        )


def only_its_client_waits(facts: NodeFacts) -> bool:
    """Redis 8 (redis PR 13167): measured on 8.2, a FLUSHALL of 598 ms kept others waiting for 7 ms at most."""
    return facts.server.product == "Redis" and facts.server.version >= (8,)
