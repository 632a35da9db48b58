"""The words of the house: what a rule says about facts, and what a scan hands to a report.

Frozen records and nothing else: no clock, no disk, no network. Field names are the JSON contract; `as_json` of a
record is the only place where a record becomes a dictionary.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
SCHEMA = 1


class Severity(StrEnum):
    """How bad a finding is. Ordered: `Severity.HIGH.rank > Severity.LOW.rank`."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info up to 4 for critical."""
        return list(Severity).index(self)


class Verdict(StrEnum):
    """Who held the server: the command's own work, the host, or not known."""

    CULPRIT = "culprit"
    VICTIM = "victim"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Where:
    """The subject of a finding: a kind and the words that identify it.

    `fields` are the JSON fields beside `kind`, in print order. They hold no counts: the finding's id is made of them.
    """

    kind: str
    fields: Mapping[str, str | int | None]

    def as_json(self) -> dict[str, Json]:
        """`{"kind": ..., **fields}`."""
        return {"kind": self.kind, **self.fields}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for the subject: the key in `[people]` of seawall.toml, and the name there."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do about a finding, with both effects.

    summary: one imperative sentence. stall: what it does to the longest stall. work: what it does to the total work.
    sending: how the parts must be sent, empty where there are no parts. instead: the better form, as command lines.
    """

    summary: str
    stall: str
    work: str
    sending: str = ""
    instead: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """All five fields."""
        return {
            "summary": self.summary,
            "stall": self.stall,
            "work": self.work,
            "sending": self.sending,
            "instead": list(self.instead),
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about facts. `evidence` holds numbers and words, never a value out of the server."""

    rule: str
    name: str
    severity: Severity
    title: str
    where: Where
    evidence: Mapping[str, Json]
    why: str
    fix: Fix | None = None
    owner: Owner | None = None
    callers: tuple[Mapping[str, Json], ...] = ()
    triggers: tuple[Mapping[str, Json], ...] = ()

    @property
    def id(self) -> str:
        """Fingerprint of rule and subject, not of counts: the same fault on the same subject keeps its id.

        Line and column are no part of it, as an edit above moves them: see `rulebook.numbered`.
        """
        where = {name: value for name, value in self.where.as_json().items() if name not in ("line", "column")}
        subject = json.dumps([self.rule, where], sort_keys=True)
        return hashlib.sha256(subject.encode()).hexdigest()[:16]

    @property
    def verdict(self) -> Verdict | None:
        """The verdict in the evidence, None for findings about something other than a command."""
        word = self.evidence.get("verdict")
        return Verdict(word) if isinstance(word, str) else None

    def as_json(self) -> dict[str, Json]:
        """The finding of the contract."""
        return {
            "id": self.id,
            "rule": self.rule,
            "name": self.name,
            "severity": self.severity.value,
            "title": self.title,
            "where": self.where.as_json(),
            "evidence": dict(self.evidence),
            "why": self.why,
            "fix": self.fix.as_json() if self.fix else None,
            "owner": {"key": self.owner.key, "name": self.owner.name} if self.owner else None,
            "callers": [dict(c) for c in self.callers],
            "triggers": [dict(t) for t in self.triggers],
        }


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that was looked at. `name` is safe to print: no password, control bytes escaped."""

    name: str
    kind: str  # redis | input | code
    server: str = ""  # "Redis 7.0.15"; empty when it is not known
    summary: str = ""  # one line on its slow log: entries, threshold, time covered
    owner: Owner | None = None

    def as_json(self) -> dict[str, Json]:
        """Name, kind, server, summary, owner key."""
        return {
            "name": self.name,
            "kind": self.kind,
            "server": self.server,
            "summary": self.summary,
            "owner": self.owner.key if self.owner else None,
        }


@dataclass(frozen=True, slots=True)
class Capture:
    """What was read of one node's slow log, by entry id. `lost` is None where it cannot be known."""

    node: str
    run_id: str | None
    first_id: int | None
    last_id: int | None
    seen: int
    lost: int | None
    unknown_since: datetime | None = None
    log: str = "slow"  # slow | large-request | large-reply

    def as_json(self) -> dict[str, Json]:
        """The capture record of the contract."""
        return {
            "node": self.node,
            "run_id": self.run_id,
            "first_id": self.first_id,
            "last_id": self.last_id,
            "seen": self.seen,
            "lost": self.lost,
            "unknown_since": self.unknown_since.isoformat() if self.unknown_since else None,
            "log": self.log,
        }


@dataclass(frozen=True, slots=True)
class CommandTotal:
    """One row of a node's commandstats: the true total of a command, calls below the threshold included."""

    node: str
    command: str
    calls: int
    total_us: int
    ms_per_day: float | None  # None where the uptime is not known
    share: float  # of the node's total, 0 to 1

    @property
    def us_per_call(self) -> float:
        """Mean microseconds of a call."""
        return self.total_us / self.calls if self.calls else 0.0

    def as_json(self) -> dict[str, Json]:
        """All fields and the mean."""
        return {
            "node": self.node,
            "command": self.command,
            "calls": self.calls,
            "total_us": self.total_us,
            "us_per_call": round(self.us_per_call, 2),
            "ms_per_day": None if self.ms_per_day is None else round(self.ms_per_day, 1),
            "share": round(self.share, 4),
        }


@dataclass(frozen=True, slots=True)
class NotChecked:
    """What could not be read, and why: unknown is never green, so any of these makes the exit code 3."""

    target: str
    reason: str
    hint: str = ""

    def as_json(self) -> dict[str, Json]:
        """Target, reason and hint."""
        return {"target": self.target, "reason": self.reason, "hint": self.hint}


@dataclass(frozen=True, slots=True)
class Cost:
    """What the scan itself cost the servers: commands sent, and their main-thread time (None where not readable)."""

    commands: int
    server_us: int | None

    def as_json(self) -> dict[str, Json]:
        """Both numbers."""
        return {"commands": self.commands, "server_us": self.server_us}


@dataclass(frozen=True, slots=True)
class Period:
    """When a group recurs: at each of `minutes` after the start of every step of `step_minutes`.

    kind: `minutes` (a part of an hour), `hourly`, `hours` (a part of a day), `daily` or `weekly`. Steps start at
    midnight, weekly ones on Monday, of `zone`. weekdays: 0 is Monday; empty for every day. zone_known: whether the
    times tell that zone from UTC. window_seconds: entries come up to that long after the minute. share: of the entries,
    0 to 1. firings: seen, of `due` in the span. says: all of it in words.
    """

    kind: str
    step_minutes: int
    minutes: tuple[int, ...]
    zone: str
    weekdays: tuple[int, ...] = ()
    zone_known: bool = False
    window_seconds: int = 60
    share: float = 1.0
    firings: int = 0
    due: int = 0
    says: str = ""

    def as_json(self) -> dict[str, Json]:
        """All fields."""
        fields: dict[str, Json] = {name: getattr(self, name) for name in self.__slots__}
        lists: dict[str, Json] = {"minutes": list(self.minutes), "weekdays": list(self.weekdays)}
        return {**fields, **lists, "share": round(self.share, 4)}


@dataclass(frozen=True, slots=True)
class Trend:
    """One group over the days of a timeline.

    log: `slow`, `large-request` or `large-reply`. unit: of total and largest, `us` or `bytes`. per_day: entries on each
    day of the timeline, None where it was not watched. change: `new`, `worse`, `better`, `gone` or `steady` since the
    last scan, None where the two times cannot be compared; `change_why` has the numbers, or why not.
    """

    node: str
    log: str
    command: str
    key_pattern: str | None
    shape: str
    entries: int
    total: int
    largest: int
    unit: str
    elements: int | None
    first_at: datetime
    last_at: datetime
    per_day: tuple[int | None, ...]
    change: str | None
    change_why: str
    period: Period | None = None

    def as_json(self) -> dict[str, Json]:
        """All fields; total and largest as `_us` or `_bytes`, the other null."""
        amounts = {
            f"{name}_{unit}": getattr(self, name) if unit == self.unit else None
            for unit in ("us", "bytes")
            for name in ("total", "largest")
        }
        return {
            **{name: getattr(self, name) for name in ("node", "log", "command", "key_pattern", "shape", "entries")},
            **amounts,
            "elements": self.elements,
            "first_at": self.first_at.isoformat(),
            "last_at": self.last_at.isoformat(),
            "entries_per_day": list(self.per_day),
            "change": self.change,
            "change_why": self.change_why,
            "period": self.period.as_json() if self.period else None,
        }


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a node while it was watched: a restart, a reset, an overflow, a new threshold."""

    at: datetime
    node: str
    kind: str
    detail: str = ""

    def as_json(self) -> dict[str, Json]:
        """All four fields."""
        return {"at": self.at.isoformat(), "node": self.node, "kind": self.kind, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Timeline:
    """The groups over a span of days. Times and days are those of one zone; the last day may not be over."""

    since: datetime
    until: datetime
    days: tuple[date, ...]
    not_watched: tuple[date, ...]  # unknown, not zero
    trends: tuple[Trend, ...]  # ranked: most main-thread time first, then by bytes
    happenings: tuple[Happening, ...] = ()  # oldest first
    compared_with: datetime | None = None  # the last scan

    def as_json(self) -> dict[str, Json]:
        """All fields; days as dates."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "days": [d.isoformat() for d in self.days],
            "not_watched_days": [d.isoformat() for d in self.not_watched],
            "compared_with": self.compared_with.isoformat() if self.compared_with else None,
            "trends": [t.as_json() for t in self.trends],
            "happenings": [h.as_json() for h in self.happenings],
        }


@dataclass(frozen=True, slots=True)
class Scan:
    """The whole result of a scan: what a report prints."""

    version: str
    started_at: datetime
    finished_at: datetime
    targets: tuple[Target, ...]
    capture: tuple[Capture, ...]
    findings: tuple[Finding, ...]  # ranked, worst first
    commands: tuple[CommandTotal, ...]  # ranked, most main-thread time first
    cost: Cost
    not_checked: tuple[NotChecked, ...] = ()
    notes: tuple[str, ...] = ()  # what was left out on purpose, and why; what cannot be known
    accepted: tuple[Finding, ...] = field(default=())  # suppressed by [[accept]] of seawall.toml
    frozen: tuple[Finding, ...] = ()  # old ones, by a baseline
    large: tuple[Capture, ...] = ()  # of Valkey's logs of large requests and replies, from a store
    timeline: Timeline | None = None  # with --since

    def as_json(self) -> dict[str, Json]:
        """The scan document of the contract."""
        return {
            "schema": SCHEMA,
            "tool": {"name": "seawall", "version": self.version},
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
            "targets": [t.as_json() for t in self.targets],
            "capture": [c.as_json() for c in self.capture],
            "findings": [f.as_json() for f in self.findings],
            "commands": [c.as_json() for c in self.commands],
            "cost": self.cost.as_json(),
            "not_checked": [n.as_json() for n in self.not_checked],
            "notes": list(self.notes),
            "accepted": [{"id": f.id, "rule": f.rule} for f in self.accepted],
            "frozen": [{"id": f.id, "rule": f.rule} for f in self.frozen],
            "large": [c.as_json() for c in self.large],
            "timeline": self.timeline.as_json() if self.timeline else None,
        }
