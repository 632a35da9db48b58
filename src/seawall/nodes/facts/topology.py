"""Who belongs to a deployment, in the words of its servers: INFO replication, CLUSTER NODES and SHARDS, SENTINEL.

Each parser gives a `View`: the nodes that were announced, and in words what could not be used. None of them raises,
whatever the reply is: a row that is no node costs that row. Forms are those of Redis 6.2 to 8 and Valkey 7.2 to 9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar, cast

from seawall.keyspace import printable

Role: TypeAlias = Literal["primary", "replica", "sentinel", "unknown"]
LIMIT = 2_000  # nodes of one reply; the makers advise at most 1,000 for a Cluster
_NO_SLOTS = 8  # words of a line of CLUSTER NODES without slots
_SHOWN = 80  # characters of a row that is not understood
_HOST = re.compile(r"[A-Za-z0-9_.:%-]{1,253}")  # a name, an IPv4 or IPv6 address, with a zone
_MODES = ("redis_mode", "server_mode")  # Valkey 9 has only the second
_ROLES: Mapping[str, Role] = {"master": "primary", "primary": "primary", "slave": "replica", "replica": "replica"}
Row = TypeVar("Row")
_NO_HOST = ("", "?")  # of a Cluster node: not known yet, or no name although names are preferred


@dataclass(frozen=True, slots=True)
class Announced:
    """A node as another one announces it.

    host: empty where it is that of whoever announces it. port: 1 to 65535. id: of a Cluster node. myself: it is the
    one that was asked. failing: others hold it for down.
    """

    host: str
    port: int
    role: Role
    id: str = ""
    myself: bool = False
    failing: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """The nodes that one reply announces, and what of it could not be used, each a sentence safe to print."""

    nodes: tuple[Announced, ...] = ()
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replication:
    """A server's place in replication. replid: of the data set, the same for a primary and its replicas in step."""

    role: Role = "unknown"
    primary: Announced | None = None
    replicas: tuple[Announced, ...] = ()
    replid: str = ""
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where CLUSTER SHARDS tells clients to connect. host: None is the host of whoever was asked; a port of 0, none."""

    host: str | None
    port: int
    tls_port: int


def mode(info: Mapping[str, str]) -> str:
    """`standalone`, `cluster` or `sentinel`; empty where INFO does not say."""
    if info.get("cluster_enabled") == "1":
        return "cluster"
    said = next((info[name] for name in _MODES if name in info), "")
    return said if said in ("standalone", "cluster", "sentinel") else ""


def parse_replication(info: Mapping[str, str]) -> Replication:
    """The role, the primary and the connected replicas of INFO replication, read by `parse_info`."""
    odd: list[str] = []
    replicas: list[Announced] = []
    rows = [value for name, value in info.items() if re.fullmatch(r"slave[0-9]{1,6}", name)]
    for row in _limited(rows, odd):
        fields = dict(part.split("=", 1) for part in row.split(",") if "=" in part)
        node = _node(fields.get("ip", ""), fields.get("port", ""), "replica")
        if node is None:
            odd.append(_not_a_node("a replica in INFO", row))
        else:
            replicas.append(node)
    role = _ROLES.get(info.get("role", ""), "unknown")
    primary = None
    if role == "replica":
        primary = _node(info.get("master_host", ""), info.get("master_port", ""), "primary")
        if primary is None:
            odd.append(_not_a_node("the primary in INFO", f"{info.get('master_host')}:{info.get('master_port')}"))
    return Replication(role, primary, tuple(replicas), info.get("master_replid", ""), tuple(odd))


# --- Cluster ----------------------------------------------------------------------------------------------------------


def parse_cluster(nodes: object, shards: object, *, tls: bool) -> View:
    """The nodes of a CLUSTER NODES reply, each with the endpoint that CLUSTER SHARDS (since 7.0) gives for it.

    A node that still shakes hands or has no address yet is left out and named in `odd`.
    """
    if not isinstance(nodes, bytes):
        return View(odd=("CLUSTER NODES did not answer with text",))
    endpoints = dict(_endpoints(shards))
    odd: list[str] = []
    found: list[Announced] = []
    lines = [line for line in nodes.decode("utf-8", "replace").splitlines() if line.strip()]
    for line in _limited(lines, odd):
        node = _cluster_node(line, endpoints, tls=tls)
        if isinstance(node, str):
            odd.append(node)
        else:
            found.append(node)
    return View(tuple(found), tuple(odd))


def _cluster_node(line: str, endpoints: Mapping[str, Endpoint], *, tls: bool) -> Announced | str:
    """A line, or what is wrong with it: `id ip:port@bus[,host[,name=value]...] flags primary ping pong epoch ...`."""
    words = line.split(" ")
    if len(words) < _NO_SLOTS:
        return _not_a_node("a line of CLUSTER NODES", line)
    identity, address, flags = words[0], words[1], set(words[2].split(","))
    if flags & {"handshake", "noaddr"}:
        state = "is joining" if "handshake" in flags else "has no address"
        return f"the Cluster's node {printable(identity)[:40]} {state}"
    place, *more = address.split(",")
    host, _, port = place.partition("@")[0].rpartition(":")
    options = dict(option.split("=", 1) for option in more[1:] if "=" in option)
    if tls and _port(options.get("tls-port", "")):
        port = options["tls-port"]
    myself, failing = "myself" in flags, bool(flags & {"fail", "fail?"})
    endpoint = endpoints.get(identity)
    if endpoint is not None:
        host = "" if endpoint.host is None else endpoint.host or host
        port = str((endpoint.tls_port if tls else endpoint.port) or port)
    roles: list[Role] = [_ROLES[flag] for flag in flags if flag in _ROLES]
    role: Role = roles[0] if roles else "unknown"
    if failing and role == "primary" and len(words) == _NO_SLOTS:
        role = "unknown"  # another serves its slots: it was the primary
    number = _port(port)
    if not number or (host not in _NO_HOST and not _HOST.fullmatch(host)):
        return _not_a_node("a line of CLUSTER NODES", line)
    return Announced("" if host in _NO_HOST else host, number, role, identity, myself, failing)


def _endpoints(shards: object) -> Iterator[tuple[str, Endpoint]]:
    """Endpoints by node id, of a CLUSTER SHARDS reply; what has another form is left out, CLUSTER NODES has it too."""
    for shard in _list(shards)[:LIMIT]:
        for row in _list(_pairs(shard).get("nodes"))[:LIMIT]:
            node = _pairs(row)
            endpoint, ports = node.get("endpoint"), [node.get(name) for name in ("port", "tls-port")]
            host: str | None = None
            if isinstance(endpoint, bytes):
                text = endpoint.decode("utf-8", "replace")
                host = text if text not in _NO_HOST and _HOST.fullmatch(text) else ""  # empty: that of CLUSTER NODES
            plain, tls = (p if isinstance(p, int) and 0 < p < 65_536 else 0 for p in ports)
            yield _text(node.get("id")), Endpoint(host, plain, tls)


# --- Sentinel ---------------------------------------------------------------------------------------------------------


def parse_masters(reply: object) -> tuple[Mapping[str, Announced], tuple[str, ...]]:
    """The primaries that a Sentinel watches, by the name it knows them by, of SENTINEL MASTERS."""
    odd: list[str] = []
    found: dict[str, Announced] = {}
    for row in _rows(reply, odd):
        node = _sentinel_node(row, "primary")
        if node is None or not row.get("name"):
            odd.append(_not_a_node("a row of SENTINEL MASTERS", str(row)))
        else:
            found[row["name"]] = node
    return found, tuple(odd)


def parse_watched(reply: object, role: Role) -> View:
    """The nodes of SENTINEL REPLICAS or SENTINEL SENTINELS."""
    odd: list[str] = []
    found: list[Announced] = []
    for row in _rows(reply, odd):
        node = _sentinel_node(row, role)
        if node is None:
            odd.append(_not_a_node("a row of SENTINEL", str(row)))
        else:
            found.append(node)
    return View(tuple(found), tuple(odd))


def _sentinel_node(row: Mapping[str, str], role: Role) -> Announced | None:
    flags = set(row.get("flags", "").split(","))
    failing = bool({"s_down", "o_down", "disconnected"} & flags)
    if "failover_in_progress" in flags:
        role = "unknown"  # it is listed as the primary until the failover is over
    return _node(row.get("ip", ""), row.get("port", ""), role, failing=failing)


def _rows(reply: object, odd: list[str]) -> list[Mapping[str, str]]:
    if not _is_list(reply):
        odd.append("a Sentinel did not answer with a list")
    return [{name: _text(value) for name, value in _pairs(row).items()} for row in _limited(_list(reply), odd)]


# --- pieces -----------------------------------------------------------------------------------------------------------


def place(host: str, port: int) -> str:
    """`host:port`, an IPv6 address in brackets, safe to print."""
    return printable(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


def _node(host: str, port: str, role: Role, *, failing: bool = False) -> Announced | None:
    number = _port(port)
    return Announced(host, number, role, failing=failing) if number and _HOST.fullmatch(host) else None


def _port(text: str) -> int:
    """1 to 65535; 0 for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) and int(text) < 65_536 else 0


def _pairs(row: object) -> dict[str, object]:
    """Names and values of a flat list, as RESP2 writes a map."""
    flat = _list(row)
    return {_text(name): value for name, value in zip(flat[::2], flat[1::2], strict=False)}


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _list(value: object) -> Sequence[object]:
    return cast("list[object]", value) if isinstance(value, list) else ()


def _text(value: object) -> str:
    return (
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) if isinstance(value, int) else ""
    )


def _limited(rows: Sequence[Row], odd: list[str]) -> Sequence[Row]:
    if len(rows) > LIMIT:
        odd.append(f"{len(rows) - LIMIT:,} of {len(rows):,} announced nodes are left out")
    return rows[:LIMIT]


def _not_a_node(what: str, row: str) -> str:
    return f"{what} is no node: {printable(row[:_SHOWN])}"
