"""Sizes of keys in the database that their command met: it is not in the slow log, so it is looked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.servers import Running

from seawall.nodes.collect import collect
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.work import UNKNOWN, Elements
from seawall.wire import ServerError


def fill(server: Running, database: int, key: str | bytes, count: int) -> None:
    own = server.connect("seawall", database)
    for first in range(0, count, 1000):
        own.call("SADD", key, *range(first, min(first + 1000, count)))
    own.close()


def elements(facts: NodeFacts) -> Elements:
    (members,) = [g for g in facts.groups if g.command == "SMEMBERS"]
    return facts.elements(members)


def read_from(server: Running, database: int, key: str | bytes, *, stay: bool = False) -> NodeFacts:
    """SMEMBERS by a client of that database, which leaves before we look unless it is to stay; our URL says 0."""
    app = server.connect(database=database)
    server.begin()
    server.send("SMEMBERS", key, by=app)
    if not stay:
        app.close()
    facts = server.facts()
    app.close()
    return facts


def test_a_key_in_another_database_is_found(server: Running):
    fill(server, 3, "big", 2345)
    fill(server, 0, "other", 5)
    assert elements(read_from(server, 3, "big")) == Elements(2345, "now")


def test_a_key_in_two_databases_is_an_estimate_by_the_larger_one(server: Running):
    """The client has gone, and with it the only witness of its database."""
    fill(server, 3, "big", 2345)
    fill(server, 0, "big", 5)
    assert elements(read_from(server, 3, "big")) == Elements(2345, "estimated")


@pytest.mark.parametrize(("database", "count"), [(0, 5), (3, 2345)])
def test_the_clients_database_is_asked_while_it_is_connected(server: Running, database: int, count: int):
    fill(server, 3, "big", 2345)
    fill(server, 0, "big", 5)
    assert elements(read_from(server, database, "big", stay=True)) == Elements(count, "now")


def test_a_key_that_is_nowhere_is_gone(server: Running):
    fill(server, 3, "other", 5)
    assert elements(read_from(server, 3, "big")) == Elements(None, "gone")


def test_where_not_every_database_could_be_asked_nothing_is_called_gone(server: Running):
    for database in range(2, 9):
        fill(server, database, f"other:{database}", 1)
        fill(server, database, f"more:{database}", 1)
    fill(server, 9, "big", 2345)  # the one with the fewest keys, so it is not among those that are asked
    assert elements(read_from(server, 9, "big")) == UNKNOWN


def test_where_select_is_forbidden_nothing_is_called_gone(server: Running):
    fill(server, 3, "big", 2345)
    server.own.call("ACL", "SETUSER", "reader", "on", "nopass", "~*", "+@all", "-select")
    app = server.connect(database=3)
    server.begin()
    server.send("SMEMBERS", "big", by=app)
    reading = collect(replace(server.address, user="reader", password="x"), timeout=20)
    app.close()
    server.own.call("ACL", "DELUSER", "reader")
    assert elements(reading.facts) == UNKNOWN
    assert [n.target.split()[-1] for n in reading.not_checked] == ["SELECT"]


def test_where_info_is_forbidden_nothing_is_called_gone(server: Running):
    """Without INFO the databases are not known."""
    server.begin()
    server.send("SMEMBERS", "big")
    reading = collect(server.address, timeout=20, without=["INFO"])
    assert elements(reading.facts) == UNKNOWN


def test_the_keys_of_a_walk_are_those_of_its_database(server: Running):
    fill(server, 3, "big", 5)
    server.begin()
    server.send("KEYS", "*")
    facts = server.facts()
    assert facts.elements(facts.groups[0]) == Elements(1, "now")
    fill(server, 0, "small", 5)
    facts = server.facts()
    assert facts.elements(facts.groups[0]).source == "estimated"


@pytest.mark.parametrize("key", [b"\xff\x00\x1b[31m:17", b"", b"a b\r\nc", "ключ:17".encode(), b"*\\?["])
def test_keys_of_any_bytes(server: Running, key: bytes):
    fill(server, 0, key, 2345)
    facts = read_from(server, 0, key)
    assert elements(facts) == Elements(2345, "now")
    (members,) = facts.groups
    assert (members.key_pattern or "").isprintable()


def test_a_cut_key_is_not_asked_about(server: Running):
    """Another key may bear that name; ours is longer."""
    fill(server, 0, "k" * 200, 2345)
    fill(server, 0, "k" * 128, 1)
    assert elements(read_from(server, 0, "k" * 200)) == UNKNOWN


def test_a_key_that_has_become_another_type_is_no_error(server: Running):
    fill(server, 0, "big", 2345)
    server.begin()
    server.send("SMEMBERS", "big")
    server.own.call("DEL", "big")
    assert not isinstance(server.own.call("SET", "big", "x"), ServerError)
    reading = server.read()
    assert not reading.not_checked
    assert elements(reading.facts).count is None
