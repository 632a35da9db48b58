"""The story, small: real traffic, a foreground client, and a scan that reads the real slow log."""

# pyright: reportUnknownMemberType=false

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest
from redis import Redis as Client

from seawall import lab
from seawall.demo import story
from seawall.demo.app.connection import connect
from seawall.demo.app.jobs import JOBS
from seawall.demo.foreground import Seen, watching
from seawall.demo.seed import Size
from seawall.demo.traffic import Run, Traffic
from seawall.errors import Unreachable
from seawall.nodes.prove.collect import foreground

PS = shutil.which("ps") or "/bin/ps"
SMALL = Size(positions=2500, online=5000, ratings=5000, trips=40_000, users=10_000, sessions=2000)
HARMFUL = {"GEORADIUS", "GEOPOS", "SMEMBERS", "SADD", "SINTER", "HGETALL", "ZRANGE", "KEYS", "SCAN", "DEL"}
GOOD = {"ZSCAN", "GEOPOS", "SSCAN", "SADD", "SMISMEMBER", "HSCAN", "ZRANGE", "SCAN", "UNLINK", "EXPIRE"}


def read_slow_log(url: str) -> list[str]:
    """The platform's commands in the slow log. At this threshold there may be others: INFO, the user's GET."""
    with Client.from_url(url, client_name="scan") as client:
        entries = client.slowlog_get(2000)
        return [entry["command"].decode() for entry in entries if entry["client_name"] == b"driver-platform"]


def elements(command: str) -> int:
    """The most that a command can have worked on, by its own text."""
    more = re.search(r"\((\d+) more arguments\)$", command)
    width = re.search(r" COUNT (\d+)$", command)
    pages = re.fullmatch(r"ZRANGE \S+ (\d+) (\d+)", command)
    if pages:
        return int(pages[2]) - int(pages[1]) + 1
    return int(width[1]) if width else 29 + int(more[1]) if more else command.count(" ")


def nothing(_progress: story.Progress) -> None:
    """A listener that does not listen."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "IDLE", 0.1)
    monkeypatch.setattr(story, "THRESHOLD_US", 100)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Every test ends with no foreground client of ours."""
    yield
    said = subprocess.run([PS, "-eo", "ppid=,args="], capture_output=True, text=True, check=True).stdout
    ours = [line for line in said.splitlines() if line.split()[0] == str(os.getpid())]
    assert not [line for line in ours if "prove.collect.foreground" in line]


@pytest.mark.parametrize("binary", ["Redis 7", "Valkey 9"], indirect=True)  # test_app.py tries all four
def test_harmful_forms_are_logged_and_good_ones_are_small(binary: lab.Binary) -> None:
    heard: list[story.Progress] = []
    told = story.tell(read_slow_log, heard.append, binary=binary, size=SMALL, rounds=1)

    found = {command.split(" ")[0] for command in told.harmful.scan}
    assert HARMFUL <= found <= HARMFUL | {"EXPIRE"}  # which needs no work, but may have had to wait for a processor
    assert {command.split(" ")[0] for command in told.good.scan} <= GOOD
    assert max(map(elements, told.good.scan), default=0) <= 1000

    assert (told.server, told.small_keys) == (binary, SMALL.users + SMALL.sessions)
    for phase in (told.harmful, told.good):
        assert (phase.rounds, [job.job for job in phase.jobs]) == (1, list(JOBS))
        assert phase.seen.requests > 0
        assert 0 < phase.seen.p50_ms <= phase.seen.p99_ms <= phase.seen.longest_ms
        assert phase.seen.longest_ms >= max(job.longest_ms for job in phase.jobs)
        assert 0 < phase.server_ms < 1000 * phase.seconds
    steps = [progress.step for progress in heard]
    assert list(dict.fromkeys(steps)) == ["start", "seed", "idle", "harmful", "scan", "good"]
    assert heard[0].said.endswith("slow-log threshold 0.1 ms; lazyfree-lazy-user-del no")
    assert [p.done for p in heard if p.step == "seed"][-1] == SMALL.elements


def test_a_server_that_dies_midway_is_one_error(any_binary: lab.Binary) -> None:
    def shut_down(url: str) -> None:
        with Client.from_url(url) as client:
            client.shutdown(nosave=True)

    with pytest.raises(Unreachable, match=r"failed in the middle of the demo; its last words: .*bye bye"):
        story.tell(shut_down, nothing, binary=any_binary, size=Size(10, 10, 10, 10, 10, 10), rounds=1)


def test_ctrl_c_midway_leaves_nothing(any_binary: lab.Binary) -> None:
    def interrupt(progress: story.Progress) -> None:
        if (progress.step, progress.done) == ("harmful", 1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        story.tell(read_slow_log, interrupt, binary=any_binary, size=Size(10, 10, 10, 10, 10, 10), rounds=2)


def test_the_foreground_sees_a_stall(any_binary: lab.Binary) -> None:
    with lab.start(any_binary, config={"enable-debug-command": "yes"} if is_7(any_binary) else None) as server:
        redis = connect(server.url)
        with watching(server.url) as client, Client.from_url(server.url) as other:
            started = time.perf_counter()
            other.execute_command("DEBUG", "SLEEP", "0.15")
            ended = time.perf_counter()
            seen = client.stop()
        redis.close()
    assert client.client.process.returncode == 0
    assert seen.longest_ms > 100
    at, wait = max(seen.stalls, key=lambda stall: stall[1])
    assert wait == seen.longest_ms
    assert started < at < ended + 1


def is_7(binary: lab.Binary) -> bool:
    """Whether DEBUG must be allowed."""
    return binary.name == "Valkey" or int(binary.version.split(".")[0]) >= 7


def test_a_foreground_without_a_server_is_one_error() -> None:
    with pytest.raises(Unreachable, match=r"gave no result: .*[Nn]o such file"), watching("unix:///nowhere.sock"):
        pass


def test_a_foreground_that_is_killed_is_one_error(any_binary: lab.Binary) -> None:
    with lab.start(any_binary) as server, watching(server.url) as client:
        client.client.process.send_signal(signal.SIGKILL)
        with pytest.raises(Unreachable, match="gave no result"):
            client.stop()


def test_a_foreground_that_does_not_end_is_ended(any_binary: lab.Binary, monkeypatch: pytest.MonkeyPatch) -> None:
    with lab.start(any_binary) as server, watching(server.url) as client:
        monkeypatch.setattr(foreground, "WITHIN_S", 0.1)
        client.client.process.send_signal(signal.SIGSTOP)
        with pytest.raises(Unreachable, match="gave no result"):
            client.stop()


def test_a_stall_belongs_to_the_job_that_it_waited_for() -> None:
    runs = tuple(Run(job, at, at + 0.5) for at, job in enumerate(JOBS, start=1))
    traffic = Traffic("harmful", 1, 10.0, runs)
    first, second, third, *rest = JOBS
    stalls = (
        (0.9, 500.0),  # before the first
        (1.6, 400.0),  # in the first
        (3.05, 900.0),  # most of it in the second, its end in the third
        (3.8, 200.0),  # between two
    )
    seen = Seen(10, 10.0, 0.1, 0.1, 900.0, stalls)
    longest = {stall.job: stall.longest_ms for stall in story.by_job(traffic, seen)}
    assert longest == {first: 400.0, second: 900.0, third: 0.0, **dict.fromkeys(rest, 0.0)}
