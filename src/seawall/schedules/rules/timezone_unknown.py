"""A time zone that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.cron import Service
from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import finding, shown

CODE = "SW309"
NAME = "timezone-unknown"


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Zones that are no name of the IANA database."""
    for one in facts.scheduled:
        for value in one.zones if one.service is Service.SCHEDULER else ():
            fault = facts.zone_faults.get(value.text) if value.known else None
            if fault is not None:
                yield finding(
                    CODE,
                    NAME,
                    Severity.HIGH,
                    path=one.path,
                    place=value.place(),
                    resource=one.resource,
                    part=f"{one.part.rpartition('.')[0]}.ScheduleExpressionTimezone",
                    title=f"{shown(one.resource)}: {fault.message}",
                    why="EventBridge Scheduler refuses a zone that it does not know when the stack is deployed.",
                    fix=fault.hint or "Write a name of the IANA database, such as Europe/Berlin",
                    more={"timezone": shown(value.text)},
                )
