"""A script or function that runs long: nothing else runs until it returns, however small its commands are."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix, Json
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.work import UNKNOWN, Work, work_of
from seawall.nodes.wording import finding, ms, of_key

CODE = "SW113"
NAME = "script-holds-the-server"
LONG_US = 5_000  # a script is one command to all others; below this it stalls them no more than a slice does


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Scripts longer than 5 ms. What they sent is shown inside them and counted once."""
    for group in facts.groups:
        if work_of(group.worst) is not Work.SCRIPT or group.max_us < LONG_US:
            continue
        inside: list[Json] = [
            {
                "command": i.command,
                "key_pattern": i.key_pattern,
                "times": i.times,
                "max_us": i.max_us,
                "total_us": i.total_us,
            }
            for i in group.inside
        ]
        most = group.inside[0] if group.inside else None
        share = (
            f" Most of it, as far as the log shows: {most.times} x {most.command}, {ms(most.total_us)} together."
            if most
            else ""
        )
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            UNKNOWN,
            title=f"{group.command}{of_key(group)} holds the server for {ms(group.max_us)}",
            why=f"A script is one command to everybody else: its loops and all its calls run in one stall.{share}",
            fix=Fix(
                "Take the loop out of the script: let it do one bounded step (1,000 elements) a call",
                stall=f"{ms(group.max_us)} becomes one short stall for each step",
                work="The total rises by one round trip a step.",
                sending="Call it again for the next step; a loop inside one script, or many scripts in one MULTI, "
                "change nothing.",
                instead=("EVALSHA sha 1 key cursor, and on with the cursor it returns",),
            ),
            more={"inside": inside, **({"counted_apart_us": group.apart_us} if group.apart_us else {})},
        )
