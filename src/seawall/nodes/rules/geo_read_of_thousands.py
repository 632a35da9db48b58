"""A geo read of thousands of members in one call: GEOPOS of all, or a radius that is wide rather than absurd."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.work import LISTING_M, SLICE, Work, radius_m, work_of
from seawall.nodes.wording import APART, finding, many, of_key, sliced

CODE = "SW102"
NAME = "geo-read-of-thousands"


def check(facts: NodeFacts) -> Iterator[Finding]:
    """GEOPOS and GEOHASH of more than a slice; radius searches of a possible radius that took long."""
    for group in facts.groups:
        named = group.command in ("GEOPOS", "GEOHASH")
        searched = work_of(group.worst) is Work.RADIUS and (radius_m(group.worst) or 0) < LISTING_M
        judgement = facts.judge(group)
        if not judgement.explained or not (named or searched):
            continue
        elements = judgement.elements
        summary = f"Ask for {SLICE:,} members a call" if named else "Search a smaller radius, or take COUNT n ANY"
        yield finding(
            CODE,
            NAME,
            facts,
            group,
            elements,
            title=f"{group.command} touches {many(elements, 'members')}{of_key(group)} in one call",
            why="Each member costs a look-up, a decoding and a copy, and the server does nothing else until the last "
            "one.",
            fix=Fix(
                summary,
                stall=sliced(group, elements),
                work="The total stays about the same in slices (18 ms for 35 ms measured on Redis 7); a smaller "
                "search does less.",
                sending=APART,
                instead=("GEOPOS key member ... (1,000 a call)",)
                if named
                else ("GEOSEARCH key FROMLONLAT lon lat BYRADIUS 5 km COUNT 100 ANY",),
            ),
        )
