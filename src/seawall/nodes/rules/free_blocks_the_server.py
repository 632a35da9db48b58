"""A large value freed in the foreground by DEL. Silent where the server frees lazily: UNLINK changes nothing there."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.group import Group
from seawall.nodes.facts.node import FLOOR_US, NodeFacts
from seawall.nodes.facts.work import SLICE, Elements
from seawall.nodes.wording import finding, ms, of_key

CODE = "SW107"
NAME = "free-blocks-the-server"
SETTING = "lazyfree-lazy-user-del"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Removals of few keys that took long, where the server frees in the foreground."""
    if facts.server.frees_lazily(SETTING):
        return
    for group in facts.groups:
        if not is_removal(group) or group.max_us < FLOOR_US:
            continue
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            Elements(None, "gone"),
            title=f"{group.command}{of_key(group)} frees a large value while everybody waits",
            why="DEL of a collection frees its elements one by one on the main thread. How many there were is gone "
            "with the key.",
            fix=Fix(
                f"Use UNLINK, or set {SETTING} yes on the server (one line, no edits)",
                stall=f"{ms(group.max_us)} becomes about 0.01 ms: a thread frees the value in the background",
                work="The main thread's work almost vanishes; the background thread does it instead.",
                instead=("UNLINK key", f"CONFIG SET {SETTING} yes (your decision: seawall never sets anything)"),
            ),
            more={SETTING: facts.server.config.get(SETTING, "not readable")},
        )


def is_removal(group: Group) -> bool:
    """A command that removes keys whole in the foreground, named few keys (many keys are another fault)."""
    spec = group.spec
    return spec is not None and spec.removes() and group.command != "UNLINK" and group.worst.arguments.items <= SLICE
