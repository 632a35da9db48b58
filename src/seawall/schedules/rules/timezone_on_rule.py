"""A time zone on a rule, which has none."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.cron import Service
from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.wording import finding, shown

CODE = "SW310"
NAME = "timezone-on-rule"


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Rules with a time zone beside their expression."""
    for one in facts.scheduled:
        for value in one.zones[:1] if one.service is Service.RULE else ():
            yield finding(
                CODE,
                NAME,
                Severity.HIGH,
                path=one.path,
                place=value.place(),
                resource=one.resource,
                part=f"{one.part.rpartition('.')[0]}.ScheduleExpressionTimezone",
                title=f"{shown(one.resource)} is a rule with the time zone {shown(value.text)}, and rules run in UTC",
                why="A rule has no such property: the deployment fails, or the job runs at that hour of UTC.",
                fix="Write the hour in UTC, or make it an AWS::Scheduler::Schedule",
                more={"timezone": shown(value.text)},
            )
