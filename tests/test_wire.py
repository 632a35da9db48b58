"""The raw connection: URLs, what is sent, and every way in which a server can be no server."""

from __future__ import annotations

import socket
import time

import pytest
from tests.strangers import Script, answers, floods, stranger, trickles

from seawall import lab, wire
from seawall.errors import BadReply, NotPermitted, SeawallError, TargetError, Unreachable, UsageError
from seawall.wire import Address, Connection, ServerError, connection, encode, parse_url
from seawall.wire.reply import SHOWN

SECRET = "s3cr3t"

# ---- URLs -----------------------------------------------------------------------------------------------------------


PATIENCE_S = 8.0  # for what ends by itself, on a machine as slow as may be


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("localhost", Address(host="localhost")),
        ("redis://h:7/2", Address(host="h", port=7, database=2)),
        ("valkeys://h", Address(host="h", tls=True)),
        ("redis://u:a%40b%2F@h", Address(host="h", user="u", password="a@b/")),
        ("redis://:%FF@h", Address(host="h", password="\udcff")),
        ("redis://[::1]:7", Address(host="::1", port=7)),
        ("unix:///run/r%20s.sock?db=3", Address(path="/run/r s.sock", database=3)),
        ("unix://u:p@/r.sock", Address(path="/r.sock", user="u", password="p")),
        ("rediss://h?ssl_ca_certs=/ca.pem&socket_timeout=1", Address(host="h", tls=True)),
    ],
)
def test_url(url: str, address: Address):
    parsed = parse_url(url)
    assert parsed == Address(**{**_fields(address), "options": parsed.options})


def _fields(address: Address) -> dict[str, object]:
    return {name: getattr(address, name) for name in Address.__slots__}


def test_a_password_from_elsewhere_gives_way_to_that_of_the_url():
    assert parse_url("redis://h", password="env").password == "env"
    assert parse_url("redis://:url@h", password="env").password == "url"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "without a host"),
        (f"http://u:{SECRET}@h", "unknown kind of URL: http://"),
        (f"redis://u:{SECRET}@h:port", "the port is not a number"),
        (f"redis://u:{SECRET}@h:99999", "the port is not a number"),
        (f"redis://u:{SECRET}@h:0", "with port 0"),
        (f"redis://u:{SECRET}#@h", "the port is not a number"),
        (f"redis://u:{SECRET}@[::1", "its form is wrong"),
        (f"redis://u:{SECRET}@h/{SECRET}", "is not a number"),
        (f"redis://u:{SECRET}@h/{'9' * 5000}", "is not a number"),
        (f"redis://u:{SECRET}@h/²", "is not a number"),
        (f"unix://u:{SECRET}@", "without the path"),
        ("unix://tmp/redis.sock", "without the path"),
        (f"rediss://u:{SECRET}@h?ssl_ca_cert=/ca.pem", "unknown option of a server's URL: ssl_ca_cert"),
        ("\x1b[31m://h", "unknown kind of URL|port is not a number|without a host"),
    ],
)
def test_a_wrong_url_is_refused_without_being_repeated(url: str, words: str):
    with pytest.raises(UsageError, match=words) as refused:
        parse_url(url)
    assert SECRET not in refused.value.what + refused.value.hint
    assert (refused.value.what + refused.value.hint).isprintable()
    assert refused.value.hint.endswith((".", "?"))


def test_an_address_shows_no_password():
    assert SECRET not in repr(parse_url(f"redis://u:{SECRET}@h?ssl_password={SECRET}"))


def test_words_are_sent_as_they_are():
    assert encode("GET", b"\xff\r\n", 7, "\udcff", "é") == (
        b"*5\r\n$3\r\nGET\r\n$3\r\n\xff\r\n\r\n$1\r\n7\r\n$1\r\n\xff\r\n$2\r\n\xc3\xa9\r\n"
    )


# ---- servers that are none ------------------------------------------------------------------------------------------


def ask(port: int, *commands: str, timeout: float = 2, user: str = "") -> list[wire.Reply]:
    with Connection(parse_url(f"redis://{user}127.0.0.1:{port}"), timeout=timeout) as connection:
        return [connection.call(command) for command in commands]


HTTP = b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"
DENIED = b"-DENIED Redis is running in protected mode\r\n"
EVIL = "\x1b]0;x\x07\x9b31m\u202e\u2066"


@pytest.mark.parametrize(
    ("script", "error", "words"),
    [
        (answers(HTTP), BadReply, "as a web server does"),
        (answers(b"\x15\x03\x03\x00\x02\x02\x46"), BadReply, "speaks TLS"),
        (answers(b"SSH-2.0-OpenSSH_9.2\r\n"), BadReply, "does not speak the Redis protocol"),
        (answers(bytes(range(256))), BadReply, "does not speak the Redis protocol"),
        (answers(EVIL.encode() + b"\r\n"), BadReply, "does not speak the Redis protocol"),
        (answers(b"", then_closes=True), BadReply, "without an answer"),
        (answers(b"$10\r\nabc", then_closes=True), BadReply, "in the middle of a reply"),
        (answers(b"*2\r\n$1\r\na\r\n", then_closes=True), BadReply, "in the middle of a reply"),
        (answers(DENIED, then_closes=True), NotPermitted, "DENIED Redis is running in protected mode"),
        (answers(b"*1\r\n" * 100_000), BadReply, "nesting"),
        (answers(b"$-5\r\n"), BadReply, "Bulk string length"),
        (answers(b"*-5\r\n"), BadReply, "Multi-bulk length"),
        (answers(b":" + b"9" * 30 + b"\r\n"), BadReply, "integer"),
        (answers(b"%1\r\n*0\r\n+a\r\n"), BadReply, "unhashable"),
        (answers(b"%1\r\n+a\r\n+b\r\n"), BadReply, "a dict of RESP3"),
        (answers(b",nan\r\n"), BadReply, "a float of RESP3"),
        (answers(b""), Unreachable, "did not answer within 0.3 s"),
        (answers(b"$999999999999\r\nabc"), Unreachable, "did not finish its answer within 0.3 s"),
        (trickles(b"+OK", every=0.1), Unreachable, "did not finish its answer within 0.3 s"),
        (floods(b"a" * 65_536, first=b"$999999999999\r\n"), BadReply, "more than 1 MB"),
        (floods(b"a" * 65_536, first=b"+"), BadReply, "more than 1 MB"),
        (floods(b"*0\r\n" * 16_384, first=b"*1000000\r\n"), BadReply, "more than 1 MB"),
    ],
)
def test_what_is_no_server_ends_in_one_error(
    script: Script, error: type[TargetError], words: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connection, "REPLY_LIMIT", 1 << 20)
    begun = time.monotonic()
    with stranger(script) as port, pytest.raises(error, match=words) as said:
        ask(port, "PING", "PING", timeout=0.3 if error is Unreachable else PATIENCE_S)
    assert error is not Unreachable or time.monotonic() - begun < PATIENCE_S
    assert (said.value.what + said.value.hint).isprintable()
    assert said.value.hint


def test_the_deadline_is_for_all_that_is_asked():
    """A server that answers each command just in time would else hold us for as long as there are commands."""
    with stranger(trickles(b"+OK\r\n", every=0.05)) as port, pytest.raises(Unreachable):
        ask(port, *["PING"] * 10, timeout=0.5)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis://127.0.0.1:1", "connection refused"),
        ("redis://" + "a" * 64 + ".b", "label"),
        ("redis://a\0b", "no connection to a"),
        ("unix:///no/such.sock", "no such file"),
        ("unix:///" + "a" * 200, "too long"),
    ],
)
def test_where_nothing_is(url: str, words: str):
    with pytest.raises(Unreachable, match=words) as said:
        Connection(parse_url(url), timeout=2)
    assert (said.value.what + said.value.hint).isprintable()
    assert said.value.hint


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch):
    def resolve(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(Unreachable, match="no connection to nowhere:6379: name or service not known") as said:
        Connection(parse_url("nowhere"))
    assert "spelling" in said.value.hint


def test_error_replies_are_values():
    with stranger(answers(b"+OK\r\n-ERR no\r\n*2\r\n:1\r\n-WRONGTYPE x\r\n$-1\r\n-\r\n")) as port:
        replies = ask(port, *["PING"] * 5)
    assert replies == [b"OK", ServerError("ERR no"), [1, ServerError("WRONGTYPE x")], None, ServerError("")]


def test_an_error_text_is_short_and_safe_and_repeats_nothing_that_was_sent():
    text = f"ERR {EVIL} 'AUTH' {SECRET} \xff, with args beginning with: 'user:4711'"
    raw = b"-" + text.encode("latin-1", "ignore") + b"\r\n"
    with stranger(answers(raw)) as port, pytest.raises(NotPermitted) as refused:
        ask(port, user=f":{SECRET}@")
    assert refused.value.what.isprintable()
    assert SECRET not in refused.value.what
    assert "4711" not in refused.value.what
    assert len(ServerError("ERR " + "x" * 1_000_000).shown) == SHOWN


# ---- log-in ---------------------------------------------------------------------------------------------------------


def enter(url: str) -> bytes | str:
    try:
        with Connection(parse_url(url), timeout=4) as connection:
            reply = connection.call("PING")
    except SeawallError as wrong:
        return f"{type(wrong).__name__}: {wrong.what}"
    return reply if isinstance(reply, bytes) else repr(reply)


@pytest.fixture
def guarded(binary: lab.Binary):
    """A server with a password, and a user."""
    config = {"requirepass": SECRET, "user": f"ada on >{SECRET}2 ~* +@all"}
    with lab.start(binary, config=config) as server:
        yield server.url.removeprefix("unix://")


def test_log_in(guarded: str):
    assert enter(f"unix://:{SECRET}@{guarded}") == b"PONG"
    assert enter(f"unix://ada:{SECRET}2@{guarded}?db=15") == b"PONG"
    assert "refused the password" in str(enter(f"unix://:wrong@{guarded}"))
    assert "refused the password" in str(enter(f"unix://ada:wrong@{guarded}"))
    assert "refused the password" in str(enter(f"unix://ada@{guarded}"))
    assert "NOAUTH" in str(enter(f"unix://{guarded}"))
    assert "database 99 cannot be selected" in str(enter(f"unix://:{SECRET}@{guarded}?db=99"))


def test_a_password_where_none_is_needed_is_no_obstacle(binary: lab.Binary):
    """As with redis-cli: REDISCLI_AUTH is set for one server, and another has none."""
    with lab.start(binary) as server:
        assert enter(f"unix://:{SECRET}@{server.url.removeprefix('unix://')}") == b"PONG"


def test_a_server_without_auth_does_not_give_the_password_away(binary: lab.Binary):
    """Where AUTH is renamed, a server repeats what it got: `unknown command 'AUTH', with args beginning with: ...`."""
    with lab.start(binary, config={"rename-command": 'AUTH ""'}) as server:
        said = str(enter(f"unix://:{SECRET}@{server.url.removeprefix('unix://')}"))
    assert "refused the log-in" in said
    assert SECRET not in said
