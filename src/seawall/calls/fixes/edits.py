"""What a fixer gives: bytes to be put in the place of others, or why it does not; and the edits of a file, applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from seawall.calls.facts.sites import Site


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes from start to end become text. Where the two are equal it is put in between."""

    start: int
    end: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """What mends one site. safe: nothing that a client can see changes but time. says: what is done, in words.

    imports: a module that a Python file must have.
    """

    rule: str
    site: Site
    edits: tuple[Edit, ...]
    says: str
    safe: bool = True
    imports: bytes = b""


@dataclass(frozen=True, slots=True)
class Refused:
    """A site that is left as it is, and why."""

    rule: str
    site: Site
    reason: str


Answer: TypeAlias = Change | Refused | None


def overlap(one: Iterable[Edit], other: Iterable[Edit]) -> bool:
    """Whether two groups of edits touch the same bytes, or put something at the same place."""
    there = list(other)
    return any(a.start <= b.end and b.start <= a.end for a in one for b in there)


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with these edits, which do not overlap; all others are as they were."""
    made: list[bytes] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < done:
            raise ValueError("edits overlap")
        made += [data[done : edit.start], edit.text]
        done = edit.end
    return b"".join([*made, data[done:]])
