"""What servers say of each other, in the forms of every version, and in no form at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.nodes.facts.server import parse_info
from seawall.nodes.facts.topology import (
    LIMIT,
    Announced,
    mode,
    parse_cluster,
    parse_masters,
    parse_replication,
    parse_watched,
    place,
)

PRIMARY = """# Replication
role:master
connected_slaves:3
slave0:ip=10.0.0.6,port=6379,state=online,offset=14,lag=1
slave1:ip=redis-b.internal,port=6380,state=wait_bgsave,offset=0,lag=0,type=replica
slave2:ip=fd00::5,port=6379,state=online,offset=14,lag=1,io-thread=0
master_replid:66523ebcae21b938f9a8b50514c869a1e7901c9f
"""
A, B, C, D, E = (letter * 40 for letter in "abcde")


def replication(text: str):
    return parse_replication(parse_info(text))


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"redis_mode": "standalone", "cluster_enabled": "0"}, "standalone"),
        ({"server_mode": "sentinel"}, "sentinel"),  # Valkey 9
        ({"redis_mode": "standalone", "cluster_enabled": "1"}, "cluster"),
        ({"redis_mode": "proxy"}, ""),
        ({}, ""),
    ],
)
def test_mode(info: dict[str, str], expected: str):
    assert mode(info) == expected


def test_a_primary_names_its_replicas():
    found = replication(PRIMARY)
    assert (found.role, found.primary, found.odd) == ("primary", None, ())
    assert found.replid.startswith("66523")
    assert found.replicas == (
        Announced("10.0.0.6", 6379, "replica"),
        Announced("redis-b.internal", 6380, "replica"),
        Announced("fd00::5", 6379, "replica"),
    )


def test_a_replica_names_its_primary():
    found = replication("role:slave\nmaster_host:10.0.0.5\nmaster_port:6379\nmaster_link_status:down\n")
    assert (found.role, found.primary) == ("replica", Announced("10.0.0.5", 6379, "primary"))
    assert replication("role:replica\nmaster_host:h\nmaster_port:1\n").role == "replica"


@pytest.mark.parametrize(
    "row", ["ip=10.0.0.6,port=0", "ip=10.0.0.6,port=65536", "ip=,port=1", "ip=a b,port=1", "ip=\x1b[31m,port=1", "x"]
)
def test_a_replica_that_cannot_be_one_is_said(row: str):
    found = replication(f"role:master\nslave0:{row},state=online\nslave1:ip=10.0.0.7,port=1\n")
    assert found.replicas == (Announced("10.0.0.7", 1, "replica"),)
    assert len(found.odd) == 1
    assert found.odd[0].startswith("a replica in INFO is no node: ")
    assert found.odd[0].isprintable()


NODES = f"""\
{A} 127.0.0.1:7000@17000 myself,master - 0 1795523410030 1 connected 0-5460 [93-<-{B}]
{B} 127.0.0.1:7001@17001,h.example master - 0 1795523410030 2 connected 5461-16383
{C} 127.0.0.1:7002@17002,,tls-port=7102,shard-id=1 slave {A} 0 1795523410030 1 connected
{D} 127.0.0.1:7003 master,fail - 0 0 3 disconnected
{E} ::1:7004@17004 slave,fail? {B} 0 1795523410030 2 connected
{"f" * 40} 127.0.0.1:7005@17005 handshake - 0 0 0 disconnected
{"0" * 40} :0@0 master,noaddr - 0 0 0 disconnected
"""


def test_cluster_nodes_of_every_form():
    view = parse_cluster(NODES.encode(), [], tls=False)
    assert view.nodes == (
        Announced("127.0.0.1", 7000, "primary", A, myself=True),
        Announced("127.0.0.1", 7001, "primary", B),
        Announced("127.0.0.1", 7002, "replica", C),
        Announced("127.0.0.1", 7003, "unknown", D, failing=True),  # without slots: it was a primary
        Announced("::1", 7004, "replica", E, failing=True),
    )
    assert [line.partition(" node ")[2][40:] for line in view.odd] == [" is joining", " has no address"]
    assert [node.port for node in parse_cluster(NODES.encode(), [], tls=True).nodes][2] == 7102


def test_a_primary_that_fails_before_its_failover_is_one():
    line = f"{D} 127.0.0.1:7003@17003 master,fail - 0 0 3 disconnected 0-100\n"
    assert parse_cluster(line.encode(), [], tls=False).nodes[0].role == "primary"


def shards(*nodes: list[object]) -> list[object]:
    return [[b"slots", [0, 16383], b"nodes", list(nodes), b"id", b"x"]]


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ([b"endpoint", b"h.example"], "h.example"),
        ([b"endpoint", b""], "127.0.0.1"),
        ([b"endpoint", b"?"], "127.0.0.1"),  # names are preferred, and there is none
        ([b"endpoint", b"a b"], "127.0.0.1"),
        ([b"endpoint", None], ""),  # the endpoint is unknown: that of the connection
    ],
)
def test_cluster_shards_says_where_to_connect(endpoint: list[object], host: str):
    told = shards([b"id", A.encode(), b"port", 8000, b"tls-port", 8100, *endpoint, b"health", b"loading"])
    for tls, port in ((False, 8000), (True, 8100)):
        first = parse_cluster(NODES.encode(), told, tls=tls).nodes[0]
        assert (first.host, first.port) == (host, port)


def test_a_port_that_shards_does_not_have_is_that_of_nodes():
    told = shards([b"id", A.encode(), b"tls-port", 8100, b"endpoint", b"h"])
    assert parse_cluster(NODES.encode(), told, tls=False).nodes[0].port == 7000


def test_a_node_that_knows_nobody_does_not_know_its_own_address():
    view = parse_cluster(f"{A} :7000@17000 myself,master - 0 0 0 connected\n".encode(), None, tls=False)
    assert view.nodes == (Announced("", 7000, "primary", A, myself=True),)


def row(*pairs: str) -> list[bytes]:
    return [word.encode() for word in pairs]


def test_sentinels_name_primaries_replicas_and_each_other():
    up = row("name", "mymaster", "ip", "10.0.0.5", "port", "6379", "flags", "master")
    down = row("name", "cache", "ip", "10.0.0.9", "port", "6379", "flags", "master,s_down,o_down")
    masters, odd = parse_masters([up, down, row("name", "", "ip", "h", "port", "1"), b"x"])
    assert masters == {
        "mymaster": Announced("10.0.0.5", 6379, "primary"),
        "cache": Announced("10.0.0.9", 6379, "primary", failing=True),
    }
    assert len(odd) == 2
    replicas = parse_watched([row("name", "x", "ip", "h", "port", "1", "flags", "slave,disconnected")], "replica")
    assert replicas.nodes == (Announced("h", 1, "replica", failing=True),)
    assert parse_watched(b"OK", "sentinel").odd == ("a Sentinel did not answer with a list",)


def test_what_has_no_end_is_cut_and_said():
    line = f"{A} 127.0.0.1:7000@17000 master - 0 0 1 connected\n"
    view = parse_cluster((line * (LIMIT + 7)).encode(), [], tls=False)
    assert len(view.nodes) == LIMIT
    assert view.odd == (f"7 of {LIMIT + 7:,} announced nodes are left out",)


def test_a_place_is_printable():
    assert place("::1", 1) == "[::1]:1"
    assert place("h\x1b", 1) == "h\\x1b:1"


REPLIES = st.recursive(
    st.none() | st.integers() | st.binary(max_size=40) | st.sampled_from([b"nodes", b"id", A.encode(), b"port", b"ip"]),
    lambda inner: st.lists(inner, max_size=6),
    max_leaves=30,
)
TEXTS = st.text(alphabet=st.sampled_from("abcf019:,@=-? \n\x00é[]"), max_size=200) | st.text(max_size=80)


@given(REPLIES, REPLIES, st.booleans())
def test_no_reply_raises(one: object, other: object, tls: bool):
    views = [parse_cluster(one, other, tls=tls), parse_cluster(NODES.encode(), other, tls=tls)]
    views += [parse_watched(one, "replica"), parse_watched([one, other], "sentinel")]
    odd = [line for view in views for line in view.odd] + list(parse_masters([one])[1])
    assert all(line.isprintable() and len(line) < 400 for line in odd)
    assert all(1 <= node.port <= 65_535 and node.host.isprintable() for view in views for node in view.nodes)


@given(TEXTS)
def test_no_text_raises_and_every_line_is_a_node_or_is_said(text: str):
    found = replication(text)
    assert all(line.isprintable() for line in found.odd)
    view = parse_cluster(text.encode(), [], tls=False)
    lines = [line for line in text.encode().decode("utf-8", "replace").splitlines() if line.strip()]
    assert len(view.nodes) + len(view.odd) == len(lines)
