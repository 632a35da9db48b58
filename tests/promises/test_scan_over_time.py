"""`scan --store --since`: what the ring forgot is still in the report, with the sums of the whole span."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.deployments import replicated
from tests.servers import Running

from seawall import lab
from seawall.history import open_history
from seawall.logbook import Position, Row, Stream

DAY = 86_400


def seawall(*words: str, codes: tuple[int, ...] = (0, 1)) -> dict[str, Any]:
    command = [sys.executable, "-m", "seawall", *words, "--format", "json"]
    ended = subprocess.run(command, capture_output=True, timeout=60)
    assert ended.returncode in codes, ended.stderr.decode()
    return json.loads(ended.stdout) if ended.stdout else {}


def found(scan: dict[str, Any], command: str) -> list[dict[str, Any]]:
    return [f for f in scan["findings"] if f["where"].get("command") == command and f["rule"] == "SW104"]


def test_what_the_ring_forgot_is_still_reported(any_server: Running, tmp_path: Path):
    url, store = any_server.server.url, str(tmp_path / "slow.db")
    any_server.seed("set", "tags:1", 5_000)
    any_server.seed("hash", "cart:1", 5_000)
    any_server.begin()
    for _ in range(3):
        any_server.send("SMEMBERS", "tags:1")
    first = seawall("scan", "--redis", url, "--store", store)
    assert len(found(first, "SMEMBERS")) == 1
    any_server.begin()  # the ring forgets
    for _ in range(2):
        any_server.send("HGETALL", "cart:1")
    again = seawall("scan", "--redis", url, "--store", store, "--since", "1h")
    (forgotten,), (now,) = found(again, "SMEMBERS"), found(again, "HGETALL")
    assert forgotten["id"] == found(first, "SMEMBERS")[0]["id"]
    assert (forgotten["evidence"]["entries"], now["evidence"]["entries"]) == (3, 2)
    assert forgotten["evidence"]["elements"] == 5_000
    assert forgotten["evidence"]["total_us"] == found(first, "SMEMBERS")[0]["evidence"]["total_us"]
    record = again["capture"][0]
    assert record["seen"] + record["lost"] == record["last_id"] + 1
    groups = {t["command"]: t for t in again["timeline"]["trends"]}
    assert sum(n or 0 for n in groups["SMEMBERS"]["entries_per_day"]) == 3
    alone = seawall("scan", "--redis", url)
    assert not found(alone, "SMEMBERS"), "the ring still holds it: this test shows nothing"


def test_a_store_alone_is_reported_on_and_no_server_asked(any_server: Running, tmp_path: Path):
    url, store = any_server.server.url, str(tmp_path / "slow.db")
    any_server.seed("set", "tags:1", 5_000)
    any_server.begin()
    any_server.send("SMEMBERS", "tags:1")
    seawall("scan", "--redis", url, "--store", store)
    offline = seawall("scan", "--store", store, "--since", "1d")
    assert len(found(offline, "SMEMBERS")) == 1
    assert offline["cost"]["commands"] == 0
    assert [t["kind"] for t in offline["targets"]] == ["history"]


def test_a_store_that_is_not_there_is_said_and_not_made(tmp_path: Path):
    store = tmp_path / "nothing.db"
    command = [sys.executable, "-m", "seawall", "scan", "--store", str(store), "--since", "1d"]
    ended = subprocess.run(command, capture_output=True, timeout=60, text=True)
    assert ended.returncode == 2
    assert "nothing.db" in ended.stderr
    assert not store.exists()


def test_since_needs_a_store():
    command = [sys.executable, "-m", "seawall", "scan", "--since", "1d", "--redis", "localhost"]
    ended = subprocess.run(command, capture_output=True, timeout=60, text=True)
    assert (ended.returncode, "--store" in ended.stderr) == (2, True)


def test_a_group_that_was_fixed_is_gone_and_a_periodic_one_is_named(tmp_path: Path):
    """Ten days of a job at 03:00 and of one every hour, the second fixed five days ago; the last scan was then."""
    store = tmp_path / "slow.db"
    today = int(time.time()) // DAY * DAY
    start = today - 10 * DAY
    rows: list[tuple[int, int, str, str]] = []
    for day in range(10):
        rows.append((start + day * DAY + 3 * 3600 + 7, 20_000, "KEYS", "report:*"))
        hours = range(24) if day < 5 else ()
        rows += [(start + day * DAY + hour * 3600 + 305, 5_000, "SMEMBERS", "tags:*") for hour in hours]
    with open_history(store) as history, history.writing() as writer:
        position = Position(Stream("old:6379", "life"), 0, len(rows) - 1, len(rows), 0, None, today)
        writer.store(position, [Row(i, *row, shape="key") for i, row in enumerate(sorted(rows))])
        writer.cover(position, start)
        writer.record_scan(start + 5 * DAY)
    report = seawall("scan", "--store", str(store), "--since", "11d")
    trends = {t["command"]: t for t in report["timeline"]["trends"]}
    assert trends["SMEMBERS"]["change"] == "gone"
    assert trends["KEYS"]["change"] == "steady"
    assert trends["KEYS"]["period"]["kind"] == "daily"
    assert trends["SMEMBERS"]["period"]["kind"] == "hourly"
    assert trends["SMEMBERS"]["entries_per_day"][-5:-1] == [0, 0, 0, 0]


def test_a_server_that_a_capture_knows_by_its_address_is_not_counted_again(any_binary: lab.Binary, tmp_path: Path):
    """With a replica each node has a name of its own; `scan` of the first alone would call it by the deployment's."""
    store = ("--store", str(tmp_path / "slow.db"), "--config", str(tmp_path / "seawall.toml"))
    with replicated(any_binary, replicas=1, config={"slowlog-log-slower-than": "0"}) as it:
        (tmp_path / "seawall.toml").write_text(f'[[redis]]\nname = "jobs"\nurl = "{it.seed_url}"\n', encoding="utf-8")
        nodes = {server.name for server in it.servers}
        captured = seawall("nodes", "capture", *store, "--for", "2s", codes=(0,))
        assert {record["node"] for record in captured["capture"]} == nodes
        scanned = seawall("scan", *store)
        assert [target["name"] for target in scanned["targets"]] == [it.servers[0].name]
        (record,) = scanned["capture"]
        assert record["seen"] + record["lost"] == record["last_id"] + 1
    with open_history(tmp_path / "slow.db", read_only=True) as history:
        assert {p.stream.node for p in history.positions()} == nodes
