"""A radius search whose radius leaves nobody out: a listing, with a distance computed for each member."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.work import LISTING_M, Work, radius_m
from seawall.nodes.wording import APART, culprits, finding, many, of_key, sliced

CODE = "SW101"
NAME = "radius-covers-the-earth"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Every radius search of a radius that no service area has."""
    for group, judgement in culprits(facts, Work.RADIUS):
        metres = radius_m(group.worst)
        if metres is None or metres < LISTING_M:
            continue
        elements = judgement.elements
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            elements,
            title=f"{group.command} with a radius of {metres / 1000:,.0f} km lists "
            f"{many(elements, 'members')}{of_key(group)}",
            why="Nobody is outside such a radius. The server decodes, measures and copies every member, in one "
            "stall, to answer what is a listing.",
            fix=Fix(
                "Read the members in pages with ZRANGE, and the positions with GEOPOS, 1,000 members a call",
                stall=sliced(group, elements),
                work="The total stays about the same (24 ms for 28 ms measured on Redis 7): positions still cost "
                "what they cost.",
                sending=APART,
                instead=(
                    "ZRANGE key 0 999, then 1000 1999, ...",
                    "GEOPOS key member ... (1,000 a call; a member gone since is nil: skip it)",
                ),
            ),
            more={"radius_km": round(metres / 1000)},
        )
