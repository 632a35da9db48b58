"""A schedule that starts nothing."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import finding, shown

CODE = "SW319"
NAME = "schedule-without-target"


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Rules without targets, and schedules without a target."""
    for one in (scheduled for template in facts.templates for scheduled in template.scheduled if not scheduled.targets):
        yield finding(
            CODE,
            NAME,
            Severity.MEDIUM,
            path=one.path,
            place=(one.line, one.column),
            resource=one.resource,
            part=one.part,
            title=f"{shown(one.resource)} has no target in this template: it starts nothing",
            why="It runs at its times, and nothing happens: no error tells of it.",
            fix="Give it a target, or remove it",
        )
