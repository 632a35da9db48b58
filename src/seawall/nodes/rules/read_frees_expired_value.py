"""A cheap read that took long because the key had expired, and the first to touch it had to free it."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.group import Group
from seawall.nodes.facts.node import FLOOR_US, STALL_US, NodeFacts
from seawall.nodes.facts.work import Elements, Work, work_of
from seawall.nodes.wording import finding, ms, of_key

CODE = "SW108"
NAME = "read-frees-expired-value"
SETTING = "lazyfree-lazy-expire"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """O(1) reads of keys that are gone now, on a server that frees expired values in the foreground."""
    for group in facts.groups:
        if not frees_expired(facts, group):
            continue
        seen = any(e.name == "expire-del" for e in facts.server.latency)
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            Elements(None, "gone"),
            title=f"{group.command}{of_key(group)} took {ms(group.max_us)}: it met an expired large value and had to "
            "free it",
            why=f"{group.command} is O(1), the key is gone now, the server has expired keys and frees them in the "
            f"foreground ({SETTING} "
            f"{facts.server.config.get(SETTING, 'no by default')}): the first command to touch such a key pays for it"
            + (", and LATENCY has recorded expire-del." if seen else "."),
            fix=Fix(
                f"Set {SETTING} yes, or UNLINK the value when it is no longer needed instead of waiting for its expiry",
                stall=f"{ms(group.max_us)} becomes about 0.01 ms: a thread frees the value in the background",
                work="The main thread's work almost vanishes; the background thread does it instead.",
                instead=(f"CONFIG SET {SETTING} yes (your decision: seawall never sets anything)", "UNLINK key"),
            ),
            more={
                SETTING: facts.server.config.get(SETTING, "not readable"),
                "expired_keys": facts.server.number("expired_keys"),
            },
        )


def frees_expired(facts: NodeFacts, group: Group) -> bool:
    """Whether all that is known fits an expired value freed by a read.

    Below 10 ms the host must show no other reason: page faults, steal and swap stretch a cheap command that far.
    """
    entry, spec = group.worst, group.spec
    if spec is None or spec.writes or work_of(entry) is not Work.CONSTANT or group.max_us < FLOOR_US:
        return False
    sizes = [facts.keyspace.sizes.get(use.key) for use in entry.keys]
    if len(sizes) != 1 or sizes[0] is None or not sizes[0].gone:
        return False
    if facts.server.frees_lazily(SETTING) is not False or not facts.server.number("expired_keys"):
        return False
    return group.max_us >= STALL_US or not facts.host.evidence(entry)
