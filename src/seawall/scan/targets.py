"""The servers to read, each in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from seawall.errors import BadReply, SeawallError, TargetError, Unreachable
from seawall.model import Owner
from seawall.nodes.collect import topology
from seawall.nodes.collect.deployment import Deployment
from seawall.nodes.members import Members, Node
from seawall.wire import Address


@dataclass(frozen=True, slots=True)
class RedisTarget:
    """A server to read. name: what findings call it (its address where empty). without: commands not to send.

    deployment: what it is one node of, and how the others are found; None for a server that is named alone.
    all_nodes: whether the estate says that they are read too; None leaves it to the command.
    """

    address: Address
    name: str = ""
    owner: Owner | None = None
    without: tuple[str, ...] = ()
    deployment: Deployment | None = None
    all_nodes: bool | None = None

    @property
    def whole(self) -> Deployment:
        """The deployment that it is of."""
        return self.deployment or Deployment((self.address,), self.name)


def expand(
    targets: Sequence[RedisTarget], *, all_nodes: bool, timeout: float, names: Mapping[str, str] | None = None
) -> tuple[list[RedisTarget], list[tuple[RedisTarget, SeawallError]]]:
    """The nodes of the targets that are more than one server, and those whose nodes could not be found.

    A Sentinel has no data, AWS names no address, and a password that is kept elsewhere must be fetched: these are
    looked up in any case. names: what a store calls a process, by its run_id; so it is called here.
    """
    found: list[RedisTarget] = []
    lost: list[tuple[RedisTarget, SeawallError]] = []

    def is_wide(target: RedisTarget) -> bool:
        return all_nodes if target.all_nodes is None else target.all_nodes or all_nodes

    def members(target: RedisTarget) -> list[Node]:
        return Members(target.whole, target.without, all_nodes=is_wide(target), timeout=timeout, names=names)()

    def is_looked_up(target: RedisTarget) -> bool:
        whole = target.whole
        return is_wide(target) or whole.is_sentinel or not whole.seeds or whole.login is not None or bool(names)

    wide = [target for target in targets if is_looked_up(target)]
    answers = each(wide, members, 3 * timeout)  # AWS may be asked before
    by_target = dict(zip(map(id, wide), answers, strict=True))
    for target in targets:
        nodes = by_target.get(id(target))
        if nodes is None:
            found.append(target)
        elif isinstance(nodes, SeawallError):
            lost.append((target, nodes))
        else:
            found += [
                replace(target, address=n.log_in() if n.log_in else n.address, name=n.name, deployment=target.whole)
                for n in nodes
            ]
    return found, lost


def primaries(targets: Sequence[RedisTarget], *, timeout: float) -> list[RedisTarget]:
    """The servers that together hold all keys, each once: every primary of a Cluster or of what Sentinels watch."""
    looked = each(targets, lambda target: topology.discover(target.whole, timeout=timeout), 3 * timeout)
    found: list[RedisTarget] = []
    for target, seen in zip(targets, looked, strict=True):
        nodes = () if isinstance(seen, SeawallError) else seen.data_nodes
        several = not isinstance(seen, SeawallError) and (
            seen.kind in ("cluster", "sentinel") or not target.whole.seeds
        )
        holders = [n for n in nodes if n.role == "primary"] if several else [n for n in nodes[:1] if n.down is None]
        if several and holders:
            found += [replace(target, address=n.address, name=n.name, deployment=target.whole) for n in holders]
        else:  # one server, whatever its role; or none that answered, which says so when it is counted
            found.append(replace(target, address=target.whole.fresh(target.address)) if holders else target)
    return found


Answer = TypeVar("Answer")


def each(
    targets: Sequence[RedisTarget], ask: Callable[[RedisTarget], Answer], timeout: float
) -> list[Answer | SeawallError]:
    """What `ask` says of every server, each in a thread of its own; in its place the error of one that said nothing.

    A thread that hangs beyond its timeout (in the resolver) is left behind. Only a bug is raised.
    """
    outcomes: dict[int, Answer | BaseException] = {}

    def put(place: int, target: RedisTarget) -> None:
        try:
            outcomes[place] = ask(target)
        except BaseException as wrong:
            outcomes[place] = wrong

    threads = [threading.Thread(target=put, args=item, daemon=True) for item in enumerate(targets)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + timeout + 0.2
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0.01))
    answers: list[Answer | SeawallError] = []
    for place, target in enumerate(targets):
        answer = outcomes.get(place, TimeoutError())
        if isinstance(answer, TimeoutError | MemoryError):
            answer = _no_answer(target.name or target.address.name, answer, timeout)
        if isinstance(answer, BaseException) and not isinstance(answer, SeawallError):
            raise answer
        answers.append(answer)
    return answers


def _no_answer(name: str, wrong: TimeoutError | MemoryError, timeout: float) -> TargetError:
    if isinstance(wrong, MemoryError):
        return BadReply(f"what {name} sent does not fit into memory", "Scan it alone, on a machine with more of it.")
    return Unreachable(
        f"{name} did not answer within {timeout:g} s", "Its name could not be resolved in time, or the route is down."
    )
