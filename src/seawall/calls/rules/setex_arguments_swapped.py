"""SETEX with the value where its seconds belong, and the seconds where its value does."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.facts.sites import Argument
from seawall.calls.judging import CodeFacts, positional
from seawall.calls.wording import finding, of_key
from seawall.model import Finding, Fix, Severity

CODE = "SW209"
NAME = "setex-arguments-swapped"


def check(facts: CodeFacts) -> Iterator[Finding]:
    """SETEX and PSETEX whose time is certainly no number, and whose value is one."""
    for site in facts.each("setex", "psetex"):
        given = positional(site)
        if len(given) != 3 or not _no_number(given[1]) or given[2].number is None:
            continue
        command = site.command.upper()
        unit = "seconds" if site.command == "setex" else "milliseconds"
        yield finding(
            CODE,
            NAME,
            Severity.HIGH,
            site,
            title=f"{command}{of_key(site)} has its value where the {unit} belong",
            why=f"The order is key, {unit}, value. The server answers that the time is not an integer, so nothing is "
            "stored, and whoever reads the key finds nothing.",
            fix=Fix(
                f"Swap the two: key, {unit}, value",
                stall="none",
                work="none: a call that failed now stores its value.",
                instead=(f"SET key value {'EX' if site.command == 'setex' else 'PX'} {given[2].number:.0f}",),
            ),
            more={"time": given[2].number},
        )


def _no_number(argument: Argument) -> bool:
    """A collection, or a text with a letter or sign in it that no number has."""
    if argument.number is not None or argument.spread:
        return False
    known = (argument.text or "").replace("*", "").strip()
    return argument.many or any(not (c.isdigit() or c in "+-._") for c in known)
