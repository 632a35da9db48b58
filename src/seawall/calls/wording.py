"""How a rule of this room says what it found: one subject, one evidence and one scale for all of them. Pure."""

from __future__ import annotations

from seawall.calls.facts.sites import Site
from seawall.calls.judging import lowered
from seawall.keyspace import printable
from seawall.model import Finding, Fix, Json, Severity, Where

LONGEST = 200  # characters of a name that are shown; code may hold a line of a million
APART = (
    "Send the slices one after the other, each on its own: not in one MULTI and not in one script, "
    "which hold the server for all of them."
)


def shown(text: str) -> str:
    """The text safe to print, not longer than LONGEST."""
    return printable(text[:LONGEST]) + ("..." if len(text) > LONGEST else "")


def of_key(site: Site) -> str:
    """` of KEY` for a title; empty where the key is not known."""
    return f" of {shown(site.key_pattern)}" if site.key_pattern and site.key_pattern.strip("*") else ""


def finding(
    code: str,
    name: str,
    severity: Severity,
    site: Site,
    *,
    title: str,
    why: str,
    fix: Fix,
    bounded: str = "",
    more: dict[str, Json] | None = None,
) -> Finding:
    """A finding about a call site. A client that is known by its name alone lowers the severity by one.

    bounded: what keeps the work small, in words; the severity is already that of the bounded call.
    """
    by_name = site.confidence == "name"
    evidence: dict[str, Json] = {
        "method": shown(site.method),
        "receiver": shown(site.receiver),
        "confidence": site.confidence,
        "through": shown(site.through) if site.through else None,
        **(more or {}),
    }
    if evidence["through"] is None:
        del evidence["through"]
    if bounded:
        evidence["bounded_by"] = shown(bounded)
    if by_name:
        why += " That it is Redis is told by its name alone."
    return Finding(
        rule=code,
        name=name,
        severity=lowered(severity) if by_name else severity,
        title=title,
        where=place(site),
        evidence=evidence,
        why=why,
        fix=fix,
    )


def place(site: Site) -> Where:
    """The subject of a finding about a site; its id leaves line and column out."""
    return Where(
        "code",
        {
            "path": shown(site.path),
            "line": site.line,
            "column": site.column,
            "symbol": shown(site.around.symbol) or None,
            "command": site.command.upper(),
            "key_pattern": shown(site.key_pattern) if site.key_pattern is not None else None,
        },
    )
