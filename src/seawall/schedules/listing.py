"""Every schedule of templates as a row: its next fire, its zone, its state, what it starts, its place. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from seawall.cron import Service
from seawall.model import Json
from seawall.schedules.facts.judged import Expression, TemplateFacts
from seawall.schedules.facts.scheduled import Scheduled, Target
from seawall.schedules.wording import shown


@dataclass(frozen=True, slots=True)
class Listed:
    """One schedule in one form of its expression. next: in its zone; None where there is none, or none is known."""

    scheduled: Scheduled
    expression: Expression | None
    next: datetime | None
    anchored: bool
    zone_fault: str = ""

    @property
    def place(self) -> str:
        """`path:line` of the expression."""
        line = self.expression.value.place()[0] if self.expression else self.scheduled.line
        return f"{shown(self.scheduled.path)}:{line}"

    @property
    def name(self) -> str:
        """Its name as far as it is known, and its logical id where they differ."""
        names = [shown(value.text) for value in self.scheduled.names[:1]]
        resource = shown(self.scheduled.resource)
        return f"{names[0]} ({resource})" if names and names[0] != resource else resource

    @property
    def unresolved(self) -> str:
        """Why the expression is not known; empty where it is."""
        return self.expression.value.unresolved if self.expression else "there is no expression"

    @property
    def zone_unknown(self) -> bool:
        """Whether only a deployment knows the zone."""
        return self.scheduled.service is Service.SCHEDULER and any(not value.known for value in self.scheduled.zones)

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the expression and with the zone."""
        errors = self.expression.checked.errors if self.expression and self.expression.checked else ()
        return (*(fault.message for fault in errors), *filter(None, [self.zone_fault]))

    @property
    def next_words(self) -> str:
        """The next fire to the minute, or why there is none."""
        if self.scheduled.state == "DISABLED":
            return "never: off"
        if self.unresolved:
            return "unknown"
        if self.faults:
            return "invalid"
        if self.zone_unknown:
            return "unknown"
        if self.next is None:
            return "never"
        text = f"{self.next:%Y-%m-%d %H:%M}"
        return text if self.anchored else f"by {text}"

    @property
    def expression_words(self) -> str:
        """The expression, or as much of it as is known."""
        return shown(self.expression.value.text) if self.expression else "-"

    @property
    def zone_words(self) -> str:
        """The zone, UTC where none is written."""
        return shown(self.expression.zone_name) if self.expression and self.expression.zone_name else "UTC"

    @property
    def starts(self) -> str:
        """What it starts, in a few words."""
        return "; ".join(target_words(target) for target in self.scheduled.targets) or "nothing"

    def as_json(self) -> dict[str, Json]:
        """Place, expression, zone, state, bounds, next fire and targets; what is not known is null, and said why."""
        one, expression = self.scheduled, self.expression
        place = expression.value.place() if expression else (one.line, one.column)
        words = {"name": one.names, "group": one.groups, "bus": one.buses, "start": one.starts, "end": one.ends}
        return {
            "path": shown(one.path),
            "line": place[0],
            "column": place[1],
            "resource": one.resource,
            "service": one.service.value,
            **{word: values[0].text if values else None for word, values in words.items()},
            "expression": expression.value.text if expression else None,
            "unresolved": self.unresolved or None,
            "timezone": (expression.zone_name if expression else "") or "UTC",
            "state": one.state,
            "flexible_minutes": one.flexible_minutes,
            "event_pattern": one.pattern,
            "next": self.next.isoformat() if self.next else None,
            "anchored": self.anchored,
            "faults": list(self.faults),
            "targets": [target.as_json() for target in one.targets],
        }


def target_words(target: Target) -> str:
    """`ecs worker: rake nightly`, `http POST /sweep`, `lambda Report`."""
    subject = shown(target.resource or target.arn.split(":", 5)[-1])  # of an ARN what stands behind the account
    if target.kind == "ecs":
        name = shown(target.task_definition or target.cluster)
        return f"ecs {name}: {shown(' '.join(target.command))}" if target.command else f"ecs {name}".rstrip()
    if target.kind == "http" and target.path:
        return f"http {target.method} {shown(target.path)}".replace("  ", " ")
    return f"{target.kind} {subject}".strip()


def listed(facts: TemplateFacts) -> list[Listed]:
    """A row for each form of each schedule: the next to fire first, what never fires or is not known last."""
    rows = [_row(expression, facts) for expression in facts.expressions]
    written = [scheduled for template in facts.templates for scheduled in template.scheduled]
    rows += [Listed(one, None, None, anchored=True) for one in written if not one.expressions]
    return sorted(rows, key=_order)


def _row(expression: Expression, facts: TemplateFacts) -> Listed:
    one, schedule = expression.scheduled, expression.schedule
    fault = facts.zone_faults.get(expression.zone_name)
    row = Listed(one, expression, None, anchored=True, zone_fault=fault.message if fault else "")
    if schedule is None or one.state == "DISABLED" or fault or row.zone_unknown:
        return row
    return replace(row, next=schedule.next(facts.now), anchored=schedule.is_anchored)


def _order(row: Listed) -> tuple[float, str, int]:
    at = row.next.timestamp() if row.next else float("inf")
    return at, row.scheduled.path, row.scheduled.line
