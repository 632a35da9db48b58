"""A cheap command that took long: the host stretched it, or what it met is no longer to be seen."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix, Json, Severity, Verdict
from seawall.nodes.facts.group import Group
from seawall.nodes.facts.node import STALL_US, NodeFacts
from seawall.nodes.facts.work import Work, work_of
from seawall.nodes.rules.free_blocks_the_server import is_removal
from seawall.nodes.rules.large_value_copied import LARGE_BYTES, copied_bytes
from seawall.nodes.rules.read_frees_expired_value import frees_expired
from seawall.nodes.rules.slow_for_its_size import grows
from seawall.nodes.wording import finding, ms, of_key

CODE = "SW116"
NAME = "cheap-command-stretched"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Entries of 10 ms and more whose own work is at most a slice: victims with evidence of the host, else unknown."""
    for group in facts.groups:
        if not is_stretched(facts, group):
            continue
        seen = facts.host.evidence(group.worst)
        verdict = Verdict.VICTIM if seen else Verdict.UNKNOWN
        elements = facts.judge(group).elements
        because = f"Seen on the host: {'; '.join(seen)}." if seen else _unseen(facts)
        host: list[Json] = list(seen)
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            elements,
            title=f"{group.command}{of_key(group)} took {ms(group.max_us)}, which its own work does not explain",
            why=f"{group.command} touches few elements, so its code is not the cause; commands that merely wait are "
            f"never logged. {because}",
            fix=Fix(
                "Look at the host, not at the code: CPU steal, swap, transparent huge pages, and forks for RDB or "
                "AOF at that second",
                stall="Depends on the host.",
                work="None: the command itself is cheap.",
                instead=("INFO persistence, LATENCY LATEST (latency-monitor-threshold 10), vmstat 1 on the host",),
            ),
            verdict=verdict,
            level=Severity.LOW if seen else Severity.INFO,
            more={"host": host},
        )


def is_stretched(facts: NodeFacts, group: Group) -> bool:
    """Whether the group took 10 ms or more for work that no rule calls heavy."""
    if group.max_us < STALL_US or facts.judge(group).explained or frees_expired(facts, group):
        return False
    if copied_bytes(facts, group) >= LARGE_BYTES or grows(facts, group):
        return False
    if is_removal(group) and not facts.server.frees_lazily("lazyfree-lazy-user-del"):
        return False
    return work_of(group.worst) not in (Work.SCRIPT, Work.FLUSH, Work.KEYSPACE)


def _unseen(facts: NodeFacts) -> str:
    if not facts.is_live:
        return (
            "In a pasted log neither the value's size nor the host can be seen: it copied a large value, "
            "or the host stalled and it is a victim."
        )
    return (
        "No fork, swap or steal was seen: the key may have been larger then, may have replaced a large value, "
        "or the host stalled unseen."
    )
