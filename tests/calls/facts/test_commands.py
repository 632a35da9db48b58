"""Every spelling of every client comes to the command that it sends."""

from __future__ import annotations

from typing import Any, cast

import pytest
from tests.servers import Running

from seawall.calls.facts.commands import COMMANDS, family_of, is_telling, named, spelled
from seawall.wire import Connection, parse_url

SPELLINGS = {
    "get": "get", "delete": "del", "exists?": "exists", "sismember?": "sismember", "hGetAll": "hgetall",
    "zRangeByScore": "zrangebyscore", "scan_each": "scan", "hscan_iter": "hscan", "scanIterator": "scan",
    "mapped_hmset": "hmset", "config_get": "config", "clientList": "client", "xgroup_create": "xgroup",
    "memory_usage": "memory", "object_encoding": "object", "GEOADD": "geoadd", "georadius": "georadius",
    "bitfield_ro": "bitfield_ro", "lock": "set",
}  # fmt: skip
NONE = (
    "pipelined", "multi", "exec", "pipeline", "execute", "watch", "close", "quit", "auth", "key=", "set_add", "geo_add",
    "transaction", "connected?", "fetch", "each", "objects",
)  # fmt: skip


@pytest.mark.parametrize(("method", "command"), SPELLINGS.items())
def test_spelled(method: str, command: str):
    found = spelled(method)
    assert found is not None
    assert found.name == command


@pytest.mark.parametrize("method", NONE)
def test_not_a_command(method: str):
    assert spelled(method) is None


def test_every_command_is_spelled_by_its_own_name():
    assert all(spelled(name) is command for name, command in COMMANDS.items())
    assert all(named(name.upper()) is command for name, command in COMMANDS.items())


def test_what_is_said_in_text():
    assert named("CONFIG GET") is COMMANDS["config"]
    assert named("nothing") is None
    assert family_of("config_get") == "config"
    assert family_of("get") == ""


def test_names_that_prove_nothing():
    assert is_telling("hgetall")
    assert is_telling("zAdd")
    assert not any(map(is_telling, ("get", "delete", "keys", "scan", "type", "info", "exists?", "publish")))


def test_keys_are_where_the_servers_say():
    places = {name: (c.first, c.last, c.step) for name, c in COMMANDS.items()}
    assert places["get"] == (1, 1, 1)
    assert places["mset"] == (1, -1, 2)
    assert places["bitop"] == (2, -1, 1)
    assert places["blpop"] == (1, -2, 1)
    assert places["flushall"] == places["scan"] == places["eval"] == (0, 0, 1)
    assert COMMANDS["eval"].numbered == 2


def test_the_table_is_as_the_server_says(any_server: Running):
    """Arity and first key of every command that the server at hand has, but those whose key depends on a word."""
    with Connection(parse_url(any_server.server.url), timeout=10) as connection:
        (rows,) = connection.pipeline([["COMMAND"]])
    told = {bytes(row[0]).decode(): (row[1], row[3]) for row in cast("list[Any]", rows)}
    second_word = {"xgroup", "xinfo", "object", "memory", "migrate", "function", "script"}
    same = COMMANDS.keys() & told.keys() - second_word
    assert len(same) > 180
    channels = {"publish", "subscribe", "psubscribe", "keys", "scan"}  # what they name is no key to the server
    wrong = {
        name: (told[name], (COMMANDS[name].arity, COMMANDS[name].first))
        for name in same
        if (COMMANDS[name].arity, 0 if name in channels else COMMANDS[name].first) != told[name]
        and not COMMANDS[name].numbered
    }
    assert not wrong
