"""Which node is asked: a replica where there is one, so that the primary's clients do not wait for us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from seawall.errors import SeawallError
from seawall.nodes.collect.session import CLIENT_NAME, Session, text
from seawall.nodes.facts.server import Server, parse_databases, parse_info
from seawall.wire import Address, Connection, Reply

_TRIED = 3  # replicas; each may cost the time that a firewall lets us wait
_REPLICA_WITHIN_S = 2.0


@dataclass(slots=True)
class Node:
    """A node to be asked, and what it says about itself. `before`: its commandstats when we came."""

    session: Session
    address: Address
    server: Server
    before: Reply
    sent_elsewhere: int = 0  # commands to the primary, whose replica this is

    @property
    def role(self) -> str:
        """`primary` or `replica`; empty where INFO is forbidden."""
        return {"master": "primary", "slave": "replica"}.get(self.server.info.get("role", ""), "")


def reach(address: Address, *, name: str, timeout: float, without: frozenset[str], replica: bool) -> Node:
    """Connects to the server, or (`replica`) to one of its replicas that is online and can be reached.

    Raises Unreachable, NotPermitted or BadReply where the server itself cannot be asked.
    """
    node = _enter(address, name, timeout, without)
    if not replica or node.role != "primary":
        return node
    places = _replicas(node.server.info)
    for host, port in places[:_TRIED]:
        elsewhere = replace(address, host=host, port=port, path="")
        try:
            other = _enter(elsewhere, elsewhere.name, min(timeout, _REPLICA_WITHIN_S), without)
        except SeawallError as wrong:
            node.session.notes.append(f"its replica could not be asked, so the primary was: {wrong.what}")
            continue
        if other.role == "replica" and other.server.info.get("master_link_status") == "up":
            other.session.notes.append(f"asked {other.session.name}, a replica of {node.session.name}")
            other.sent_elsewhere = node.session.connection.sent
            node.session.connection.close()
            return other
        other.session.connection.close()
    return node


def _enter(address: Address, name: str, timeout: float, without: frozenset[str]) -> Node:
    connection = Connection(address, timeout=timeout).__enter__()
    try:
        session = Session(connection, name, without)
        session.ask("CLIENT", "SETNAME", CLIENT_NAME)
        info, before = session.ask_all([["INFO"], ["INFO", "commandstats"]])
    except BaseException:
        connection.close()
        raise
    told = text(info)
    session.read_here(parse_info(told))
    return Node(session, address, Server(info=parse_info(told), databases=parse_databases(told)), before)


def _replicas(info: Mapping[str, str]) -> list[tuple[str, int]]:
    """Host and port of the replicas that are online, the one with the shortest lag first."""
    found: list[tuple[int, str, int]] = []
    for name, value in info.items():
        fields = dict(word.split("=", 1) for word in value.split(",") if "=" in word)
        port, lag = fields.get("port", ""), fields.get("lag", "")
        if name.startswith("slave") and fields.get("state") == "online" and port.isdigit() and 0 < int(port) < 65536:
            found.append((int(lag) if lag.isdigit() else 1 << 31, fields.get("ip", ""), int(port)))
    return [(host, port) for _, host, port in sorted(found) if host]
