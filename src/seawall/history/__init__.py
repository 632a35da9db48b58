"""The history store: entries, positions, events and findings of weeks, in SQLite or in PostgreSQL, by one code.

```text
 open_history(where) ──> History ──writing()──> Writer      one transaction, one writer at a time
                            │
      positions groups hours times events findings scans receipts observations entry
                  a snapshot each; no reader holds up the writer
```

records.py      what is kept, as frozen records
spans.py        a span as whole hours and edges; pure
schema.py       the tables as they are now;  migrations.py  how they came to be, from version 1 on
opening.py      makes, checks and migrates a store;  failures.py  what a database said, in our words
store.py        reading;  writing.py  one transaction;  retention.py  what is kept for how long
notices.py      receipts of what people were told;  observations.py  what sources said of vendors

Stored of an entry: time, node, command, key pattern, shape, amount, client name, elements. No argument and no value.
Importing this costs no database: SQLAlchemy is imported when a store is opened.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from seawall.history.records import ObservationRow, ReceiptRow
from seawall.logbook import Event, GroupRow, Position, Row, Stream

if TYPE_CHECKING:
    from seawall.history.store import History
    from seawall.history.writing import Writer

__all__ = [
    "Event",
    "GroupRow",
    "History",
    "ObservationRow",
    "Position",
    "ReceiptRow",
    "Row",
    "Stream",
    "Writer",
    "open_history",
]


def open_history(where: str | Path, *, read_only: bool = False) -> History:
    """The store at a path (SQLite) or a `postgresql://` URL, of the newest version; made where there is none.

    It may be used by several threads. With `read_only` nothing is made, migrated or written.

    Raises:
        UsageError: a folder, an unknown kind of URL, no driver for PostgreSQL.
        InputError: something else than a store, one of a newer version, a damaged one, or none to read.
        OutputError: it cannot be written: mode, full disk, another writer that does not end within 30 s.
        NotPermitted: PostgreSQL refuses the log-in or a right.
        Unreachable: PostgreSQL does not answer.
    """
    from seawall.history.opening import open_store

    return open_store(where, read_only=read_only)


def __getattr__(name: str) -> Any:
    """History and Writer, when they are asked for: they need SQLAlchemy."""
    if name == "History":
        from seawall.history.store import History

        return History
    if name == "Writer":
        from seawall.history.writing import Writer

        return Writer
    raise AttributeError(name)
