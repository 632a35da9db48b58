"""The tables of the newest version, as queries name them. `seawall.history.migrations` makes them.

    store      one row: the version, and from which hour on entries are kept
    streams    one row a stream: its position; floor_id: entries below were removed by age and are never taken again
    groups     deployment, node, log, command, key pattern, shape; entries and hours name it by number
    clients    client names
    entries    one row an entry, keyed by (stream, id): what makes counting it twice impossible
    hours      sums by group and hour, moved in the transaction that stores the entries
    watched    spans of a stream of which no entry is missing
    events, findings, scans
    receipts    who was to be told of what, and what came of it
    observations    what a source said of a vendor, from when to when it said the same
    readings    how many vendors a source named, the most of each day

`fingerprint` is the identity of a row whose texts may be long or null: PostgreSQL indexes at most 2,704 bytes, and two
nulls are not the same to a unique index. There are no foreign keys: writers are one at a time, and the two that remove
rows (pruning, merging) do so in order.
"""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

METADATA = MetaData()


def _table(name: str, *columns: Column[int] | Column[str]) -> Table:
    """A table with our prefix: in PostgreSQL it may lie among a team's own tables."""
    return Table(f"seawall_{name}", METADATA, *columns)


def _number(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=null, autoincrement=False)


def _text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


STORE = _table("store", _number("version"), _number("kept_from"))
STREAMS = _table(
    "streams",
    _id(),
    *(_text(name) for name in ("fingerprint", "deployment", "node", "run_id", "log")),
    *(_number(name, null=True) for name in ("first_id", "last_id")),
    _number("seen"),
    *(_number(name, null=True) for name in ("lost", "unknown_since")),
    _number("polled_at"),
    _text("state"),
    _number("oldest_id", null=True),
    _number("own"),
    _number("floor_id"),
)
GROUPS = _table(
    "groups",
    _id(),
    *(_text(name) for name in ("fingerprint", "deployment", "node", "log", "command")),
    _text("key_pattern", null=True),
    _text("shape"),
)
CLIENTS = _table("clients", _id(), _text("name"))
ENTRIES = _table(
    "entries",
    _number("stream_id", key=True),
    _number("id", key=True),
    *(_number(name) for name in ("at", "amount", "group_id", "client_id")),
    _number("elements", null=True),
)
HOURS = _table(
    "hours",
    _number("group_id", key=True),
    _number("start", key=True),
    *(_number(name) for name in ("entries", "total", "largest")),
    _number("elements", null=True),
    *(_number(name) for name in ("first_at", "last_at")),
)
EVENTS = _table(
    "events",
    _id(),
    _text("fingerprint"),
    _number("at"),
    *(_text(name) for name in ("deployment", "node", "kind", "detail")),
)
FINDINGS = _table(
    "findings",
    _text("id", key=True),
    *(_text(name) for name in ("deployment", "node")),
    *(_number(name) for name in ("first_at", "last_at")),
    _text("document"),
)
SCANS = _table("scans", _number("at", key=True))
WATCHED = _table("watched", _id(), *(_number(name) for name in ("stream_id", "since", "until")))
RECEIPTS = _table(
    "receipts",
    _text("fingerprint", key=True),
    _text("finding"),
    _number("deadline", null=True),
    *(_text(name) for name in ("slot", "person", "channel")),
    _number("attempt"),
    _text("result"),
    _number("at"),
)
OBSERVATIONS = _table(
    "observations",
    _id(),
    *(_text(name) for name in ("vendor", "source")),
    *(_number(name) for name in ("first_at", "last_at")),
    _text("document"),
)
READINGS = _table(
    "readings", _text("fingerprint", key=True), _text("source"), *(_number(name) for name in ("day", "vendors"))
)


def fingerprint(*parts: str | int | None) -> str:
    """128 bits that stand for these words and numbers, in hexadecimal."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
