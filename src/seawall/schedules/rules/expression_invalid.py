"""An expression that EventBridge refuses."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.cron import Service
from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import finding, of_expression, shown

CODE = "SW301"
NAME = "expression-invalid"
LONG = {Service.RULE: "EventBridge", Service.SCHEDULER: "EventBridge Scheduler"}


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """The first error of each expression, at its character; and schedules without any expression."""
    for one in (
        scheduled for template in facts.templates for scheduled in template.scheduled if not scheduled.expressions
    ):
        yield finding(
            CODE,
            NAME,
            Severity.HIGH,
            path=one.path,
            place=(one.line, one.column),
            resource=one.resource,
            part=one.part,
            title=f"{shown(one.resource)} has no schedule expression",
            why="EventBridge refuses a schedule without an expression when the stack is deployed.",
            fix="Write cron(...), rate(...) or at(...)",
            more={"expression": None, "service": one.service.value, "fault": "missing"},
        )
    for expression in facts.expressions:
        for fault in (expression.checked.errors if expression.checked else ())[:1]:
            yield of_expression(
                CODE,
                NAME,
                Severity.HIGH,
                expression,
                title=f"{shown(expression.scheduled.resource)}: {shown(expression.value.text)}: {fault.message}",
                why=f"{LONG[expression.scheduled.service]} refuses it at deployment, or it never starts anything.",
                fix=fault.hint or "Write an expression that the service takes",
                fault=fault,
            )
