"""Commands for many keys in one piece, and their replies as a stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strangers import answers, stranger

from seawall import lab
from seawall.errors import BadReply, TargetError
from seawall.wire import Connection, ServerError, encode, encode_each, parse_url

KEYS = st.lists(st.binary(max_size=20), max_size=10)


@given(KEYS, st.integers(0, 12), st.integers(0, 12))
def test_each_is_what_encode_makes(keys: list[bytes], first: int, second: int):
    wanted = b"".join([encode("PTTL", k) for k in keys[:first]] + [encode("MEMORY", "USAGE", k) for k in keys[:second]])
    many = (min(first, len(keys)), min(second, len(keys)))
    assert encode_each([((b"PTTL",), many[0]), ((b"MEMORY", b"USAGE"), many[1])], keys) == wanted


def test_replies_come_in_order_and_errors_are_among_them(any_binary: lab.Binary):
    with lab.start(any_binary) as server, Connection(parse_url(server.url), timeout=20) as connection:
        connection.call("SET", "k", "v")
        packed = encode_each([((b"PTTL",), 3), ((b"TYPE",), 3), ((b"LLEN",), 1)], [b"k", b"none", b"\xff"])
        connection.send(packed * 2000, 14_000)
        assert connection.sent == 14_001
        for _ in range(2000):
            assert connection.receive(6) == [-1, -2, -2, b"string", b"none", b"none"]
            (error,) = connection.receive(1)
            assert isinstance(error, ServerError)
            assert error.code == "WRONGTYPE"
        assert connection.receive(0) == []
        connection.send(encode("INCR", "n") + encode("DECR", "n"), 2)
        assert connection.receive(2) == [1, 0], "0 is a reply, not the lack of one"


@pytest.mark.parametrize("bad", [b"$x\r\n", b"#f\r\n", b"_\r\n%1\r\n*0\r\n+a\r\n"])
def test_what_is_no_resp2_ends_it(bad: bytes):
    with (
        stranger(answers(b":1\r\n:2\r\n" + bad)) as port,
        Connection(parse_url(f"127.0.0.1:{port}"), timeout=5) as connection,
    ):
        connection.send(b"PING\r\n", 3)
        with pytest.raises(BadReply):
            connection.receive(5)


def test_a_server_that_goes_away_in_between():
    with (
        stranger(answers(b":1\r\n:2\r\n")) as port,
        Connection(parse_url(f"127.0.0.1:{port}"), timeout=2) as connection,
    ):
        connection.send(b"PING\r\n", 3)
        with pytest.raises(TargetError):
            connection.receive(3)
