"""KEYS in code: a walk of the whole keyspace for each call, whatever its pattern."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.judging import CodeFacts
from seawall.calls.wording import APART, finding, shown
from seawall.model import Finding, Fix, Severity

CODE = "SW201"
NAME = "keys-asked-by-pattern"


def check(facts: CodeFacts) -> Iterator[Finding]:
    """Every KEYS."""
    for site in facts.each("keys"):
        yield finding(
            CODE,
            NAME,
            Severity.HIGH,
            site,
            title=f"KEYS walks every key of the database for {shown(site.key_pattern or '*')}",
            why="KEYS compares every key of the database with its pattern, however few match, and nothing else runs "
            "until it is done: 675 ms for a million keys, measured on Redis 7.",
            fix=Fix(
                "Iterate with SCAN MATCH pattern COUNT 1000, or keep the names in a set of their own",
                stall="675 ms becomes about 5 ms a call, for a million keys",
                work="The total stays about the same or rises a little with SCAN; a set of names needs no walk at all.",
                sending=APART,
                instead=("SCAN 0 MATCH pattern COUNT 1000, and on with the cursor it returns",),
            ),
        )
