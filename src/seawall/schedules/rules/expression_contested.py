"""An expression that programs and documents disagree on."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import of_kind

CODE = "SW302"
NAME = "expression-contested"
WHY = "What is accepted may not run as it reads: a library or another service takes it for something else."


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Every form that is contested, with the contest in its words."""
    return of_kind(
        CODE, NAME, Severity.MEDIUM, facts, "contested-", why=WHY, fix="Write it in a form that all agree on"
    )
