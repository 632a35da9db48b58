"""Reads what `--input` names: a file, a pipe or standard input, bounded in size and in silence."""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path

from seawall.errors import InputError, UsageError
from seawall.keyspace import printable

SILENCE_S = 30.0  # a pipe may wait for an ssh login; one that says nothing for longer would hang a cron job for ever
STANDARD_INPUT = "-"


def name(path: Path) -> str:
    """What the target is called."""
    return "standard input" if str(path) == STANDARD_INPUT else printable(str(path))


def read(path: Path) -> bytes:
    """The bytes, at most one more than `INPUT_LIMIT`. Raises InputError, UsageError for a terminal."""
    from seawall.nodes.inputs import INPUT_LIMIT

    if str(path) == STANDARD_INPUT:
        if sys.stdin.isatty():
            raise UsageError(
                "standard input is a terminal",
                "Pipe a slow log into it: redis-cli SLOWLOG GET 128 | seawall scan --input -",
            )
        return _read(sys.stdin.fileno(), path, INPUT_LIMIT + 1)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a named pipe without a writer is opened all the same
    except OSError as wrong:
        raise _unreadable(path, wrong) from None
    try:
        return _read(handle, path, INPUT_LIMIT + 1)
    finally:
        os.close(handle)


def _read(handle: int, path: Path, limit: int) -> bytes:
    chunks: list[bytes] = []
    left = limit
    try:
        while left:
            if not select.select([handle], [], [], SILENCE_S)[0]:
                raise InputError(
                    f"{name(path)} said nothing for {SILENCE_S:g} s", "Whatever writes to it hangs, or nothing does."
                )
            chunk = os.read(handle, min(left, 1 << 20))
            if not chunk:
                break
            chunks.append(chunk)
            left -= len(chunk)
    except OSError as wrong:
        raise _unreadable(path, wrong) from None
    return b"".join(chunks)


def _unreadable(path: Path, wrong: OSError) -> InputError:
    return InputError(
        f"{name(path)} cannot be read: {(wrong.strerror or '').lower()}", "Check the path given with --input."
    )
