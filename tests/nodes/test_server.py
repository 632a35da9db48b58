"""What a server says about itself may be anything: it is read, or it is nothing, and never an error."""

from __future__ import annotations

import pytest

from seawall.nodes.facts.server import Server, parse_clients

DIGITS = "9" * 5000  # more than int() takes


def test_a_version_of_any_length():
    assert len(Server(info={"redis_version": DIGITS}).version) == 3
    assert Server(info={"redis_version": "7.0.15"}).version == (7, 0, 15)
    assert Server(info={"redis_version": "²"}).version == ()


@pytest.mark.parametrize(("database", "read"), [("3", 3), ("²", 0), (DIGITS, 0), ("-1", 0), ("", 0)])
def test_a_database_of_any_form(database: str, read: int):
    (client,) = parse_clients(f"addr=a:1 db={database} name=app")
    assert client.database == read
