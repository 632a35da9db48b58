"""Versions: an older store is taken to the newest with all that is in it, a newer one is refused and left alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, text

from seawall.errors import InputError
from seawall.history import Event, GroupRow, Position, Row, Stream, open_history
from seawall.history.migrations import STEPS, VERSION, migrate, version_of
from seawall.history.opening import open_store
from seawall.history.schema import METADATA, fingerprint
from seawall.history.spans import HOUR

from .test_store import ROW, START, fill

# A store as version 1 made it, in SQL: no code of today has a part in it.
STREAM_1 = Stream("cache:6379", "a" * 40, deployment="shop")
GROUPS_1 = {1: ("SMEMBERS", "cart:*", "SMEMBERS key"), 2: ("KEYS", None, "KEYS pattern")}
ENTRIES_1 = [  # id, at, amount, group, elements
    (3, START + 1, 12_000, 1, 2_000),
    (4, START + 2, 15_000, 1, None),
    (5, START + HOUR + 5, 11_000, 1, 1_500),
    (7, START + HOUR + 6, 90_000, 2, None),
]


def make_version_1(connection: Connection) -> None:
    migrate(connection, STEPS[:1])
    place = {"d": "shop", "n": "cache:6379"}

    def run(statement: str, **values: str | int | None) -> None:
        connection.execute(text(statement), values)

    run(
        "INSERT INTO seawall_streams (fingerprint, deployment, node, run_id, log, first_id, last_id, seen, lost,"
        " polled_at, state) VALUES (:f, :d, :n, :r, 'slow', 3, 7, 4, 4, :at, 'counted')",
        f=fingerprint("shop", "cache:6379", "a" * 40, "slow"),
        r="a" * 40,
        at=START + 7000,
        **place,
    )
    for group in GROUPS_1.values():
        run(
            "INSERT INTO seawall_groups (fingerprint, deployment, node, log, command, key_pattern, shape)"
            " VALUES (:f, :d, :n, 'slow', :c, :p, :s)",
            f=fingerprint("shop", "cache:6379", "slow", *group),
            **dict(zip("cps", group, strict=True)),
            **place,
        )
    run("INSERT INTO seawall_clients (name) VALUES ('worker')")
    for entry in ENTRIES_1:
        run(
            "INSERT INTO seawall_entries (stream_id, client_id, id, at, amount, group_id, elements)"
            " VALUES (1, 1, :id, :at, :amount, :group, :elements)",
            **dict(zip(("id", "at", "amount", "group", "elements"), entry, strict=True)),
        )
    run(
        "INSERT INTO seawall_events (fingerprint, at, deployment, node, kind, detail)"
        " VALUES ('e', :at, :d, :n, 'overflow', '3 lost')",
        at=START,
        **place,
    )


@pytest.fixture
def version_1(where: str) -> str:
    """The place of a store of version 1."""
    with open_history(where) as history:  # for the settings that a file has before its first table
        engine = history._engine  # pyright: ignore[reportPrivateUsage]
        with engine.begin() as connection:
            for table in METADATA.sorted_tables:
                connection.execute(text(f"DROP TABLE {table.name}"))
        with engine.begin() as connection:
            make_version_1(connection)
            assert version_of(connection) == 1
    return where


def test_version_1_is_migrated_and_keeps_its_data(version_1: str):
    with open_history(version_1) as history:
        assert history.positions() == [Position(STREAM_1, 3, 7, 4, 4, None, START + 7000, "counted", None, 0)]
        place, late = ("cache:6379", "slow"), START + HOUR + 6
        assert history.groups(0) == [
            GroupRow(*place, "KEYS", None, "KEYS pattern", 1, 90_000, 90_000, None, late, late, "shop", 2),
            GroupRow(
                *place,
                *("SMEMBERS", "cart:*", "SMEMBERS key", 3, 38_000, 15_000, 2_000),
                *(START + 1, START + HOUR + 5, "shop", 1),
            ),
        ]
        assert history.hours(0) == {
            1: {START: (2, 27_000, 15_000), START + HOUR: (1, 11_000, 11_000)},
            2: {START + HOUR: (1, 90_000, 90_000)},
        }
        assert history.times(1, 0) == [START + HOUR + 5, START + 2, START + 1]
        assert history.entry("cache:6379", 7) == Row(
            7, START + HOUR + 6, 90_000, "KEYS", None, "KEYS pattern", "worker"
        )
        assert history.events(0) == [Event(START, "cache:6379", "overflow", "3 lost", "shop")]
        assert history.findings(0) == []
        assert history.scans(9) == []


def test_a_migrated_store_goes_on_where_version_1_stopped(version_1: str):
    with open_history(version_1) as history:
        row = Row(7, START + HOUR + 6, 90_000, "KEYS", None, "KEYS pattern", "worker")
        with history.writing() as writer:
            assert writer.position(STREAM_1) is not None
            next_one = Position(STREAM_1, 3, 8, 5, 4, None, START + 8000, "counted")
            assert writer.store(next_one, [row, Row(8, START + HOUR + 9, 5, "KEYS", None, "KEYS pattern")]) == 1
        assert {g.id: g.entries for g in history.groups(0)} == {1: 3, 2: 2}
        assert history.positions() == [next_one]
        fill(history, [ROW])  # numbers that the database gives do not meet those of version 1
    with open_history(version_1, read_only=True) as history:
        assert sum(g.entries for g in history.groups(0)) == 6


def test_a_migrated_store_is_as_its_description(version_1: str):
    """And queries name no column that is not there, or is there with another type."""
    with open_history(version_1) as history:
        there = MetaData()
        there.reflect(history._engine)  # pyright: ignore[reportPrivateUsage]
    assert described(there) == described(METADATA)


def described(tables: MetaData) -> dict[str, set[tuple[str, str, bool, bool]]]:
    return {
        table.name: {
            (c.name, str(c.type), c.primary_key, bool(c.nullable) and not c.primary_key) for c in table.columns
        }
        for table in tables.sorted_tables
    }


def test_a_reader_migrates_nothing(version_1: str):
    with pytest.raises(InputError, match="earlier seawall"):
        open_history(version_1, read_only=True)
    with open_history(version_1) as history:
        assert len(history.groups(0)) == 2


def test_a_migration_that_fails_changes_nothing(version_1: str, monkeypatch: pytest.MonkeyPatch):
    steps = (*STEPS[:1], (*STEPS[1], "SELECT broken FROM nowhere"))
    with monkeypatch.context() as patch:
        patch.setattr("seawall.history.opening.migrate", lambda connection: migrate(connection, steps))  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]
        with pytest.raises(Exception, match="nowhere"):
            open_history(version_1)
    with open_history(version_1) as history:
        assert sum(group.entries for group in history.groups(0)) == 4


def test_a_newer_store_is_refused_and_left_alone(where: str, tmp_path: Path):
    with open_history(where) as history:
        fill(history, [ROW])
        with history._engine.begin() as connection:  # pyright: ignore[reportPrivateUsage]
            connection.execute(text(f"UPDATE seawall_store SET version = {VERSION + 7}"))
    path = tmp_path / "history.db"
    before = path.read_bytes() if path.exists() else b""
    for read_only in (False, True):
        with pytest.raises(InputError) as caught:
            open_history(where, read_only=read_only)
        assert f"its version is {VERSION + 7}, and this one reads {VERSION}" in caught.value.what
        assert "left as it is" in caught.value.hint
    assert (path.read_bytes() if path.exists() else b"") == before


def test_many_open_a_new_place_at_once(where: str):
    """Each finds a whole store, made once; processes do the same in test_processes.py."""
    start, wrong = threading.Barrier(4), list[BaseException]()

    def work(number: int) -> None:
        try:
            start.wait()
            with open_store(where, read_only=False) as history:
                fill(history, [ROW], Stream("cache:6379", str(number)))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    with open_history(where) as history:
        assert [group.entries for group in history.groups(0)] == [4]
        assert {position.stream for position in history.positions()} == {
            Stream("cache:6379", str(number)) for number in range(4)
        }
