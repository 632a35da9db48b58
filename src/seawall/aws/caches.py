"""The nodes of an ElastiCache or MemoryDB system, as AWS lists them: endpoints by node, TLS, primary and replicas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from seawall.aws.account import Account, Record, pages
from seawall.aws.failures import DENIED, code, no_answer
from seawall.errors import Unreachable

Service: TypeAlias = Literal["elasticache", "memorydb"]
Endpoint: TypeAlias = tuple[str, int]  # host, port
Role: TypeAlias = Literal["primary", "replica", "unknown"]
_ROLES: Mapping[str, Role] = {"primary": "primary", "replica": "replica"}


@dataclass(frozen=True, slots=True)
class CacheNode:
    """A node by its own endpoint. shard: its number or name, empty where there is one only."""

    host: str
    port: int
    shard: str = ""
    role: Role = "unknown"


@dataclass(frozen=True, slots=True)
class Cache:
    """A system of one or more nodes. nodes: all of them; empty where AWS shows none (serverless, or not permitted).

    entry: the endpoints that lead to some node: configuration, else primary and reader.
    """

    service: Service
    name: str
    tls: bool
    entry: tuple[Endpoint, ...] = ()
    nodes: tuple[CacheNode, ...] = ()
    serverless: bool = False


def describe(account: Account, service: Service, name: str) -> Cache:
    """What AWS lists under this name: a replication group, a serverless cache or a lone cluster; or a MemoryDB cluster.

    Raises Unreachable where there is none, NotPermitted where AWS does not say; the account's other errors.
    """
    if service == "memorydb":
        return account.bounded(f"memorydb cluster {name}", lambda: _memorydb(account.client("memorydb"), name))
    return account.bounded(f"elasticache {name}", lambda: _elasticache(account.client("elasticache"), name))


def _elasticache(client: Any, name: str) -> Cache:
    """The three kinds in turn. That it is another kind is known where one of the calls is not permitted, too."""
    refused: Exception | None = None
    for look in (_replication_group, _serverless, _cluster):
        try:
            return look(client, name)
        except Exception as wrong:
            if code(wrong) in DENIED:
                refused = refused or wrong
            elif "NotFound" not in code(wrong):
                raise
    if refused is not None:
        raise refused
    raise Unreachable(
        f"ElastiCache in {client.meta.region_name} has no replication group, serverless cache or cluster {name}",
        "Check its name, and that region and profile are those where it is.",
        retry_helps=False,
    )


def _replication_group(client: Any, name: str) -> Cache:
    group = _first(client.describe_replication_groups(ReplicationGroupId=name).get("ReplicationGroups"), name)
    shards = _records(group, "NodeGroups")
    entry = _endpoints(group.get("ConfigurationEndpoint"))
    if not entry:
        entry = _endpoints(*(shard.get(end) for shard in shards for end in ("PrimaryEndpoint", "ReaderEndpoint")))
    members = [(str(s.get("NodeGroupId", "")), m) for s in shards for m in _records(s, "NodeGroupMembers")]
    nodes = [
        CacheNode(host, port, shard, _ROLES.get(member.get("CurrentRole", ""), "unknown"))
        for shard, member in members
        for host, port in _endpoints(member.get("ReadEndpoint"))  # only where cluster mode is off
    ]
    if not nodes:
        nodes = _members(client, name, {member["CacheClusterId"]: shard for shard, member in members})
    return Cache("elasticache", name, bool(group.get("TransitEncryptionEnabled")), entry, tuple(nodes))


def _members(client: Any, group: str, shards: Mapping[str, str]) -> list[CacheNode]:
    """The nodes of a group, out of all clusters of the account: a call for 100 of them instead of one for each."""
    try:
        clusters = list(pages(client, "describe_cache_clusters", "CacheClusters", ShowCacheNodeInfo=True))
    except Exception as wrong:
        if code(wrong) in DENIED:
            return []  # the configuration endpoint leads to one, and the servers know each other
        raise
    return [
        CacheNode(host, port, shards.get(cluster["CacheClusterId"], ""))
        for cluster in clusters
        if cluster.get("ReplicationGroupId") == group
        for host, port in _endpoints(*(node.get("Endpoint") for node in _records(cluster, "CacheNodes")))
    ]


def _serverless(client: Any, name: str) -> Cache:
    cache = _first(client.describe_serverless_caches(ServerlessCacheName=name).get("ServerlessCaches"), name)
    return Cache("elasticache", name, tls=True, entry=_endpoints(cache.get("Endpoint")), serverless=True)


def _cluster(client: Any, name: str) -> Cache:
    answer = client.describe_cache_clusters(CacheClusterId=name, ShowCacheNodeInfo=True)
    cluster = _first(answer.get("CacheClusters"), name)
    if group := cluster.get("ReplicationGroupId"):
        return _replication_group(client, group)
    if cluster.get("Engine") == "memcached":
        raise Unreachable(
            f"the ElastiCache cluster {name} is Memcached", "Name one of Redis or Valkey.", retry_helps=False
        )
    nodes = _endpoints(*(node.get("Endpoint") for node in _records(cluster, "CacheNodes")))
    tls = bool(cluster.get("TransitEncryptionEnabled"))
    return Cache("elasticache", name, tls, nodes, tuple(CacheNode(host, port, "", "primary") for host, port in nodes))


def _memorydb(client: Any, name: str) -> Cache:
    cluster = _first(client.describe_clusters(ClusterName=name, ShowShardDetails=True).get("Clusters"), name)
    nodes = [
        CacheNode(host, port, str(shard.get("Name", "")))
        for shard in _records(cluster, "Shards")
        for node in _records(shard, "Nodes")
        for host, port in _endpoints(node.get("Endpoint"))
    ]
    entry = _endpoints(cluster.get("ClusterEndpoint"))
    return Cache("memorydb", name, bool(cluster.get("TLSEnabled")), entry, tuple(nodes))


def _first(records: Sequence[Record] | None, name: str) -> Record:
    if records is None:
        raise no_answer(f"list of {name}")
    if not records:
        raise Unreachable(f"AWS lists nothing under {name}", "Check the name.", retry_helps=False)
    return records[0]


def _records(of: Record, key: str) -> Sequence[Record]:
    return of.get(key) or ()


def _endpoints(*endpoints: Record | None) -> tuple[Endpoint, ...]:
    """Host and port of each; a node that is being created has none yet."""
    return tuple((e["Address"], int(e["Port"])) for e in endpoints if e and e.get("Address") and e.get("Port"))
