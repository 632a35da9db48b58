"""What a database said, in our words: who refused what, and what mends it. No text of a URL is repeated."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from seawall.errors import InputError, NotPermitted, OutputError, SeawallError, Unreachable
from seawall.keyspace import printable

SHOWN = 200  # characters of a database's own words
_BUSY_HINT = "Another seawall is in a long write: try again."
_ROOM_HINT = "Make room, or keep less: fewer days, or a size limit."
_DISK_HINT = "Look at the disk: it may be full, over its quota, or failing."
_MODE_HINT = "Check owner and mode of the file and of its folder: SQLite writes two more files beside it."
_DAMAGED_HINT = "Move it away and begin a new one, or put a copy back; what sqlite3's .recover saves is not complete."


@contextmanager
def in_words(name: str) -> Generator[None, None, None]:
    """Turns what a database raises inside the block into an error of the house about the store `name`.

    Raises:
        OutputError: it cannot be written now (busy, full, not writable).
        InputError: it is damaged, or no store.
        NotPermitted: PostgreSQL refuses the log-in or the statement.
        Unreachable: PostgreSQL does not answer, or stopped answering.
    """
    try:
        yield
    except NoConnection:
        raise _busy(name) from None
    except (DBAPIError, sqlite3.Error) as wrong:
        cause = wrong.orig if isinstance(wrong, DBAPIError) else wrong
        error = of_sqlite(name, cause) if isinstance(cause, sqlite3.Error) else of_postgresql(name, cause)
        if error is None:  # a broken constraint or a wrong statement is a bug of ours, and shows as one
            raise
        raise error from None


def _busy(name: str) -> OutputError:
    return OutputError(f"the store {name} is being written by another process", _BUSY_HINT, retry_helps=True)


def of_sqlite(name: str, wrong: sqlite3.Error) -> SeawallError | None:
    """What SQLite's result code means for the store; None where it means a bug."""
    match getattr(wrong, "sqlite_errorcode", 0) & 0xFF:  # the extended codes keep the plain one in their low byte
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return _busy(name)
        case sqlite3.SQLITE_FULL:
            return OutputError(f"the disk that the store {name} is on is full", _ROOM_HINT)
        case sqlite3.SQLITE_IOERR:
            return OutputError(f"the store {name} cannot be read or written: {_words(wrong)}", _DISK_HINT)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return OutputError(f"the store {name} cannot be opened by this user: {_words(wrong)}", _MODE_HINT)
        case sqlite3.SQLITE_CORRUPT:
            return InputError(f"the store {name} is damaged: {_words(wrong)}", _DAMAGED_HINT)
        case sqlite3.SQLITE_NOTADB:
            return InputError(f"{name} is no store of seawall: it is not an SQLite file", "Give another path.")
        case _:
            return None


def of_postgresql(name: str, wrong: BaseException | None) -> SeawallError | None:
    """What PostgreSQL's SQLSTATE means for the store, or its words where it could not be entered; None for a bug."""
    state = getattr(wrong, "sqlstate", None) or ""
    said = _words(wrong)
    if state in ("53100", "53200"):
        return OutputError(f"the server of the store {name} has no room: {said}", _ROOM_HINT)
    if state == "55P03":
        return _busy(name)
    if state in ("42501", "25006"):
        hint = "Its user needs CREATE on the schema once and then to read and write; a standby takes no writes."
        return NotPermitted(f"the store {name} does not allow that: {said}", hint)
    if state[:2] in ("53", "57", "08", "25"):
        return Unreachable(f"the store {name} broke off: {said}", "Try again when the server is well.")
    if state or type(wrong).__name__ not in ("OperationalError", "ConnectionTimeout", "InterfaceError"):
        return None
    # Of a log-in that failed, libpq gives no SQLSTATE but only the server's words.
    if "authentication failed" in said or "no password supplied" in said:
        return NotPermitted(
            f"{name} refused the password", "Check user and password of the URL, else PGPASSWORD or the .pgpass file."
        )
    if "FATAL:" in said:
        return NotPermitted(f"{name} refused the log-in: {said}", "Check user and database of the URL.")
    return Unreachable(
        f"the store {name} cannot be reached: {said}", "Check host and port, and that PostgreSQL runs there."
    )


def _words(wrong: BaseException | None) -> str:
    """The first line of what the database said, without what libpq says before it of the address."""
    line = (str(wrong).strip().splitlines() or [""])[0]
    if "FATAL:" in line:
        line = line[line.index("FATAL:") :]
    return printable(line.removeprefix("connection failed: "))[:SHOWN].rstrip(".")
