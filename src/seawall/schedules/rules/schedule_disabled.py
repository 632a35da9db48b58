"""A schedule that is switched off."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import finding, shown

CODE = "SW317"
NAME = "schedule-disabled"


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Schedules whose State is DISABLED, or whose Enabled is false."""
    for one in facts.scheduled:
        off = [value for value in one.states if value.known and value.text.lower() in ("disabled", "false")]
        for value in off[:1]:
            yield finding(
                CODE,
                NAME,
                Severity.LOW if len(one.states) == 1 else Severity.INFO,
                path=one.path,
                place=value.place(),
                resource=one.resource,
                part=f"{one.part.rpartition('.')[0]}.State",
                title=f"{shown(one.resource)} is switched off" + (" in some deployments" * (len(one.states) > 1)),
                why="It is listed like any other, and nothing runs.",
                fix="Switch it on, remove it, or accept the finding with the reason",
                more={"state": shown(value.text)},
            )
