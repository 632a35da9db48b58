"""An expression that only a deployment knows, and that nothing could check."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import of_expression, shown

CODE = "SW305"
NAME = "expression-unresolved"


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Expressions of which a part is not fixed by the template."""
    for expression in facts.expressions:
        if not expression.value.known:
            name = shown(expression.scheduled.resource)
            yield of_expression(
                CODE,
                NAME,
                Severity.LOW,
                expression,
                title=f"{name}: its expression is not known: {expression.value.unresolved}",
                why="What is not known cannot be checked: a wrong one fails at deployment, or never runs.",
                fix="Give the parameter a Default, or write the expression out",
                more={"unresolved": expression.value.unresolved},
            )
