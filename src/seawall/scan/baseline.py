"""The baseline: findings in code that a team had when it began to look, frozen so that only new ones fail.

A JSON file, one finding a line, sorted: two branches that add to it merge as text, and a change of it can be read in a
review. A finding is known by its id, which rests on the rule, the path, the function, the command and the key pattern,
so it outlives an edit above it; moved to another function it is new.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from seawall.errors import InputError
from seawall.keyspace import printable
from seawall.model import Finding

SCHEMA = 1
LIMIT_BYTES = 16 << 20  # 100,000 findings of 150 bytes each
MEND = "Mend it, or make it anew with --write-baseline."


@dataclass(frozen=True, slots=True)
class Frozen:
    """One finding of a baseline. path, rule: for whoever reads the file; the id alone decides."""

    id: str
    rule: str
    path: str


class _File(BaseModel):
    """The file."""

    version: Literal[1] = Field(alias="schema")
    frozen: list[Frozen]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was found before. name: of the file, safe to print."""

    name: str
    frozen: tuple[Frozen, ...] = ()

    def part(self, findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
        """The findings that are new, and those that are frozen. Only findings in code are ever frozen."""
        known = {one.id for one in self.frozen}
        new: list[Finding] = []
        old: list[Finding] = []
        for finding in findings:
            (old if finding.where.kind == "code" and finding.id in known else new).append(finding)
        return new, old

    def gone(self, findings: Iterable[Finding]) -> tuple[Frozen, ...]:
        """Those that are no more among these findings."""
        there = {finding.id for finding in findings}
        return tuple(one for one in self.frozen if one.id not in there)


def read(path: Path) -> Baseline:
    """The baseline of a file. Raises InputError where it cannot be read or is none."""
    name = printable(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT_BYTES + 1)
    except OSError as wrong:
        raise InputError(
            f"the baseline {name} cannot be read: {(wrong.strerror or 'it fails').lower()}",
            "Make it with --write-baseline, or check the path.",
        ) from None
    try:
        if len(data) > LIMIT_BYTES:
            raise InputError(f"the baseline {name} is larger than {LIMIT_BYTES >> 20} MB", MEND)
        return Baseline(name, tuple(_File.model_validate_json(data, strict=True).frozen))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = printable(f"{place}: {first['msg']}" if place else first["msg"])[:200]
        raise InputError(f"the baseline {name} cannot be used: {reason[:1].lower()}{reason[1:]}", MEND) from None


def text(findings: Iterable[Finding]) -> str:
    """The baseline of these findings as the text of its file; those that are not in code are left out."""
    rows = {(str(f.where.fields.get("path", "")), f.rule, f.id) for f in findings if f.where.kind == "code"}
    lines = [json.dumps({"id": id_, "rule": rule, "path": path}) for path, rule, id_ in sorted(rows)]
    body = "\n" + ",\n".join(f"    {line}" for line in lines) + "\n  " if lines else ""
    return f'{{\n  "schema": {SCHEMA},\n  "frozen": [{body}]\n}}\n'
