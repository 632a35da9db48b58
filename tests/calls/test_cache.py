"""The cache of results: a key for every content, entries whole or not there, bounds, folders of others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.missing import missing

from seawall.calls import cache
from seawall.calls.cache import keep, key_of, load

KEY = "0" * 32
TEXTS = st.dictionaries(st.text(max_size=3), st.binary(max_size=3), max_size=3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "above/seawall"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ---- keys -----------------------------------------------------------------------------------------------------------


@given(one=TEXTS, other=TEXTS)
def test_texts_have_one_key_exactly_if_they_are_the_same(one: dict[str, bytes], other: dict[str, bytes]):
    assert (key_of(one) == key_of(other)) == (one == other)


def test_the_order_of_texts_is_nothing_and_their_borders_are_something():
    assert key_of({"a": b"1", "b": b"2"}) == key_of({"b": b"2", "a": b"1"})
    assert len({key_of(t) for t in ({"ab": b"c"}, {"a": b"bc"}, {"a": b"b", "c": b""}, {"abc": b""}, {})}) == 5
    assert len(key_of({"\udcff.rb": b""})) == 32


# ---- entries --------------------------------------------------------------------------------------------------------


@given(body=st.binary(max_size=50))
def test_what_is_kept_is_loaded(tmp_path_factory: pytest.TempPathFactory, body: bytes):
    folder = tmp_path_factory.mktemp("cache") / "seawall"
    keep(folder, KEY, body)
    assert load(folder, KEY) == body
    assert load(folder, "1" * 32) is None
    assert names(folder) == [f"{KEY}.json"]


def test_an_entry_with_a_byte_lost_or_changed_is_not_there_and_is_written_again(folder: Path):
    body = b'{"sites":[]}'
    keep(folder, KEY, body)
    path = folder / f"{KEY}.json"
    whole = path.read_bytes()
    for place in range(len(whole)):
        for torn in (whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :], whole + b"\n"):
            path.write_bytes(torn)
            assert load(folder, KEY) is None
    keep(folder, KEY, body)
    assert load(folder, KEY) == body


def test_an_entry_that_is_no_file(folder: Path):
    folder.mkdir(mode=0o700, parents=True)
    (folder / f"{KEY}.json").mkdir()
    assert load(folder, KEY) is None
    keep(folder, KEY, b"new")
    assert names(folder) == [f"{KEY}.json"]


# ---- whose folder ---------------------------------------------------------------------------------------------------


def test_the_folder_is_its_owners_alone(folder: Path):
    keep(folder, KEY, b"ours")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / f"{KEY}.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o770, 0o777, 0o702])
def test_a_folder_that_others_may_write_is_not_used(folder: Path, mode: int):
    keep(folder, KEY, b"foreign")
    folder.chmod(mode)
    assert load(folder, KEY) is None
    keep(folder, "1" * 32, b"new")
    assert names(folder) == [f"{KEY}.json"]


def test_a_link_in_its_place_is_not_used(folder: Path, tmp_path: Path):
    keep(tmp_path / "other", KEY, b"foreign")
    folder.parent.mkdir()
    folder.symlink_to(tmp_path / "other")
    assert load(folder, KEY) is None
    keep(folder, KEY, b"new")
    assert load(tmp_path / "other", KEY) == b"foreign"


def test_a_folder_of_somebody_else_is_not_used(folder: Path):
    if os.geteuid() != 0:
        missing("root, who alone can give a folder away,")
    keep(folder, KEY, b"foreign")
    os.chown(folder, 12345, 12345)
    assert load(folder, KEY) is None


def test_a_folder_that_cannot_be_had_is_an_empty_cache(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for folder in (tmp_path / "file", tmp_path / "file/seawall"):
        keep(folder, KEY, b"new")
        assert load(folder, KEY) is None


# ---- bounds ---------------------------------------------------------------------------------------------------------


def test_the_entries_used_longest_ago_go_and_what_is_not_ours_stays(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "MOST_ENTRIES", 3)
    keys = [f"{n}" * 32 for n in range(5)]
    for age, key in enumerate(keys[:3]):
        keep(folder, key, b"x")
        os.utime(folder / f"{key}.json", (age, age))
    (folder / ".new-abandoned").write_bytes(b"half")
    os.utime(folder / ".new-abandoned", (0, 0))
    (folder / "notes.txt").write_bytes(b"mine")
    assert load(folder, keys[0]) == b"x"  # used now, so keys[1] is the oldest
    keep(folder, keys[3], b"x")
    assert names(folder) == sorted(["notes.txt", *(f"{keys[n]}.json" for n in (0, 2, 3))])


def test_the_size_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "MOST_BYTES", 1_000)
    for n in range(9):
        key = f"{n}" * 32
        keep(folder, key, bytes(300))
        assert load(folder, key) == bytes(300)
        os.utime(folder / f"{key}.json", (n, n))
    assert len(names(folder)) == 3
    keep(folder, KEY, bytes(2_000))  # alone too large: kept until the next comes
    assert names(folder) == [f"{KEY}.json"]


# ---- several at once ------------------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from seawall.calls.cache import keep, load
folder, key, letter = Path(sys.argv[1]), sys.argv[2], sys.argv[3].encode()
print("ready", flush=True)
for _ in range(int(sys.argv[4])):
    keep(folder, key, letter * 100_000)
    body = load(folder, key)
    assert body is not None and len(body) == 100_000 and len(set(body)) == 1, body and body[:9]
"""


def test_writers_at_the_same_time_leave_a_whole_entry(folder: Path):
    keep(folder, KEY, b"z" * 100_000)
    command = [sys.executable, "-c", WRITER, str(folder), KEY]
    writers = [subprocess.Popen([*command, letter, "100"], stdout=subprocess.DEVNULL) for letter in "abc"]
    while any(writer.poll() is None for writer in writers):
        body = load(folder, KEY)
        assert body is not None
        assert len(body) == 100_000
        assert len(set(body)) == 1
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert load(folder, KEY) is not None
    assert names(folder) == [f"{KEY}.json"]


def test_a_writer_that_is_killed_leaves_the_old_entry(folder: Path):
    keep(folder, KEY, b"z" * 100_000)
    command = [sys.executable, "-c", WRITER, str(folder), KEY, "a", "1000000"]
    for _ in range(5):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout
            writer.stdout.readline()
            writer.kill()
        body = load(folder, KEY)
        assert body is not None
        assert (len(body), len(set(body))) == (100_000, 1)
