"""A number of a weekday that means another day than in a crontab."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import of_kind

CODE = "SW306"
NAME = "weekday-shifted"
WHY = "AWS counts from 1 for Sunday, a crontab from 0: what is carried over moves by a day without an error."


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Weekdays that are right and hardly ever meant."""
    return of_kind(CODE, NAME, Severity.MEDIUM, facts, "weekday-shift", why=WHY, fix="Write the names of the days")
