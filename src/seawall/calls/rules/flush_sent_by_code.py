"""FLUSHALL or FLUSHDB in code: one line that empties the database of everybody."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.judging import CodeFacts, says
from seawall.calls.wording import finding
from seawall.model import Finding, Fix, Severity

CODE = "SW202"
NAME = "flush-sent-by-code"


def check(facts: CodeFacts) -> Iterator[Finding]:
    """Every flush; with ASYNC it stalls nobody, and is one step less."""
    for site in facts.each("flushall", "flushdb"):
        lazily = says(site, "async", "asynchronous")
        command = site.command.upper()
        what = "every database of the server" if site.command == "flushall" else "the whole database"
        yield finding(
            CODE,
            NAME,
            Severity.MEDIUM if lazily else Severity.HIGH,
            site,
            title=f"{command} empties {what}",
            why="It takes every key of every team that shares the server, jobs in queues included."
            + ("" if lazily else " Without ASYNC all of them are freed before the next command runs."),
            fix=Fix(
                "Delete the keys that are meant with SCAN and UNLINK, and take FLUSHALL and FLUSHDB from the "
                "application's user by ACL",
                stall="none with ASYNC"
                if lazily
                else "the time to free the whole keyspace becomes one short stall a slice",
                work="The walk costs what the keyspace holds; nothing that others need is lost.",
                instead=("SCAN 0 MATCH prefix:* COUNT 1000, then UNLINK what it returns",),
            ),
            more={"async": lazily},
        )
