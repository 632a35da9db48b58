"""A pipeline opened or executed in the loop that fills it: a journey to the server for each element all the same."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.judging import CodeFacts, over_elements
from seawall.calls.wording import finding, shown
from seawall.model import Finding, Fix, Severity

CODE = "SW207"
NAME = "pipeline-for-each-element"


def check(facts: CodeFacts) -> Iterator[Finding]:
    """Each such pipeline once, at the first call in it. A transaction may have to be one of each element."""
    seen: set[tuple[str, int]] = set()
    for site in facts.each():
        around = site.around
        opened = around.opened or (site.path, site.line)
        if around.mode != "pipeline" or not around.looped or not over_elements(around) or opened in seen:
            continue
        seen.add(opened)
        over = shown(around.over)
        yield finding(
            CODE,
            NAME,
            Severity.LOW,
            site,
            title=f"The pipeline with {site.command.upper()} is sent once for each element of {over}",
            why="A pipeline saves the journeys of what it holds, and here it holds the calls of one element: 10,000 "
            "elements at 0.5 ms are still 5 s.",
            fix=Fix(
                "Open the pipeline around the loop, or around each slice of 1,000 elements, and execute it after it",
                stall="each call stays as short as it is",
                work="The server's work falls a little; what falls is the waiting, from one journey an element to one "
                "a slice.",
                sending="A pipeline of at most 1,000 calls, then the next: replies are held in memory until it ends.",
            ),
            more={"loop": shown(around.loop), "over": over},
        )
