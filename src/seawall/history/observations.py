"""What sources said of vendors: a row for each time that one says something else; and how many vendors each named.

A source that is read every hour and says the same has one row, whose end moves. So a year of 40 vendors is some hundred
rows, and when a word was said first is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from sqlalchemy import Connection, delete, func, insert, select, update

from seawall.history.records import ObservationRow
from seawall.history.schema import OBSERVATIONS, READINGS, fingerprint
from seawall.history.sums import inserter

DAY = 86_400
KEPT_DAYS = 400


def keep(connection: Connection, at: int, rows: Sequence[ObservationRow], named: Mapping[str, int]) -> None:
    """Adds what is said at this time, and how many vendors each source names; removes what is older than 400 days."""
    for row in rows:
        _observe(connection, at, row)
    upsert = inserter(connection)(READINGS)
    most = func.max if connection.dialect.name == "sqlite" else func.greatest
    counted = {"vendors": most(READINGS.c.vendors, upsert.excluded.vendors)}
    for source, vendors in named.items():
        day = at - at % DAY
        values = {"fingerprint": fingerprint(source, day), "source": source, "day": day, "vendors": vendors}
        connection.execute(upsert.on_conflict_do_update(index_elements=[READINGS.c.fingerprint], set_=counted), values)
    connection.execute(delete(OBSERVATIONS).where(OBSERVATIONS.c.last_at < at - KEPT_DAYS * DAY))
    connection.execute(delete(READINGS).where(READINGS.c.day < at - KEPT_DAYS * DAY))


def _observe(connection: Connection, at: int, row: ObservationRow) -> None:
    """A new row where the source says something else than at the reading before; else that row's end moves."""
    c = OBSERVATIONS.c
    mine = (c.vendor == row.vendor, c.source == row.source, c.first_at <= at)
    before = connection.execute(select(OBSERVATIONS).where(*mine).order_by(c.first_at.desc(), c.id.desc())).first()
    if before is None or before.document != row.document:
        values = {"vendor": row.vendor, "source": row.source, "document": row.document}
        connection.execute(insert(OBSERVATIONS).values(first_at=at, last_at=at, **values))
    elif before.last_at < at:
        connection.execute(update(OBSERVATIONS).where(c.id == before.id).values(last_at=at))


def until(connection: Connection, at: int) -> list[ObservationRow]:
    """What was said up to this time, oldest first; what is still said ends at it."""
    c = OBSERVATIONS.c
    query = select(*(c[field.name] for field in fields(ObservationRow))).where(c.first_at <= at)
    return [
        ObservationRow(row.vendor, row.source, row.first_at, min(row.last_at, at), row.document)
        for row in connection.execute(query.order_by(c.first_at, c.id))
    ]


def named(connection: Connection, since: int, at: int) -> dict[str, int]:
    """The most vendors that each source named on a day from `since` up to the day of `at`."""
    c = READINGS.c
    query = select(c.source, func.max(c.vendors)).where(c.day > since - DAY, c.day <= at).group_by(c.source)
    return {source: vendors for source, vendors in connection.execute(query)}
