"""A reference to what the template does not define, or by a function that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import finding, shown

CODE = "SW316"
NAME = "reference-wrong"


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """References of resources with a schedule that cannot be resolved at deployment."""
    for template in facts.templates:
        for wrong in template.wrong:
            yield finding(
                CODE,
                NAME,
                Severity.HIGH,
                path=template.path,
                place=(wrong.line, wrong.column),
                resource=wrong.resource,
                part=wrong.part,
                title=f"{shown(wrong.resource)}: {wrong.says}",
                why="CloudFormation refuses the template, or the target gets what is no ARN.",
                fix=wrong.hint,
                more={"fault": wrong.kind},
            )
