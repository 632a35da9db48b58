"""The nodes of a deployment as a capture watches them: found anew each time, each under one name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from seawall.errors import TargetError, Unreachable
from seawall.nodes.collect import topology
from seawall.nodes.collect.deployment import Deployment
from seawall.nodes.collect.views import ask
from seawall.wire import Address

FORGET_S = 600.0  # after which a replica that is down is no longer one: the primary's INFO forgot it at once


@dataclass(frozen=True, slots=True)
class Node:
    """A node to watch. name: printable, what everything is booked under.

    log_in: gives the address with fresh credentials for each connection, where they change (IAM).
    """

    name: str
    address: Address
    without: tuple[str, ...] = ()
    log_in: Callable[[], Address] | None = field(default=None, repr=False)


class Members:
    """The nodes of a deployment. all_nodes: else only its first seed. timeout: seconds for one look.

    A single server is booked under the deployment's name, where it has one; of several each has its own. A process
    keeps the name that it was first booked under: `names`, by run_id.
    """

    def __init__(
        self,
        deployment: Deployment,
        without: Sequence[str] = (),
        *,
        all_nodes: bool = True,
        timeout: float = 4.0,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._names = dict(names or {})
        self._before: dict[str, str] = {}  # by the name that the servers announce
        self._deployment = deployment
        self._without = tuple(without)
        self._all = all_nodes or deployment.is_sentinel or not deployment.seeds
        self._timeout = timeout
        self._known: dict[str, tuple[topology.Node, float]] = {}  # and when it last answered

    def __call__(self) -> list[Node]:
        """The nodes that hold data, as they are now. Raises Unreachable where none answers."""
        deployment = self._deployment
        if not self._all:
            seed = deployment.seeds[0]
            return [self._node(seed, self._known_as(seed, deployment.name or seed.name))]
        seen = topology.discover(deployment, timeout=self._timeout, known=[n for n, _ in self._known.values()])
        self._remember(seen.nodes)
        nodes = [one for one in seen.data_nodes if one.name in self._known]
        if all(one.down is not None for one in nodes):
            problem = next(iter((*(n.down for n in nodes if n.down), *seen.problems)), None)
            what = problem.reason if problem else f"no node of {deployment.title} was found"
            raise Unreachable(what, problem.hint if problem else "")
        single = deployment.name if len(nodes) == 1 else ""
        return [self._node(one.address, self._named(one, single or one.name)) for one in nodes]

    def _known_as(self, seed: Address, name: str) -> str:
        """The name that a server named alone has in the books, where they know it."""
        with suppress(TargetError):
            run_id = ask(self._deployment.fresh(seed), self._timeout).run_id if self._names else None
            return self._names.setdefault(run_id, name) if run_id else name
        return name  # what is wrong is said when it is read

    def _named(self, node: topology.Node, name: str) -> str:
        """The name of its process; of one that cannot be asked, that of the process which was there before."""
        if node.run_id:
            self._before[node.name] = self._names.setdefault(node.run_id, name)
        return self._before.get(node.name, name)

    def _remember(self, nodes: Sequence[topology.Node]) -> None:
        now = time.monotonic()
        seen = {one.name: (one, now if one.down is None else self._last(one.name, now)) for one in nodes}
        self._known = {name: (one, at) for name, (one, at) in seen.items() if now - at <= FORGET_S}

    def _last(self, name: str, now: float) -> float:
        return self._known[name][1] if name in self._known else now

    def _node(self, address: Address, name: str) -> Node:
        deployment = self._deployment
        log_in = (lambda: deployment.fresh(address)) if deployment.login is not None else None
        return Node(name, address, self._without, log_in)
