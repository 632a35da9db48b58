"""Reads a folder and an environment; the only code of a survey that opens files.

Read are settings and source code, by their names. Passed over, and said: dependencies, build results, tests, examples,
documents, binary and large files. Every bound that was reached stands under `not_checked`. Folders are not followed
through links, so no loop of them has an end to wait for; a link to a file is read as that file.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seawall.errors import UsageError
from seawall.keyspace import printable
from seawall.model import NotChecked
from seawall.survey.endpoints import endpoints
from seawall.survey.found import Endpoint, Kind, Passed, Place, Resource, Surveyed
from seawall.survey.reading import LONGEST, environment, values
from seawall.survey.templates import resources

OURS = "seawall.toml"
_NAMES: Mapping[Kind, re.Pattern[str]] = {
    Kind.DOTENV: re.compile(r"\.env(?:rc|\..+)?|.+\.env", re.DOTALL),
    Kind.CONFIG: re.compile(
        r"(?:Procfile|Dockerfile|Containerfile|secrets)(?:\..*)?"
        r"|.+\.(?:ya?ml|toml|json|ini|cfg|conf|config|properties|tf|tfvars|tfstate|hcl|template|erb"
        r"|service|sh)",
        re.DOTALL,
    ),
    Kind.CODE: re.compile(r".+\.(?:rb|py|[mc]?js|ts|php|exs|go|java|kt|cs)", re.DOTALL),
}
_NOT_OURS = re.compile(  # folders
    r"node_modules|vendor|bower_components|third_party|site-packages|__pycache__|venv|dist|build|target|tmp|logs?"
    r"|coverage|\.(?:git|hg|svn|venv|tox|nox|terraform|bundle|cache|idea|vscode|github|gitlab|next|gradle|hypothesis)"
    r"|\.\w+_cache"
)
_NOT_PRODUCTION = re.compile(r"docs?|tests?|specs?|__tests__|fixtures?|examples?|samples?", re.IGNORECASE)
_SAMPLE = re.compile(
    r"(?:.*[^a-z])?(?:examples?|samples?|dist|tests?|spec|mocks?|fixtures?)(?:[^a-z].*)?",
    re.IGNORECASE | re.DOTALL,
)
_SAMPLE_DOTENV = re.compile(r".*\.(?:template|tmpl|tpl)", re.DOTALL)
_LOCK = re.compile(r".*[-.]lock(?:\.\w+)?|.*\.min\.js|.*\.map|.*\.schema\.json", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a survey goes: levels of folders, names looked at, files read, bytes of one and of all, things found."""

    depth: int = 12
    names: int = 50_000
    files: int = 4_000
    file_bytes: int = 1 << 20
    total_bytes: int = 24 << 20  # about 5 s to read
    found: int = 3_000


@dataclass(slots=True)
class _Found:
    endpoints: list[Endpoint] = field(default_factory=list[Endpoint])
    resources: list[Resource] = field(default_factory=list[Resource])
    passed: list[Passed] = field(default_factory=list[Passed])
    not_checked: list[NotChecked] = field(default_factory=list[NotChecked])
    files: int = 0
    bytes: int = 0
    names: int = 0


BOUNDS = Bounds()


def survey(folder: Path, variables: Mapping[str, str], bounds: Bounds = BOUNDS, *, ours: str = "") -> Surveyed:
    """All that the files below a folder and these variables of the environment name. Raises UsageError for no folder.

    ours: the real path of the seawall.toml that is made, which is no setting of production.
    What cannot be read, or lies beyond a bound, stands under `not_checked`; the rest is surveyed all the same.
    """
    found = _Found()
    found.endpoints, found.passed = endpoints("", Kind.ENVIRONMENT, environment(variables))
    if not folder.is_dir():
        what = "is no folder" if os.path.lexists(folder) else "is not there"
        raise UsageError(f"{printable(str(folder))} {what}", "Give the folder that holds the settings of production.")
    for path, name in _walk(folder, found, bounds):
        kind = kind_of(path.name)
        if kind is None or os.path.realpath(path) == ours or _is_sample(name, path.name, kind, found):
            continue
        if found.files >= bounds.files or found.bytes >= bounds.total_bytes:
            _bound(found, name, "it and what follows lie beyond the bound on files and bytes")
            break
        _read(path, name, kind, found, bounds)
        if max(len(found.endpoints), len(found.resources), len(found.passed)) > bounds.found:
            _bound(found, name, f"it and what follows lie beyond {bounds.found:,} things found")
            break
    return Surveyed(
        tuple(found.endpoints[: bounds.found]),
        tuple(found.resources[: bounds.found]),
        tuple(dict.fromkeys(found.passed[: bounds.found])),
        tuple(found.not_checked),
        found.files,
    )


def kind_of(name: str) -> Kind | None:
    """How a file of this name is read; None where it is not."""
    if name == OURS or _LOCK.fullmatch(name):
        return None
    return next((kind for kind, names in _NAMES.items() if names.fullmatch(name)), None)


def _is_sample(name: str, last: str, kind: Kind, found: _Found) -> bool:
    if not _SAMPLE.fullmatch(last) and not (kind is Kind.DOTENV and _SAMPLE_DOTENV.fullmatch(last)):
        return False
    found.passed.append(Passed(printable(name), "is a file of examples or tests"))
    return True


def _walk(folder: Path, found: _Found, bounds: Bounds) -> Iterator[tuple[Path, str]]:
    """The files, each with its path below the folder, in the order of their names; files before folders."""
    waiting: list[tuple[Path, str, int]] = [(folder, "", 0)]
    while waiting:
        place, prefix, depth = waiting.pop()
        try:
            with os.scandir(place) as entries:
                listed = sorted(_taken(entries, found, bounds), key=lambda e: e.name)
        except OSError as wrong:
            _unreadable(found, prefix or str(folder), wrong)
            continue
        for entry in listed:
            if not entry.is_dir(follow_symlinks=False):
                yield place / entry.name, prefix + entry.name
        if found.names > bounds.names:
            _bound(found, prefix or str(folder), f"it and what follows lie beyond {bounds.names:,} names")
            return
        below: list[tuple[Path, str, int]] = []
        for entry in listed:
            if not entry.is_dir(follow_symlinks=False):
                continue
            name = f"{prefix}{entry.name}/"
            reason = _why_not(entry.name, place / entry.name)
            if reason:
                found.passed.append(Passed(printable(name), reason))
            elif depth + 1 > bounds.depth:
                _bound(found, name, f"it lies deeper than {bounds.depth} folders")
            else:
                below.append((place / entry.name, name, depth + 1))
        waiting += reversed(below)


def _taken(entries: Iterator[os.DirEntry[str]], found: _Found, bounds: Bounds) -> Iterator[os.DirEntry[str]]:
    for entry in entries:
        found.names += 1
        if found.names > bounds.names:
            return
        yield entry


def _why_not(name: str, place: Path) -> str:
    if _NOT_OURS.fullmatch(name) or (place / "pyvenv.cfg").exists():
        return "holds dependencies, results or a tool's own files"
    return "holds documents, examples or tests" if _NOT_PRODUCTION.fullmatch(name) else ""


def _read(path: Path, name: str, kind: Kind, found: _Found, bounds: Bounds) -> None:
    try:
        data = _bytes(path, bounds.file_bytes)
    except OSError as wrong:
        if wrong.errno in (errno.ENOENT, errno.ELOOP):
            found.passed.append(Passed(printable(name), "is a link that leads nowhere"))
        else:
            _unreadable(found, name, wrong)
        return
    if data is None:
        return
    found.files += 1
    found.bytes += len(data)
    if len(data) > bounds.file_bytes:
        found.passed.append(Passed(printable(name), f"is larger than {bounds.file_bytes >> 10:,} KB"))
        return
    text = _text(data)
    if text is None:
        found.passed.append(Passed(printable(name), "is no text"))
        return
    listed, long = values(text, kind)
    found.passed += [Passed(Place(name, n, "").says, f"is a line of over {LONGEST:,} characters") for n in long]
    named, passed = endpoints(name, kind, listed)
    found.endpoints += named
    found.passed += passed
    if kind is Kind.CONFIG and "AWS::" in text:
        found.resources += resources(name, listed)


def _bytes(path: Path, limit: int) -> bytes | None:
    """At most one byte more than the limit; None for what is no regular file. Opened without waiting for a pipe."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        return file.read(limit + 1) if stat.S_ISREG(os.fstat(handle).st_mode) else None


def _text(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return None if b"\0" in data else data.decode("utf-8-sig", "replace")


def _unreadable(found: _Found, name: str, wrong: OSError) -> None:
    reason = f"it cannot be read: {(wrong.strerror or 'it fails').lower()}"
    found.not_checked.append(NotChecked(printable(name), reason, "Mend its mode or its link, or run init as its user."))


def _bound(found: _Found, name: str, reason: str) -> None:
    found.not_checked.append(NotChecked(printable(name), reason, "Run init on a folder below it as well."))
