"""What people paste: every form gives the entries that the server would have given itself, and nothing stops us."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.servers import Running

from seawall.errors import InputError
from seawall.nodes.facts.entry import RawEntry, decode_slowlog
from seawall.nodes.inputs import INPUT_LIMIT, parse
from seawall.wire import encode

ENTRY = RawEntry(14, 1789000000, 28500, (b"SMEMBERS", b"drivers:online"), 2, "10.0.0.7:51234", "web-1")
FORMATTED = b"""\
 1) 1) (integer) 14
    2) (integer) 1789000000
    3) (integer) 28500
    4) 1) "SMEMBERS"
       2) "drivers:online"
    5) "10.0.0.7:51234"
    6) "web-1"
 2) 1) (integer) 13
    2) (integer) 1789000000
    3) (integer) 12
    4) 1) "SET"
       2) "a\\x00\\"b\\\\"
       3) "two\\nlines \\xff"
    5) "[2001:db8::1]:40000"
    6) ""
"""
RAW = b"""\
14
1789000000
28500
SMEMBERS
drivers:online
10.0.0.7:51234
web-1
13
1789000000
12
SET
a b

[2001:db8::1]:40000

"""
SECOND = RawEntry(13, 1789000000, 12, (b"SET", b'a\0"b\\', b"two\nlines \xff"), 3, "[2001:db8::1]:40000", "")
SECOND_RAW = replace(SECOND, argv=(b"SET", b"a b", b""))


# --- the same entries read live ---------------------------------------------------------------------------------------


def resp(value: object) -> bytes:
    """A reply on the wire."""
    if isinstance(value, list):
        return b"*%d\r\n" % len(value) + b"".join(map(resp, value))
    return b":%d\r\n" % value if isinstance(value, int) else b"$%d\r\n%s\r\n" % (len(value), value)  # pyright: ignore


def test_every_form_gives_what_the_server_gives(server: Running):
    """redis-cli is given the very bytes that the server sent: its answers are compared with the live reading."""
    cli = shutil.which("redis-cli")
    assert cli, "redis-cli comes with redis-server"
    for words in (
        ["SADD", "big", *(f"m{n}" for n in range(40_000))],
        ["SET", "long", "x" * 300],
        ["SET", "", '1) "quoted" \\ \x1b[31m'],
        ["SET", b"\xff\x00\x1b[31m*", b"\xf0\x28\x8c\x28"],
        ["SET", "k", "... (5 more arguments)"],
        ["GET", "1) 1) (integer) 5"],
        ["MGET", "14", "1789000000", "28500", "SMEMBERS"],
        ["EVAL", "return redis.call('SCARD', 'big')", 0],
    ):
        server.send(*words)
    named = server.connect("web-1")
    server.send("SMEMBERS", "big", by=named)
    named.close()
    live = server.raw_log()
    expected, _ = decode_slowlog(live)
    server.set("slowlog-log-slower-than", "-1")
    host, port = server.address.host, str(server.address.port)

    def told(*options: str) -> bytes:
        server.own.call("SLOWLOG", "LEN")
        words = [cli, "-h", host, "-p", port, *options, "SLOWLOG", "GET", "1000"]
        return subprocess.run([str(w) for w in words], capture_output=True, check=True, timeout=20).stdout

    def ours(raw: RawEntry) -> bool:
        return raw.client != "seawall"

    for form, text in (("formatted", told("--no-raw")), ("raw", told()), ("RESP", resp(live))):
        pasted = parse(text)
        assert [r for r in pasted.entries if ours(r)] == expected, form
        assert not pasted.skipped
    if b"--json" in subprocess.run([cli, "--help"], capture_output=True, check=True).stdout and server.major >= 7:
        assert [r for r in parse(told("--json")).entries if ours(r)][: len(expected)] == expected


# --- redis-cli --------------------------------------------------------------------------------------------------------

TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda text: text,
    "the first line lost its indent": lambda text: text.lstrip(),
    "Windows line ends": lambda text: text.replace(b"\n", b"\r\n"),
    "no line end at the end": lambda text: text.rstrip(b"\n"),
    "blank lines around": lambda text: b"\n\n" + text + b"\n\n",
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text,
    "PowerShell's UTF-16": lambda text: text.decode("ascii").encode("utf-16"),
    "with the prompt": lambda text: b"127.0.0.1:6379> slowlog get 128\n" + text,
}


@pytest.mark.parametrize("how", TAMPERED)
def test_formatted_text(how: str):
    pasted = parse(TAMPERED[how](FORMATTED))
    assert (pasted.form, list(pasted.entries), pasted.skipped) == ("redis-cli text", [ENTRY, SECOND], 0)


@pytest.mark.parametrize("how", [how for how in TAMPERED if how != "no line end at the end"])
def test_raw_text(how: str):
    pasted = parse(TAMPERED[how](RAW))
    assert (pasted.form, list(pasted.entries), pasted.skipped) == ("redis-cli raw text", [ENTRY, SECOND_RAW], 0)


@pytest.mark.parametrize("ending", [b"\n\n", b"\n", b""])
def test_raw_text_whose_last_line_is_an_empty_name(ending: bytes):
    """Shells and clipboards trim it."""
    assert list(parse(RAW.rstrip(b"\n") + ending).entries) == [ENTRY, SECOND_RAW]


def test_formatted_text_with_the_prompt_at_its_end():
    pasted = parse(FORMATTED + b"127.0.0.1:6379> \n")
    assert list(pasted.entries) == [ENTRY, SECOND]


def test_formatted_text_without_any_indent():
    """A ticket system has eaten the blanks: fields and arguments are told apart by their order."""
    lines = FORMATTED.replace(b'       2) "drivers:online"\n', b"").splitlines()  # one argument, then two and more
    text = b"\n".join(line.lstrip() for line in lines)
    assert list(parse(text).entries) == [replace(ENTRY, argv=(b"SMEMBERS",), argc=1), SECOND]
    many = b"".join(b'%d) "m"\n' % n for n in range(2, 32)) + b'32) "... (9 more arguments)"\n'
    text = b'1) 1) (integer) 1\n2) (integer) 2\n3) (integer) 3\n4) 1) "SADD"\n' + many + b'5) "10.0.0.1:5"\n6) "n"\n'
    (entry,) = parse(text).entries
    assert (entry.argc, entry.peer, entry.client) == (40, "10.0.0.1:5", "n")


def test_a_paste_that_begins_in_the_middle_or_ends_there():
    begun = FORMATTED[FORMATTED.index(b" 2) 1)") :]
    assert list(parse(begun).entries) == [SECOND]
    for lines in range(8, 14):
        pasted = parse(b"\n".join(FORMATTED.splitlines()[:lines]))
        assert pasted.entries[0] == ENTRY
        assert all(e.argv == SECOND.argv for e in pasted.entries[1:]), "a half entry is left out, not guessed"
        assert pasted.skipped == 2 - len(pasted.entries)


def test_formatted_entries_of_four_and_seven_fields():
    four = b"\n".join(line for line in FORMATTED.splitlines() if not re.match(rb" +[56]\)", line))
    assert [(e.argv, e.peer, e.client) for e in parse(four).entries] == [(e.argv, None, "") for e in (ENTRY, SECOND)]
    seven = FORMATTED.replace(b'6) "web-1"', b'6) "web-1"\n    7) (integer) 2')
    assert parse(seven).entries == parse(FORMATTED).entries


def test_raw_entries_of_four_lines_and_more():
    """Old servers, and Redis Enterprise. A key that looks like an address is a key."""
    text = b"2\n100\n7\nGET\nuser:1\nx\n1\n100\n8\nSMEMBERS\ns:2\n"
    assert [(e.argv, e.peer) for e in parse(text).entries] == [
        ((b"GET", b"user:1", b"x"), None),
        ((b"SMEMBERS", b"s:2"), None),
    ]


@pytest.mark.parametrize("peer", ["10.0.0.1:1", "[::1]:65535", "/tmp/redis.sock:0", "[/tmp/valkey.sock:0]:0", "?:0"])
def test_raw_peers_of_every_kind(peer: str):
    text = f"2\n100\n7\nGET\nk\n{peer}\n\n1\n100\n8\nGET\nk:2\n{peer}\nname\n".encode()
    assert [(e.argc, e.peer, e.client) for e in parse(text).entries] == [(2, peer, ""), (2, peer, "name")]


def test_raw_arguments_that_look_like_an_entry():
    """The next entry is the one whose id is one less: numbers among the arguments begin none."""
    text = b"9\n100\n7\nMGET\n5\n100\n7\nGET\n10.0.0.1:1\n\n8\n100\n7\nGET\nk\n10.0.0.1:1\n\n"
    assert [e.argv for e in parse(text).entries] == [(b"MGET", b"5", b"100", b"7", b"GET"), (b"GET", b"k")]


def test_raw_arguments_with_line_breaks_keep_the_true_count():
    """Where the server has cut, the remark is the last line: however many lines there are, the number is right."""
    words = [b"SADD", b"k", *[b"two\nlines"] * 29, b"... (39971 more arguments)"]
    text = b"9\n100\n7\n%s\n10.0.0.1:1\n\n" % b"\n".join(words)
    (entry,) = parse(text).entries
    assert (entry.argv[:3], entry.argc) == ((b"SADD", b"k", b"two"), 40_002)


# --- RESP -------------------------------------------------------------------------------------------------------------

REPLY = [[13 - n, 1789000000, 12, [b"GET", b"k\r\n%d" % n], b"10.0.0.7:1", b""] for n in range(5)]


def test_resp_cut_anywhere_gives_the_whole_entries():
    text = resp(REPLY)
    for length in range(len(text)):
        try:
            pasted = parse(text[:length])
        except InputError:
            assert length < len(resp(REPLY[:1])) + 4
            continue
        assert [e.id for e in pasted.entries] == [13 - n for n in range(len(pasted.entries))]
        assert len(pasted.entries) + pasted.skipped == 5


@pytest.mark.parametrize(
    "text",
    [
        b"*2147483647\r\n",
        b"*99999999999999999999999\r\n",
        b"*1\r\n*2147483647\r\n",
        b"*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n",
        b"*1\r\n$99999999999\r\nx",
        b"*-1\r\n",
        b"*1\r\nHTTP/1.1 400",
        b"*1\r\n-ERR no\r\n",
        b"*2\r\n$-1\r\n*0\r\n",
        b"*100000\r\n" * 5,
    ],
    ids=repr,
)
def test_hostile_resp(text: bytes):
    """A length is what somebody says: no room is made for it."""
    with pytest.raises(InputError):
        parse(text)


@pytest.mark.parametrize("text", [b"*9000000\r\n", b"*1\r\n*300000\r\n*300000\r\n" + b"x" * 400_000])
def test_no_room_is_made_for_what_is_only_announced(text: bytes):
    with pytest.raises(InputError, match="announces more than it can hold"):
        parse(text)


def test_a_sent_command_is_no_reply():
    with pytest.raises(InputError):
        parse(encode("SLOWLOG", "GET", 128))


# --- JSON -------------------------------------------------------------------------------------------------------------

SPELLINGS: dict[str, dict[str, object]] = {
    "ElastiCache": {
        "CacheClusterId": "c-0001-001",
        "Id": 14,
        "Timestamp": 1789000000,
        "Duration (us)": 28500,
        "Command": "SMEMBERS drivers:online",
        "ClientAddress": "10.0.0.7:51234",
        "ClientName": "web-1",
    },
    "redis-py": {
        "id": 14,
        "start_time": 1789000000,
        "duration": 28500,
        "command": "SMEMBERS drivers:online",
        "client_address": "10.0.0.7:51234",
        "client_name": "web-1",
    },
    "node-redis": {
        "id": 14,
        "timestamp": "2026-09-10T00:26:40.000Z",
        "duration": 28500,
        "command": ["SMEMBERS", "drivers:online"],
        "clientAddress": "10.0.0.7:51234",
        "clientName": "web-1",
    },
    "go-redis": {
        "ID": 14,
        "Time": "2026-09-10T02:26:40+02:00",
        "Duration": 28_500_000,  # a time.Duration: nanoseconds
        "Args": ["SMEMBERS", "drivers:online"],
        "ClientAddr": "10.0.0.7:51234",
        "ClientName": "web-1",
    },
    "jedis": {
        "id": "14",
        "timeStamp": 1789000000000,
        "executionTime": "28500",
        "args": ["SMEMBERS", "drivers:online"],
        "clientIpPort": "10.0.0.7:51234",
        "clientName": "web-1",
    },
    "a name and its arguments": {
        "id": 14,
        "at": 1789000000,
        "duration_ms": 28.5,
        "cmd": "SMEMBERS",
        "args": ["drivers:online"],
        "peer": "10.0.0.7:51234",
        "client_name": "web-1",
    },
}


@pytest.mark.parametrize("library", SPELLINGS)
def test_spellings(library: str):
    record = SPELLINGS[library]
    for text in (json.dumps(record), json.dumps([record, record]), json.dumps(record, indent=2)):
        assert set(parse(text.encode()).entries) == {ENTRY}, text


def test_json_lines_with_a_broken_one():
    lines = [json.dumps(SPELLINGS["redis-py"]), '{"id": 1', "[1, 2", json.dumps(SPELLINGS["jedis"])]
    pasted = parse("\n".join(lines).encode())
    assert (list(pasted.entries), pasted.skipped) == ([ENTRY, ENTRY], 2)


def test_the_arrays_of_redis_cli():
    entry = [14, 1789000000, 28500, ["SMEMBERS", "drivers:online"], "10.0.0.7:51234", "web-1"]
    for text in (json.dumps([entry, entry]), json.dumps(entry), f"{json.dumps(entry)}\n{json.dumps(entry)}"):
        assert set(parse(text.encode()).entries) == {ENTRY}


def test_json_with_bytes_that_are_no_text():
    text = b'[[1,2,3,["SET","\xff\\u0000","\\ud800"],"10.0.0.1:1",""]]'
    (entry,) = parse(text).entries
    assert entry.argv == (b"SET", b"\xff\0", b"\\ud800")


def cloud(command: str, **more: object) -> dict[str, object]:
    return {**SPELLINGS["ElastiCache"], "Command": command, **more}


@pytest.mark.parametrize(
    ("command", "argv", "argc"),
    [
        ("SADD ... (40001 more arguments)", (b"SADD",), 40_002),
        ("GET ... (1 more arguments)", (b"GET",), 2),
        ("GET (1 more argument)", (b"GET",), 2),
        ("CONFIG GET ... (1 more arguments)", (b"CONFIG", b"GET"), 3),
        ("PING", (b"PING",), 1),
        ("SET k ... (2 more arguments) x", (b"SET", b"k", b"...", b"(2", b"more", b"arguments)", b"x"), 7),
    ],
)
def test_hidden_arguments_are_counted(command: str, argv: tuple[bytes, ...], argc: int):
    (entry,) = parse(json.dumps(cloud(command)).encode()).entries
    assert (entry.argv, entry.argc) == (argv, argc)


def test_envelopes_of_cloudwatch():
    """What `aws logs get-log-events`, a subscription and Insights wrap around the records."""
    records = [cloud("SADD ... (40001 more arguments)", Id=n) for n in (3, 2, 1)]
    events = [{"timestamp": 1789000000000, "ingestionTime": 1, "message": json.dumps(r)} for r in records]
    stamp = {"field": "@timestamp", "value": "2026"}
    insights = [[stamp, {"field": "@message", "value": json.dumps(r)}] for r in records]
    for wrapped in (
        {"events": events, "nextForwardToken": "f/1"},
        {"messageType": "DATA_MESSAGE", "logEvents": events},
        {"results": insights, "status": "Complete"},
        events,
        [{"events": events}],
    ):
        pasted = parse(json.dumps(wrapped).encode())
        assert [(e.id, e.argc) for e in pasted.entries] == [(3, 40_002), (2, 40_002), (1, 40_002)]
        assert not pasted.skipped
    lines = "\n".join(json.dumps(event) for event in events)
    assert len(parse(lines.encode()).entries) == 3


@pytest.mark.parametrize(
    "record",
    [
        {"duration": -1, "command": "GET k"},
        {"duration": True, "command": "GET k"},
        {"duration": float("inf"), "command": "GET k"},
        {"duration": 10**4000, "command": "GET k"},
        {"duration": "x", "command": "GET k"},
        {"duration": 1, "command": ""},
        {"duration": 1, "command": "   "},
        {"duration": 1, "command": [["GET"]]},
        {"duration": 1, "command": [None]},
        {"duration": 1},
        {"message": "{"},
        {"message": '{"message": ' * 50},
        "text",
        7,
        None,
        [[]],
        [1, 2],
    ],
    ids=lambda record: repr(record)[:40],
)
def test_records_that_are_none(record: object):
    with pytest.raises(InputError, match="no entry of it can be read"):
        parse(json.dumps([record]).encode())


@pytest.mark.parametrize(
    "told", [1e300, -(10**17), 10**17, "9999-99-99", "0001-01-01T00:00:00+23:59", "", [], 12.5, None]
)
def test_times_of_any_kind(told: object):
    record = {**SPELLINGS["redis-py"], "start_time": told}
    (entry,) = parse(json.dumps(record).encode()).entries
    assert entry.argv == ENTRY.argv
    assert entry.at is None or abs(entry.at) <= 10**17


# --- INFO -------------------------------------------------------------------------------------------------------------

INFO = """\
# Server
redis_version:6.2.6
os:Linux 5.4.0 x86_64
uptoldin_seconds:86400

# Commandstats
cmdstat_keys:calls=1,usec=94034987,usec_per_call=94034987.00,rejected_calls=0,failed_calls=0
cmdstat_config|get:calls=3,usec=30,usec_per_call=10.00
cmdstat_host::calls=2,usec=4,usec_per_call=2.00

# Keyspace
db0:keys=3040206,expires=12,avg_ttl=0
db3:keys=5,expires=0,avg_ttl=0
"""
HEADS = {
    "as it is": ("", "\n"),
    "Windows": ("", "\r\n"),
    "an editor's ^M": ("", "^M\n"),
    "syslog's #015": ("Nov 24 08:00:00 web-1 redis[812]: ", "#015\n"),
    "docker compose": ("redis_1  | ", "\n"),
    "the server's own log": ("4711:M 24 Nov 2026 08:00:00.000 # ", "\n"),
    "Kubernetes": ("2026-11-24T08:00:00.000000000Z stdout F ", "\n"),
    "an old server's log": ("[4711] 24 Nov 08:00:00.000 # ", "\n"),
}


@pytest.mark.parametrize("how", HEADS)
def test_info_behind_foreign_heads(how: str):
    """A crash report in an issue has passed through a logger, a terminal and a browser."""
    head, end = HEADS[how]
    before = f"{head}=== REDIS BUG REPORT START: Cut & paste starting from here ==={end}"
    pasted = parse((before + "".join(f"{head}{line}{end}" for line in INFO.splitlines())).encode())
    assert pasted.form == "INFO"
    assert [(s.command, s.calls, s.us) for s in pasted.stats] == [
        ("KEYS", 1, 94034987),
        ("CONFIG GET", 3, 30),
        ("HOST:", 2, 4),
    ]
    assert pasted.databases == {0: 3040206, 3: 5}
    wanted = {"redis_version": "6.2.6", "os": "Linux 5.4.0 x86_64", "uptoldin_seconds": "86400"}
    assert {name: pasted.info.get(name) for name in wanted} == wanted


def test_a_slow_log_that_speaks_of_commandstats_is_a_slow_log():
    """Keys may be called anything, also as a line of INFO."""
    for text in (
        FORMATTED.replace(b"drivers:online", b"cmdstat_keys:calls=1,usec=2"),
        RAW.replace(b"drivers:online", b"cmdstat_keys:calls=1,usec=2"),
        json.dumps(cloud("GET cmdstat_keys:calls=1,usec=2")).encode(),
    ):
        assert len(parse(text).entries) in (1, 2)


# --- what is none -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"(error) NOPERM this user has no permissions to run the 'slowlog|get' command", "error reply: NOPERM"),
        (b"ERR unknown command 'slowlog', with args beginning with: GET", "error reply: ERR unknown"),
        (b"-NOAUTH Authentication required.\r\n", "error reply: NOAUTH"),
        (b"<html>\x1b[31m", "not a slow log: it begins with '<html>\\\\x1b[31m'"),
        (b"# Server\nredis_version:7.0.15\n", "no commandstats"),
        (b"Could not connect to Redis at 127.0.0.1:6379: Connection refused", "not a slow log"),
    ],
)
def test_what_is_wrong_is_said(text: bytes, says: str):
    with pytest.raises(InputError) as wrong:
        parse(text)
    assert says in wrong.value.what
    assert wrong.value.what.isprintable()


@pytest.mark.parametrize("text", [b"(empty array)\n", b"(empty list or set)", b"(empty list)", b"*0\r\n", b"[]"])
def test_an_empty_log_is_no_error(text: bytes):
    assert parse(text).entries == ()


def test_there_is_a_limit():
    with pytest.raises(InputError, match="larger than"):
        parse(bytes(INPUT_LIMIT + 1))


GOOD = [FORMATTED, RAW, resp(REPLY), json.dumps(SPELLINGS).encode(), INFO.encode()]
SHARDS = [b"", b"\n", b'"', b"1) ", b"*9\r\n", b"{", b"\xff", b"9" * 5000]


@st.composite
def mutilated(draw: st.DrawFn) -> bytes:
    text = draw(st.sampled_from(GOOD))
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 9))
        text = text[:at] + draw(st.sampled_from(SHARDS)) + text[at + length :]
    return text


@given(mutilated() | st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_input_stops_us(text: bytes):
    said = ""
    entries: tuple[RawEntry, ...] = ()
    try:
        entries = parse(text).entries
    except InputError as wrong:
        said = wrong.what
    assert said.isprintable()
    assert all(entry.argv and entry.us >= 0 for entry in entries)


FIELDS = ["id", "duration", "command", "args", "message", "events", "field", "value", "results", "time"]
plain = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9)
nested = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6)
)


@given(nested)
def test_no_json_stops_us(value: object):
    with contextlib.suppress(InputError):
        parse(json.dumps(value).encode())


LARGE = 2 << 20
FLOODS = {
    "[[[": b"[" * LARGE,
    "messages": b'{"message":' * (LARGE // 11),
    "numbers": b"1\n" * (LARGE // 2),
    "one number": b"9" * LARGE,
    "first lines": b"1) 1) (integer) 1\n" * (LARGE // 18),
    "backslashes": b'1) 1) (integer) 1\n4) 1) "' + b"\\" * LARGE,
    "indexes": b"1) 1) (integer) 1\n" + b"1) " * (LARGE // 3),
    "empty lines": b"1\n2\n3\n" + b"\n" * LARGE,
    "arrays": b"*1\r\n" * (LARGE // 4),
    "cmdstat_": b"cmdstat_" * (LARGE // 8),
    "a:a:": b"# Server\ncmdstat_a:calls=1,usec=1\n" + b"a:" * (LARGE // 2),
    "prompts": b"> slowlog\n" * (LARGE // 10),
    "errors": b"-" + b"ERR " * (LARGE // 4),
    "blanks": b" " * LARGE + b"x",
}
SECONDS = 8  # for 2 MB; measured at most 1


@pytest.mark.parametrize("flood", FLOODS)
def test_no_input_takes_long(flood: str):
    started = time.monotonic()
    with contextlib.suppress(InputError):
        parse(FLOODS[flood])
    assert time.monotonic() - started < SECONDS
