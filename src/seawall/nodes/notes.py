"""What a scan says besides its findings: where a server makes well-known advice pointless, and is silent for it."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.rules import flush_without_async, free_blocks_the_server


def notes(facts: NodeFacts) -> Iterator[str]:
    """A line for each command of this node's traffic that the server frees lazily by itself. Pasted logs have none."""
    sent = {group.command for group in facts.groups} | {stat.command for stat in facts.server.stats}
    lazy = facts.server.frees_lazily
    if "DEL" in sent and lazy(free_blocks_the_server.SETTING):
        yield f"{facts.node}: DEL is freed lazily here ({free_blocks_the_server.SETTING}): UNLINK would change nothing"
    for command in sorted({"FLUSHALL", "FLUSHDB"} & sent):
        if lazy(flush_without_async.SETTING):
            yield f"{facts.node}: {command} is lazy here ({flush_without_async.SETTING}): ASYNC would change nothing"
