"""Writing a store: what one transaction may do. Writers are one at a time, so what is read in it stays true in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, case, delete, insert, select, update
from sqlalchemy import Row as Record

from seawall.errors import BadReply
from seawall.history import notices, observations, retention, watched
from seawall.history.names import client_ids, client_of, group_ids, subject_of
from seawall.history.records import ObservationRow, ReceiptRow
from seawall.history.schema import (
    ENTRIES,
    EVENTS,
    FINDINGS,
    GROUPS,
    HOURS,
    SCANS,
    STREAMS,
    fingerprint,
)
from seawall.history.spans import hour_of
from seawall.history.sums import Sum, inserter, merge, of_group
from seawall.keyspace import printable
from seawall.logbook import Event, Position, Row, Stream
from seawall.model import Json

LARGEST = 10**11  # 27 hours, 100 GB: a hostile amount must not overflow a sum (2**63 is 92 million of these)
LARGEST_ID = 2**53  # 285 years at a million entries a second
LATEST = 253_402_300_799  # the end of the year 9999: no calendar goes further


class Writer:
    """What may be done inside `History.writing`: all of it is committed together, or nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = inserter(connection)

    # --- positions and entries ----------------------------------------------------------------------------------------

    def position(self, stream: Stream) -> Position | None:
        """How far the stream was read; None where it never was."""
        query = select(STREAMS).where(STREAMS.c.fingerprint == _stream_key(stream))
        row = self._connection.execute(query).first()
        return None if row is None else position_of(row)

    def last(self, node: str, log: str, deployment: str) -> Position | None:
        """The position of the node's newest life: polled last; of two polled in one second the one not ended."""
        c = STREAMS.c
        query = (
            select(STREAMS)
            .where(c.node == printable(node), c.log == log, c.deployment == printable(deployment))
            .order_by(c.polled_at.desc(), case((c.state == "ended", 1), else_=0), c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(query).first()
        return None if row is None else position_of(row)

    def store(self, position: Position, rows: Sequence[Row], events: Sequence[Event] = ()) -> int:
        """Moves the position, adds the rows and the events; what is there already is not added again.

        Returns how many rows were new. Raises BadReply for ids and times that no server gives.
        """
        for row in rows:
            if not (0 <= row.id <= LARGEST_ID and 0 <= row.at <= LATEST):
                what = f"{position.stream.node} numbers its entries as no server does: {row.id} at {row.at}"
                raise BadReply(what, "Check that a Redis or Valkey server answers there.")
        stream_id, floor_id = self._move(position)
        self._add_events(events)
        new = self._new(stream_id, floor_id, rows)
        if new:
            self._add(position.stream, stream_id, new)
        return len(new)

    def note(self, event: Event) -> None:
        """Records an event that comes with no poll."""
        self._add_events([event])

    def cover(self, position: Position, since: int | None) -> None:
        """Nothing of this stream is missing up to its last poll: from `since` on, or on from the poll before (None)."""
        stream_id = self._connection.scalar(
            select(STREAMS.c.id).where(STREAMS.c.fingerprint == _stream_key(position.stream))
        )
        if stream_id is not None:
            watched.cover(self._connection, stream_id, since, position.polled_at)

    def _move(self, position: Position) -> tuple[int, int]:
        """The stream's number, and the id below which its entries are not taken any more."""
        stream = position.stream
        values = {name: getattr(position, name) for name in _POSITION}
        key = _stream_key(stream)
        # UPDATE first: an INSERT ... ON CONFLICT takes a number of the sequence each time, at a poll a second and
        # a hundred nodes all of them within a year.
        moved = self._connection.execute(
            update(STREAMS)
            .where(STREAMS.c.fingerprint == key)
            .values(values)
            .returning(STREAMS.c.id, STREAMS.c.floor_id)
        ).first()
        if moved is not None:
            return moved.id, moved.floor_id
        made = self._insert(STREAMS).values(fingerprint=key, floor_id=0, **_names(stream), **values)
        return self._connection.scalars(made.returning(STREAMS.c.id)).one(), 0

    def _new(self, stream_id: int, floor_id: int, rows: Sequence[Row]) -> list[Row]:
        """Those rows that are not stored yet, by id, in order."""
        wanted = {row.id: row for row in rows if row.id >= floor_id}
        if not wanted:
            return []
        e = ENTRIES.c
        span = (e.stream_id == stream_id, e.id >= min(wanted), e.id <= max(wanted))
        there = set(self._connection.scalars(select(e.id).where(*span)))
        return [wanted[n] for n in sorted(wanted.keys() - there)]

    def _add(self, stream: Stream, stream_id: int, rows: Sequence[Row]) -> None:
        place = _names(stream)
        subjects = {subject_of(row) for row in rows}
        groups = group_ids(self._connection, place["deployment"], place["node"], place["log"], subjects)
        clients = client_ids(self._connection, {client_of(row) for row in rows})
        values: list[dict[str, int | None]] = []
        sums: dict[tuple[int, int], Sum] = {}
        for row in rows:
            group_id, amount = groups[subject_of(row)], _bounded(row.amount)
            elements = None if row.elements is None else _bounded(row.elements)
            values.append(
                {
                    "stream_id": stream_id,
                    "id": row.id,
                    "at": row.at,
                    "amount": amount,
                    "group_id": group_id,
                    "client_id": clients[client_of(row)],
                    "elements": elements,
                }
            )
            one, key = Sum.of(row.at, amount, elements), (group_id, hour_of(row.at))
            if key in sums:
                sums[key].add(one)
            else:
                sums[key] = one
        self._connection.execute(insert(ENTRIES), values)
        merge(self._connection, sums)

    def _add_events(self, events: Sequence[Event]) -> None:
        values = [
            {
                "fingerprint": fingerprint(e.at, e.node, e.kind, e.detail, e.deployment),
                "at": e.at,
                "deployment": e.deployment,
                "node": e.node,
                "kind": e.kind,
                "detail": printable(e.detail),
            }
            for e in events
        ]
        if values:
            self._connection.execute(self._insert(EVENTS).on_conflict_do_nothing(), values)

    # --- key patterns -------------------------------------------------------------------------------------------------

    def patterns(self, deployment: str, command: str | None = None) -> dict[str, set[str]]:
        """The key patterns known of each command (of this command) of a deployment."""
        c = GROUPS.c
        query = select(c.command, c.key_pattern).distinct().where(c.deployment == printable(deployment))
        if command is not None:
            query = query.where(c.command == command)
        found: dict[str, set[str]] = {}
        for name, pattern in self._connection.execute(query.where(c.key_pattern.is_not(None))):
            found.setdefault(name, set()).add(pattern)
        return found

    def merge_patterns(self, node: str, deployment: str, command: str, old: Mapping[str, str]) -> None:
        """Makes the groups whose key pattern is a key of `old` one with those of the wider pattern `old[key]`.

        Their entries and sums move, no entry is lost or counted twice, and the narrow groups are gone. Where the wider
        pattern is a key of `old` itself, its own wider one counts.
        """
        if not old:
            return
        c = GROUPS.c
        mine = (c.node == printable(node), c.deployment == printable(deployment), c.command == command)
        narrow = [g for g in self._connection.execute(select(GROUPS).where(*mine)) if g.key_pattern in old]
        for group in narrow:
            wide = _widest(group.key_pattern, old)
            if wide == group.key_pattern:
                continue
            target = (command, wide, group.shape)
            target_id = group_ids(self._connection, group.deployment, group.node, group.log, [target])[target]
            self._connection.execute(update(ENTRIES).where(ENTRIES.c.group_id == group.id).values(group_id=target_id))
            sums = of_group(self._connection, group.id)
            merge(self._connection, {(target_id, start): one for start, one in sums.items()})
            self._connection.execute(delete(HOURS).where(HOURS.c.group_id == group.id))
            self._connection.execute(delete(GROUPS).where(c.id == group.id))

    # --- findings, scans, age -----------------------------------------------------------------------------------------

    def keep_finding(self, at: int, node: str, deployment: str, finding: Mapping[str, Json]) -> None:
        """Keeps a finding's JSON by its `id`: the one seen last, and when it was seen first and last."""
        row = {"id": str(finding["id"]), "node": node, "deployment": deployment, "document": json.dumps(finding)}
        insert = self._insert(FINDINGS).values(first_at=at, last_at=at, **row)
        newest = {name: insert.excluded[name] for name in ("node", "deployment", "last_at", "document")}
        self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=[FINDINGS.c.id], set_=newest, where=insert.excluded.last_at >= FINDINGS.c.last_at
            )
        )

    def record_scan(self, at: int) -> None:
        """Records that a scan looked at this store."""
        self._connection.execute(self._insert(SCANS).values(at=at).on_conflict_do_nothing())

    def receipts(self, since: int) -> list[ReceiptRow]:
        """The receipts of notices, oldest first; nobody adds one before this transaction ends."""
        return notices.since(self._connection, since)

    def keep_receipts(self, rows: Sequence[ReceiptRow]) -> None:
        """Adds receipts, and settles those that are there and `unknown`."""
        notices.keep(self._connection, rows)

    def observe(self, at: int, rows: Sequence[ObservationRow], named: Mapping[str, int]) -> None:
        """Keeps what sources say of vendors at this time, and how many each names. Of a row its times do not count."""
        observations.keep(self._connection, at, rows, named)

    def prune(self, now: int, keep_days: int, max_bytes: int | None) -> int:
        """Removes what is too old or too much, oldest entries first, by whole hours; returns how many entries.

        See `seawall.history.retention`.
        """
        return retention.prune(self._connection, now, keep_days, max_bytes)


_POSITION = ("first_id", "last_id", "seen", "lost", "unknown_since", "polled_at", "state", "oldest_id", "own")


def position_of(row: Record[Any]) -> Position:
    """The position in a row of the streams."""
    stream = Stream(row.node, row.run_id, row.log, row.deployment)
    return Position(stream, **{name: getattr(row, name) for name in _POSITION})


def _names(stream: Stream) -> dict[str, str]:
    return {name: printable(getattr(stream, name)) for name in ("deployment", "node", "run_id", "log")}


def _stream_key(stream: Stream) -> str:
    return fingerprint(*_names(stream).values())


def _bounded(amount: int) -> int:
    return max(-LARGEST, min(amount, LARGEST))


def _widest(pattern: str, old: Mapping[str, str]) -> str:
    """The end of the chain of wider patterns that begins with this one."""
    passed: set[str] = set()
    while pattern in old and pattern not in passed:
        passed.add(pattern)
        pattern = old[pattern]
    return pattern
