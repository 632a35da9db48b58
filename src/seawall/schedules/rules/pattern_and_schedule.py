"""A rule that runs by a schedule and by events."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import finding, shown

CODE = "SW318"
NAME = "pattern-and-schedule"


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Rules with an event pattern beside their expression."""
    for one in (scheduled for template in facts.templates for scheduled in template.scheduled if scheduled.pattern):
        yield finding(
            CODE,
            NAME,
            Severity.LOW,
            path=one.path,
            place=(one.line, one.column),
            resource=one.resource,
            part=one.part,
            title=f"{shown(one.resource)} has an event pattern and a schedule: its targets run by either",
            why="It is allowed. Who reads the schedule expects its times only, and its metrics count both.",
            fix="Write a rule for each",
        )
