"""A call for each element of a loop, each with its own way to the server and back."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.judging import CodeFacts, over_elements
from seawall.calls.wording import finding, of_key, shown
from seawall.model import Finding, Fix, Severity

CODE = "SW208"
NAME = "call-for-each-element"
# Commands that wait or go on with a cursor: there nothing can be put together.
_WAIT = frozenset({"scan", "sscan", "hscan", "zscan", "blpop", "brpop", "brpoplpush", "blmove", "blmpop", "bzpopmin",
                   "bzpopmax", "bzmpop", "xread", "xreadgroup", "wait", "waitaof", "subscribe", "psubscribe",
                   "ssubscribe", "select", "ping"})  # fmt: skip


def check(facts: CodeFacts) -> Iterator[Finding]:
    """Calls by a plain client in a loop over something whose size the code does not say."""
    for site in facts.each():
        around = site.around
        if around.mode != "client" or site.command in _WAIT or not over_elements(around):
            continue
        command = site.command.upper()
        over = shown(around.over)
        yield finding(
            CODE,
            NAME,
            Severity.LOW,
            site,
            title=f"{command}{of_key(site)} is sent once for each element of {over}",
            why="Each call waits for the network there and back before the next begins: 10,000 elements at 0.5 ms are "
            "5 s, of which the server works for a few milliseconds.",
            fix=Fix(
                "Send slices of 1,000 in a pipeline, or use the form of the command that takes many",
                stall="each call stays as short as it is",
                work="The server's work falls a little; what falls is the waiting, from one journey an element to one "
                "a slice.",
                sending="A pipeline of at most 1,000 calls, then the next: replies are held in memory until it ends.",
            ),
            more={"loop": shown(around.loop), "over": over},
        )
