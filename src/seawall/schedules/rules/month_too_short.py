"""A day of the month that shorter months do not have."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import of_kind

CODE = "SW308"
NAME = "month-too-short"
WHY = "In a month without that day it does not run: of 12 months 7 have a day 31."


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Days 29, 30 and 31 where a month that is named has no such day."""
    return of_kind(CODE, NAME, Severity.LOW, facts, "short-month", why=WHY, fix="Write L for the last day")
