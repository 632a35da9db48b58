"""What a scan sends is what its plan says, `--dry-run` sends nothing, and a password is never printed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.front_door import seawall
from tests.strangers import answers, stranger

from seawall import lab
from seawall.nodes.collect import PLAN
from seawall.nodes.collect.server import CONFIG_PATTERNS
from seawall.nodes.collect.session import command_name
from seawall.wire import Connection, parse_url

SECRET = "s3cr3t/4%"
IN_URL = "s3cr3t%2F4%25"
READS = ("SMEMBERS set", "ZRANGE zset 0 -1", "HGETALL hash", "LRANGE list 0 -1", "GET string", "XRANGE stream - +")
FORMS = ("text", "json", "jsonl", "md", "html")


def fill(server: lab.Server) -> None:
    """A key of each type, one in another database, and a slow log that names them all."""
    writes = ("SADD set a", "ZADD zset 1 a", "HSET hash f v", "RPUSH list a", "SET string v", "XADD stream * f v")
    with Connection(parse_url(server.url), timeout=10) as connection:
        for line in (*writes, "CONFIG SET slowlog-log-slower-than 0", *READS, "SELECT 1", "SET other v", "GET other"):
            connection.call(*line.split(" "))
        connection.call("CONFIG", "SET", "slowlog-log-slower-than", "-1")


def calls(connection: Connection) -> dict[str, int]:
    """Calls by command since CONFIG RESETSTAT, that one left out. On 6.2 subcommands are counted as their command."""
    reply = connection.call("INFO", "commandstats")
    assert isinstance(reply, bytes)
    counted = {
        n.replace("|", " ").upper(): int(c) for n, c in re.findall(r"cmdstat_(\S+?):calls=(\d+)", reply.decode())
    }
    for ours in ("CONFIG RESETSTAT", "CONFIG"):
        if ours in counted:
            counted[ours] -= 1
            break
    return {name: count for name, count in counted.items() if count}


@contextlib.contextmanager
def watched(binary: lab.Binary) -> Iterator[tuple[lab.Server, Connection]]:
    """A filled server, its statistics reset, and a connection that can read them."""
    with lab.start(binary) as server:
        fill(server)
        with Connection(parse_url(server.url), timeout=30) as connection:
            connection.call("CONFIG", "RESETSTAT")
            yield server, connection


def test_a_scan_sends_what_the_plan_says(binary: lab.Binary):
    planned = {command_name(command.split()) for command, _ in PLAN}
    if binary.version.startswith("6."):  # no docs and no list there, and no statistics of subcommands
        planned -= {"COMMAND DOCS", "COMMAND LIST"}
        planned = {name.split(" ")[0] for name in planned}
    with watched(binary) as (server, connection):
        assert seawall("scan", "--redis", server.url).code == 0
        sent = calls(connection)
    assert set(sent) == planned, "exactly these, no other and none less"
    assert sent["INFO"] == 3
    assert sent.get("CONFIG GET", sent.get("CONFIG")) == len(CONFIG_PATTERNS)


def test_a_dry_run_sends_nothing(any_binary: lab.Binary):
    with watched(any_binary) as (server, connection):
        for form in ("text", "json"):
            ended = seawall("scan", "--redis", server.url, "--dry-run", "--format", form)
            assert (ended.code, ended.err) == (0, "")
            assert all(command in ended.out for command, _ in PLAN)
        assert calls(connection) == {}
        told = connection.call("INFO", "stats")
    assert isinstance(told, bytes)
    assert b"total_connections_received:0\r\n" in told


def test_a_dry_run_knows_what_is_left_out_and_how_we_enter():
    ended = seawall("scan", "--redis", "redis://:x@h/3", "--without", "config", "--without", "Client List", "--dry-run")
    lines = [line.strip() for line in ended.out.splitlines()]
    assert "AUTH" in lines
    assert "SELECT 3" in lines
    assert not [line for line in lines if line.startswith(("CONFIG", "CLIENT LIST"))]
    assert "but to h:6379/3 not CONFIG, CLIENT LIST" in lines
    assert "AUTH" not in seawall("scan", "--redis", "redis://h", "--dry-run").out


def test_what_is_left_out_is_not_sent_and_not_missed(any_binary: lab.Binary):
    with watched(any_binary) as (server, connection):
        ended = seawall("scan", "--redis", server.url, "--without", "config", "--without", "memory usage")
        assert ended.code == 0
        assert not {"CONFIG", "CONFIG GET", "MEMORY", "MEMORY USAGE"} & set(calls(connection))


# ---- secrets --------------------------------------------------------------------------------------------------------


@pytest.fixture
def guarded(any_binary: lab.Binary) -> Iterator[str]:
    """The path of a server that wants a password."""
    with lab.start(any_binary, config={"requirepass": f'"{SECRET}"'}) as server:
        yield server.url.removeprefix("unix://")


def test_a_password_opens_and_is_never_printed(guarded: str, tmp_path: Path):
    """From the URL, the environment, a file, and from the environment by seawall.toml."""
    file, estate = tmp_path / "password", tmp_path / "seawall.toml"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    estate.write_text(f'[[redis]]\nname="a"\nurl="unix://{guarded}"\npassword_env="TEST_PW"\n', encoding="utf-8")
    plain, with_it = ("--redis", f"unix://{guarded}"), ("--redis", f"unix://:{IN_URL}@{guarded}")
    runs: list[tuple[tuple[str | Path, ...], dict[str, str]]] = [
        *((("scan", *with_it, "--format", form), {}) for form in FORMS),
        (("scan", *with_it, "--dry-run"), {}),
        (("scan", *plain), {"REDISCLI_AUTH": SECRET}),
        (("scan", *plain, "--password-file", file), {}),
        (("scan", "--config", estate), {"TEST_PW": SECRET}),
        (("doctor", *with_it), {}),
        (("doctor", *plain, "--format", "json"), {"REDISCLI_AUTH": SECRET}),
    ]
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda run: seawall(*run[0], environment=run[1]), runs))
    assert [one.code for one in ended] == [0] * len(runs)
    assert not [one for one in ended if SECRET in one.out + one.err or IN_URL in one.out + one.err]


def test_a_wrong_or_missing_password(guarded: str):
    for command in ("scan", "doctor"):
        wrong = seawall(command, "--redis", f"unix://:wr0ng@{guarded}")
        missing = seawall(command, "--redis", f"unix://{guarded}")
        assert (wrong.code, missing.code) == (3, 3)
        assert "refused the password" in wrong.err
        assert "wr0ng" not in wrong.out + wrong.err
        assert "wants a password" in missing.err
        assert "REDISCLI_AUTH" in missing.err


def test_a_server_that_repeats_the_password():
    script = answers(f"-ERR you said {SECRET}, ha\r\n".encode() * 50)
    with stranger(script) as port:
        for form in ("text", "json"):
            ended = seawall("scan", "--redis", f"redis://:{IN_URL}@127.0.0.1:{port}", "--format", form)
            assert ended.code == 3
            assert "you said ***" in ended.err
            assert SECRET not in ended.out + ended.err
