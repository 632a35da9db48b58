"""Which form proves a finding, at which size, on which server. Pure: the scan's JSON comes in as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, cast

from seawall.errors import InputError, UsageError
from seawall.keyspace import KeyPattern, printable
from seawall.lab import Binary
from seawall.model import Json
from seawall.nodes.prove.form import Form
from seawall.nodes.prove.forms import FORMS, NO_FORM

SHOWN = 60  # characters of a word of the user's
SHORTEST_ID = 4
HINTED = 3  # findings in a hint
BY_COMMAND = "SW132"  # the rule that knows a command from the counters and nothing else
LIST_HINT = "`seawall nodes prove --list` shows all forms."
SCAN_HINT = "Make it with `seawall scan --format json > scan.json`."


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding says that a proof can use. product and version: of its server, empty where not known."""

    id: str
    rule: str
    title: str
    command: str
    key_pattern: str
    size: int | None
    bytes: int | None
    product: str = ""
    version: str = ""
    settings: Mapping[str, str] = field(default_factory=dict[str, str])  # lazyfree-...: yes or no

    @property
    def server(self) -> str:
        """`Redis 7.0.15`; empty where it is not known."""
        return f"{self.product} {self.version}".strip()

    def as_json(self) -> dict[str, Json]:
        """What was taken from the finding."""
        return {
            "id": self.id,
            "rule": self.rule,
            "title": self.title,
            "server": self.server or None,
            "settings": dict(self.settings),
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """A form and the size to prove it at, and what was chosen for want of something better."""

    form: Form
    size: int
    remarks: tuple[str, ...] = ()


def form_named(name: str) -> Form:
    """The form of this name, in any case. Raises UsageError with the nearest one."""
    known = {form.name: form for form in FORMS}
    form = known.get(name.strip().lower())
    if form is None:
        near = get_close_matches(name.lower(), known, n=1, cutoff=0.5)
        raise UsageError(
            f"no form is called {printable(name)[:SHOWN]}", f"Did you mean {near[0]}?" if near else LIST_HINT
        )
    return form


def sized(form: Form, size: int) -> int:
    """The size, if the form can have it. Raises UsageError."""
    if not 2 <= size <= form.most:
        raise UsageError(
            f"{form.name} cannot be proved with {form.amount(size)}", f"Give a --size from 2 to {form.most:,}."
        )
    return size


def choose(subject: Subject) -> Choice:
    """The form that does the work of the finding, of its size. Raises UsageError where there is none."""
    form = _form_of(subject)
    remarks: list[str] = []
    own = form.old.sends.split()[0]
    if subject.command.split(" ")[0] != own:
        remarks.append(f"The finding is about {printable(subject.command)[:SHOWN]}; {own} does the same kind of work.")
    known = subject.bytes if form.size_is == "bytes" else subject.size
    if known is None:
        return Choice(form, form.size, (*remarks, f"The finding has no count: assumed are {form.amount(form.size)}."))
    size = max(2, known // form.each)
    if size > form.most:
        remarks.append(f"The finding has {form.amount(known)}; {form.most:,} is the most that is proved.")
    return Choice(form, min(size, form.most), tuple(remarks))


def _form_of(subject: Subject) -> Form:
    command = subject.command.split(" ")[0]
    own = [form for form in FORMS if subject.rule in form.rules]
    fits = [form for form in FORMS if command in form.commands]
    found = [form for form in own if form in fits] or (fits if subject.rule == BY_COMMAND else [])
    if found:
        return found[0]
    if subject.rule in NO_FORM:
        raise UsageError(f"no form proves {subject.rule}: {NO_FORM[subject.rule]}", LIST_HINT)
    hint = f"Nearest are --form {' or --form '.join(form.name for form in own)}." if own else LIST_HINT
    raise UsageError(f"no form of the catalogue does what {printable(command)[:SHOWN]} of {subject.rule} does", hint)


# --- the finding ------------------------------------------------------------------------------------------------------


def find(document: str, wanted: str) -> Subject:
    """The finding that `wanted` names: by the beginning of its id, or by its command and perhaps a key or pattern.

    Raises:
        InputError: the document is not the JSON of a scan.
        UsageError: no finding is meant, or several.
    """
    findings, servers = _read(document)
    word = " ".join(wanted.split())
    ids = [f for f in findings if len(word) >= SHORTEST_ID and _text(f, "id").startswith(word.lower())]
    found = ids or [f for f in findings if _is_about(f, word)]
    if len(ids) > 1 and len({_text(f, "id") for f in ids}) > 1:
        raise UsageError(f"{printable(word)[:SHOWN]} begins the ids of {len(ids)} findings", "Give more of the id.")
    if not found:
        known = ", ".join(f"{_text(f, 'id')[:8]} ({_text(f, 'title')})" for f in findings[:HINTED])
        more = f" and {len(findings) - HINTED} more" if len(findings) > HINTED else ""
        hint = f"It has {known}{more}." if findings else "The scan has no findings."
        raise UsageError(f"no finding of the scan is {printable(word)[:SHOWN]}", printable(hint))
    subjects = [_subject(f, servers) for f in found]
    return next((s for s in subjects if _has_form(s)), subjects[0])  # of several rules about one group, the first


def _has_form(subject: Subject) -> bool:
    try:
        _form_of(subject)
    except UsageError:
        return False
    return True


def _read(document: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The findings, and the server of each target by its name."""
    try:
        scan = json.loads(document)
        findings = [f for f in scan["findings"] if _text(f, "id") and _text(f, "rule")]
        servers = {_text(t, "name"): _text(t, "server") for t in scan["targets"]}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError("the document is not the JSON of a scan", SCAN_HINT) from None
    return findings, servers


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _mapping(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = record.get(name)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _is_about(finding: Mapping[str, Any], word: str) -> bool:
    """Whether the finding is about this command, and, where one is given, about this key or a key of this pattern."""
    command, _, key = word.partition(" ")
    where = _mapping(finding, "where")
    if not command or _text(where, "command").upper() != command.upper():
        return False
    return not key or KeyPattern.parse(_text(where, "key_pattern")).intersects(KeyPattern.parse(key))


def _subject(finding: Mapping[str, Any], servers: Mapping[str, str]) -> Subject:
    where = _mapping(finding, "where")
    evidence = _mapping(finding, "evidence")
    product, _, version = servers.get(_text(where, "node"), "").partition(" ")
    counts = [evidence.get(name) for name in ("elements", "bytes")]
    size, held = (n if isinstance(n, int) and n > 0 else None for n in counts)
    lazy = {n: v for n, v in evidence.items() if str(n).startswith("lazyfree-") and v in ("yes", "no")}
    return Subject(
        _text(finding, "id"),
        _text(finding, "rule")[:8],
        _text(finding, "title"),
        _text(where, "command").upper(),
        _text(where, "key_pattern"),
        size,
        held,
        product,
        version,
        lazy,
    )


# --- the server -------------------------------------------------------------------------------------------------------


def closest(programs: Sequence[Binary], product: str, version: str) -> Binary:
    """Of at least one program the one nearest to this server: the same product first, then the nearest version.

    Of two as near, the newer: what is measured on it will be true for longer.
    """
    wanted = _numbers(version)

    def distance(program: Binary) -> tuple[object, ...]:
        own = _numbers(program.version)
        return (program.name != product, *(abs(a - b) for a, b in zip(own, wanted, strict=True)), *(-n for n in own))

    return min(programs, key=distance)


def _numbers(version: str) -> tuple[int, int, int]:
    found: Iterable[int] = [int(n) for n in re.findall(r"\d{1,6}", version)[:3]]
    major, minor, patch = (*found, 0, 0, 0)[:3]
    return major, minor, patch
