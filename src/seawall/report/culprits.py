"""What every form of a report shares: the culprits of a scan, the fixes they ask for, and the findings beside them.

A culprit is one slow-log group (`Where`), however many rules speak about it: it is counted once. Words and numbers
here are raw; `words` puts them into print.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from seawall.keyspace import printable
from seawall.model import Finding, Fix, Json, Scan, Severity, Verdict, Where


@dataclass(frozen=True, slots=True)
class Culprit:
    """One slow-log group that held the server, with every finding about it in the order of the scan (worst first)."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The worst finding about the group."""
        return self.findings[0]

    @property
    def severity(self) -> Severity:
        """The worst severity of its findings."""
        return max((f.severity for f in self.findings), key=lambda s: s.rank)

    @property
    def command(self) -> str:
        """The command in upper case, safe to print."""
        return word(self.first.where, "command")

    @property
    def key_pattern(self) -> str:
        """The key pattern, safe to print; empty where the command has no key."""
        return word(self.first.where, "key_pattern")

    @property
    def shape(self) -> str:
        """The shape of the arguments, safe to print."""
        return word(self.first.where, "shape")

    @property
    def node(self) -> str:
        """The node the log was read from, safe to print."""
        return word(self.first.where, "node")

    @property
    def ms_per_day(self) -> float | None:
        """Milliseconds of main thread a day; None where the log covers too short a time to say."""
        return self.number("ms_per_day")

    def number(self, name: str) -> float | None:
        """A number of the evidence: that of the worst finding that has it."""
        return next((n for f in self.findings if (n := number(f.evidence, name)) is not None), None)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: a fix, and every finding that asks for it, worst first.

    `fix` is that of the worst finding with the command lines of all; None where the rule knows none.
    """

    fix: Fix | None
    findings: tuple[Finding, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The codes that ask for it, each once."""
        return tuple(dict.fromkeys(printable(f.rule) for f in self.findings))

    @property
    def subjects(self) -> tuple[str, ...]:
        """`COMMAND key-pattern` of each finding, each once, safe to print."""
        return tuple(dict.fromkeys(subject(f.where) for f in self.findings))

    @property
    def stalls(self) -> tuple[str, ...]:
        """What becomes of the longest stall, safe to print: of each subject where they differ, else once."""
        said = {subject(f.where): printable(f.fix.stall) for f in reversed(self.findings) if f.fix}
        if len(set(said.values())) <= 1:
            return tuple(said.values())[:1]
        return tuple(f"{stall.removesuffix('.')} ({about})" for about, stall in reversed(said.items()))

    @property
    def owners(self) -> tuple[str, ...]:
        """The names of the owners, each once, safe to print."""
        return tuple(dict.fromkeys(printable(f.owner.name) for f in self.findings if f.owner))


def number(record: Mapping[str, Json], name: str) -> float | None:
    """The finite number under `name`; None where there is none (a bool is none)."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return value


def word(where: Where, name: str) -> str:
    """A field of a subject, safe to print; empty where it is missing or null."""
    value = where.fields.get(name)
    return "" if value is None else printable(str(value))


def subject(where: Where) -> str:
    """What a finding is about in a few words, node left out: `SMEMBERS hour:*`, `app/hours.py:12 read`, a setting."""
    if where.kind == "slowlog":
        words = (word(where, "command"), word(where, "key_pattern"))
    elif where.kind == "code":
        words = (":".join(word(where, name) for name in ("path", "line", "column")), word(where, "symbol"))
    else:
        words = tuple(word(where, name) for name in where.fields if name != "node")
    return " ".join(w for w in words if w) or printable(where.kind)


def is_culprit(finding: Finding) -> bool:
    """Whether it names a slow-log group that held the server by its own work."""
    return finding.where.kind == "slowlog" and finding.verdict is Verdict.CULPRIT


def culprits(scan: Scan) -> tuple[Culprit, ...]:
    """The culprits in the order of the scan, one for each distinct `where`."""
    groups: dict[str, list[Finding]] = {}
    for finding in scan.findings:
        if is_culprit(finding):
            groups.setdefault(repr(sorted(finding.where.as_json().items())), []).append(finding)
    return tuple(Culprit(tuple(group)) for group in groups.values())


def others(scan: Scan) -> tuple[Finding, ...]:
    """The findings about servers that name no culprit: settings, events, victims, groups that were not explained."""
    return tuple(f for f in scan.findings if not is_culprit(f) and f.where.kind != "code")


def in_code(scan: Scan) -> tuple[Finding, ...]:
    """The findings about source code."""
    return tuple(f for f in scan.findings if f.where.kind == "code")


def by_fix(findings: Sequence[Finding]) -> tuple[tuple[Finding, ...], ...]:
    """The findings of one rule with one thing to do together, in their order; what has the worst one first."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.fix.summary if finding.fix else ""), []).append(finding)
    return tuple(sorted(map(tuple, groups.values()), key=lambda g: (-max(f.severity.rank for f in g), g[0].rule)))


def steps(findings: Sequence[Finding]) -> tuple[Step, ...]:
    """The distinct fixes the findings ask for, in their order.

    Two fixes are the same when they say the same to do, and the same of the work and the sending. Their stalls are
    each its own group's (`Step.stalls`); their command lines are joined.
    """
    merged: dict[Fix | str, Step] = {}
    for finding in findings:
        fix = finding.fix
        same = replace(fix, stall="", instead=()) if fix else f"{finding.rule} {finding.why}"
        before = merged.get(same)
        if before is None:
            merged[same] = Step(fix, (finding,))
            continue
        if fix and before.fix:
            fix = replace(before.fix, instead=tuple(dict.fromkeys((*before.fix.instead, *fix.instead))))
        merged[same] = Step(fix, (*before.findings, finding))
    return tuple(merged.values())


def told_apart(found: Sequence[Culprit]) -> tuple[str, ...]:
    """For each culprit the words its command and pattern need beside them: its shape, its node; mostly empty."""
    twins = Counter((c.command, c.key_pattern, c.node) for c in found)
    nodes = {c.node for c in found}
    marks: list[str] = []
    for culprit in found:
        shape = culprit.shape if twins[culprit.command, culprit.key_pattern, culprit.node] > 1 else ""
        node = f"on {culprit.node}" if len(nodes) > 1 and culprit.node else ""
        marks.append(" ".join(w for w in (shape, node) if w))
    return tuple(marks)
