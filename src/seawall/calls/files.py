"""Reads the source files of a folder. What cannot be read is said, and nothing in a folder can make it wait or grow.

Symbolic links are not followed, so there is no loop: what one points to inside the folder is read where it stands. A
named pipe, a socket or a device is not opened. Every limit has its number here; what is over one is not checked.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from seawall.calls.languages import front
from seawall.calls.passing import INSTALLED, VIRTUAL, Look
from seawall.errors import InputError, UsageError
from seawall.keyspace import printable
from seawall.model import NotChecked

FILE_BYTES = 1 << 20  # the largest of 12,000 source files of applications that a person wrote had 300 kB
ALL_BYTES = 512 << 20  # held while the folder is listed; 3,200 Ruby files have 6 MB
MOST_FILES = 500_000  # of any kind
START = 128  # bytes of a `#!` line
AGAIN = 3  # times that a file is read which changes meanwhile
LINKS, SPECIAL, NAMELESS = "symbolic links", "pipes, sockets and devices", "unreadable files without a suffix"
_CHECK = "Check its permissions."
_SOURCE = "Give a folder, or a file of Ruby, Python, JavaScript or TypeScript."
Progress = Callable[[str, int], None]  # what is being done, and how much of it is done


def unseen(_what: str, _done: int) -> None:
    """Progress that nobody looks at."""


@dataclass(slots=True)
class Found:
    """The texts of a folder by their paths, relative to it, with `/`.

    passed_over: how many files and folders, by why. not_checked: what could not be read, its paths printable. size: of
    all texts, in bytes.
    """

    texts: dict[str, bytes] = field(default_factory=dict[str, bytes])
    passed_over: Counter[str] = field(default_factory=Counter[str])
    not_checked: list[NotChecked] = field(default_factory=list[NotChecked])
    size: int = 0

    def miss(self, path: str, reason: str, hint: str) -> None:
        """Notes what is not checked."""
        self.not_checked.append(NotChecked(printable(path), reason, hint))


def read_source(place: Path, look: Look, progress: Progress = unseen) -> Found:
    """The source files of a folder, or one file alone.

    Raises:
        UsageError: there is no such place, or the file is in no language that is read.
    """
    found = Found()
    if not place.exists():
        raise UsageError(f"there is no folder {printable(str(place))[:200]}", _SOURCE)
    if place.is_dir():
        for number, path in enumerate(_walk(place, look, found)):
            if found.size > ALL_BYTES:
                found.miss(path, f"more than {ALL_BYTES:,} bytes of source", "List its folders one by one.")
                break
            _read(place, path, look, found)
            progress("files read", number)
        return found
    _read(place.parent, place.name, look, found, named=True)
    if not found.texts and not found.not_checked:
        raise UsageError(f"{printable(str(place))[:200]} is in no language that is read", _SOURCE)
    return found


def _walk(root: Path, look: Look, found: Found) -> Iterator[str]:
    """The paths of what may be source, folder by folder in the order of names."""
    waiting, seen = [""], 0
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(root / folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as wrong:
            found.miss(folder or str(root), _reason(wrong), _CHECK)
            continue
        if folder and any(entry.name == VIRTUAL for entry in entries):
            found.passed_over[INSTALLED] += 1
            continue
        seen += len(entries)
        if seen > MOST_FILES:
            found.miss(folder or str(root), f"more than {MOST_FILES:,} files", "List its folders one by one.")
            return
        inner: list[str] = []
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                why = look.folder(path)
                if why is None:
                    inner.append(path)
                else:
                    found.passed_over[why] += 1
            elif _may_be_source(entry, path, look, found):
                yield path
        waiting += reversed(inner)


def _may_be_source(entry: os.DirEntry[str], path: str, look: Look, found: Found) -> bool:
    language = front(path)
    if language is None and "." in entry.name:
        return False
    if language is not None and language not in look.languages:
        return False
    regular = entry.is_file(follow_symlinks=False)
    if language is None:
        return regular  # perhaps a program, by its `#!`
    why = look.file(path, language) if regular else LINKS if entry.is_symlink() else SPECIAL
    if why is not None:
        found.passed_over[why] += 1
    return why is None


def _read(root: Path, path: str, look: Look, found: Found, *, named: bool = False) -> None:
    try:
        data = _bytes(root / path, follow=named)
    except InputError as wrong:
        found.miss(path, wrong.what, wrong.hint)
    except FileNotFoundError:  # of whatever name: it was there
        found.miss(path, "it vanished while the folder was read", "List it again.")
    except OSError as wrong:
        if front(path) is not None:
            found.miss(path, _reason(wrong), _CHECK)
        else:
            found.passed_over[NAMELESS] += 1
    else:
        if data and front(path, data[:START]) in look.languages:
            found.texts[path] = data
            found.size += len(data)


def _bytes(place: Path, *, follow: bool) -> bytes:
    """The bytes of a file, b"" of a program in a language that is not read. Raises InputError and OSError.

    Opened without waiting, and without following a link: what was a file when it was listed may be another thing now.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    for _ in range(AGAIN):
        handle = os.open(place, flags)
        try:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise InputError("it is no regular file", "Give a file, or the folder around it.")
            if front(place.name, os.pread(handle, START, 0)) is None:
                return b""
            if before.st_size > FILE_BYTES:
                what = f"{before.st_size:,} bytes, and {FILE_BYTES:,} are read at most"
                raise InputError(what, "Split it, or leave it out with --exclude.")
            data = os.read(handle, before.st_size + 1)  # no more: a map of memory for each file ends at 65,530 of them
            after = os.fstat(handle)
        finally:
            os.close(handle)
        if len(data) == after.st_size and after.st_mtime_ns == before.st_mtime_ns:
            return data
    raise InputError("it changed while it was read", "List it again.")


def _reason(wrong: OSError) -> str:
    return (wrong.strerror or "it cannot be read").lower()
