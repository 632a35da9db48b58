"""The command as a user runs it: forms, exit codes, what is never printed, and Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from tests.front_door import COMMAND, one_line_and_hint, seawall, variables
from tests.servers import until

from seawall import lab
from seawall.wire import Connection, parse_url

ROW = {
    "key_pattern", "database", "type", "keys", "keys_low", "keys_high", "bytes", "bytes_low", "bytes_high",
    "largest_bytes", "largest_elements", "without_ttl", "without_ttl_low", "without_ttl_high", "ttl_cluster", "sampled",
}  # fmt: skip


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server with 3,000 keys in two databases; the largest is called after a person."""
    with lab.start(lab.find_binary(), config={"requirepass": "s3cr3t"}) as server:
        given = server.url.replace("unix://", "unix://:s3cr3t@")
        with Connection(parse_url(given), timeout=30) as connection:
            connection.pipeline([["SET", f"user:{n}", "v" * (n % 50), "EX", 90_000 + 5 * n] for n in range(2000)])
            connection.pipeline([["EXPIREAT", f"user:{n}", 1_900_000_000] for n in range(500)])
            connection.call("RPUSH", "mail:anna@example.com", *range(3000))
            connection.call("SELECT", 2)
            connection.pipeline([["HSET", f"cart:{n}", "f", "v"] for n in range(1000)])
        yield given


@pytest.mark.parametrize("options", [(), ("--full",)])
def test_the_document(url: str, options: tuple[str, ...]):
    ended = seawall("nodes", "census", "--redis", url, "--format", "json", *options)
    assert (ended.code, ended.err) == (0, "")
    said: dict[str, Any] = json.loads(ended.out)
    assert said["schema"] == 1
    assert said["mode"] == ("full" if options else "sampled")
    assert said["keys"] == {"total": 3001, "walked": 3001, "sampled": said["keys"]["sampled"]}
    assert said["keys"]["sampled"] == 3001 if options else said["keys"]["sampled"] > 1000
    assert {*said} >= {"tool", "started_at", "finished_at", "node", "server", "patterns", "cost", "not_checked"}
    assert [set(row) for row in said["patterns"]] == [ROW] * 3
    rows = {(row["database"], row["key_pattern"]): row for row in said["patterns"]}
    assert set(rows) == {(0, "user:*"), (0, "mail:*"), (2, "cart:*")}
    assert rows[0, "mail:*"]["largest_elements"] == 3000
    assert rows[2, "cart:*"]["without_ttl"] == 1000
    assert rows[0, "user:*"]["ttl_cluster"]["at"] == "2030-03-17T17:46:40+00:00"
    assert rows[0, "user:*"]["ttl_cluster"]["keys_low"] <= 500 <= rows[0, "user:*"]["ttl_cluster"]["keys_high"]


def test_jsonl_is_a_pattern_a_line(url: str):
    lines = seawall("nodes", "census", "--redis", url, "--format", "jsonl").out.splitlines()
    assert [set(json.loads(line)) for line in lines] == [ROW | {"node"}] * 3


def test_the_page(url: str):
    ended = seawall("nodes", "census", "--redis", url, "--full", "--top", "2")
    assert (ended.code, ended.err) == (0, "")
    assert "3,001 keys in 2 databases" in ended.out
    assert "1 more pattern with" in ended.out
    assert "500" in next(line for line in ended.out.splitlines() if "2030-03-17T17:46:40Z" in line)
    assert "cart:*" in ended.out


def test_no_key_is_printed_unless_asked_for(url: str):
    for form in ("text", "json", "jsonl"):
        ended = seawall("nodes", "census", "--redis", url, "--full", "--format", form)
        assert "anna" not in ended.out
        assert "s3cr3t" not in ended.out + ended.err
        assert "anna" in seawall("nodes", "census", "--redis", url, "--full", "--format", form, "--keep-keys").out


def test_a_dry_run_sends_nothing(url: str):
    with Connection(parse_url(url), timeout=30) as connection:
        before = connection.call("INFO", "stats")
        ended = seawall("nodes", "census", "--redis", url, "--dry-run")
        after = connection.call("INFO", "stats")
    assert ended.code == 0
    for command in ("AUTH", "SCAN", "MEMORY USAGE", "PTTL"):
        assert f"\n  {command}" in ended.out
    assert isinstance(before, bytes)
    assert isinstance(after, bytes)
    assert connections(before) == connections(after)


def connections(stats: bytes) -> bytes:
    return next(line for line in stats.splitlines() if line.startswith(b"total_connections_received"))


def test_what_goes_wrong():
    for arguments, code in (
        ((), 2),
        (("--redis", "redis://127.0.0.1:1"), 3),
        (("--redis", "h", "--share", "0"), 2),
        (("--redis", "h", "--budget", "x"), 2),
    ):
        ended = seawall("nodes", "census", *arguments)
        assert ended.code == code
        assert one_line_and_hint(ended.err), ended.err
        assert ended.out == ""


def test_a_part_that_is_refused_ends_with_3(url: str):
    with Connection(parse_url(url), timeout=30) as connection:
        connection.call("ACL", "SETUSER", "half", "reset", "on", ">pw", "~*", "+@all", "-memory")
    ended = seawall("nodes", "census", "--redis", url.replace(":s3cr3t@", "half:pw@"), "--format", "json")
    assert ended.code == 3
    said = json.loads(ended.out)
    assert [row["bytes"] for row in said["patterns"]] == [None] * 3
    assert said["not_checked"][0]["target"].endswith("MEMORY USAGE")
    assert "Not checked" in seawall("nodes", "census", "--redis", url.replace(":s3cr3t@", "half:pw@")).out


def test_one_of_several_servers_is_down(url: str):
    ended = seawall("nodes", "census", "--redis", url, "--redis", "redis://127.0.0.1:1", "--format", "json")
    assert ended.code == 3
    said = json.loads(ended.out)
    assert len(said["nodes"]) == 1
    assert said["not_checked"][0]["target"] == "127.0.0.1:1"


def test_ctrl_c_prints_what_is_known(url: str):
    """It is told to take a thousandth of the server's time, which would be minutes."""
    command = [*COMMAND, "nodes", "census", "--redis", url, "--share", "0.1", "--format", "json"]
    with Connection(parse_url(url), timeout=60) as connection:
        before = scans(connection)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=variables(), cwd="/") as run:
            until(lambda: run.poll() is not None or scans(connection) > before)
            os.kill(run.pid, signal.SIGINT)
            out, err = run.communicate(timeout=60)
    assert run.returncode == 4, err
    assert json.loads(out)["stopped"]
    assert one_line_and_hint(err.decode())


def scans(connection: Connection) -> int:
    told = connection.call("INFO", "commandstats")
    assert isinstance(told, bytes)
    found = re.search(rb"cmdstat_scan:calls=(\d+)", told)
    return int(found[1]) if found else 0
