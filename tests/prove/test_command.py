"""`seawall nodes prove` as a user runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from tests.front_door import COMMAND, one_line_and_hint, seawall, variables
from tests.servers import until

from seawall import lab
from seawall.nodes.prove.forms import FORMS, NO_FORM

SCAN = {
    "schema": 1,
    "targets": [{"name": "cache", "server": "Redis 5.0.7"}],
    "findings": [
        {
            "id": "0123456789abcdef",
            "rule": "SW104",
            "title": "SMEMBERS reads 3,000 elements of drivers:online in one call",
            "where": {"kind": "slowlog", "node": "cache", "command": "SMEMBERS", "key_pattern": "drivers:online"},
            "evidence": {"elements": 3000},
        },
        {
            "id": "fedcba9876543210",
            "rule": "SW140",
            "title": "forks stop the server",
            "where": {"kind": "latency", "node": "cache", "event": "fork"},
            "evidence": {},
        },
    ],
}


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.json"
    path.write_text(json.dumps(SCAN), encoding="utf-8")
    return path


def prove(*arguments: str | Path, stdin: bytes = b""):
    return seawall("nodes", "prove", *arguments, stdin=stdin)


def test_a_form_by_its_name():
    ended = prove("--form", "members-of-a-set", "--size", "20000", "--rounds", "9")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == "members-of-a-set: every member of a set (SW104)"
    assert "a key of 20,000 elements (set, hashtable)" in lines[1]
    assert lines[2].startswith("9 rounds of two jobs in each form, one job every ")
    assert "  old  SMEMBERS key" in lines
    assert any(line.startswith("The stall: ") for line in lines)
    assert "Both forms gave the same answer." in lines
    assert max(map(len, lines)) <= 120


def test_a_finding_of_a_scan_as_json(scan: Path, any_binary: lab.Binary):
    for arguments, stdin in (("--scan", scan), b""), (("--scan", "-"), scan.read_bytes()):
        ended = prove("0123", *arguments, "--rounds", "2", "--format", "json", "--server", any_binary.path, stdin=stdin)
        assert (ended.code, ended.err) == (0, "")
        found = json.loads(ended.out)
        assert (found["form"], found["size"], found["server"]) == ("members-of-a-set", 3000, str(any_binary))
        assert found["finding"]["id"] == "0123456789abcdef"
        assert (found["old"]["calls"], found["same_answer"]) == (1, True)
        assert len(found["new"]["longest_us"]) == 4
        assert found["stall"]["verdict"] == "too few rounds"
        assert found["old"]["foreground"]["requests"] > 0
        assert f"The finding's server is Redis 5.0.7; measured on {any_binary}." in found["remarks"]


def test_the_closest_program_is_taken_and_said(scan: Path):
    ended = prove("smembers drivers:online", "--scan", scan, "--rounds", "1", "--size", "100")
    assert ended.code == 0
    assert ended.out.startswith("finding 01234567: SMEMBERS reads 3,000 elements of drivers:online in one call\n")
    assert "Note: The finding's server is Redis 5.0.7; measured on " in ended.out
    assert "the closest one here." in ended.out


def test_the_list_has_every_form_and_every_reason():
    ended = prove("--list")
    assert ended.code == 0
    for form in FORMS:
        assert f"{form.name}: {form.job} ({', '.join(form.rules)};" in ended.out
    for code, why in NO_FORM.items():
        assert f"  {code}: {why}\n" in ended.out
    document = json.loads(prove("--list", "--format", "json").out)
    assert [f["form"] for f in document["forms"]] == [f.name for f in FORMS]
    assert document["without_form"] == NO_FORM


def test_a_dry_run_starts_nothing():
    ended = prove("--form", "delete-a-collection", "--size", "5000", "--dry-run")
    assert ended.code == 0
    assert "make there 5,000 elements (zset, skiplist)\n  by 5 ZADD, 1 COPY\n" in ended.out
    assert ended.seconds < 5
    plan = json.loads(prove("--form", "delete-a-collection", "--dry-run", "--format", "json").out)
    assert (plan["dry_run"], plan["old"], plan["new"]) == (True, "DEL key", "UNLINK key")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to prove"),
        (("0123",), "the finding is in no scan"),
        (("--form", "keys-pattern", "0123"), "a finding and a form are both given"),
        (("--form", "keys-pattern", "--scan", "SCAN"), "--scan needs a finding, not --form"),
        (("--form", "keyspattern"), "no form is called keyspattern"),
        (("--form", "keys-pattern", "--size", "2000000"), "keys-pattern cannot be proved with 2,000,000 keys"),
        (("--form", "keys-pattern", "--rounds", "0"), "invalid value for '--rounds'"),
        (("--form", "keys-pattern", "--server", "/bin/true"), "/bin/true is no Redis or Valkey server"),
        (("--scan", "SCAN", "fedc"), "no form proves SW140: it is about forks"),
        (("--scan", "SCAN", "GET x"), "no finding of the scan is GET x"),
        (("--scan", "/nonexistent", "0123"), "/nonexistent cannot be read: no such file"),
        (("--scan", "/dev/null", "0123"), "the document is not the JSON of a scan"),
    ],
)
def test_wrong_usage_is_one_line_and_a_hint(arguments: tuple[str, ...], said: str, scan: Path):
    ended = prove(*(scan if word == "SCAN" else word for word in arguments))
    assert ended.code == 2
    assert ended.out == ""
    assert one_line_and_hint(ended.err)
    assert ended.err.startswith(f"seawall: {said}")


def test_a_server_that_does_not_start_is_exit_3(tmp_path: Path):
    fake = tmp_path / "redis-server"
    fake.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "Redis server v=7.9.9" && exit\nexit 1\n', encoding="utf-8"
    )
    fake.chmod(0o755)
    ended = prove("--form", "keys-pattern", "--server", fake)
    assert ended.code == 3
    assert "Redis 7.9.9 did not start" in ended.err
    fake.write_text('#!/bin/sh\necho "Redis server v=6.0.16"\n', encoding="utf-8")
    ended = prove("--form", "keys-pattern", "--server", fake)
    assert ended.code == 2
    assert "Redis 6.0.16 is too old for a proof" in ended.err


def children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_ctrl_c_ends_all_of_it():
    """The server, the shell that watches it and the foreground client: none of them is left."""
    command = [*COMMAND, "nodes", "prove", "--form", "keys-pattern", "--rounds", "100"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=variables()) as process:
        until(lambda: len(children(process.pid)) == 3)
        started = children(process.pid)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 4
    assert out == b""
    assert err.startswith(b"seawall: stopped by you")
    until(lambda: not any(map(lives, started)))
