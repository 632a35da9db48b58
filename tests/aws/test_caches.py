"""What AWS lists of ElastiCache and MemoryDB, asked of a fake AWS by the real boto3."""

from __future__ import annotations

from typing import Any

import pytest
from tests.fakes.aws import Answers, FakeAws, Refusal

from seawall.aws import Account
from seawall.aws.caches import Cache, CacheNode, describe
from seawall.errors import NotPermitted, Unreachable

NO_GROUP = Refusal("ReplicationGroupNotFoundFault", "ReplicationGroup jobs not found.", 404)
NO_SERVERLESS = Refusal("ServerlessCacheNotFoundFault", "Serverless cache jobs not found.", 404)
NO_CLUSTER = Refusal("CacheClusterNotFound", "CacheCluster not found: jobs", 404)
DENIED = Refusal("AccessDenied", "User: arn:aws:iam::1:user/ada is not authorized", 403)
GROUPS, SERVERLESS, CLUSTERS = (
    f"elasticache.Describe{kind}" for kind in ("ReplicationGroups", "ServerlessCaches", "CacheClusters")
)


def end(host: str, port: int = 6379) -> dict[str, Any]:
    return {"Address": host, "Port": port}


def look(aws: FakeAws, answers: Answers, name: str = "jobs") -> Cache:
    aws.answers = dict(answers)
    return describe(Account(timeout=20), "elasticache", name)


def group(**more: Any) -> dict[str, Any]:
    return {"ReplicationGroups": [{"ReplicationGroupId": "jobs", "Status": "available", **more}]}


def shard(number: str, *members: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"NodeGroupId": number, "NodeGroupMembers": list(members), **more}


def member(name: str, **more: Any) -> dict[str, Any]:
    return {"CacheClusterId": name, "CacheNodeId": "0001", **more}


def cluster(name: str, **more: Any) -> dict[str, Any]:
    node = {"CacheNodeId": "0001", "Endpoint": end(f"{name}.abc.euc1.example")}
    return {"CacheClusterId": name, "Engine": "redis", "CacheNodes": [node], **more}


def test_a_group_without_cluster_mode_lists_its_nodes_with_their_roles(aws: FakeAws):
    members = [
        member("jobs-001", ReadEndpoint=end("jobs-001"), CurrentRole="primary"),
        member("jobs-002", ReadEndpoint=end("jobs-002", 6380), CurrentRole="replica"),
    ]
    one = shard("0001", *members, PrimaryEndpoint=end("primary"), ReaderEndpoint=end("reader"))
    found = look(aws, {GROUPS: group(NodeGroups=[one], TransitEncryptionEnabled=True)})
    assert found == Cache(
        "elasticache",
        "jobs",
        tls=True,
        entry=(("primary", 6379), ("reader", 6379)),
        nodes=(CacheNode("jobs-001", 6379, "0001", "primary"), CacheNode("jobs-002", 6380, "0001", "replica")),
    )
    assert aws.requests == [("elasticache", "DescribeReplicationGroups", {"ReplicationGroupId": "jobs"})]


def test_a_group_with_cluster_mode_finds_its_nodes_on_every_page(aws: FakeAws):
    shards = [shard("0001", member("jobs-0001-001"), member("jobs-0001-002")), shard("0002", member("jobs-0002-001"))]
    new = {"CacheClusterId": "jobs-0002-002", "ReplicationGroupId": "jobs", "CacheNodes": []}  # is being created
    pages = {
        None: {"CacheClusters": [cluster("jobs-0001-001", ReplicationGroupId="jobs"), cluster("other")], "Marker": "2"},
        "2": {"CacheClusters": [cluster("jobs-0001-002", ReplicationGroupId="jobs"), new], "Marker": "3"},
        "3": {"CacheClusters": [cluster("jobs-0002-001", ReplicationGroupId="jobs")]},
    }
    answers: Answers = {
        GROUPS: group(NodeGroups=shards, ConfigurationEndpoint=end("clustercfg"), TransitEncryptionEnabled=False),
        CLUSTERS: lambda asked: pages[asked.get("Marker")],
    }
    found = look(aws, answers)
    assert found.entry == (("clustercfg", 6379),)
    assert [(node.host, node.shard) for node in found.nodes] == [
        ("jobs-0001-001.abc.euc1.example", "0001"),
        ("jobs-0001-002.abc.euc1.example", "0001"),
        ("jobs-0002-001.abc.euc1.example", "0002"),
    ]
    assert not found.tls
    assert aws.requests[1][2] == {"ShowCacheNodeInfo": True}
    assert len(aws.requests) == 4


def test_where_the_nodes_may_not_be_listed_the_configuration_endpoint_is_left(aws: FakeAws):
    shards = [shard("0001", member("jobs-0001-001"))]
    answers: Answers = {GROUPS: group(NodeGroups=shards, ConfigurationEndpoint=end("clustercfg")), CLUSTERS: DENIED}
    found = look(aws, answers)
    assert (found.entry, found.nodes) == ((("clustercfg", 6379),), ())


def test_a_serverless_cache_has_one_endpoint_and_tls(aws: FakeAws):
    cache = {
        "ServerlessCacheName": "jobs",
        "Status": "available",
        "Engine": "valkey",
        "Endpoint": end("jobs.serverless"),
    }
    found = look(aws, {GROUPS: NO_GROUP, SERVERLESS: {"ServerlessCaches": [cache]}})
    assert found == Cache("elasticache", "jobs", tls=True, entry=(("jobs.serverless", 6379),), serverless=True)


def test_a_lone_cluster_and_a_member_of_a_group(aws: FakeAws):
    answers: Answers = {GROUPS: NO_GROUP, SERVERLESS: NO_SERVERLESS, CLUSTERS: {"CacheClusters": [cluster("jobs")]}}
    found = look(aws, answers)
    assert found.nodes == (CacheNode("jobs.abc.euc1.example", 6379, "", "primary"),)

    one = shard("0001", member("jobs-001", ReadEndpoint=end("jobs-001"), CurrentRole="primary"))
    of_group = {"CacheClusters": [cluster("jobs-001", ReplicationGroupId="jobs")]}
    answers = {GROUPS: [NO_GROUP, group(NodeGroups=[one])], SERVERLESS: NO_SERVERLESS, CLUSTERS: of_group}
    found = look(aws, answers, "jobs-001")
    assert (found.name, found.nodes) == ("jobs", (CacheNode("jobs-001", 6379, "0001", "primary"),))


def test_memcached_is_refused(aws: FakeAws):
    memcached = {"CacheClusters": [cluster("jobs", Engine="memcached")]}
    with pytest.raises(Unreachable, match="is Memcached"):
        look(aws, {GROUPS: NO_GROUP, SERVERLESS: NO_SERVERLESS, CLUSTERS: memcached})


def test_what_is_none_of_the_three_is_said_once(aws: FakeAws):
    with pytest.raises(
        Unreachable, match=r"ElastiCache in eu-central-1 has no replication group, .* cluster jobs"
    ) as no:
        look(aws, {GROUPS: NO_GROUP, SERVERLESS: NO_SERVERLESS, CLUSTERS: NO_CLUSTER})
    assert not no.value.retry_helps


def test_a_kind_that_may_not_be_asked_for_is_no_obstacle_to_another(aws: FakeAws):
    found = look(aws, {GROUPS: DENIED, SERVERLESS: DENIED, CLUSTERS: {"CacheClusters": [cluster("jobs")]}})
    assert len(found.nodes) == 1
    with pytest.raises(NotPermitted, match="AccessDenied") as refused:
        look(aws, {GROUPS: DENIED, SERVERLESS: NO_SERVERLESS, CLUSTERS: NO_CLUSTER})
    assert "elasticache:DescribeReplicationGroups" in refused.value.hint


def test_memorydb_lists_its_nodes_by_shard(aws: FakeAws):
    shards = [
        {"Name": "0001", "Nodes": [{"Name": "j-0001-001", "Endpoint": end("j-0001-001")}, {"Name": "j-0001-002"}]},
        {"Name": "0002", "Nodes": [{"Name": "j-0002-001", "Endpoint": end("j-0002-001")}]},
    ]
    found = {"Name": "jobs", "Shards": shards, "ClusterEndpoint": end("clustercfg"), "TLSEnabled": True}
    aws.answers = {"memorydb.DescribeClusters": {"Clusters": [found]}}
    assert describe(Account(timeout=20), "memorydb", "jobs") == Cache(
        "memorydb",
        "jobs",
        tls=True,
        entry=(("clustercfg", 6379),),
        nodes=(CacheNode("j-0001-001", 6379, "0001"), CacheNode("j-0002-001", 6379, "0002")),
    )
    assert aws.requests == [("memorydb", "DescribeClusters", {"ClusterName": "jobs", "ShowShardDetails": True})]
    aws.answers = {"memorydb.DescribeClusters": Refusal("ClusterNotFoundFault", "Cluster not found", 404)}
    with pytest.raises(Unreachable, match="ClusterNotFoundFault: Cluster not found"):
        describe(Account(timeout=20), "memorydb", "jobs")
