"""What a store keeps for how long: entries by age and by size, sums, events and findings longer.

Entries go by whole hours, oldest first; their sums stay, so that a chart of months remains when its entries are gone.
What was removed by age and comes again (a ring may hold an entry of last year) is not taken again: see `floor_id`.

SQLite: the size is that of the pages in use, and free pages are given back, so the file becomes smaller (its pages are
copied to the file at the next checkpoint: at once after a large pruning).
PostgreSQL: the size is what the rows and their indexes take by measured averages. The space of removed rows is used
again after (auto)vacuum; the files do not become smaller.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Table, bindparam, delete, func, select, update

from seawall.history.schema import (
    CLIENTS,
    ENTRIES,
    EVENTS,
    FINDINGS,
    GROUPS,
    HOURS,
    RECEIPTS,
    SCANS,
    STORE,
    STREAMS,
    WATCHED,
)
from seawall.history.spans import HOUR, hour_of

DAY = 86_400
SUMS_DAYS = 400  # a year and a month: this month can be compared with the same of last year
_POSTGRES_ROW_BYTES = {ENTRIES.name: 150, HOURS.name: 150}


def prune(connection: Connection, now: int, keep_days: int, max_bytes: int | None) -> int:
    """Removes entries older than `keep_days`, then the oldest until the store is within `max_bytes`, then old sums.

    Sums, events, findings, scans, receipts and streams are removed after 400 days, or `keep_days` if that is more.
    Where all entries are gone and it is still too large, the oldest sums go too. Returns how many entries were removed.
    """
    removed = _remove_entries(connection, hour_of(now - keep_days * DAY))
    long_ago = now - max(keep_days, SUMS_DAYS) * DAY
    connection.execute(delete(HOURS).where(HOURS.c.start < hour_of(long_ago)))
    for table, column in (
        (EVENTS, EVENTS.c.at),
        (FINDINGS, FINDINGS.c.last_at),
        (SCANS, SCANS.c.at),
        (WATCHED, WATCHED.c.until),
        (RECEIPTS, RECEIPTS.c.at),
    ):
        connection.execute(delete(table).where(column < long_ago))
    kept = select(ENTRIES.c.stream_id).where(ENTRIES.c.stream_id == STREAMS.c.id)
    connection.execute(delete(STREAMS).where(STREAMS.c.polled_at < long_ago, ~kept.exists()))
    if max_bytes is not None:
        while (before := _excess(connection, ENTRIES, ENTRIES.c.at, max_bytes)) is not None:
            removed += _remove_entries(connection, before)
        while (before := _excess(connection, HOURS, HOURS.c.start, max_bytes)) is not None:
            connection.execute(delete(HOURS).where(HOURS.c.start < before))
    _remove_unused(connection)
    if connection.dialect.name == "sqlite":
        _give_back(connection)
    return removed


def _remove_entries(connection: Connection, before: int) -> int:
    """Removes the entries before the start of an hour, and remembers that; their sums stay."""
    e = ENTRIES.c
    old = (e.group_id.in_(select(GROUPS.c.id)), e.at < before)
    floors = connection.execute(select(e.stream_id, func.max(e.id) + 1).where(*old).group_by(e.stream_id)).all()
    if not floors:
        return 0
    connection.execute(
        update(STREAMS)
        .where(STREAMS.c.id == bindparam("stream"), STREAMS.c.floor_id < bindparam("floor"))
        .values(floor_id=bindparam("floor")),
        [{"stream": stream_id, "floor": floor} for stream_id, floor in floors],
    )
    connection.execute(update(STORE).where(STORE.c.kept_from < before).values(kept_from=before))
    return connection.execute(delete(ENTRIES).where(*old)).rowcount


def _excess(connection: Connection, table: Table, time: Column[int], max_bytes: int) -> int | None:
    """The end of the hour up to which rows must go for the store to fit; None where it fits or nothing is left."""
    too_much = _size(connection) - max_bytes
    if too_much <= 0:
        return None
    hour = (time - time % HOUR).label("hour")
    rows = connection.execute(select(hour, func.count()).select_from(table).group_by(hour).order_by(hour)).all()
    left = too_much / _size(connection) * sum(count for _, count in rows)
    for start, count in rows:
        left -= count
        if left <= 0:
            return start + HOUR
    return None


def _size(connection: Connection) -> int:
    """Bytes in use."""
    if connection.dialect.name == "sqlite":
        return (_pragma(connection, "page_count") - _pragma(connection, "freelist_count")) * _pragma(
            connection, "page_size"
        )
    return sum(
        (connection.scalar(select(func.count()).select_from(table)) or 0) * _POSTGRES_ROW_BYTES[table.name]
        for table in (ENTRIES, HOURS)
    )


def _remove_unused(connection: Connection) -> None:
    """Removes the names that no row bears any more."""
    sums = select(HOURS.c.group_id).where(HOURS.c.group_id == GROUPS.c.id)
    connection.execute(delete(GROUPS).where(~sums.exists()))
    connection.execute(delete(CLIENTS).where(CLIENTS.c.id.not_in(select(ENTRIES.c.client_id))))


def _give_back(connection: Connection) -> None:
    """Cuts the free pages off the file. Python's sqlite3 takes one step of the statement, which is one page."""
    for _ in range(_pragma(connection, "freelist_count")):
        connection.exec_driver_sql("PRAGMA incremental_vacuum(1)")


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
