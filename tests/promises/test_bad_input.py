"""Whatever is at the other end, or in a key: one clear line with a hint, the right exit code, soon, and nothing else.

`front_door.Ended` holds for every run: no traceback, no bug, no control character. Here is the outside: strangers,
servers that lie, forbid or hang, and what people have put into keys.
"""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.front_door import COMMAND, Ended, one_line_and_hint, seawall, variables
from tests.strangers import Script, answers, floods, lies, stranger, trickles

from seawall import lab, report
from seawall.scan import RedisTarget, Wish, each, scan
from seawall.wire import Connection, encode, parse_url

EVIL = "\x1b]0;x\x07\x9b31m\u202e\u2066\r\n\x00<b>`|"

# ---- strangers ------------------------------------------------------------------------------------------------------

TOO_LARGE = "does not fit into memory" + ("" if sys.platform == "linux" else "|did not")  # macOS has no RLIMIT_AS
STRANGERS: Mapping[str, tuple[Script, str]] = {
    "a web server": (answers(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "answers as a web server does"),
    "TLS": (answers(b"\x15\x03\x03\x00\x02\x02\x46"), "speaks TLS"),
    "SSH": (answers(b"SSH-2.0-OpenSSH_9.2\r\n"), "does not speak the Redis protocol"),
    "hangs": (answers(b""), "did not answer within 2 s"),
    "trickles": (trickles(b"$", every=0.2), "does not speak|did not finish its answer within 2 s"),
    "hangs up": (answers(b"", then_closes=True), "closed the connection without an answer"),
    "hangs up in a reply": (answers(b"$100\r\nabc", then_closes=True), "in the middle of a reply"),
    "floods a text": (floods(b"a" * 65_536, first=b"$999999999999\r\n"), "more than 64 MB|did not finish"),
    "floods a line": (floods(b"a" * 65_536, first=b"+"), "more than 64 MB|did not finish"),
    "announces 2,147,483,647": (answers(b"*2147483647\r\n"), TOO_LARGE),
    "announces it deep": (answers(b"*200000000\r\n" * 6), TOO_LARGE),
    "nests": (answers(b"*1\r\n" * 100_000), "does not speak the Redis protocol: Max nesting"),
    "RESP3": (answers(b"%1\r\n*0\r\n+a\r\n" * 30), "does not speak the Redis protocol"),
    "protected": (answers(b"-DENIED Redis is running in protected mode.\r\n", then_closes=True), "protected mode"),
    "is full": (answers(b"-ERR max number of clients reached\r\n", then_closes=True), "max number of clients reached"),
    "wants a password": (answers(b"-NOAUTH Authentication required.\r\n" * 30), "wants a password"),
    "loads": (answers(b"-LOADING Redis is loading the dataset in memory\r\n" * 30), "still loading"),
    "runs a script": (answers(b"-BUSY Redis is busy running a script.\r\n" * 30), "busy with a script"),
}


@pytest.fixture(scope="module")
def crowd() -> Iterator[dict[str, int]]:
    """All of them at once, by name: their ports."""
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(stranger(script)) for name, (script, _) in STRANGERS.items()}


@pytest.fixture(scope="module")
def good() -> Iterator[str]:
    with lab.start(lab.find_binary()) as server:
        yield server.url


@pytest.fixture(scope="module", params=["scan", "doctor"])
def asked(request: pytest.FixtureRequest, crowd: dict[str, int], good: str) -> tuple[Ended, dict[str, int]]:
    """One run over the whole crowd, with a good server in the middle."""
    urls = [f"127.0.0.1:{port}" for port in crowd.values()]
    urls.insert(len(urls) // 2, good)
    targets = [word for url in urls for word in ("--redis", url)]
    return seawall(request.param, *targets, "--timeout", "2"), crowd


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_one_line_and_a_hint(name: str, asked: tuple[Ended, dict[str, int]]):
    ended, ports = asked
    lines = ended.err.split("\n")
    (place,) = [i for i, line in enumerate(lines) if f"127.0.0.1:{ports[name]} " in line]
    assert lines[place].startswith("seawall: ")
    assert re.search(STRANGERS[name][1], lines[place]), lines[place]
    assert lines[place + 1].startswith("  ")


def test_strangers_hide_no_good_server(asked: tuple[Ended, dict[str, int]], good: str):
    ended, ports = asked
    assert ended.code == 3
    assert good.removeprefix("unix://") in ended.out
    assert ended.err.count("\n") == 2 * len(ports)
    assert ended.seconds < 5


def test_the_default_timeout_is_under_five_seconds(crowd: dict[str, int]):
    url = f"127.0.0.1:{crowd['hangs']}"
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda command: seawall(command, "--redis", url, "--redis", url), ("scan", "doctor")))
    for ended in runs:
        assert ended.code == 3
        assert "did not answer within 3 s" in ended.err
        assert ended.seconds < 5


def test_a_server_that_answers_everything_with_ok_is_not_green():
    with stranger(answers(b"+OK\r\n" * 200)) as port:
        for command in ("scan", "doctor"):
            ended = seawall(command, "--redis", f"127.0.0.1:{port}")
            assert ended.code == 3
            assert "not of the form" in ended.out


def test_an_error_text_of_a_megabyte(good: str):
    text = b"-ERR " + EVIL.replace("\r\n", "").encode() + b"x" * 1_000_000 + b"\r\n"
    with stranger(lies(good.removeprefix("unix://"), {"CONFIG GET": text})) as port:
        for form in ("text", "html"):
            ended = seawall("scan", "--redis", f"127.0.0.1:{port}", "--format", form)
            assert ended.code == 3
            assert r"\x1b]0;x\x07\u009b31m\u202e" in ended.out
            assert len(ended.out) < 100_000


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("127.0.0.1:1", "no connection to 127.0.0.1:1: connection refused"),
        ("unix:///none.sock", "no connection to /none.sock: no such file"),
        ("redis://" + "a" * 70, "no connection to a"),
    ],
)
def test_where_nothing_is(url: str, words: str):
    ended = seawall("scan", "--redis", url)
    assert (ended.code, ended.out) == (3, "")
    assert one_line_and_hint(ended.err), ended.err
    assert words in ended.err


def test_a_resolver_that_hangs_holds_up_nobody(monkeypatch: pytest.MonkeyPatch):
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(20))
    targets = [RedisTarget(parse_url("redis://far"))]
    (answer,) = each(targets, lambda t: Connection(t.address, timeout=0.2), 0.2)
    over.set()
    assert "far:6379 did not answer within 0.2 s" in str(answer)


def test_a_bug_in_reading_is_not_taken_for_a_bad_server():
    def ask(_: RedisTarget) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        each([RedisTarget(parse_url("redis://far"))], ask, 1)


# ---- servers that lie -----------------------------------------------------------------------------------------------

ANSWERED = (
    *("TIME", "INFO", "CONFIG GET", "LATENCY LATEST", "SLOWLOG LEN", "SLOWLOG GET", "CLIENT LIST", "COMMAND INFO"),
    *("COMMAND DOCS", "COMMAND LIST", "SELECT", "TYPE", "SCARD", "ZCARD", "OBJECT ENCODING", "MEMORY USAGE"),
)
RAW = EVIL.encode()


def bulk(text: bytes) -> bytes:
    return b"$%d\r\n%s\r\n" % (len(text), text)


LIES = {
    "text": b"$%d\r\n%s\r\n" % (len(RAW), RAW),
    "texts": encode(EVIL, EVIL, "9" * 5000),
    "digits": encode("9" * 5000, "0"),
    "version": bulk(b"redis_version:" + b"9" * 5000),
    "client": bulk("addr=a:1 db=² name=x\naddr=a:2 db=".encode() + b"9" * 5000),
    "nothing": b"*-1\r\n",
    "number": b":9223372036854775807\r\n",
    "numbers": b"*3\r\n:-9223372036854775808\r\n:0\r\n:9223372036854775807\r\n",
    "lists": b"*2\r\n*2\r\n*0\r\n:1\r\n*1\r\n*4\r\n:1\r\n:9223372036854775807\r\n:1\r\n*1\r\n$1\r\na\r\n",
    "errors": b"*1\r\n-ERR x\r\n",
    "map": b"*1\r\n%1\r\n+a\r\n,inf\r\n",
}
WRONG = {  # of each command, a lie of a form that it never has
    "TIME": "digits", "INFO": "text", "CONFIG GET": "number", "LATENCY LATEST": "text", "SLOWLOG LEN": "text",
    "SLOWLOG GET": "texts", "CLIENT LIST": "number", "COMMAND INFO": "text", "COMMAND DOCS": "nothing",
    "COMMAND LIST": "text", "TYPE": "number", "SCARD": "text", "ZCARD": "texts", "OBJECT ENCODING": "number",
    "MEMORY USAGE": "text",
}  # fmt: skip


@pytest.fixture(scope="module")
def filled() -> Iterator[str]:
    """The socket of a server with a slow log that makes a scan send everything."""
    with lab.start(lab.find_binary(), config={"slowlog-log-slower-than": "0"}) as server:
        with Connection(parse_url(server.url), timeout=10) as connection:
            for line in ("SADD s a", "ZADD z 1 a", "SMEMBERS s", "ZRANGE z 0 -1", "SELECT 1", "SET a b"):
                connection.call(*line.split(" "))
            connection.call("CONFIG", "SET", "slowlog-log-slower-than", "-1")
        yield server.url.removeprefix("unix://")


@pytest.mark.parametrize("command", ANSWERED)
def test_a_lie_about_one_command_is_survived(command: str, filled: str):
    """And it is said that this is unknown, where the answer cannot be one."""
    for name, lie in LIES.items():
        told = {command: lie, **({"SLOWLOG LEN": b":9\r\n"} if command == "SLOWLOG GET" else {})}
        with stranger(lies(filled, told)) as port:
            result = scan(Wish(servers=(RedisTarget(parse_url(f"127.0.0.1:{port}")),), keep_arguments=True))
        for form in ("md", "html", "json", "jsonl"):
            assert report.render(result, form).replace("\n", "").isprintable(), (name, form)
        json.loads(report.render(result, "json"), parse_constant=pytest.fail)
        if WRONG.get(command) == name:
            assert [n for n in result.not_checked if command in n.target], name


# ---- servers that forbid --------------------------------------------------------------------------------------------


def refused(url: str) -> set[str]:
    result = scan(Wish(servers=(RedisTarget(parse_url(url)),)))
    assert result.targets[0].server or "INFO" in str(result.not_checked)
    return {n.target.partition(" ")[2] for n in result.not_checked}


@pytest.mark.parametrize(
    ("without", "named"),
    [
        ("config", {"CONFIG GET"}),
        ("latency", {"LATENCY LATEST"}),
        ("slowlog", {"SLOWLOG LEN"}),
        ("client", {"CLIENT LIST"}),
        ("memory", {"MEMORY USAGE"}),
        ("object", {"OBJECT ENCODING"}),
        ("info", {"INFO"}),
        ("time", {"TIME"}),
        ("type", {"TYPE"}),
        ("command", {"COMMAND INFO", "COMMAND DOCS", "COMMAND LIST"}),
    ],
)
def test_a_forbidden_command_is_named_and_the_rest_is_read(without: str, named: set[str], filled: str):
    with Connection(parse_url(f"unix://{filled}"), timeout=10) as admin:
        assert admin.call("ACL", "SETUSER", "some", "reset", "on", ">pw", "~*", "+@all", f"-{without}") == b"OK"
    assert refused(f"unix://some:pw@{filled}") == named


def test_a_renamed_command(any_binary: lab.Binary):
    with lab.start(any_binary, config={"rename-command": ['CONFIG ""', 'MEMORY ""']}) as server:
        ended = seawall("scan", "--redis", server.url)
        assert ended.code == 3
        assert "CONFIG GET: ERR unknown command" in ended.out
        assert "--without CONFIG" in ended.out
        assert "beginning with" not in ended.out
        assert seawall("scan", "--redis", server.url, "--without", "CONFIG").code == 0


# ---- what people put into keys --------------------------------------------------------------------------------------


def test_hostile_keys(binary: lab.Binary):
    """Keys, members and script texts with terminal escapes, line breaks, bidi controls, markup and binary."""
    keys = [EVIL.encode() + suffix for suffix in (b"", b"\xff\xfe", b"{a}", "\ud7ff:*[?".encode(), bytes(range(128)))]
    with lab.start(binary, config={"slowlog-log-slower-than": "0"}) as server:
        with Connection(parse_url(server.url), timeout=10) as connection:
            for key in keys:
                members = [key + b"%d" % n for n in range(5000)]  # so that they are the longest
                connection.pipeline(
                    [["SADD", key, *members], ["SMEMBERS", key], ["EVAL", b"return 1 --" + key, 1, key]]
                )
            connection.call("CONFIG", "SET", "slowlog-log-slower-than", "-1")
        with ThreadPoolExecutor(2) as pool:
            words = ("scan", "--redis", server.url, "--keep-arguments", "--rule", "SW1", "--format")
            runs = list(pool.map(lambda form: seawall(*words, form), ("text", "html")))
    for ended in runs:
        assert ended.code in (0, 1)
        assert r"\x1b]" in ended.out


# ---- interrupted ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["scan", "doctor"])
def test_interrupted(command: str, tmp_path: Path):
    came = threading.Event()

    def script(_: socket.socket, over: threading.Event) -> None:
        came.set()
        over.wait(20)

    with stranger(script) as port:
        run = subprocess.Popen(
            [*COMMAND, command, "--redis", f"127.0.0.1:{port}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=variables(),
            cwd=tmp_path,
        )
        assert came.wait(20)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=3)
    ended = Ended(run.returncode, out.decode(), err.decode(), 0)
    assert (ended.code, ended.out) == (4, "")
    assert one_line_and_hint(ended.err), ended.err
    assert "stopped by you" in ended.err
    assert not list(tmp_path.iterdir())
