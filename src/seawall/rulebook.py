"""Finds the rules beside their pages, selects them by code, runs them, explains them.

A rule is a module `name_of_fault.py` in a room's `rules` folder with CODE, NAME and `check(facts)`, and its page
`name_of_fault.md` beside it. Nothing is registered: what lies in the folder is in the book.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from importlib.resources import files
from operator import eq
from typing import Any

from seawall.errors import UsageError
from seawall.keyspace import printable
from seawall.model import Finding, Where


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the book, and where its module and its page lie."""

    code: str
    name: str
    room: str
    check: Callable[[Any], Iterator[Finding]]
    package: str
    module: str

    @property
    def page(self) -> str:
        """The Markdown text of its page."""
        return files(self.package).joinpath(f"{self.module}.md").read_text(encoding="utf-8")


@cache
def rules(room: str) -> tuple[Rule, ...]:
    """The rules of one room (`nodes`, `calls`, ...), by code. A room without rules has none."""
    package = f"seawall.{room}.rules"
    try:
        folder = importlib.import_module(package)
    except ModuleNotFoundError as missing:
        if missing.name and package.startswith(missing.name):
            return ()
        raise
    found: list[Rule] = []
    for module_info in pkgutil.iter_modules(folder.__path__):
        module = importlib.import_module(f"{package}.{module_info.name}")
        found.append(Rule(module.CODE, module.NAME, room, module.check, package, module_info.name))
    return tuple(sorted(found, key=lambda r: r.code))


def all_rules() -> tuple[Rule, ...]:
    """The rules of every room that this version has, by code."""
    import seawall

    rooms = [m.name for m in pkgutil.iter_modules(seawall.__path__) if m.ispkg]
    return tuple(sorted((rule for room in rooms for rule in rules(room)), key=lambda rule: rule.code))


def run(room: str, facts: object, codes: Iterable[str] = ()) -> list[Finding]:
    """What the room's rules say about these facts; only those of `codes` where some are given."""
    wanted = frozenset(codes)
    return [finding for rule in rules(room) if not wanted or rule.code in wanted for finding in rule.check(facts)]


def numbered(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, in their order, each with an id of its own: of several alike the second one has the number 2.

    Alike are two calls of one command on one key pattern in one function, two faults of one expression: the line and
    column that tell them apart are no part of the id.
    """
    times: Counter[str] = Counter()
    made: list[Finding] = []
    for finding in findings:
        times[finding.id] += 1
        number = times[finding.id]
        fields = finding.where.fields if number == 1 else {**finding.where.fields, "number": number}
        made.append(replace(finding, where=Where(finding.where.kind, fields)))
    return made


_LIST = "`seawall explain` lists all rules."


def _nearest(word: str, known: list[str]) -> str:
    """The nearest of these, of equally near ones that with the most characters in place; empty where none is near."""
    near = get_close_matches(word, known, n=20, cutoff=0.5)
    best = [other for other in near if _ratio(word, other) == _ratio(word, near[0])]
    return max(best, key=lambda other: sum(map(eq, word, other)), default="")


def _ratio(word: str, other: str) -> float:
    return SequenceMatcher(None, other, word).ratio()


def find(word: str) -> Rule:
    """The rule of this code or name, in any case. Raises UsageError with the nearest one."""
    book = all_rules()
    known = {key: rule for rule in book for key in (rule.code.lower(), rule.name)}
    rule = known.get(word.strip().lower())
    if rule is None:
        near = _nearest(word.lower(), list(known))
        hint = f"Did you mean {near.upper() if near.startswith('sw') else near}?" if near else _LIST
        raise UsageError(f"no rule is called {printable(word)[:60]}", hint)
    return rule


def select(words: Iterable[str]) -> tuple[str, ...]:
    """The codes that these words mean: codes, names, or the beginning of a code (`SW1`). Raises UsageError."""
    codes: dict[str, None] = {}
    for word in words:
        begins = [r.code for r in all_rules() if word.upper().startswith("SW") and r.code.startswith(word.upper())]
        codes.update(dict.fromkeys(begins or [find(word).code]))
    return tuple(codes)
