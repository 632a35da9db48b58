"""Writes mended files: refuses a work tree that has changes of its own, and writes each file whole or not at all.

Nothing is written that was not read: a file that changed since, or is no regular file of the folder, is left alone. A
symbolic link is not followed. git is asked for nothing but the state of its work tree.
"""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
from collections.abc import Collection
from pathlib import Path

from seawall.errors import InputError, OutputError, UsageError
from seawall.keyspace import printable

GIT_SECONDS = 60.0
# What a folder's own settings could make git run is switched off.
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-optional-locks")
_AGAIN = "Run it again: it reads the files anew."


def changed(folder: Path, paths: Collection[str]) -> list[str] | None:
    """The files of a folder that are not as they were committed: tracked ones, and of the others those in `paths`.

    None where there is no git, or the folder is in no work tree of it.

    Raises:
        UsageError: git is there, and does not say.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        top = _git(folder, environment, "rev-parse", "--show-prefix")
        if top is None:
            return None
        tracked = _git(
            folder, environment, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--", "."
        )
        others = _git(folder, environment, "ls-files", "-z", "--others", "--", ".")
    except FileNotFoundError:
        return None
    if tracked is None or others is None:
        raise UsageError("git does not say whether the work tree is clean", "Run git status, or give --force.")
    prefix = top.rstrip(b"\n")
    names = [row[3:].removeprefix(prefix) for row in tracked.split(b"\0") if row]
    found = [name.decode("utf-8", "surrogateescape") for name in names]
    new = {name.decode("utf-8", "surrogateescape") for name in others.split(b"\0")}
    return sorted({*found, *(new & set(paths))})


def _git(folder: Path, environment: dict[str, str], *words: str) -> bytes | None:
    """What git prints, None where it fails."""
    try:
        done = subprocess.run(
            [*_GIT, *words], cwd=folder, env=environment, capture_output=True, timeout=GIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise UsageError("git does not answer", "Run git status, or give --force.") from None
    return done.stdout if done.returncode == 0 else None


def write(folder: Path, path: str, old: bytes, new: bytes) -> None:
    """Puts new bytes in the place of the old ones, with the same mode; whatever ends us, it is one or the other.

    Raises:
        InputError: the file is not what was read.
        OutputError: it could not be written.
    """
    place = folder / path
    shown = printable(path)
    try:
        handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(handle)
            same = stat.S_ISREG(status.st_mode) and os.read(handle, len(old) + 1) == old
        finally:
            os.close(handle)
        if not same or not place.resolve().is_relative_to(folder.resolve()):
            raise InputError(f"{shown} changed while it was mended", _AGAIN)
        _replace(place, new, status.st_mode & 0o7777)
    except OSError as wrong:
        reason = (wrong.strerror or str(wrong)).lower()
        raise OutputError(
            f"{shown} could not be written: {reason}", "What was written before stays; mend it, and run again."
        ) from None


def _replace(place: Path, data: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(prefix=".seawall-", dir=place.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
