"""A census of a Cluster counts every key once, and a scan of all its nodes leaves none unread."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.deployments import Member, cluster, until
from tests.front_door import seawall

from seawall import lab
from seawall.wire import Connection, parse_url


def test_every_shard_is_counted_once(find_server: Callable[[str], lab.Binary]):
    with cluster(find_server("Redis 7"), shards=3, replicas=1) as it:
        for server in it.primaries():
            with Connection(parse_url(server.url), timeout=30) as connection:  # of each key one of the three takes it
                connection.pipeline([["SET", f"user:{n}:cart", "x"] for n in range(3_000)])
        ended = seawall("nodes", "census", "--full", "--redis", it.replicas()[0].url, "--format", "json")
        assert ended.code == 0, ended.err
        nodes = json.loads(ended.out)["nodes"]
    assert len(nodes) == 3
    assert sum(node["keys"]["total"] for node in nodes) == 3_000
    rows = [row for node in nodes for row in node["patterns"]]
    assert {row["key_pattern"] for row in rows} == {"user:*:cart"}
    assert sum(row["keys"] for row in rows) == 3_000


def test_a_scan_of_all_nodes_reads_the_keys_of_replicas_too(find_server: Callable[[str], lab.Binary]):
    """A replica of a Cluster sends those who ask for keys away, until they say that they read only."""
    with cluster(find_server("Redis 7"), shards=3, replicas=1, config={"slowlog-log-slower-than": "0"}) as it:
        for server in it.primaries():
            server.ask("CONFIG", "SET", "slowlog-log-slower-than", "-1")
        primary = next(s for s in it.primaries() if _has(s, "tags"))
        primary.ask("SADD", "tags", *[f"m{n}" for n in range(3_000)])
        replica = next(r for r in it.replicas() if int(r.info("replication")["master_port"]) == primary.port)
        until(lambda: replica.info("keyspace").get("db0", "").startswith("keys=1"), "the key is there")
        with Connection(parse_url(replica.url), timeout=10) as app:
            app.pipeline([["READONLY"], ["SMEMBERS", "tags"]])
        ended = seawall("scan", "--redis", it.seed_url, "--all-nodes", "--format", "json")
    said = json.loads(ended.out)
    assert said["not_checked"] == []
    assert {t["name"] for t in said["targets"]} == {s.name for s in it.servers}
    (found,) = [f for f in said["findings"] if f["rule"] == "SW104"]
    assert (found["where"]["node"], found["evidence"]["elements"]) == (replica.name, 3_000)


def _has(server: Member, key: str) -> bool:
    slot = server.ask("CLUSTER", "KEYSLOT", key)
    mine = next(line for line in server.text("CLUSTER", "NODES").splitlines() if "myself" in line).split()[8]
    first, last = (int(n) for n in mine.split("-"))
    return isinstance(slot, int) and first <= slot <= last
