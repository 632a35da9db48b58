"""An input of a target that is no JSON."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.cron import Service
from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.facts.targets import json_fault
from seawall.schedules.wording import finding, shown

CODE = "SW312"
NAME = "input-not-json"
# Scheduler takes any text for other targets: "for all other target types, a JSON is not required" (its API reference).
JSON_TARGETS = ("lambda", "states", "events", "ecs", "aws-sdk")


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Inputs that the target needs as JSON, or that look like it, and cannot be parsed."""
    for one in facts.scheduled:
        for target in one.targets:
            for value in target.inputs:
                wrong = json_fault(value)
                if wrong is None:
                    continue
                needs = one.service is Service.RULE or target.kind in JSON_TARGETS
                if not needs and value.text.lstrip()[:1] not in ("{", "["):
                    continue
                yield finding(
                    CODE,
                    NAME,
                    Severity.HIGH if needs else Severity.MEDIUM,
                    path=one.path,
                    place=value.place(wrong[1]),
                    resource=one.resource,
                    part=f"{target.part}.Input",
                    title=f"{shown(one.resource)}: the input is no JSON: {wrong[0]}",
                    why="EventBridge refuses it, or the target gets what it cannot read, at every run.",
                    fix="Write JSON, with its texts in double quotes",
                    more={"target": target.kind, "input_column": wrong[1]},
                )
