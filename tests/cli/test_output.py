"""A result is written whole or not at all, wherever it is to go."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.front_door import COMMAND, bound_by_modes, in_shell, one_line_and_hint, seawall, variables

from seawall.cli import output
from seawall.errors import OutputError, UsageError

PASTE = b'1) 1) (integer) 1\n   2) (integer) 1732435200\n   3) (integer) 35000\n   4) 1) "KEYS"\n      2) "*"\n'
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux")
SCAN = ("scan", "--input", "-", "--format", "json")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A report of yesterday, for its owner only."""
    file = tmp_path / "scan.json"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o600)
    return file


def only(folder: Path, *files: Path) -> bool:
    return set(folder.iterdir()) == set(files)


# ---- to a file ------------------------------------------------------------------------------------------------------


def test_a_file_is_replaced_and_keeps_its_mode(old: Path):
    assert seawall(*SCAN, "--output", old, stdin=PASTE).code == 1
    assert old.read_bytes().startswith(b'{\n  "schema": 1')
    assert old.stat().st_mode & 0o777 == 0o600
    assert only(old.parent, old)


def test_a_symbolic_link_stays_one(old: Path):
    link = old.parent / "latest"
    link.symlink_to(old)
    output.write("new", link)
    assert link.is_symlink()
    assert old.read_text(encoding="utf-8") == "new\n"


def test_a_long_name_is_no_obstacle(tmp_path: Path):
    output.write("new", tmp_path / ("a" * 255))
    assert only(tmp_path, tmp_path / ("a" * 255))


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_breaks_off_leaves_the_old_file_and_nothing_else(
    fault: BaseException, old: Path, monkeypatch: pytest.MonkeyPatch
):
    def fsync(_: int) -> None:
        raise fault

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OutputError if isinstance(fault, OSError) else KeyboardInterrupt):
        output.write("new", old)
    assert old.read_text(encoding="utf-8") == "old"
    assert only(old.parent, old)


def test_a_full_disk(old: Path):
    limited = ("/bin/sh", "-c", 'ulimit -f 0; exec "$0" "$@"')
    ended = seawall(*SCAN, "--output", old, stdin=PASTE, before=limited)
    assert ended.code == 3
    assert one_line_and_hint(ended.err), ended.err
    assert "could not be written" in ended.err
    assert "file too large" in ended.err
    assert old.read_text(encoding="utf-8") == "old"
    assert only(old.parent, old)


def test_a_folder_that_may_not_be_written(tmp_path: Path):
    tmp_path.chmod(0o555)
    ended = seawall(*SCAN, "--output", tmp_path / "scan.json", stdin=PASTE, before=bound_by_modes())
    tmp_path.chmod(0o755)
    assert ended.code == 3
    assert one_line_and_hint(ended.err), ended.err
    assert "permission denied" in ended.err
    assert only(tmp_path)


@pytest.mark.parametrize(("name", "words"), [("none/scan.json", "there is no folder"), (".", "is a folder")])
def test_a_path_that_cannot_be_is_refused_before_anything_is_asked(name: str, words: str, tmp_path: Path):
    ended = seawall("scan", "--redis", "127.0.0.1:1", "--output", tmp_path / name)
    assert ended.code == 2
    assert one_line_and_hint(ended.err), ended.err
    assert words in ended.err


def test_a_named_pipe_is_written_to_and_stays_one(tmp_path: Path):
    """As is a device: a rename would put a file in the place of /dev/null. That is not tried on the machine itself."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    output.write("new", pipe)
    assert os.read(reader, 100) == b"new\n"
    os.close(reader)
    assert pipe.is_fifo()
    assert only(tmp_path, pipe)


def test_a_named_pipe_that_nobody_reads_is_no_endless_wait(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match="no such device or address"):
        output.write("new", tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_a_check_before_the_work(tmp_path: Path):
    output.check(None)
    output.check(tmp_path / "scan.json")
    with pytest.raises(UsageError, match="is a folder"):
        output.check(tmp_path)


# ---- to standard output ---------------------------------------------------------------------------------------------


@LINUX
@pytest.mark.parametrize(
    ("arguments", "where", "words"),
    [
        (SCAN, ">/dev/full", "no space left"),
        (("explain",), ">/dev/full", "no space left"),
        (("--help",), ">/dev/full", "no space left"),
        (SCAN, ">&-", "bad file descriptor"),
    ],
)
def test_standard_output_that_is_full_or_closed(arguments: tuple[str, ...], where: str, words: str):
    ended = seawall(*arguments, stdin=PASTE, before=("/bin/sh", "-c", f'exec "$0" "$@" {where}'))
    assert ended.code == 3
    assert one_line_and_hint(ended.err), ended.err
    assert words in ended.err


@pytest.mark.parametrize(("arguments", "code"), [(SCAN, 1), (("explain",), 0), (("--help",), 0)])
def test_a_reader_that_has_seen_enough(arguments: tuple[str, ...], code: int):
    """What was found still decides: `| head` must not turn findings into a 0."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, *arguments], input=PASTE, stdout=writing, stderr=subprocess.PIPE, env=variables(), timeout=20
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (code, b"")


@LINUX
@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
def test_standard_error_that_is_full_or_closed(where: str):
    ended = in_shell(f'exec "$0" "$@" {where}', "scan", "--redis", "127.0.0.1:1")
    assert (ended.code, ended.err) == (3, "")
    assert in_shell(f'exec "$0" "$@" {where}', "scan", "--nonsense").code == 2


def test_standard_input_that_is_closed():
    ended = in_shell('exec "$0" "$@" <&-', *SCAN)
    assert ended.code == 2
    assert one_line_and_hint(ended.err), ended.err


def test_a_terminal_that_lacks_a_character():
    paste = PASTE.replace(b'"*"', '"ключ:*"'.encode())
    ended = seawall("scan", "--input", "-", stdin=paste, environment={"PYTHONIOENCODING": "ascii"})
    assert ended.code == 1
    assert r"\u043a\u043b\u044e\u0447:*" in ended.out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no such command 'redis://u:p@ss@h'", "no such command 'redis://***@h'"),
        ("(:secret@h:1)", "(***@h:1)"),
        ("a my-secret b", "a *** b"),
        ("a\x1b\nb", "a\\x1b\nb"),
        ("lunch at 12: bob@example.org", "lunch at 12: bob@example.org"),
    ],
)
def test_masked(text: str, shown: str):
    assert output.masked(text, "my-secret") == shown


def test_what_is_said_is_one_safe_line(capsys: pytest.CaptureFixture[str]):
    output.say("NOAUTH \x1b[31m\nno.", "Do\x07 it. ")
    output.say("alone")
    assert capsys.readouterr().err == "seawall: NOAUTH \\x1b[31m\\x0ano\n  Do\\x07 it.\nseawall: alone\n"
