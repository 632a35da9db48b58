"""Writes a result to standard output or to a file, whole or not at all, and errors to standard error.

Standard streams may be closed, full, or of an encoding that lacks a character: none of that ends in a traceback.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from seawall.errors import OutputError, UsageError
from seawall.keyspace import printable

if TYPE_CHECKING:
    from rich.console import Console


def as_text(draw: Callable[[Console], None], *, terminal: bool) -> str:
    """What `draw` prints on a console: with colours and the window's width on a terminal, else plain, 120 columns."""
    import shutil

    from rich.console import Console

    width = shutil.get_terminal_size().columns if terminal else 120
    page = io.StringIO()
    draw(
        Console(
            file=page,
            force_terminal=terminal,
            width=width,
            highlight=False,
            no_color=bool(os.environ.get("NO_COLOR")) or None,
        )
    )
    return page.getvalue()


def mend_streams() -> None:
    """Makes the standard streams fit to be used.

    A closed one is replaced: Python has None in its place, and the next file or socket would get its number. Standard
    input and output then cannot be read or written, which is an error like a full disk; what has no place in the
    terminal's encoding is escaped.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nothing = os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY)
            if nothing != number:
                os.dup2(nothing, number)
                os.close(nothing)
            setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False))
    cast("io.TextIOWrapper[io.BufferedWriter]", sys.stdout).reconfigure(errors="backslashreplace")


def silence_stdout() -> None:
    """Standard output to nowhere, so that the interpreter's last flush does not complain about what is lost anyway."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(what: str, hint: str = "") -> None:
    """A line and its hint to standard error. Where that is full or closed nobody is there to be told."""
    lines = [f"seawall: {what.rstrip('.')}", *([f"  {hint.strip()}"] if hint.strip() else [])]
    with contextlib.suppress(OSError):
        sys.stderr.write("".join(f"{printable(line)}\n" for line in lines))
        sys.stderr.flush()


def masked(text: str, secret: str = "") -> str:
    """The text safe to print, line by line, without what stands before the @ of a URL and without `secret`."""
    if secret:
        text = text.replace(secret, "***")
    text = re.sub(r"://.*@", "://***@", text)
    text = re.sub(r"[^\s'\"(]*:[^\s/]\S*@", "***@", text)
    return "\n".join(map(printable, text.split("\n")))


def check(path: Path | None, option: str = "--output") -> None:
    """Refuses a path that no result could be written to, before anything is asked. Raises UsageError.

    option: by which it was given, for the hint.
    """
    if path is None:
        return
    hint = f"Make it, or give another {option}."
    try:
        if path.is_dir():
            raise UsageError(f"{printable(str(path))} is a folder", f"Give the name of a file with {option}.")
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {printable(str(path.parent))}", hint)
    except OSError as wrong:
        raise _failed(printable(str(path)), wrong) from None


def write(text: str, path: Path | None) -> None:
    """The text to a file (by a temporary one and a rename) or to standard output. Raises OutputError."""
    text = text if not text or text.endswith("\n") else f"{text}\n"
    if path is None:
        _to_stdout(text)
        return
    check(path)
    try:
        if path.exists() and not path.is_file():
            _to_device(text, path)
        else:
            _to_file(text.encode("utf-8", "backslashreplace"), Path(os.path.realpath(path)))
    except OSError as wrong:
        raise _failed(printable(str(path)), wrong) from None


def write_bytes(data: bytes, path: Path | None) -> None:
    """Bytes as they are, to a file or to standard output. Raises OutputError."""
    if path is None:
        _to_stdout(data)
        return
    check(path)
    try:
        _to_file(data, Path(os.path.realpath(path)))
    except OSError as wrong:
        raise _failed(printable(str(path)), wrong) from None


def _to_stdout(text: str | bytes) -> None:
    try:
        if isinstance(text, bytes):
            sys.stdout.flush()
            sys.stdout.buffer.write(text)
        else:
            sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough; what was found still decides the exit code
        silence_stdout()
    except OSError as wrong:
        silence_stdout()
        raise _failed("standard output", wrong) from None


def _to_device(text: str, path: Path) -> None:
    """A device or a named pipe is written to; a rename would put a file in its place (/dev/null!).

    Opened without waiting: a named pipe that nobody reads is an error, not an endless wait.
    """
    handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    os.set_blocking(handle, True)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


def _to_file(data: bytes, path: Path) -> None:
    """By a temporary file beside it: whatever ends us, the path holds the old text or the new."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=".seawall-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _failed(where: str, wrong: OSError) -> OutputError:
    reason = (wrong.strerror or str(wrong)).lower()
    hint = "Nothing half-written was left. Free some room, or give another --output."
    if where == "standard output":
        hint = "Part of it may have been. Free some room, or write it to a file with --output."
    return OutputError(f"the result could not be written to {where}: {reason}", hint)
