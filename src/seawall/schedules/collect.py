"""Finds templates among files, folders and globs, and reads them. The only part of the room that touches the disk."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path

from seawall.cron import Fault
from seawall.errors import ExpressionError, InputError, UsageError
from seawall.keyspace import printable
from seawall.model import NotChecked
from seawall.schedules.facts.document import LIMIT_BYTES, parse
from seawall.schedules.facts.judged import TemplateFacts, judged, zone_names
from seawall.schedules.facts.reading import read
from seawall.schedules.facts.scheduled import Template
from seawall.schedules.zones import zone

SUFFIXES = (".yaml", ".yml", ".json", ".template", ".cfn", ".cform")
_TYPE = re.compile(rb"""["']?Type["']?\s*:\s*["']?(AWS|Alexa|Custom)::""")  # of a resource, in YAML and in JSON


def collect(paths: Sequence[str], now: datetime) -> tuple[TemplateFacts, tuple[NotChecked, ...]]:
    """The facts about all templates of these paths, and what could not be read.

    paths: files, folders (searched for SUFFIXES, hidden folders and node_modules left out) and globs. A file that is
    named must be a template; one that a folder or a glob brings along is left out where it has no Resources.
    Raises UsageError where a path does not exist or a glob finds nothing.
    """
    templates: list[Template] = []
    missing: list[NotChecked] = []
    with _uncollected():
        for path, named in find(paths):
            try:
                data = _bytes(path, named=named)
                document = parse(path, data) if named or _may_be_one(data) else None
                if document is not None and (named or document.is_template):
                    templates.append(read(document))
            except InputError as wrong:
                missing.append(NotChecked(printable(path), wrong.what, wrong.hint))
            except OSError as wrong:
                reason = (wrong.strerror or "it cannot be read").lower()
                missing.append(NotChecked(printable(path), reason, "Check the file's permissions."))
    zones, faults = _zones(zone_names(templates))
    return judged(now, tuple(templates), zones, faults), tuple(missing)


@contextmanager
def _uncollected() -> Generator[None]:
    """Without the collector of cycles: the nodes of a template make none, and the search took a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def of_template(path: str, data: bytes, now: datetime) -> TemplateFacts:
    """The facts about one template that is at hand. Raises InputError where it is none."""
    template = read(parse(path, data))
    zones, faults = _zones(zone_names([template]))
    return judged(now, (template,), zones, faults)


def find(paths: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Every file of these paths once, and whether it was named. Raises UsageError."""
    seen: set[Path] = set()
    for given in paths:
        path, hint = Path(given), "Give files, folders or globs of templates."
        named = os.path.lexists(path) and not path.is_dir()
        if named:
            found = [path]
        elif path.is_dir():
            found = sorted(_below(path))
        else:
            found = sorted(_matches(given))
            if not found:
                raise UsageError(f"there is no file {printable(given)[:200]}", hint)
        for one in found:
            if one not in seen:
                seen.add(one)
                yield str(one), named


def _below(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        found = (Path(here, name) for name in files if name.endswith(SUFFIXES))
        yield from (path for path in found if not path.is_fifo())  # which would wait for who writes to it


def _matches(pattern: str) -> Iterator[Path]:
    """The files of a glob, `**` for any folders. Without a wildcard there are none: such a path would exist."""
    parts = Path(pattern).parts
    fixed = next((place for place, part in enumerate(parts) if any(mark in part for mark in "*?[")), None)
    if fixed is None:
        return iter(())
    return (path for path in Path(*parts[:fixed]).glob("/".join(parts[fixed:])) if path.is_file())


def _bytes(path: str, *, named: bool) -> bytes:
    """The file up to one byte more than a template may have: a device or a log has no end."""
    with Path(path).open("rb") as file:
        data = file.read(LIMIT_BYTES + 1)
        size = os.fstat(file.fileno()).st_size
    if len(data) > LIMIT_BYTES and (named or _may_be_one(data)):
        large = f"{max(size, len(data)):,} bytes, and CloudFormation takes {LIMIT_BYTES:,} at most"
        raise InputError(f"line 1: {large}", "Split the template.")
    return data


def _may_be_one(data: bytes) -> bool:
    """Whether a file that nobody named may be a template; of a large one only its beginning is known.

    An API's description has Resources of its own, and is large: there a resource's type must be seen too.
    """
    return b"Resources" in data and (len(data) <= LIMIT_BYTES or _TYPE.search(data) is not None)


def _zones(names: Iterable[str]) -> tuple[dict[str, tzinfo], dict[str, Fault]]:
    zones: dict[str, tzinfo] = {}
    faults: dict[str, Fault] = {}
    for name in names:
        try:
            zones[name] = zone(name)
        except ExpressionError as wrong:
            faults[name] = Fault.of(wrong)
    return zones, faults
