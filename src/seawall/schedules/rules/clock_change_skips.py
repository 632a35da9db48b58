"""A time of day that does not exist on the day when the clocks go forward."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import of_kind

CODE = "SW307"
NAME = "clock-change-skips"
WHY = "EventBridge Scheduler skips a time that does not exist: once a year the job does not run."


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Schedules with a zone of their own that skip a fire at the next change of the clocks."""
    return of_kind(
        CODE, NAME, Severity.MEDIUM, facts, "dst-skipped", why=WHY, fix="Write a time that exists on every day"
    )
