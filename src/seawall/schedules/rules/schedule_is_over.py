"""A schedule whose last time has passed."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import of_expression, shown

CODE = "SW304"
NAME = "schedule-is-over"


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Schedules without a fire after now: by their years, their date or their EndDate."""
    for expression in facts.expressions:
        fault = next((f for f in expression.faults if f.kind == "year-past"), None)
        schedule = expression.schedule
        if schedule is None or any(f.kind == "never-fires" for f in expression.faults):
            continue
        if fault is None and (schedule.end is None or schedule.next(facts.now) is not None):
            continue
        said = fault.message if fault else f"it ended on {schedule.end:%Y-%m-%d %H:%M}"
        yield of_expression(
            CODE,
            NAME,
            Severity.MEDIUM,
            expression,
            title=f"{shown(expression.scheduled.resource)}: {shown(expression.value.text)}: {said}",
            why="It stays in the template and looks as if something ran.",
            fix=fault.hint if fault else "Write a later EndDate, or remove the schedule",
            fault=fault,
            more={"now": facts.now.isoformat()},
        )
