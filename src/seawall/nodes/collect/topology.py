"""Who the nodes of a deployment are: from one or several seeds to all of them.

    seeds ──ask──> INFO says ┬─ cluster ───> CLUSTER NODES, SHARDS ──┐
      ▲                      ├─ sentinel ──> SENTINEL MASTERS, ... ──┼─> announced names ──ask──> run_id, role
      │                      └─ standalone > its primary, replicas ──┘          │
      └──────────────────────────── every new name is asked too ────────────────┘

One server is one node, however many names it has: its run_id tells. It bears the name under which other servers
announce it, and is reached there, or where it answered. A Cluster's and a Sentinel's view, and AWS's list, are
complete: what they do not name is no node. INFO replication is not: it forgets a replica when its connection ends, so
`known` nodes stay, down, until the caller forgets them.

Limits: whoever announces a node is trusted with the login of the others, as with every client of a Cluster or a
Sentinel. A replica of a replica of a Cluster cannot be; one behind a Sentinel is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from seawall.errors import NotPermitted, SeawallError, TargetError, Unreachable
from seawall.model import NotChecked
from seawall.nodes.collect.deployment import Deployment
from seawall.nodes.collect.search import Candidate, Search, Source
from seawall.nodes.facts.topology import Role
from seawall.wire import Address

_ORDER: tuple[Role, ...] = ("primary", "replica", "unknown", "sentinel")
_SENTINEL_LOGIN = "A Sentinel's own password is sentinel_password_env in seawall.toml, ?sentinel_password= in a URL."
_DETOUR = "Where it is behind a bastion or a tunnel, `addresses` says how it is reached."


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a deployment.

    name: `host:port` as the servers announce it, or the path of a unix socket; printable. address: where it is
    reached, login included. run_id: of this life of the process, None where it could not be asked. via: who named it.
    down: why it could not be asked; None when it answered.
    """

    name: str
    address: Address
    role: Role = "unknown"
    run_id: str | None = None
    via: str = ""
    down: NotChecked | None = None


@dataclass(frozen=True, slots=True)
class Topology:
    """The nodes of a deployment at one moment, primaries first, Sentinels last.

    kind: `standalone`, `cluster`, `sentinel`; empty where nobody said. problems: what may hide a node. notes: what is
    odd and hides none.
    """

    kind: str = ""
    nodes: tuple[Node, ...] = ()
    problems: tuple[NotChecked, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def data_nodes(self) -> tuple[Node, ...]:
        """Those that hold data, and so have a slow log: all but the Sentinels."""
        return tuple(node for node in self.nodes if node.role != "sentinel")


def discover(deployment: Deployment, *, timeout: float = 4.0, known: Sequence[Node] = ()) -> Topology:
    """All nodes of the deployment, each asked for its run_id and role, in `timeout` seconds at the most.

    Where AWS is asked for the list or for credentials, that takes its own time before. known: the nodes of an earlier
    look; they are seeds too, and stay listed where nobody's list is complete. Never raises for a target: what is down
    or unknown is said. Raises UsageError where something needed is not installed or not set.
    """
    search = Search(deployment, timeout)
    try:
        search.begin()
    except TargetError as wrong:
        problem = NotChecked(deployment.title, wrong.what, wrong.hint)
        lost = [replace(node, down=NotChecked(node.name, wrong.what, wrong.hint)) for node in known]
        return Topology(nodes=tuple(lost), problems=(problem,))
    for node in known:
        host = node.name.rpartition(":")[0].strip("[]") or node.address.host
        address = node.address if node.role == "sentinel" else search.entered(node.address)
        search.add(
            Candidate(
                node.name, host, address.port, address, Source.KNOWN, "an earlier look", node.role, run_id=node.run_id
            )
        )
    search.run()
    return _topology(search)


def _topology(search: Search) -> Topology:
    """What was found, one node a server. Of what nobody answered for, the nodes that a list names are down."""
    candidates = list(search.found.values())
    for candidate in candidates:
        _recognise(candidate, candidates)
    complete = any(c.source.is_complete and (c.by_others or c.is_seed) for c in candidates)
    servers: dict[str, list[Candidate]] = {}  # the names of each, by run_id
    silent: list[Candidate] = []
    for candidate in candidates:
        if candidate.answer is None:
            silent.append(candidate)
        elif candidate.is_seed or candidate.by_others or not complete:  # else it left: it lives, but nobody names it
            servers.setdefault(candidate.answer.run_id or candidate.name, []).append(candidate)
    nodes = [_node(min(names, key=lambda c: (c.source, c.name))) for names in servers.values()]
    notes: list[str] = []
    for candidate in silent:
        error = search.error(candidate)
        if candidate.source.is_complete or not (complete or candidate.run_id in servers):
            nodes.append(_down(candidate, error))
        elif candidate.is_seed:
            notes.append(f"{search.deployment.title}: a seed does not answer, others know all nodes: {error.what}")
    if all(node.role == "sentinel" for node in nodes):
        first = next((node.down for node in nodes if node.down is not None), None)
        why, hint = (f": {first.reason}", first.hint) if first else ("", "Name one of its nodes that is up.")
        search.problem(search.deployment.title, f"no node that holds data is known{why}", hint)
    nodes.sort(key=lambda node: (_ORDER.index(node.role), node.name))
    kinds = [c.answer.mode for c in candidates if c.answer is not None]
    kind = next((kind for kind in ("sentinel", "cluster", "standalone") if kind in kinds), "")
    return Topology(kind, tuple(nodes), tuple(search.problems), tuple(notes))


def _recognise(candidate: Candidate, candidates: Sequence[Candidate]) -> None:
    """Where nobody reaches a server under its announced name, or another server is there: who said that it is it.

    A Cluster's node says so (`myself`). A primary is told by the id of the data set that its replica follows.
    """
    stand_in = candidate.stand_in
    if stand_in is None and candidate.answer is None and candidate.replid:
        primaries = [c for c in candidates if c.answer is not None and c.answer.role == "primary"]
        stand_in = next((c for c in primaries if c.answer and c.answer.replication.replid == candidate.replid), None)
    if stand_in is None or stand_in.answer is None:
        return
    if candidate.answer is None or candidate.answer.run_id != stand_in.answer.run_id:
        candidate.outcome, candidate.address = stand_in.answer, stand_in.address


def _node(candidate: Candidate) -> Node:
    answer = candidate.answer
    if answer is None:
        return _down(candidate, Unreachable(f"{candidate.name} did not answer"))
    role = answer.role if answer.role != "unknown" else candidate.role
    return Node(candidate.name, answer.address, role, answer.run_id, candidate.via)


def _down(candidate: Candidate, error: SeawallError) -> Node:
    hint = error.hint
    if isinstance(error, NotPermitted) and candidate.role == "sentinel":
        hint = _SENTINEL_LOGIN
    elif isinstance(error, Unreachable) and not candidate.is_seed:
        hint = f"{hint} {_DETOUR}".strip()
    reason = NotChecked(candidate.name, error.what, hint)
    return Node(candidate.name, candidate.address, candidate.role, None, candidate.via, reason)
