"""A slow-log threshold so high, or off, that the next layer of slow commands is never logged."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix, Severity
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.server import DEFAULT_THRESHOLD_US
from seawall.nodes.wording import about_server, ms

CODE = "SW130"
NAME = "threshold-hides-commands"
SETTING = "slowlog-log-slower-than"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """slowlog-log-slower-than of 10 ms and more, or off. Inferred from the entries where CONFIG is forbidden."""
    if not facts.is_live:
        return
    threshold, inferred = facts.server.threshold_us, False
    if threshold is None and facts.groups:
        threshold, inferred = min(e.us for g in facts.groups for e in g.entries), True
    if threshold is None or 0 <= threshold < DEFAULT_THRESHOLD_US:
        return
    if threshold < 0:
        title, level = "the slow log is off: nothing is ever logged", Severity.MEDIUM
    else:
        how = "by the shortest entry " if inferred else ""
        title, level = f"the slow log shows {how}nothing below {ms(threshold)}", Severity.LOW
    yield about_server(
        CODE,
        NAME,
        facts,
        level,
        kind="server",
        subject=SETTING,
        title=title,
        why="A read of 40,000 members takes 2 to 9 ms: below a threshold of 10 ms it is never seen, while a hundred "
        "of them a minute hold the "
        "server for most of a second. commandstats shows their total, but not their keys.",
        fix=Fix(
            f"Set {SETTING} 1000 (1 ms), and slowlog-max-len 1024 with it",
            stall="None: it makes stalls visible.",
            work="A microsecond for each entry logged.",
            instead=("CONFIG SET slowlog-log-slower-than 1000 (your decision; a parameter group on managed services)",),
        ),
        more={"threshold_us": threshold, "inferred": inferred},
    )
