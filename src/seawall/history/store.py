"""Reading a store, and the door to writing it.

Every reading is one transaction on a snapshot: it sees all of a writer's transaction or nothing of it, and neither
waits for the other.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy import Row as Record

from seawall.errors import UsageError
from seawall.history import notices, observations, watched
from seawall.history.failures import in_words
from seawall.history.records import ObservationRow, ReceiptRow
from seawall.history.schema import CLIENTS, ENTRIES, EVENTS, FINDINGS, GROUPS, SCANS, STREAMS
from seawall.history.sums import Sum, over
from seawall.history.writing import Writer, position_of
from seawall.logbook import Event, GroupRow, Position, Row
from seawall.model import Json

WRITING = {"writing": True}  # what a connection's options say to the listeners in seawall.history.opening
TIMES = 2000


class History:
    """An open store, made by `seawall.history.open_history`. A context manager; several threads may share it.

    Spans are from `since` up to `until`, which is outside (None: no end), in epoch seconds, and are counted exactly.
    Only where entries have been pruned, the first and the last hour of a span count whole.

    Every method raises OutputError, InputError, NotPermitted or Unreachable when the database does not do as it should.
    """

    def __init__(self, engine: Engine, name: str, *, read_only: bool) -> None:
        self.name = name  # may be printed
        self.read_only = read_only
        self._engine = engine
        self._one = threading.RLock()  # our threads queue here, and not in SQLite, which polls
        reading: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading_options = reading if engine.dialect.name == "postgresql" else {}

    def __enter__(self) -> History:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Generator[Writer, None, None]:
        """One transaction of the only writer: committed at the end of the block, undone if the block raises.

        Waits up to 30 s for another writer, in this process or elsewhere. Ask no server inside: others wait.
        """
        if self.read_only:
            raise UsageError(f"the store {self.name} was opened to read only", "Open it for writing.")
        with self._one, in_words(self.name), self._transaction(WRITING) as connection:
            yield Writer(connection)

    @contextmanager
    def _reading(self) -> Generator[Connection, None, None]:
        with in_words(self.name), self._transaction(self._reading_options) as connection:
            yield connection

    @contextmanager
    def _transaction(self, options: Mapping[str, Any]) -> Generator[Connection, None, None]:
        with self._engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def positions(self, nodes: Collection[str] | None = None) -> list[Position]:
        """The position of every stream, or of those of these nodes; newest poll first."""
        query = select(STREAMS).order_by(STREAMS.c.polled_at.desc(), STREAMS.c.id.desc())
        if nodes is not None:
            query = query.where(STREAMS.c.node.in_(nodes))
        with self._reading() as connection:
            return [position_of(row) for row in connection.execute(query)]

    def groups(self, since: int, until: int | None = None, *, nodes: Collection[str] | None = None) -> list[GroupRow]:
        """Every group with an entry in the span (of these nodes), the largest total first."""
        sums: dict[int, Sum] = {}
        query = select(GROUPS)
        if nodes is not None:
            query = query.where(GROUPS.c.node.in_(nodes))
        with self._reading() as connection:
            for group_id, _, part in over(connection, since, until, by_hour=False):
                if group_id in sums:
                    sums[group_id].add(part)
                else:
                    sums[group_id] = part
            rows = [group for group in connection.execute(query) if group.id in sums]
        found = [_group_row(group, sums[group.id]) for group in rows]
        return sorted(found, key=lambda g: (-g.total, g.id))

    def hours(self, since: int, until: int | None = None) -> dict[int, dict[int, tuple[int, int, int]]]:
        """By the group's id and the start of the hour: entries, total and largest; no hour without an entry.

        The first and the last hour hold what is in the span, and not the rest of the hour.
        """
        found: defaultdict[int, dict[int, tuple[int, int, int]]] = defaultdict(dict)
        with self._reading() as connection:
            for group_id, start, part in over(connection, since, until, by_hour=True):
                found[group_id][start] = (part.entries, part.total, part.largest)
        return dict(found)

    def times(self, group_id: int, since: int, limit: int = TIMES, every: int = 1) -> list[int]:
        """When the group's entries ended, newest first, at most `limit`.

        every: only those whose id is a multiple of it, for a sample of a large group's whole span.
        """
        query = (
            select(ENTRIES.c.at)
            .where(ENTRIES.c.group_id == group_id, ENTRIES.c.at >= since, ENTRIES.c.id % every == 0)
            .order_by(ENTRIES.c.at.desc())
            .limit(limit)
        )
        with self._reading() as connection:
            return list(connection.scalars(query))

    def events(self, since: int) -> list[Event]:
        """What happened to nodes, oldest first."""
        query = select(EVENTS).where(EVENTS.c.at >= since).order_by(EVENTS.c.at, EVENTS.c.id)
        with self._reading() as connection:
            return [Event(e.at, e.node, e.kind, e.detail, e.deployment) for e in connection.execute(query)]

    def watched(self, since: int, until: int, nodes: Collection[str] | None = None) -> dict[str, list[tuple[int, int]]]:
        """The spans in which nothing of a node's slow log is missing, by node, in order."""
        with self._reading() as connection:
            return watched.spans(connection, since, until, nodes)

    def findings(self, since: int) -> list[tuple[int, dict[str, Json]]]:
        """When each finding was last seen, and its JSON; newest first."""
        query = (
            select(FINDINGS.c.last_at, FINDINGS.c.document)
            .where(FINDINGS.c.last_at >= since)
            .order_by(FINDINGS.c.last_at.desc(), FINDINGS.c.id)
        )
        with self._reading() as connection:
            return [(at, json.loads(document)) for at, document in connection.execute(query)]

    def scans(self, limit: int) -> list[int]:
        """When scans were recorded, newest first, at most `limit`."""
        with self._reading() as connection:
            return list(connection.scalars(select(SCANS.c.at).order_by(SCANS.c.at.desc()).limit(limit)))

    def receipts(self, since: int) -> list[ReceiptRow]:
        """The receipts of notices, oldest first."""
        with self._reading() as connection:
            return notices.since(connection, since)

    def observations(self, until: int) -> list[ObservationRow]:
        """What sources said of vendors up to this time, oldest first; a row ends at this time at the latest."""
        with self._reading() as connection:
            return observations.until(connection, until)

    def named(self, since: int, until: int) -> dict[str, int]:
        """The most vendors that each source named on a day of this span."""
        with self._reading() as connection:
            return observations.named(connection, since, until)

    def entry(self, node: str, id: int) -> Row | None:
        """The slow-log entry `NODE#ID`, of the newest life that has one of this id; None where it is not kept."""
        query = (
            select(ENTRIES, GROUPS.c.command, GROUPS.c.key_pattern, GROUPS.c.shape, CLIENTS.c.name)
            .join(STREAMS, STREAMS.c.id == ENTRIES.c.stream_id)
            .join(GROUPS, GROUPS.c.id == ENTRIES.c.group_id)
            .join(CLIENTS, CLIENTS.c.id == ENTRIES.c.client_id)
            .where(STREAMS.c.node == node, STREAMS.c.log == "slow", ENTRIES.c.id == id)
            .order_by(STREAMS.c.polled_at.desc(), STREAMS.c.id.desc())
            .limit(1)
        )
        with self._reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return Row(row.id, row.at, row.amount, row.command, row.key_pattern, row.shape, row.name, row.elements)


def _group_row(group: Record[Any], sums: Sum) -> GroupRow:
    names = ("node", "log", "command", "key_pattern", "shape", "deployment", "id")
    return GroupRow(**{name: getattr(group, name) for name in names}, **asdict(sums))
