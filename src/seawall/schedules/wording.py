"""What the rules of this room share: the subject of a finding, its evidence, its words. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.cron import Fault
from seawall.keyspace import printable
from seawall.model import Finding, Fix, Json, Severity, Where
from seawall.schedules.facts.judged import Expression, TemplateFacts

LONGEST = 300  # characters of a name or an expression that are shown; AWS allows 256


def shown(text: str) -> str:
    """The text safe to print, not longer than LONGEST."""
    return printable(text[:LONGEST]) + ("..." if len(text) > LONGEST else "")


def finding(
    code: str,
    name: str,
    severity: Severity,
    *,
    path: str,
    place: tuple[int, int],
    resource: str,
    part: str,
    title: str,
    why: str,
    fix: str,
    more: dict[str, Json] | None = None,
) -> Finding:
    """A finding about a place of a template. place: line and column, from 1. part: the property, as a path."""
    where = {
        "path": printable(path),
        "line": place[0],
        "column": place[1],
        "resource": shown(resource),
        "part": shown(part),
    }
    return Finding(
        rule=code,
        name=name,
        severity=severity,
        title=title,
        where=Where("template", where),
        evidence=more or {},
        why=why,
        fix=Fix(fix.rstrip("."), stall="", work=""),
    )


def of_expression(
    code: str,
    name: str,
    severity: Severity,
    expression: Expression,
    *,
    title: str,
    why: str,
    fix: str,
    fault: Fault | None = None,
    more: dict[str, Json] | None = None,
) -> Finding:
    """A finding about an expression, at the character that the fault names."""
    one = expression.scheduled
    evidence: dict[str, Json] = {
        "expression": shown(expression.value.text),
        "service": one.service.value,
        "timezone": shown(expression.zone_name) or None,
    }
    if fault is not None:
        evidence |= {"fault": fault.kind, "expression_column": fault.column}
    return finding(
        code,
        name,
        severity,
        path=one.path,
        place=expression.value.place(fault.column if fault else None),
        resource=one.resource,
        part=one.part,
        title=title,
        why=why,
        fix=fix,
        more=evidence | (more or {}),
    )


def of_kind(
    code: str, name: str, severity: Severity, facts: TemplateFacts, kind: str, *, why: str, fix: str
) -> Iterator[Finding]:
    """A finding for each fault whose kind begins with `kind`. fix: where the fault has no hint of its own."""
    for expression in facts.expressions:
        for fault in (fault for fault in expression.faults if fault.kind.startswith(kind)):
            title = f"{shown(expression.scheduled.resource)}: {shown(expression.value.text)}: {fault.message}"
            said = fault.hint or fix
            yield of_expression(code, name, severity, expression, title=title, why=why, fix=said, fault=fault)
