"""A store is made, opened or refused: what is refused is left as it was, and the error says why in one line."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from seawall.errors import InputError, NotPermitted, OutputError, SeawallError, Unreachable, UsageError
from seawall.history import History, Row, open_history

from .postgres import PASSWORD, Cluster
from .test_store import ROW, STREAM, at_end, fill

SECRETS = (PASSWORD, "cr@t", "cr%40t", "hunter2")


def refused(where: str | Path, *, read_only: bool = False) -> SeawallError:
    """The error of a store that does not open. It has a hint, and shows no secret."""
    with pytest.raises(SeawallError) as caught:
        open_history(where, read_only=read_only)
    error = caught.value
    shown = f"{error.what} {error.hint}"
    assert error.hint
    assert error.what.isprintable()
    assert not [secret for secret in SECRETS if secret in shown], shown
    return error


def python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, timeout=60)


def test_importing_the_room_imports_no_database():
    code = "import sys, seawall.history; print({'sqlalchemy', 'sqlite3', 'psycopg'} & set(sys.modules))"
    assert python(code).stdout == "set()\n"


def test_every_public_name_is_there():
    code = "import seawall.history as h; print([n for n in h.__all__ if not hasattr(h, n)])"
    assert python(code).stdout == "[]\n"


def test_a_store_is_made_once_and_opened_again(where: str):
    with open_history(where) as first:
        fill(first, [ROW])
    with open_history(where) as second:
        fill(second, [ROW])
        assert [group.entries for group in second.groups(0)] == [1]


def test_a_new_file_and_those_beside_it_are_for_their_owner_only(tmp_path: Path):
    with open_history(tmp_path / "history.db") as history:
        fill(history, [ROW])
        files = list(tmp_path.iterdir())
        assert len(files) == 3
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert [file.name for file in tmp_path.iterdir()] == ["history.db"]


@pytest.mark.parametrize("name", ["a b?mode=memory#1%41&.db", "caf\u00e9.db", "-x.db"])
def test_a_file_may_have_any_name(name: str, tmp_path: Path):
    with open_history(tmp_path / name) as history:
        fill(history, [ROW])
    assert [file.name for file in tmp_path.iterdir()] == [name]
    with open_history(tmp_path / name, read_only=True) as history:
        assert len(history.groups(0)) == 1


def test_an_empty_file_becomes_a_store(tmp_path: Path):
    (tmp_path / "history.db").touch()
    with open_history(tmp_path / "history.db") as history:
        fill(history, [ROW])


# --- reading only -----------------------------------------------------------------------------------------------------


def test_a_reader_sees_what_is_committed_while_a_writer_writes(history: History, where: str):
    fill(history, [ROW])
    with open_history(where, read_only=True) as reader:
        with history.writing() as writer:
            writer.store(at_end(STREAM, 2), [Row(1, 1, 1, "GET", None, "")])
            assert [group.entries for group in reader.groups(0)] == [1]
            assert len(reader.positions()) == 1
        assert sum(group.entries for group in reader.groups(0)) == 2


def test_a_long_reader_does_not_hold_up_the_writer(history: History, where: str):
    fill(history, [ROW])
    with open_history(where, read_only=True) as reader, reader._reading() as connection:  # pyright: ignore[reportPrivateUsage]
        before = connection.exec_driver_sql("SELECT count(*) FROM seawall_entries").scalar_one()
        fill(history, [ROW, Row(1, 1, 1, "GET", None, "")])
        assert connection.exec_driver_sql("SELECT count(*) FROM seawall_entries").scalar_one() == before == 1


def test_a_reader_writes_nothing(history: History, where: str):
    fill(history, [ROW])
    with open_history(where, read_only=True) as reader:
        with pytest.raises(UsageError), reader.writing():
            raise AssertionError
        assert reader.groups(0) == history.groups(0)


def test_no_store_to_read(where: str, tmp_path: Path):
    error = refused(where, read_only=True)
    assert isinstance(error, InputError)
    assert "there is no store" in error.what
    assert not (tmp_path / "history.db").exists()


def test_an_empty_file_is_no_store_to_read(tmp_path: Path):
    (tmp_path / "history.db").touch()
    assert "there is no store" in refused(tmp_path / "history.db", read_only=True).what
    assert (tmp_path / "history.db").stat().st_size == 0


# --- files that are refused -------------------------------------------------------------------------------------------


def text_file(path: Path) -> None:
    path.write_text("id,at\n" * 1000, encoding="utf-8")


def short_file(path: Path) -> None:
    path.write_bytes(b"\x00\x01")


def another_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE moz_places (id INTEGER)")
        connection.commit()


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("make", [text_file, short_file, another_database])
def test_what_is_no_store_is_left_as_it_was(make: Callable[[Path], None], read_only: bool, tmp_path: Path):
    path = tmp_path / "history.db"
    make(path)
    before, mode = path.read_bytes(), path.stat().st_mode
    error = refused(path, read_only=read_only)
    assert isinstance(error, InputError)
    assert "no store of seawall" in error.what
    assert (path.read_bytes(), path.stat().st_mode) == (before, mode)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("read_only", [False, True])
def test_a_folder_a_missing_folder_and_a_name_that_cannot_be(read_only: bool, tmp_path: Path):
    assert "is a folder" in refused(tmp_path, read_only=read_only).what
    kind = InputError if read_only else UsageError
    assert isinstance(refused(tmp_path / "none" / "history.db", read_only=read_only), kind)
    assert isinstance(refused(tmp_path / ("n" * 300), read_only=read_only), OutputError)
    assert isinstance(refused(tmp_path / "a\x00b", read_only=read_only), SeawallError)
    assert isinstance(refused(tmp_path / "a\x1b[31m\n" / "b", read_only=read_only), kind)


def test_a_damaged_store_is_one_error(tmp_path: Path):
    path = tmp_path / "history.db"
    with open_history(path) as history:
        fill(history, [Row(n, n, n, "GET", f"k{n}", "") for n in range(2_000)])
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)
    assert isinstance(refused(path), InputError)


AS_NOBODY = """
import os, sys
from seawall.errors import SeawallError
from seawall.history import open_history
open_history(sys.argv[3]).close()  # imports all that is needed: nobody may not
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    with open_history(sys.argv[1], read_only=sys.argv[2] == "True") as history:
        print("opened", len(history.groups(0)))
except SeawallError as error:
    print(type(error).__name__, error.what)
"""


@pytest.fixture
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that nobody but root may write, with a store in it that all may read."""
    folder = tmp_path_factory.mktemp("foreign")
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.getuid() and parent != Path("/tmp"):
            parent.chmod(0o755)
    with open_history(folder / "history.db") as history:
        fill(history, [ROW])
    (folder / "history.db").chmod(0o444)
    folder.chmod(0o555)
    return folder


def test_a_place_that_may_not_be_written(foreign: Path, tmp_path: Path):
    for name in ("new.db", "history.db"):
        assert python(AS_NOBODY, str(foreign / name), "False", str(tmp_path / "own.db")).stdout.startswith(
            "OutputError"
        )
    assert [file.name for file in foreign.iterdir()] == ["history.db"]


def test_a_file_that_may_not_be_read(foreign: Path, tmp_path: Path):
    (foreign / "history.db").chmod(0o000)
    said = python(AS_NOBODY, str(foreign / "history.db"), "True", str(tmp_path / "own.db")).stdout
    assert said.startswith("OutputError")


FULL = """
import resource, signal, sys
from seawall.errors import OutputError
from seawall.history import Position, Row, Stream, open_history
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
stored = 0
with open_history(sys.argv[1]) as history:
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    try:
        while True:
            rows = [Row(n, n, n, "GET", f"k{n}", "") for n in range(stored, stored + 100)]
            with history.writing() as writer:
                writer.store(Position(Stream("n", "r"), 0, stored + 99, stored + 100, 0, None, 1, "counted"), rows)
            stored += 100
    except OutputError as error:
        print(stored, error.what)
"""


def test_a_disk_that_takes_no_more_is_one_error_and_breaks_nothing(tmp_path: Path):
    """The limit on a file's size stands for the disk: the write fails in the middle all the same."""
    path = tmp_path / "history.db"
    stored, _, what = python(FULL, str(path)).stdout.partition(" ")
    assert int(stored) > 0
    assert "the store" in what
    with open_history(path) as history:
        assert sum(group.entries for group in history.groups(0)) == int(stored)
        fill(history, [ROW])


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("mysql://u:hunter2@host/db", UsageError),
        ("postgresql://u:hunter2@host:hunter2/db", UsageError),
        ("postgresql://u:cr@t@host/db", UsageError),
        ("postgresql://u:a@b/hunter2@host/db", UsageError),
        ("postgresql://u:hunter2@127.0.0.1:1/db", Unreachable),
        ("postgresql://u:hunter2@name.invalid/db", Unreachable),
        ("postgresql://u@/db?host=/nowhere&password=hunter2", Unreachable),
        ("postgresql://u@/db?host=/nowhere&hunter2=1", UsageError),
        ("postgresql://u:hunter2@127.0.0.1/db?connect_timeout=cr%40t", UsageError),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_urls_that_lead_nowhere(url: str, kind: type[SeawallError], read_only: bool):
    error = refused(url, read_only=read_only)
    assert type(error) is kind, error.what
    assert error.retry_helps == (kind is Unreachable)


def test_a_wrong_password_user_or_database(postgres: Cluster):
    assert isinstance(refused(postgres.url("postgres", password="hunter2")), NotPermitted)
    assert isinstance(refused(postgres.url("postgres", password="")), NotPermitted)
    assert isinstance(refused(postgres.url("postgres", user="nobody")), NotPermitted)
    error = refused(postgres.url("no_such_database"))
    assert isinstance(error, NotPermitted)
    assert "no_such_database" in error.what


def test_a_user_without_rights(postgres: Cluster):
    url = postgres.database()
    postgres.run(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
    theirs = url.replace("//seawall:", "//reader:")
    assert isinstance(refused(theirs), NotPermitted)
    with open_history(url) as history:
        fill(history, [ROW])
    assert isinstance(refused(theirs), NotPermitted)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    with open_history(theirs, read_only=True) as history:
        assert len(history.groups(0)) == 1
    with open_history(theirs) as history, pytest.raises(NotPermitted):
        fill(history, [ROW])


def test_a_connection_that_is_cut_is_one_error_and_the_next_write_goes_on(postgres: Cluster):
    url = postgres.database()
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'seawall'"
    with open_history(url) as history:
        with pytest.raises(Unreachable) as caught, history.writing() as writer:
            assert [writer.store(at_end(STREAM, 1), [ROW]) for _ in (postgres.run(cut),)] == []
        assert caught.value.retry_helps
        fill(history, [ROW])
        postgres.run(cut)  # while it rests
        assert [group.entries for group in history.groups(0)] == [1]


def test_the_tables_lie_beside_those_of_a_team(postgres: Cluster):
    url = postgres.database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE entries (id INTEGER)")
    with open_history(url.replace("postgresql://", "postgres://")) as history:
        fill(history, [ROW])
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert {name for (name,) in tables if not name.startswith("seawall_")} == {"entries"}
