"""The receipts of notices: who was to be told of what, and what came of it. The ladder that asks for them is a room's.

A receipt is written `unknown` before its message leaves and settled after, so the transaction that writes it first is
the claim: of two senders at once the later one reads it and sends nothing. A settled one does not change any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from seawall.history.records import ReceiptRow
from seawall.history.schema import RECEIPTS, fingerprint
from seawall.history.sums import inserter

UNKNOWN = "unknown"


def keep(connection: Connection, rows: Sequence[ReceiptRow]) -> None:
    """Adds receipts; of one that is there and `unknown`, the result and its time are replaced."""
    if not rows:
        return
    values = [{"fingerprint": _key(row), **{name: getattr(row, name) for name in _COLUMNS}} for row in rows]
    insert = inserter(connection)(RECEIPTS)
    settled = {name: insert.excluded[name] for name in ("result", "at")}
    statement = insert.on_conflict_do_update(
        index_elements=[RECEIPTS.c.fingerprint], set_=settled, where=RECEIPTS.c.result == UNKNOWN
    )
    connection.execute(statement, values)


def since(connection: Connection, at: int) -> list[ReceiptRow]:
    """The receipts of this time and later, oldest first."""
    c = RECEIPTS.c
    order = (c.at, c.person, c.channel, c.attempt, c.fingerprint)
    query = select(*(c[name] for name in _COLUMNS)).where(c.at >= at).order_by(*order)
    return [ReceiptRow(*row) for row in connection.execute(query)]


_COLUMNS = ("finding", "deadline", "slot", "person", "channel", "attempt", "result", "at")


def _key(row: ReceiptRow) -> str:
    return fingerprint(row.finding, row.deadline, row.slot, row.person, row.channel, row.attempt)
