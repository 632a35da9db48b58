"""Two targets of one rule with the same Id."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.facts.scheduled import Target
from seawall.schedules.wording import finding, shown

CODE = "SW321"
NAME = "target-id-twice"


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Targets with the Id of an earlier one of the same rule; such as depend on a condition do not count."""
    for one in facts.scheduled:
        first: dict[str, Target] = {}
        for target in one.targets:
            for value in target.ids[:1]:
                if first.setdefault(value.text, target) is target:
                    continue
                yield finding(
                    CODE,
                    NAME,
                    Severity.HIGH,
                    path=one.path,
                    place=value.place(),
                    resource=one.resource,
                    part=f"{target.part}.Id",
                    title=f"{shown(one.resource)} has two targets with the Id {shown(value.text)}",
                    why="A rule has one target of an Id: the other one is refused or replaced, and starts nothing.",
                    fix="Give each target an Id of its own",
                    more={"id": shown(value.text)},
                )
