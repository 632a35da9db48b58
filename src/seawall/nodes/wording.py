"""How a rule of this room says what it found: one subject, one evidence and one scale of severity for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from seawall.model import Finding, Fix, Json, Severity, Verdict, Where
from seawall.nodes.facts.group import Group
from seawall.nodes.facts.node import FLOOR_US, STALL_US, UNIT_US, Judgement, NodeFacts
from seawall.nodes.facts.work import SLICE, Elements, Work, work_of

APART = (
    "Send the slices one after the other, each on its own: not in one MULTI and not in one script, "
    "which hold the server for all of them."
)


def culprits(facts: NodeFacts, *works: Work) -> Iterator[tuple[Group, Judgement]]:
    """The groups of these kinds of work whose own work explains their longest entry."""
    for group in facts.groups:
        if work_of(group.worst) in works:
            judgement = facts.judge(group)
            if judgement.explained:
                yield group, judgement


def severity(max_us: int, elements: int | None = None) -> Severity:
    """By the longest stall; a count that would stall a slower machine weighs as the stall does."""
    if max_us >= 1_000_000:
        return Severity.CRITICAL
    if max_us >= STALL_US or (elements or 0) >= 10 * SLICE:
        return Severity.HIGH
    return Severity.MEDIUM if max_us >= FLOOR_US or (elements or 0) > SLICE else Severity.LOW


def ms(us: float) -> str:
    """Microseconds as people read them: `0.21 ms`, `28.5 ms`, `1.4 s`."""
    if us >= 1_000_000:
        return f"{us / 1_000_000:,.1f} s"
    value = us / 1000
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.1f} ms" if value >= 1 else f"{value:.2f} ms"


def many(elements: Elements, noun: str = "elements") -> str:
    """`20,000 members`, `about 20,000 members`, or `members` where the count is not known."""
    if elements.count is None:
        return noun
    return f"{'about ' if elements.source == 'estimated' else ''}{elements.count:,} {noun}"


def count(number: int, one: str, several: str = "") -> str:
    """`1 call`, `2,000 calls`; `several` where the plural is more than an s."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def of_key(group: Group) -> str:
    """` of KEY` for a title; empty where the command names no key."""
    return f" of {group.key_pattern}" if group.key_pattern else ""


def sliced(group: Group, elements: Elements) -> str:
    """What slices of 1,000 make of the longest stall."""
    if elements.count is None or elements.count <= SLICE:
        return f"{ms(group.max_us)} becomes one short stall for each slice of {SLICE:,}"
    return (
        f"{ms(group.max_us)} becomes about {ms(group.max_us * SLICE / elements.count)} a call, in slices of {SLICE:,}"
    )


def evidence(facts: NodeFacts, group: Group, elements: Elements, verdict: Verdict) -> dict[str, Json]:
    """The evidence that every slow-log finding has. Durations in microseconds, times ISO 8601; no values."""
    worst = group.worst
    per_day = facts.ms_per_day(group.total_us)
    times = [e.at for e in group.entries if e.at is not None]
    clients = sorted({e.client for e in group.entries if e.client})
    found: dict[str, Json] = {
        "entries": len(group.entries),
        "max_us": group.max_us,
        "total_us": group.total_us,
        "elements": elements.count,
        "elements_from": elements.source,
        "verdict": verdict.value,
        "ms_per_day": None if per_day is None else round(per_day, 1),
        "observed_seconds": facts.observed_s,
        "us_per_element": round(group.max_us / elements.count, 3) if elements.count else None,
        "calibration_us_per_element": round(facts.unit_us or UNIT_US, 4),
        "calibrated": facts.unit_us is not None,
        "example": " ".join(filter(None, [worst.command, worst.arguments.shape])),
        "first_at": _iso(min(times)) if times else None,
        "last_at": _iso(max(times)) if times else None,
        "clients": list(clients[:5]),
    }
    if not worst.arguments.complete:
        found["options"] = "unknown: the server cut the arguments off"
    if group.from_script:
        found["sent_by"] = "a script"
    if worst.kept:
        found["arguments"] = list(worst.kept)
    return found


def _iso(at: int) -> str | None:
    try:
        return datetime.fromtimestamp(at, UTC).isoformat()
    except (ValueError, OverflowError, OSError):  # a time from outside, such as in milliseconds
        return None


def finding(
    code: str,
    name: str,
    facts: NodeFacts,
    group: Group,
    elements: Elements,
    *,
    title: str,
    why: str,
    fix: Fix | None,
    verdict: Verdict = Verdict.CULPRIT,
    level: Severity | None = None,
    more: dict[str, Json] | None = None,
) -> Finding:
    """A slow-log finding about a group. level: the severity, by default that of its stall and its elements."""
    where = {
        "node": facts.node,
        "command": group.command,
        "key_pattern": group.key_pattern,
        "shape": group.worst.arguments.shape,
    }
    return Finding(
        rule=code,
        name=name,
        severity=level or severity(group.max_us, elements.count),
        title=title,
        where=Where("slowlog", where),
        evidence=evidence(facts, group, elements, verdict) | (more or {}),
        why=why,
        fix=fix,
    )


def about_server(
    code: str,
    name: str,
    facts: NodeFacts,
    level: Severity,
    *,
    kind: str,
    subject: str,
    title: str,
    why: str,
    fix: Fix,
    more: dict[str, Json],
) -> Finding:
    """A finding about the server. kind: `server` (a setting), `latency` (an event) or `commandstats` (a command)."""
    word = {"server": "setting", "latency": "event", "commandstats": "command"}[kind]
    return Finding(code, name, level, title, Where(kind, {"node": facts.node, word: subject}), more, why, fix)
