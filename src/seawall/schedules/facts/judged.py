"""All that the rules of this room judge: templates, and each of their expressions as the engine of `cron` checks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType

from seawall import cron
from seawall.cron import Checked, Fault, Schedule, Service
from seawall.schedules.facts.scheduled import Scheduled, Template
from seawall.schedules.facts.value import Value


@dataclass(frozen=True, slots=True)
class Expression:
    """One form of the expression of a schedule in one form of its zone; of a rule in UTC.

    checked: None where the text is not known before deployment. zone_name: as it is written, empty where none is.
    """

    scheduled: Scheduled
    value: Value
    zone_name: str = ""
    checked: Checked | None = None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Errors first, then warnings."""
        return (*self.checked.errors, *self.checked.warnings) if self.checked else ()

    @property
    def schedule(self) -> Schedule | None:
        """What was read, with the bounds that stand beside it; None where it is wrong or not known."""
        read = self.checked.schedule if self.checked else None
        if read is None:
            return None
        start, end = (_time(values) for values in (self.scheduled.starts, self.scheduled.ends))
        return cron.bounded(read, start=start, end=end, flexible_minutes=self.scheduled.flexible_minutes)


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What the rules judge. now: with a zone. zones: by name, those that exist. zone_faults: of the other names."""

    now: datetime
    templates: tuple[Template, ...] = ()
    expressions: tuple[Expression, ...] = ()
    zone_faults: Mapping[str, Fault] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def scheduled(self) -> Iterator[Scheduled]:
        """What is scheduled in all templates, in their order."""
        return (one for template in self.templates for one in template.scheduled)


def zone_names(templates: Iterable[Template]) -> set[str]:
    """The names of zones that these templates fix."""
    schedules = (one for template in templates for one in template.scheduled)
    return {value.text for one in schedules for value in one.zones if value.known}


def judged(
    now: datetime, templates: tuple[Template, ...], zones: Mapping[str, tzinfo], zone_faults: Mapping[str, Fault]
) -> TemplateFacts:
    """The facts about these templates. Equal expressions of equal services and zones are checked once."""
    checks: dict[tuple[str, Service, str], Checked] = {}
    found: list[Expression] = []
    for one in (scheduled for template in templates for scheduled in template.scheduled):
        for value in one.expressions:
            for name in _zone_names(one):
                key = (value.text, one.service, name)
                if value.known and key not in checks:
                    zone = zones.get(name, UTC) if one.service is Service.SCHEDULER else None
                    checks[key] = cron.check(value.text, one.service, zone, now=now)
                found.append(Expression(one, value, name, checks[key] if value.known else None))
    return TemplateFacts(now, templates, tuple(found), zone_faults)


def _zone_names(one: Scheduled) -> Iterator[str]:
    if one.service is not Service.SCHEDULER or not one.zones:
        yield ""
    else:
        yield from (value.text if value.known else "" for value in one.zones)


def _time(values: tuple[Value, ...]) -> datetime | None:
    """The StartDate or EndDate where it is one known time; without an offset it is UTC."""
    if len(values) != 1 or not values[0].known:
        return None
    try:
        time = datetime.fromisoformat(values[0].text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
