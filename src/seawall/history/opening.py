"""Opens a store: makes a new one, takes an older one to the newest version, refuses what is no store, in one error.

    path                    SQLite; a new file is for its owner only (0600)
    postgresql://...        PostgreSQL by psycopg; tables named seawall_* in the first schema of the search path

What is refused is left as it was: a file is looked at before anything is written to it.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, ProgrammingError
from sqlalchemy.pool import QueuePool

from seawall.errors import InputError, OutputError, UsageError
from seawall.history.failures import in_words
from seawall.history.migrations import VERSION, migrate, version_of
from seawall.history.store import WRITING, History
from seawall.keyspace import printable

PATIENCE_S = 30  # for the writer before us; the longest write, the pruning of a week, takes about 5 s
CONNECT_S = 5
URL_HINT = "Write postgresql://user:password@host:5432/database, or the path of a file."
OPTIONS_HINT = "Its options are those of libpq, such as ?sslmode=require."
POSTGRES_HINT = "Install it: pip install 'seawall[postgres]'."
ABSENT_HINT = "`seawall nodes capture --store` makes one."
# A writer takes one lock for the whole database. It is lost, not held, by a writer that is stopped inside.
_POSTGRES_WRITER = (
    f"SET LOCAL lock_timeout = '{PATIENCE_S}s'",
    "SET LOCAL idle_in_transaction_session_timeout = '60s'",
    f"SELECT pg_advisory_xact_lock({int.from_bytes(b'seawall')})",
)
_SQLITE_SETTINGS = (
    "PRAGMA synchronous = NORMAL",  # in WAL mode a crash of the machine may lose the last writes, and breaks nothing
    "PRAGMA journal_size_limit = 8388608",  # a large write leaves no large WAL
)


def open_store(where: str | Path, *, read_only: bool) -> History:
    """The store at a path or a PostgreSQL URL; see `seawall.history.open_history`."""
    if isinstance(where, str) and "://" in where:
        engine, name = _postgresql(where)
    else:
        engine, name = _sqlite(Path(where), read_only=read_only)
    history = History(engine, name, read_only=read_only)
    try:
        with in_words(name):
            _prepare(engine, name, read_only=read_only)
    except BaseException:
        history.close()
        raise
    return history


def _prepare(engine: Engine, name: str, *, read_only: bool) -> None:
    """Takes the store to the newest version. Refuses one that is newer, is none, or may not be changed."""
    with engine.begin() as connection:
        version = version_of(connection)
    if version == VERSION:
        return
    if version is not None and version > VERSION:
        raise InputError(
            f"the store {name} was made by a newer seawall: its version is {version}, and this one reads {VERSION}",
            "Upgrade seawall; the store was left as it is.",
        )
    if read_only and version is None:
        raise InputError(f"there is no store in {name}", ABSENT_HINT)
    if read_only:
        raise InputError(
            f"the store {name} was made by an earlier seawall: its version is {version}, not {VERSION}",
            "Any command that writes to it takes it to this version.",
        )
    _migrate(engine)


def _migrate(engine: Engine) -> None:
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        migrate(connection)


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _sqlite(path: Path, *, read_only: bool) -> tuple[Engine, str]:
    name = printable(str(path))
    try:
        if path.is_dir():
            raise UsageError(f"the store {name} is a folder", "Give the name of a file.")
        if not path.exists():
            if read_only:
                raise InputError(f"there is no store {name}", ABSENT_HINT)
            _create(path, name)
    except (OSError, ValueError) as wrong:  # ValueError: a NUL in the path
        reason = printable((getattr(wrong, "strerror", None) or str(wrong)).lower())
        raise OutputError(f"the store {name} cannot be opened: {reason}", "Give a path that can be written.") from None
    with in_words(name):
        _look(path, name, read_only=read_only)
    return _sqlite_engine(path, read_only=read_only), name


def _sqlite_engine(path: Path, *, read_only: bool) -> Engine:
    connector = _connector(path, read_only)
    engine = create_engine("sqlite+pysqlite://", creator=connector, poolclass=QueuePool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        # A deferred BEGIN that reads and then writes may fail at the write; a writer takes the lock before it reads.
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _create(path: Path, name: str) -> None:
    """A new store for its owner only; SQLite gives the files beside it the same mode.

    It is made aside and linked to its name, so it is whole or not there: whoever is killed leaves no half of a store,
    and of several who make it at once one does.
    """
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {printable(str(path.parent))} for the store {name}", "Make it first.")
    number, place = tempfile.mkstemp(prefix=".seawall-", dir=path.parent)
    os.close(number)
    made = Path(place)
    try:
        with in_words(name):
            _look(made, name, read_only=False)
            engine = _sqlite_engine(made, read_only=False)
            try:
                _migrate(engine)
            finally:
                engine.dispose()
        with suppress(FileExistsError):  # another process was faster
            os.link(made, path)
    finally:
        made.unlink()


def _look(path: Path, name: str, *, read_only: bool) -> None:
    """Refuses a database that is something else; gives an empty one the settings that must precede its first table."""
    with closing(_connector(path, read_only)()) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if tables and "seawall_store" not in tables:
            raise InputError(f"{name} is no store of seawall: its tables are others", "Give another path.")
        if not tables and not read_only:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # so that pruning gives space back
            connection.execute("PRAGMA journal_mode = WAL")  # so that readers and the writer do not wait for each other


def _connector(path: Path, read_only: bool) -> Callable[[], sqlite3.Connection]:
    """What makes a connection. It commits by itself, outside our BEGIN: sqlite3's own idea of a transaction is off."""
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
        for setting in _SQLITE_SETTINGS:
            connection.execute(setting)
        return connection

    return connect


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _postgresql(where: str) -> tuple[Engine, str]:
    scheme = where.partition("://")[0]
    if scheme not in ("postgresql", "postgres"):
        raise UsageError(f"unknown kind of store: {printable(scheme)[:40]}://", URL_HINT)
    try:
        url = make_url(where).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):  # their text may hold a piece of the password
        raise UsageError("the store's URL cannot be read", URL_HINT) from None
    host = url.host or url.query.get("host") or ""
    place = f"{host if isinstance(host, str) else ','.join(host)}{f':{url.port}' if url.port else ''}"
    if "@" in f"{place}{url.database}":  # else a part of the password would be taken for the host, and shown
        raise UsageError("the store's URL has an @ too many", "In a password write %40 for @, and %2F for /.")
    name = printable(f"postgresql://{place}/{url.database or ''}")
    defaults = {
        "connect_timeout": CONNECT_S,
        "application_name": "seawall",
        # A server that vanished is noticed in about this time; by the system's defaults it takes from 15 min to 2 h.
        "tcp_user_timeout": PATIENCE_S * 1000,
        "keepalives_idle": PATIENCE_S // 2,
    }
    try:
        engine = create_engine(
            url,
            connect_args={k: v for k, v in defaults.items() if k not in url.query},
            pool_pre_ping=True,  # a capture of weeks outlives restarts of its PostgreSQL
            hide_parameters=True,
        )
    except ModuleNotFoundError:
        raise UsageError("a store in PostgreSQL needs psycopg, which is not installed", POSTGRES_HINT) from None

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        if connection.get_execution_options().get("writing"):
            for statement in _POSTGRES_WRITER:
                connection.exec_driver_sql(statement)

    with in_words(name):
        try:
            engine.connect().close()
        except ProgrammingError:  # psycopg's, of the URL's options, which it repeats; nothing was asked yet
            raise UsageError("an option in the store's URL cannot be used", OPTIONS_HINT) from None
    return engine, name
