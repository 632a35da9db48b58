"""A key that stands twice in one mapping: a logical id, a property."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import finding, shown

CODE = "SW313"
NAME = "key-written-twice"


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Keys that stand twice among the resources, and inside a resource with a schedule."""
    for template in facts.templates:
        for twice in template.twice:
            what = "logical id" if twice.inside == "Resources" else "key"
            yield finding(
                CODE,
                NAME,
                Severity.HIGH,
                path=template.path,
                place=(twice.line, twice.column),
                resource=twice.resource,
                part=twice.inside,
                title=f"the {what} {shown(twice.key)} stands twice, on the lines {twice.first_line} and {twice.line}",
                why="One of the two is dropped without a word, or CloudFormation refuses the template.",
                fix="Remove one, or give it a name of its own",
                more={"key": shown(twice.key), "first_line": twice.first_line},
            )
