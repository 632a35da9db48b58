"""The numbers of groups and clients: entries and sums hold these instead of texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from sqlalchemy import Connection, Table, insert, select

from seawall.history.schema import CLIENTS, GROUPS, fingerprint
from seawall.keyspace import printable
from seawall.logbook import Row

LONGEST_CLIENT = 200  # characters: a client may name itself as long as it likes, PostgreSQL's index may not
BATCH = 1000  # values in one IN (...)
Subject = tuple[str, str | None, str]  # command, key pattern, shape


def subject_of(row: Row) -> Subject:
    """What the row's group is beside its node and log, as it is stored."""
    pattern = None if row.key_pattern is None else printable(row.key_pattern)
    return printable(row.command), pattern, printable(row.shape)


def client_of(row: Row) -> str:
    """The name of the row's client, as it is stored."""
    return printable(row.client)[:LONGEST_CLIENT]


def group_ids(
    connection: Connection, deployment: str, node: str, log: str, subjects: Iterable[Subject]
) -> dict[Subject, int]:
    """The number of each group; new ones are made."""
    keys = {fingerprint(deployment, node, log, *subject): subject for subject in subjects}
    place = {"deployment": deployment, "node": node, "log": log}
    rows = {
        key: {"fingerprint": key, **place, "command": command, "key_pattern": pattern, "shape": shape}
        for key, (command, pattern, shape) in keys.items()
    }
    ids = _ids(connection, GROUPS, "fingerprint", rows)
    return {subject: ids[key] for key, subject in keys.items()}


def client_ids(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """The number of each client; new ones are made."""
    return _ids(connection, CLIENTS, "name", {name: {"name": name} for name in names})


def _ids(
    connection: Connection, table: Table, unique: str, rows: Mapping[str, Mapping[str, str | None]]
) -> dict[str, int]:
    """The number of each row by its unique column; those that are not there are inserted."""
    ids = _known(connection, table, unique, rows)
    missing = sorted(rows.keys() - ids.keys())
    if missing:
        connection.execute(insert(table), [rows[key] for key in missing])
        ids |= _known(connection, table, unique, missing)
    return ids


def _known(connection: Connection, table: Table, unique: str, keys: Iterable[str]) -> dict[str, int]:
    column = table.c[unique]
    found: dict[str, int] = {}
    left = iter(keys)
    while batch := list(islice(left, BATCH)):
        rows: Sequence[tuple[str, int]] = [
            (key, number) for key, number in connection.execute(select(column, table.c.id).where(column.in_(batch)))
        ]
        found |= dict(rows)
    return found
