"""What the team has accepted: `[[accept]]` of seawall.toml takes a finding off the list until its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from seawall.config import Accept, Estate
from seawall.keyspace import printable
from seawall.model import Finding


def accept(findings: Sequence[Finding], accepted: Sequence[Accept], today: date) -> tuple[list[Finding], list[Finding]]:
    """The findings that are open, and those that somebody accepted for today."""
    still = [a for a in accepted if a.until >= today]
    open_: list[Finding] = []
    closed: list[Finding] = []
    for finding in findings:
        (closed if any(_covers(a, finding) for a in still) else open_).append(finding)
    return open_, closed


def _covers(accept: Accept, finding: Finding) -> bool:
    if accept.rule not in (finding.rule, finding.name):
        return False
    fields = finding.where.as_json()
    return all(fields.get(name) == value for name, value in accept.where.items())


def expired(estate: Estate, today: date) -> list[str]:
    """What to say of acceptances that have ended."""
    return [
        f"the acceptance of {printable(a.rule)} by {printable(a.owner)} ended on {a.until}: its findings count again"
        for a in estate.accepted
        if a.until < today
    ]
