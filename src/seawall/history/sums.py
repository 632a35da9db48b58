"""Sums of entries: added up in Python, merged into the hours of a store, read over a span."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from seawall.history.schema import ENTRIES, GROUPS, HOURS, STORE
from seawall.history.spans import Parts, cut, hour_of


@dataclass(slots=True)
class Sum:
    """The sums of entries of one group; amounts are in its log's unit, times in epoch seconds."""

    entries: int
    total: int
    largest: int
    elements: int | None  # the largest count that is known
    first_at: int
    last_at: int

    @classmethod
    def of(cls, at: int, amount: int, elements: int | None) -> Sum:
        """The sums of one entry."""
        return cls(1, amount, amount, elements, at, at)

    def add(self, other: Sum) -> None:
        """Makes these the sums of both."""
        self.entries += other.entries
        self.total += other.total
        self.largest = max(self.largest, other.largest)
        self.elements = max((n for n in (self.elements, other.elements) if n is not None), default=None)
        self.first_at = min(self.first_at, other.first_at)
        self.last_at = max(self.last_at, other.last_at)


def inserter(connection: Connection) -> type[sqlite.Insert] | type[postgresql.Insert]:
    """The INSERT of this database that knows ON CONFLICT; both do the same."""
    return {"sqlite": sqlite.Insert, "postgresql": postgresql.Insert}[connection.dialect.name]


def merge(connection: Connection, sums: Mapping[tuple[int, int], Sum]) -> None:
    """Adds sums, by group and start of the hour, to those that the store has."""
    if not sums:
        return
    insert = inserter(connection)(HOURS)
    new, old = insert.excluded, HOURS.c
    statement = insert.on_conflict_do_update(
        index_elements=[old.group_id, old.start],
        set_={
            "entries": old.entries + new.entries,
            "total": old.total + new.total,
            # max(a, b) of SQLite is greatest(a, b) of PostgreSQL; this is either's.
            "largest": case((new.largest > old.largest, new.largest), else_=old.largest),
            "elements": case(
                (or_(old.elements.is_(None), new.elements > old.elements), new.elements), else_=old.elements
            ),
            "first_at": case((new.first_at < old.first_at, new.first_at), else_=old.first_at),
            "last_at": case((new.last_at > old.last_at, new.last_at), else_=old.last_at),
        },
    )
    rows = [{"group_id": group_id, "start": start, **asdict(one)} for (group_id, start), one in sums.items()]
    connection.execute(statement, rows)


def of_group(connection: Connection, group_id: int) -> dict[int, Sum]:
    """The sums of a group by the start of the hour."""
    query = select(HOURS).where(HOURS.c.group_id == group_id)
    names = Sum.__dataclass_fields__
    return {row.start: Sum(*(getattr(row, name) for name in names)) for row in connection.execute(query)}


def over(connection: Connection, since: int, until: int | None, *, by_hour: bool) -> Iterator[tuple[int, int, Sum]]:
    """Group, start of the hour and sums, for each part of the span; without `by_hour` whole hours are one, at 0.

    Exact: the hours at the edges of the span are counted from entries, or count whole where those were pruned.
    """
    kept_from = connection.scalar(select(STORE.c.kept_from)) or 0
    parts = cut(since, until, kept_from)
    yield from _read(connection, _of_hours(parts, by_hour=by_hour))
    for edge in parts.edges:
        yield from _read(connection, _of_entries(*edge))


def _read(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[tuple[int, int, Sum]]:
    for group_id, start, entries, total, largest, elements, first_at, last_at in connection.execute(query):
        # PostgreSQL's sums of BIGINT are decimal numbers.
        yield group_id, start, Sum(int(entries), int(total), largest, elements, first_at, last_at)


def _of_hours(parts: Parts, *, by_hour: bool) -> Select[*tuple[Any, ...]]:
    h = HOURS.c
    sums = (
        func.sum(h.entries),
        func.sum(h.total),
        func.max(h.largest),
        func.max(h.elements),
        func.min(h.first_at),
        func.max(h.last_at),
    )
    columns: list[ColumnElement[Any]] = [h.group_id, h.start if by_hour else literal(0), *sums]
    query = select(*columns).where(h.start >= parts.start).group_by(*columns[: 2 if by_hour else 1])
    return query if parts.end is None else query.where(h.start < parts.end)


def _of_entries(since: int, until: int) -> Select[*tuple[Any, ...]]:
    e = ENTRIES.c
    sums = (
        func.count(),
        func.sum(e.amount),
        func.max(e.amount),
        func.max(e.elements),
        func.min(e.at),
        func.max(e.at),
    )
    columns: list[ColumnElement[Any]] = [e.group_id, literal(hour_of(since)), *sums]
    # By group first: the index is on (group, time), and one on time alone would make a week 10 MB larger.
    of_any_group = e.group_id.in_(select(GROUPS.c.id))
    return select(*columns).where(of_any_group, e.at >= since, e.at < until).group_by(e.group_id)
