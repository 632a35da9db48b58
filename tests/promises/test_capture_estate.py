"""An estate as a team has it: two deployments of seawall.toml, one listed by AWS and reached through a tunnel.

The password is kept in SSM, the entries go to PostgreSQL, and the report comes out of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.deployments import replicated
from tests.fakes.aws import FakeAws, fake_aws
from tests.front_door import seawall
from tests.history.postgres import Cluster, cluster

from seawall import lab
from seawall.wire import Connection, parse_url

PASSWORD = "s3cr3t"
CONFIG = {"slowlog-log-slower-than": "0", "slowlog-max-len": "512"}


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    with cluster() as ready:
        yield ready


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with fake_aws({}) as fake:
        fake.lead(monkeypatch)
        yield fake


def member(name: str, role: str) -> dict[str, Any]:
    return {
        "CacheClusterId": name,
        "CacheNodeId": "0001",
        "ReadEndpoint": {"Address": f"{name}.cache.example", "Port": 6379},
        "CurrentRole": role,
    }


def test_two_deployments_one_of_them_of_aws(any_binary: lab.Binary, aws: FakeAws, postgres: Cluster, tmp_path: Path):
    members = [member("carts-001", "primary"), member("carts-002", "replica")]
    group = {
        "ReplicationGroupId": "carts",
        "Status": "available",
        "NodeGroups": [{"NodeGroupId": "0001", "NodeGroupMembers": members}],
    }
    parameter = {"Name": "/carts/password", "Type": "SecureString", "Value": PASSWORD}
    aws.answers = {
        "elasticache.DescribeReplicationGroups": {"ReplicationGroups": [group]},
        "ssm.GetParameter": {"Parameter": parameter},
    }
    with (
        replicated(any_binary, replicas=1, password=PASSWORD, config=CONFIG) as carts,
        lab.start(any_binary, config=CONFIG) as jobs,
    ):
        primary, replica = carts.primaries()[0], carts.replicas()[0]
        with Connection(parse_url(primary.url), timeout=20) as app:
            app.pipeline([["HSET", f"cart:{n}", "a", 1] for n in range(40)])
        with Connection(parse_url(jobs.url), timeout=20) as app:
            app.pipeline([["LPUSH", f"queue:{n}", "a"] for n in range(30)])
        estate = tmp_path / "seawall.toml"
        estate.write_text(
            f'[[redis]]\nname = "jobs"\nurl = "{jobs.url}"\n'
            '[[redis]]\nname = "carts"\naws = { elasticache = "carts" }\npassword_aws = "ssm:/carts/password"\n'
            f'addresses = {{ "carts-001.cache.example:6379" = "{primary.name}", '
            f'"carts-002.cache.example:6379" = "{replica.name}" }}\n',
            encoding="utf-8",
        )
        store = postgres.schema()
        kept = ("--config", str(estate), "--store", store)
        ended = seawall("nodes", "capture", *kept, "--for", "3s", "--format", "json")
        assert ended.code == 0, ended.err
        assert PASSWORD not in ended.out + ended.err
        said = json.loads(ended.out)
        records = {record["node"]: record for record in said["capture"]}
        assert set(records) == {"jobs", "carts-001.cache.example:6379", "carts-002.cache.example:6379"}
        assert all(record["seen"] + record["lost"] == record["last_id"] + 1 for record in records.values())
        again = seawall("scan", *kept, "--since", "1h", "--all-nodes", "--format", "json")
        assert again.code in (0, 1), again.err
        assert PASSWORD not in again.out + again.err
    trends = {(t["node"], t["command"], t["key_pattern"]): t for t in json.loads(again.out)["timeline"]["trends"]}
    assert trends["jobs", "LPUSH", "queue:*"]["entries"] == 30
    assert trends["carts-001.cache.example:6379", "HSET", "cart:*"]["entries"] == 40
    assert "ssm.GetParameter" in aws.operations()
