"""Every node of a deployment is captured, through a failover and with a node added, on real servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.deployments import Deployment as Servers
from tests.deployments import Member, cluster, sentinels
from tests.promises.test_capture import Source, capturing, seen, until

from seawall import lab
from seawall.history import History, open_history
from seawall.logbook import COUNTED, ENDED, SLOW, Position
from seawall.nodes.collect.deployment import Deployment, parse_deployment

OFF = {"slowlog-log-slower-than": "-1"}
ECHO = "ECHO {}"  # no key: a Cluster's node refuses those of others, and a refused command is not logged


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with open_history(tmp_path / "slow.db") as opened:
        yield opened


@pytest.fixture(
    params=["Redis 7", *(pytest.param(s, marks=pytest.mark.prove) for s in ("Redis 6.2", "Redis 8", "Valkey 9"))]
)
def program(request: pytest.FixtureRequest, find_server: Callable[[str], lab.Binary]) -> lab.Binary:
    name: str = request.param
    return find_server(name)


class Log:
    """Bursts on every live server, and what each has given out."""

    def __init__(self, it: Servers) -> None:
        self.it = it
        self.sources: dict[str, Source] = {}

    def burst(self, count: int) -> None:
        for server in self.it.live():
            source = self.sources.get(server.name) or Source(server.url)
            self.sources[server.name] = source
            source.burst(count, command=ECHO)

    def given(self, server: Member) -> int:
        return self.sources[server.name].given()


def happened(history: History) -> set[tuple[str, str, str]]:
    return {(e.node, e.kind, e.detail) for e in history.events(0)}


def newest(history: History, server: Member) -> Position:
    """The position of the life that was polled last; only one is not ended."""
    positions = [p for p in history.positions([server.name]) if p.stream.log == SLOW]
    assert [p.state for p in positions].count(COUNTED) == 1
    return next(p for p in positions if p.state == COUNTED)


def all_seen(history: History, log: Log) -> bool:
    return all(
        any(p.seen + (p.lost or 0) == log.given(s) for p in history.positions([s.name]) if p.stream.log == SLOW)
        for s in log.it.live()
    )


def through_a_failover(it: Servers, deployment: Deployment, history: History) -> None:
    log = Log(it)
    with capturing(history, deployment) as results:
        until(lambda: all(history.positions([s.name]) for s in it.live()))
        log.burst(300)
        until(lambda: all_seen(history, log))
        dead = it.primaries()[0]
        it.kill(dead)
        heir = it.wait_failover(dead)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
        assert isinstance(heir, Member)
        log.burst(200)
        until(lambda: all_seen(history, log))
        added = it.add_node(replica_of=heir)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
        assert isinstance(added, Member)
        until(lambda: seen(history, added.name) >= 0 and bool(history.positions([added.name])))
        log.burst(50)
        until(lambda: all_seen(history, log))
        until(lambda: (heir.name, "failover", "replica became primary") in happened(history))
        dead.start()
        until(lambda: any(p.state == ENDED for p in history.positions([dead.name])))
        log.burst(10)
        until(lambda: all_seen(history, log))
    for server in it.live():
        position = newest(history, server)
        assert position.lost is not None
        assert position.seen + position.lost == log.given(server)
    ended = next(p for p in history.positions([dead.name]) if p.state == ENDED)
    assert (ended.lost, ended.seen + ended.lost_until_then) == (None, ended.last_id is not None and ended.last_id + 1)
    assert ended.unknown_since is not None
    kinds = {(node, kind) for node, kind, _ in happened(history)}
    assert {(dead.name, "unreachable"), (dead.name, "restart"), (added.name, "node-added")} <= kinds
    assert not results[0].not_checked


def test_a_cluster_of_three_shards(program: lab.Binary, history: History):
    with cluster(program, shards=3, replicas=1, config=OFF) as it:
        through_a_failover(it, parse_deployment(it.seed_url), history)


def test_a_primary_with_replicas_that_sentinels_watch(program: lab.Binary, history: History):
    with sentinels(program, replicas=2, config=OFF) as it:
        through_a_failover(it, parse_deployment(it.seed_url), history)
