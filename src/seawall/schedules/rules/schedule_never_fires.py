"""A schedule with an expression that fits no day at all."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import of_kind

CODE = "SW303"
NAME = "schedule-never-fires"
WHY = "It is accepted, and then nothing ever runs and nothing ever fails: no error tells of it."


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Expressions without any fire up to 2199."""
    return of_kind(CODE, NAME, Severity.HIGH, facts, "never-fires", why=WHY, fix="Write a day that exists")
