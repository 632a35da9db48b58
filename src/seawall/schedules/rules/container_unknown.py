"""A command for a container that the task definition does not have."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import finding, shown

CODE = "SW320"
NAME = "container-unknown"


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Overrides of containers that the task definition in the same template does not define."""
    for template in facts.templates:
        for one in template.scheduled:
            for target in one.targets:
                known = template.containers.get(target.task_definition, ())
                for name in (name for name in target.containers if known and name not in known):
                    yield finding(
                        CODE,
                        NAME,
                        Severity.HIGH,
                        path=one.path,
                        place=target.inputs[0].place(target.inputs[0].text.find(name) + 1 or None),
                        resource=one.resource,
                        part=f"{target.part}.Input",
                        title=f"{shown(one.resource)}: {shown(target.task_definition)} has no container {shown(name)}",
                        why="ECS refuses the task at every run. The rule has fired, and nothing has started.",
                        fix=f"Write one of its containers: {shown(', '.join(known))}",
                        more={"container": shown(name), "task_definition": shown(target.task_definition)},
                    )
