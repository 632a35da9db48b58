"""A scheduled rule on an event bus that runs no schedules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import finding, shown

CODE = "SW311"
NAME = "schedule-on-custom-bus"
DEFAULT = re.compile(r"(^|:event-bus/)default$")


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Rules with an expression on a bus other than the default one, as far as that is known."""
    for one in facts.scheduled:
        known = [value for value in one.buses if value.known and not DEFAULT.search(value.text)]
        for value in (known or (one.buses if one.bus_resource else ()))[:1]:
            yield finding(
                CODE,
                NAME,
                Severity.HIGH,
                path=one.path,
                place=value.place(),
                resource=one.resource,
                part=f"{one.part.rpartition('.')[0]}.EventBusName",
                title=f"{shown(one.resource)} has a schedule on the bus {shown(one.bus_resource or value.text)}",
                why="Schedules run on the default event bus only: EventBridge refuses the rule at deployment.",
                fix="Remove EventBusName, or make it an AWS::Scheduler::Schedule",
                more={"bus": shown(one.bus_resource or value.text)},
            )
