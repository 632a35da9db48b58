"""What `--input` reads: bounded in size and in silence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.front_door import one_line_and_hint, seawall

from seawall.cli import pasted
from seawall.errors import InputError
from seawall.nodes import inputs
from seawall.scan import Wish, scan

from .test_output import PASTE

EVIL = "\x1b[31m\u202e"


def test_a_file_and_a_pipe(tmp_path: Path):
    file = tmp_path / "slow.log"
    file.write_bytes(PASTE)
    assert pasted.read(file) == PASTE
    assert seawall("scan", "--input", file).code == 1
    assert seawall("scan", "--input", "-", stdin=PASTE).code == 1


def test_no_more_is_read_than_the_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inputs, "INPUT_LIMIT", 1000)
    assert len(pasted.read(Path("/dev/zero"))) == 1001


def test_a_name_from_outside_is_escaped(tmp_path: Path):
    file = tmp_path / f"{EVIL}\n.log"
    file.write_bytes(PASTE)
    assert seawall("scan", "--input", file).code == 1
    assert seawall("scan", "--input", file, "--format", "html").code == 1
    assert r"\x1b[31m\u202e\x0a.log" in seawall("scan", "--input", file, "--dry-run").out


def test_a_pipe_that_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """No writer yet, and a writer that says nothing more: both would be endless waits."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.setattr(pasted, "SILENCE_S", 0.1)
    with pytest.raises(InputError, match=r"pipe said nothing for 0\.1 s"):
        pasted.read(pipe)
    writer = os.open(pipe, os.O_RDWR)
    os.write(writer, PASTE)
    with pytest.raises(InputError, match=r"pipe said nothing for 0\.1 s"):
        pasted.read(pipe)
    os.close(writer)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the input is empty"),
        (b" \n\n", "the input is empty"),
        (bytes(range(256)) * 100, "the input is not a slow log"),
        (b"\x1b]0;x\x07\xe2\x80\xae", "the input is not a slow log"),
        (b"\x7fELF" + bytes(10_000), "the input is not a slow log"),
        (b"NOAUTH Authentication required.\n", "the input is an error reply: NOAUTH"),
        (b"(error) ERR \x1b[31m\n", "the input is an error reply"),
        (b"*1\r\n" * 100_000, "the input"),
        (b"*1\r\n$999999999999\r\n", "the input"),
        (b"[" * 100_000, "the input"),
        (b'{"Duration (us)": 1e400}', "the input"),
        (b"# Server\r\nredis_version:7\r\n", "the INFO text holds no commandstats"),
    ],
)
def test_what_is_no_slow_log(data: bytes, words: str):
    with pytest.raises(InputError, match=words) as refused:
        scan(Wish(pasted=(("standard input", data),)))
    assert (refused.value.what + refused.value.hint).isprintable()
    assert refused.value.hint


@pytest.mark.parametrize("data", [b"*2147483647\r\n", b"*500000000\r\n" * 6, b"\x1b]0;x\x07\xe2\x80\xae"])
def test_what_is_no_slow_log_by_the_front_door(data: bytes):
    ended = seawall("scan", "--input", "-", stdin=data)
    assert (ended.code, ended.out) == (2, "")
    assert one_line_and_hint(ended.err), ended.err
    assert "the input" in ended.err
    assert ended.seconds < 5


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/none.log", "/none.log cannot be read: no such file"),
        ("/", "/ cannot be read: is a directory"),
        ("/dev/null", "the input is empty"),
        ("/dev/zero", "larger than 256 MB"),
    ],
)
def test_a_path_that_is_no_log(path: str, words: str):
    ended = seawall("scan", "--input", path)
    assert ended.code == 2
    assert one_line_and_hint(ended.err), ended.err
    assert words in ended.err
    assert ended.seconds < 5


def test_a_file_of_300_mb(tmp_path: Path):
    file = tmp_path / "huge"
    with file.open("wb") as sparse:
        sparse.truncate(300 << 20)
    ended = seawall("scan", "--input", file)
    assert ended.code == 2
    assert "larger than 256 MB" in ended.err
    assert ended.seconds < 5
