"""What one node says about itself and about who is there besides it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from seawall.errors import NotPermitted
from seawall.nodes.collect.deployment import Login, bare
from seawall.nodes.collect.session import CLIENT_NAME, fatal
from seawall.nodes.facts.server import parse_info
from seawall.nodes.facts.topology import (
    Announced,
    Replication,
    Role,
    View,
    mode,
    parse_cluster,
    parse_masters,
    parse_replication,
    parse_watched,
)
from seawall.wire import Address, Connection, Reply, ServerError

# What is sent, and the permission of an ACL that it needs.
PLAN: tuple[tuple[str, str], ...] = (
    ("CLIENT SETNAME", "client|setname"),
    ("INFO server, replication, cluster", "info"),
    ("CLUSTER NODES (a Cluster)", "cluster|nodes"),
    ("CLUSTER SHARDS (a Cluster)", "cluster|shards"),
)
SENTINEL_PLAN: tuple[tuple[str, str], ...] = (
    *PLAN[:2],
    ("SENTINEL MASTERS", "sentinel|masters"),
    ("SENTINEL REPLICAS name", "sentinel|replicas"),
    ("SENTINEL SENTINELS name", "sentinel|sentinels"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One node's own words. mode is empty, run_id None and role `unknown` where INFO is not permitted.

    address: where it answered, with the login that it took. view: the Cluster's nodes. watched: a Sentinel's view of
    each primary, by the name it knows it by. odd: what could not be used.
    """

    address: Address
    mode: str = ""
    run_id: str | None = None
    role: Role = "unknown"
    replication: Replication = field(default_factory=Replication)
    view: View = field(default_factory=View)
    watched: Mapping[str, View] = field(default_factory=dict[str, View])
    odd: tuple[str, ...] = ()


def ask(address: Address, timeout: float, logins: Sequence[Login] = ()) -> Answer:
    """Asks one node who it is and whom it knows: INFO, then CLUSTER NODES and SHARDS or SENTINEL MASTERS and REPLICAS.

    logins: to be tried where that of the address is refused; only a Sentinel may take one of them, since a data node
    would take another login than the one that was meant for it. Raises Unreachable, NotPermitted or BadReply.
    """
    try:
        return _ask(address, timeout)
    except NotPermitted as refused:
        for login in logins:
            other = replace(address, user=login.user, password=login.password, database=0)
            with contextlib.suppress(NotPermitted):
                answer = _ask(other, timeout)
                if answer.mode == "sentinel":
                    return answer
        raise refused from None


def _ask(address: Address, timeout: float) -> Answer:
    with Connection(address, timeout=timeout) as connection:
        _, *sections = connection.pipeline(
            [("CLIENT", "SETNAME", CLIENT_NAME), *(("INFO", part) for part in ("server", "replication", "cluster"))]
        )
        errors = [reply for reply in sections if isinstance(reply, ServerError)]
        for wrong in filter(None, (fatal(bare(address), error) for error in errors)):
            raise wrong
        info = parse_info("\n".join(reply.decode("utf-8", "replace") for reply in sections if isinstance(reply, bytes)))
        odd = [f"INFO is refused: {error.shown}" for error in errors[:1]]
        if not errors and "run_id" not in info:
            odd.append("INFO does not say who the server is")
        kind = mode(info)
        if kind == "sentinel":
            return _sentinel(connection, info, odd)
        view = View()
        if kind in ("cluster", ""):
            view = _cluster(connection, certain=kind == "cluster")
            kind = kind or ("cluster" if view.nodes else "")
    replication = parse_replication(info)
    return Answer(
        address, kind, info.get("run_id"), replication.role, replication, view, odd=(*odd, *replication.odd, *view.odd)
    )


def _cluster(connection: Connection, *, certain: bool) -> View:
    nodes, shards = connection.pipeline([("CLUSTER", "NODES"), ("CLUSTER", "SHARDS")])
    if isinstance(nodes, ServerError):
        return View(odd=(f"CLUSTER NODES is refused: {nodes.shown}",)) if certain else View()
    return parse_cluster(nodes, shards, tls=connection.address.tls)


def _sentinel(connection: Connection, info: Mapping[str, str], odd: Sequence[str]) -> Answer:
    reply = connection.call("SENTINEL", "MASTERS")
    masters, wrong = parse_masters(_permitted(reply, connection))
    asked = [("SENTINEL", question, name) for name in masters for question in ("REPLICAS", "SENTINELS")]
    replies = iter(connection.pipeline(asked) if asked else ())
    watched: dict[str, View] = {}
    for name, primary in masters.items():
        replicas = parse_watched(next(replies), "replica")
        others = parse_watched(next(replies), "sentinel")
        nodes: tuple[Announced, ...] = (primary, *replicas.nodes, *others.nodes)
        watched[name] = View(nodes, (*replicas.odd, *others.odd))
    told = (*odd, *wrong, *(line for view in watched.values() for line in view.odd))
    return Answer(connection.address, "sentinel", info.get("run_id"), "sentinel", watched=watched, odd=told)


def _permitted(reply: Reply, connection: Connection) -> Reply:
    if isinstance(reply, ServerError):
        raise NotPermitted(
            f"{bare(connection.address)} is a Sentinel and refuses SENTINEL MASTERS: {reply.shown}",
            f"Its user needs {' '.join(f'+{permission}' for _, permission in SENTINEL_PLAN)}.",
        )
    return reply
