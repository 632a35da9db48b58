"""All nodes of real deployments, from any seed, through failovers, and what is said of those that do not answer."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace

import pytest
from tests.deployments import HOST, MASTER, Member, cluster, replicated, sentinels, until
from tests.servers import running
from tests.strangers import answers, stranger

from seawall import lab
from seawall.nodes.collect.deployment import Deployment, parse_deployment
from seawall.nodes.collect.topology import Node, Topology, discover
from seawall.nodes.collect.views import PLAN, SENTINEL_PLAN

TIMEOUT_S = 5.0  # what answers needs milliseconds
NOBODY = f"{HOST}:1"  # nothing listens there


def look(url: str, known: Sequence[Node] = (), timeout: float = TIMEOUT_S, **options: object) -> Topology:
    return discover(parse_deployment(url, **options), timeout=timeout, known=known)  # pyright: ignore[reportArgumentType]


def rows(topology: Topology) -> Mapping[str, tuple[str, str | None]]:
    """Role and run_id by name, of those that are up."""
    return {node.name: (node.role, node.run_id) for node in topology.nodes if node.down is None}


def actual(*servers: Member, sentinels: Sequence[Member] = ()) -> Mapping[str, tuple[str, str | None]]:
    """The same, as the servers say it themselves."""
    data = {s.name: (s.role, s.info("server")["run_id"]) for s in servers}
    return {**data, **{s.name: ("sentinel", s.info("server")["run_id"]) for s in sentinels}}


def down(topology: Topology) -> dict[str, str]:
    """Role by name, of those that are down; each says why."""
    lost = [node for node in topology.nodes if node.down is not None]
    for node in lost:
        assert node.down is not None
        assert node.down.target == node.name
        assert node.down.reason
        assert node.down.hint.endswith(".")
        assert node.run_id is None
    return {node.name: node.role for node in lost}


# ---- Cluster --------------------------------------------------------------------------------------------------------


def test_a_cluster_through_a_failover_and_a_node_added(program: lab.Binary):
    with cluster(program, shards=3, replicas=1, password="pw") as it:
        first = look(it.seed_url)
        assert (first.kind, first.problems, first.notes) == ("cluster", (), ())
        assert rows(first) == actual(*it.servers)
        assert len(first.data_nodes) == 6
        assert [node.role for node in first.nodes] == ["primary"] * 3 + ["replica"] * 3
        assert {node.address.password for node in first.nodes} == {"pw"}
        assert "pw" not in repr(first)

        some_seeds = look(f"redis://:pw@{NOBODY},{it.servers[4].name}")
        assert rows(some_seeds) == rows(first)
        assert (down(some_seeds), len(some_seeds.notes)) == ({}, 1)  # the Cluster knows all its nodes: that one is none

        dead = it.primaries()[0]
        it.kill(dead)
        heir = it.wait_failover(dead)
        after = look(it.servers[1].url, first.nodes)
        assert rows(after) == actual(*it.live())
        assert rows(after)[heir.name][0] == "primary"
        assert down(after) == {dead.name: "unknown"}
        assert rows(look(dead.url, first.nodes)) == rows(after)  # the only seed is the dead one

        added = [it.add_node(), it.add_node(replica_of=heir)]
        grown = look(it.servers[1].url, after.nodes)
        assert rows(grown) == actual(*it.live())
        assert {one.name for one in added} <= rows(grown).keys()

        dead.start()
        it.wait_well()
        back = look(it.servers[1].url, grown.nodes)
        assert rows(back) == actual(*it.servers)
        assert down(back) == {}
        assert rows(back)[dead.name][0] == "replica"
        assert rows(back)[dead.name][1] != rows(first)[dead.name][1]


def test_a_node_that_was_removed_is_gone(program: lab.Binary):
    with cluster(program, shards=1, replicas=1) as it:
        extra = it.add_node()
        before = look(it.seed_url)
        assert extra.name in rows(before)
        identity = extra.text("CLUSTER", "MYID")
        extra.ask("CLUSTER", "RESET", "HARD")
        for server in it.servers[:2]:
            server.ask("CLUSTER", "FORGET", identity)
        after = look(it.seed_url, before.nodes)
        assert rows(after) == actual(*it.servers[:2])  # it lives, and answers, but nobody calls it a node
        it.kill(extra)
        assert down(look(it.seed_url, before.nodes)) == {}


def test_a_node_that_nobody_reaches_under_its_name_is_reached_where_it_answered(
    find_server: Callable[[str], lab.Binary],
):
    with cluster(find_server("Redis 7"), shards=1, replicas=0) as it:
        it.servers[0].ask("CONFIG", "SET", "cluster-announce-port", 1)
        seen = look(it.seed_url)
        (node,) = seen.nodes
        assert (node.name, node.address.port, node.down) == (NOBODY, it.servers[0].port, None)
        own = actual(*it.servers)[it.servers[0].name]
        assert rows(seen) == {NOBODY: own}
        with running(it.binary) as other:  # another server is there: its word counts for nothing
            it.servers[0].ask("CONFIG", "SET", "cluster-announce-port", other.address.port)
            assert rows(look(it.seed_url)) == {other.address.name: own}


def test_the_permissions_of_the_plan_suffice(find_server: Callable[[str], lab.Binary]):
    """And one less is said: CLUSTER NODES is what names the others."""
    allowed = [f"+{permission}" for _, permission in PLAN]
    with cluster(find_server("Redis 7"), shards=1, replicas=1) as it:
        expected = actual(*it.servers)
        for server in it.servers:
            server.ask("ACL", "SETUSER", "ada", "on", ">pw", "-@all", *allowed)
        seen = look(f"redis://ada:pw@{it.servers[0].name}")
        assert (rows(seen), seen.problems) == (expected, ())
        it.servers[0].ask("ACL", "SETUSER", "ada", "-cluster|nodes")
        seen = look(f"redis://ada:pw@{it.servers[0].name}")
        assert len(seen.nodes) == 1
        assert "CLUSTER NODES is refused: NOPERM" in seen.problems[0].reason


# ---- Sentinel -------------------------------------------------------------------------------------------------------


def test_a_sentinel_set_up_through_a_failover(program: lab.Binary):
    with sentinels(program, replicas=2, password="pw", sentinel_password="sp") as it:
        first = look(it.seed_url, sentinel_password="sp")
        assert (first.kind, first.problems, first.notes) == ("sentinel", (), ())
        assert rows(first) == actual(*it.servers, sentinels=it.sentinels)
        assert {node.name for node in first.data_nodes} == {server.name for server in it.servers}
        assert {node.address.password for node in first.data_nodes} == {"pw"}
        assert {node.address.password for node in first.nodes if node.role == "sentinel"} == {"sp"}

        plain = it.sentinels[0].url.replace("sp", "pw")  # a plain URL: its login is that of the data nodes
        assert rows(look(plain, sentinel_password="sp")) == rows(first)
        assert rows(look(it.seed_url + "?sentinel_password=sp")) == rows(first)

        it.kill(it.sentinels[0])
        dead = it.primaries()[0]
        it.kill(dead)
        it.wait_failover(dead)
        after = look(it.seed_url, first.nodes, sentinel_password="sp")
        assert rows(after) == actual(*it.live(), sentinels=it.sentinels[1:])
        assert down(after) == {dead.name: "replica", it.sentinels[0].name: "sentinel"}

        dead.start()
        back = look(it.seed_url, after.nodes, sentinel_password="sp")
        assert down(back) == {it.sentinels[0].name: "sentinel"}
        assert dead.name in rows(back)


def test_the_permissions_of_the_plan_suffice_for_a_sentinel(find_server: Callable[[str], lab.Binary]):
    with sentinels(find_server("Redis 7"), replicas=1, count=1) as it:
        allowed = [f"+{permission}" for _, permission in SENTINEL_PLAN]
        it.sentinels[0].ask("ACL", "SETUSER", "ada", "on", ">sp", "-@all", *allowed)
        url = f"{it.seed_url}?sentinel_user=ada&sentinel_password=sp"
        seen = look(url)
        assert (rows(seen), seen.problems) == (actual(*it.servers, sentinels=it.sentinels), ())
        it.sentinels[0].ask("ACL", "SETUSER", "ada", "-sentinel|masters")
        (lost,) = [node.down for node in look(url).nodes if node.down]
        assert "refuses SENTINEL MASTERS: NOPERM" in lost.reason


def test_sentinels_that_refuse_or_do_not_know(find_server: Callable[[str], lab.Binary]):
    with sentinels(find_server("Redis 7"), replicas=1, count=1, password="pw", sentinel_password="sp") as it:
        refused = look(it.seed_url)
        assert down(refused) == {it.sentinels[0].name: "sentinel"}
        assert "no node that holds data is known" in refused.problems[0].reason
        assert "sentinel_password_env" in refused.problems[0].hint
        other = look(it.seed_url.replace(MASTER, "jobs"), sentinel_password="sp")
        assert other.data_nodes == ()
        assert f"those that it watches: {MASTER}" in other.problems[0].reason
        both = look(it.seed_url.replace(f"/{MASTER}", ""), sentinel_password="sp")  # no name: all that it watches
        assert rows(both) == actual(*it.servers, sentinels=it.sentinels)
        wrong = look(it.seed_url.replace("pw", "no"), sentinel_password="sp")
        assert down(wrong).keys() == {server.name for server in it.servers}


# ---- replication ----------------------------------------------------------------------------------------------------


def test_a_primary_with_replicas_from_any_of_them(program: lab.Binary):
    with replicated(program, replicas=2, password="pw") as it:
        primary, one, two = it.servers
        expected = actual(*it.servers)
        chained = it.add_node(replica_of=two)
        expected = {**expected, **actual(chained)}
        for server in it.servers:
            seen = look(server.url)
            assert (seen.kind, rows(seen), down(seen), seen.problems) == ("standalone", expected, {}, ())
        for server in it.servers:  # a server has one name, however it is reached
            assert rows(look(f"unix://:pw@{server.directory / lab.SOCKET}")) == expected
        seen = look(f"redis://:pw@localhost:{primary.port},{primary.name}")
        assert rows(seen) == expected

        renamed = replace(seen.nodes[0], name=NOBODY, address=parse_deployment(NOBODY).seeds[0])
        assert down(look(primary.url, [renamed])) == {}  # what was known under another name is here under its own

        it.kill(one)
        assert rows(look(primary.url)) == {name: row for name, row in expected.items() if name != one.name}
        assert down(look(primary.url, seen.nodes)) == {one.name: "replica"}  # INFO forgot it, we did not
        it.kill(primary)
        last = look(primary.url, seen.nodes)
        assert rows(last).keys() == {two.name, chained.name}
        assert down(last) == {primary.name: "primary", one.name: "replica"}


def test_an_address_map_leads_to_what_is_announced_elsewhere(find_server: Callable[[str], lab.Binary]):
    announced = {"replica-announce-ip": "10.9.9.9", "replica-announce-port": "6379"}
    with replicated(find_server("Redis 7"), replicas=1, config=announced) as it:
        primary, replica = it.servers
        detours = {"10.9.9.9:6379": replica.name, "redis.example:6379": primary.name}
        seen = look("redis.example", addresses=detours)
        assert {(n.name, n.address.port, n.role) for n in seen.nodes if n.down is None} >= {
            ("10.9.9.9:6379", replica.port, "replica")
        }
        seen = look(replica.url, addresses=detours)  # the seed is the end of a detour: it has the announced name
        assert {(node.name, node.address.port) for node in seen.nodes} == {
            ("10.9.9.9:6379", replica.port),
            (primary.name, primary.port),
        }


def test_a_primary_that_is_announced_elsewhere_is_known_by_its_data(find_server: Callable[[str], lab.Binary]):
    """Its replica follows it under a name that leads nowhere from here."""
    with replicated(find_server("Redis 7"), replicas=0) as it, running(it.binary) as other:
        primary = it.servers[0]
        with forwarded_once(primary.port) as port:
            other.send("REPLICAOF", HOST, port)
            until(lambda: "master_link_status:up" in str(other.send("INFO", "replication")), "it follows")
        seen = look(f"redis://{primary.name},{other.address.name}")
        assert {(n.name, n.address.port, n.role, n.down) for n in seen.nodes} == {
            (f"{HOST}:{port}", primary.port, "primary", None),
            (other.address.name, other.address.port, "replica", None),
        }
        other.send("REPLICAOF", "NO", "ONE")


def test_an_announced_replica_that_nobody_reaches_is_down_with_a_hint(find_server: Callable[[str], lab.Binary]):
    announced = {"replica-announce-ip": HOST, "replica-announce-port": "1"}
    with replicated(find_server("Redis 7"), replicas=1, config=announced) as it:
        seen = look(it.seed_url)
        assert down(seen) == {NOBODY: "replica"}
        (lost,) = [node.down for node in seen.nodes if node.down]
        assert "`addresses`" in lost.hint


@contextlib.contextmanager
def forwarded_once(port: int) -> Generator[int, None, None]:
    """A port that leads its first caller to another one. When the block ends nobody else is let in; that one stays."""
    ends: list[socket.socket] = []

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError), source, target:
            while data := source.recv(1 << 16):
                target.sendall(data)

    with socket.create_server((HOST, 0)) as listener:

        def accept() -> None:
            ends.extend((listener.accept()[0], socket.create_connection((HOST, port))))
            for pair in (ends, ends[::-1]):
                threading.Thread(target=pass_on, args=pair, daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]


# ---- what does not answer -------------------------------------------------------------------------------------------


def test_nobody_answers():
    seen = look(f"redis://{NOBODY},{HOST}:2")
    assert down(seen) == {NOBODY: "unknown", f"{HOST}:2": "unknown"}
    assert seen.kind == ""


def test_a_seed_that_hangs_costs_no_more_than_the_timeout(find_server: Callable[[str], lab.Binary]):
    with replicated(find_server("Redis 7"), replicas=1) as it, running(it.binary) as other:
        hanging = it.servers[1]
        with hanging.paused():
            began = time.monotonic()
            seen = look(f"redis://{hanging.name},{other.address.name},{it.servers[0].name}", timeout=1.0)
            assert 0.9 < time.monotonic() - began < 3
            assert it.servers[0].name in rows(seen)
            assert down(seen) == {hanging.name: "replica"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "as a web server does"),
        (b"+OK\r\n" * 4, ""),
        (b"*0\r\n" * 4, ""),
        (b"$5\r\nrole:\r\n" * 6, ""),
        (b"-NOAUTH Authentication required.\r\n" * 4, "wants a password"),
        (b"-LOADING Redis is loading\r\n" * 4, "loading"),
    ],
)
def test_a_stranger_is_no_node_of_a_known_kind(said: bytes, words: str):
    with stranger(answers(said)) as port:
        seen = look(f"redis://{HOST}:{port}", timeout=1.0)
    (node,) = seen.nodes
    assert (node.role, node.run_id) == ("unknown", None)
    if node.down is not None:
        assert words in node.down.reason
    else:
        assert "INFO does not say who the server is" in seen.problems[0].reason


def test_a_login_that_is_refused_is_not_left_out(find_server: Callable[[str], lab.Binary]):
    """None at all is tried too, but only a Sentinel may take it: this server would let anybody in."""
    with lab.start(find_server("Redis 7"), tcp=True) as server:
        seen = look(server.url.replace("redis://", "redis://ada:no@"))
    (node,) = seen.nodes
    assert node.down is not None
    assert "refused the password" in node.down.reason


def test_a_server_that_forbids_info_is_a_node_of_unknown_role(find_server: Callable[[str], lab.Binary]):
    with lab.start(find_server("Redis 7"), config={"rename-command": 'INFO ""'}, tcp=True) as server:
        seen = look(server.url)
    (node,) = seen.nodes
    assert (node.role, node.run_id, node.down) == ("unknown", None, None)
    assert "INFO is refused" in seen.problems[0].reason


def test_a_server_that_announces_thousands_is_bounded():
    names = "".join(f"slave{n}:ip={HOST},port=1,state=online\r\n" for n in range(3000))
    told = f"# Replication\r\nrun_id:1\r\nrole:master\r\n{names}".encode()
    info = b"$%d\r\n%s\r\n" % (len(told), told)
    with stranger(answers(b"+OK\r\n" + info * 3 + b"-ERR no\r\n" * 2)) as port:
        began = time.monotonic()
        seen = look(f"redis://{HOST}:{port}", timeout=2.0)
        assert time.monotonic() - began < 4
    assert down(seen) == {NOBODY: "replica"}
    assert any("1,000 of 3,000 announced nodes are left out" in one.reason for one in seen.problems)


def test_the_list_of_seeds_may_be_empty():
    seen = discover(Deployment(name="jobs"))
    assert seen.nodes == ()
    assert seen.problems[0].target == "jobs"
