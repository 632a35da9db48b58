"""The doctor says what is forbidden, and the ACL line it prints suffices and gives no more."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.front_door import one_line_and_hint, seawall
from tests.strangers import answers, stranger

from seawall import lab
from seawall.wire import Connection, ServerError, parse_url

from .test_scan import fill

FORBIDDEN = (  # what would write, show a value, or change the server
    *("SET a b", "DEL set", "UNLINK set", "EXPIRE set 1", "FLUSHALL", "EVAL return 0", "XADD stream * a b"),
    *("GET string", "SMEMBERS set", "DUMP set", "KEYS *", "SCAN 0", "MONITOR", "SUBSCRIBE c", "PUBLISH c m"),
    *("CONFIG SET maxmemory 1", "CONFIG RESETSTAT", "SLOWLOG RESET", "LATENCY RESET", "CLIENT KILL TYPE normal"),
    *("ACL LIST", "SHUTDOWN", "SAVE", "REPLICAOF h 1", "CLIENT PAUSE 1", "MEMORY PURGE"),
)


def least_acl(url: str) -> str:
    ended = seawall("doctor", "--redis", url)
    assert ended.code == 0, ended.err
    return acl_lines(ended.out)[0]


def acl_lines(page: str) -> list[str]:
    lines = re.findall(r"^  (ACL SETUSER .*)$", page, re.MULTILINE)
    assert len(lines) == 2
    return lines


def test_the_least_acl_line_suffices_and_gives_no_more(binary: lab.Binary):
    with lab.start(binary) as server:
        fill(server)
        line = least_acl(server.url)
        assert line.endswith(" ~*" if binary.version.startswith("6.") else " %R~*")
        with Connection(parse_url(server.url), timeout=10) as admin:
            assert admin.call(*line.replace("PASSWORD", "pw").split(" ")) == b"OK"
        url = server.url.replace("unix://", "unix://seawall:pw@")
        ended = seawall("scan", "--redis", url, "--format", "json")
        assert json.loads(ended.out)["not_checked"] == []
        assert ended.code == 0
        assert seawall("doctor", "--redis", url).code == 0
        with Connection(parse_url(url), timeout=10) as limited:
            replies = {line: limited.call(*line.split(" ")) for line in FORBIDDEN}
    assert {n: r for n, r in replies.items() if not (isinstance(r, ServerError) and r.code == "NOPERM")} == {}


def test_with_the_second_line_it_may_capture_and_take_a_census_too(binary: lab.Binary, tmp_path: Path):
    with lab.start(binary) as server:
        fill(server)
        lines = acl_lines(seawall("doctor", "--redis", server.url).out)
        with Connection(parse_url(server.url), timeout=10) as admin:
            for line in lines:
                assert admin.call(*line.replace("PASSWORD", "pw").split(" ")) == b"OK"
        url = server.url.replace("unix://", "unix://seawall:pw@")
        kept = ("--store", str(tmp_path / "slow.db"), "--for", "1s")
        for words in (("capture", *kept), ("census",)):
            ended = seawall("nodes", *words, "--redis", url, "--format", "json")
            assert ended.code == 0, ended.err
            assert json.loads(ended.out)["not_checked"] == []


def test_each_word_of_the_acl_line_is_needed(any_binary: lab.Binary):
    """Without one of its permissions something is not read, and both scan and doctor name it."""
    with lab.start(any_binary) as server:
        fill(server)
        line = least_acl(server.url)
        permissions = re.findall(r"\+(\S+)", line)
        with Connection(parse_url(server.url), timeout=10) as admin:
            for number, left_out in enumerate(permissions):
                name = f"SETUSER u{number}"
                words = line.replace("SETUSER seawall", name).replace(f" +{left_out} ", " ").replace("PASSWORD", "pw")
                assert admin.call(*words.split(" ")) == b"OK"
        targets = [
            word
            for number in range(len(permissions))
            for word in ("--redis", server.url.replace("unix://", f"unix://u{number}:pw@"))
        ]
        doctor = seawall("doctor", *targets, "--format", "json")
    assert doctor.code == 3
    missing = [[n["target"] for n in target["not_checked"]] for target in json.loads(doctor.out)["targets"]]
    assert missing == [[permission.replace("|", " ").upper()] for permission in permissions]


def test_what_is_left_out_on_purpose_is_not_missed(any_binary: lab.Binary, tmp_path: Path):
    with lab.start(any_binary, config={"rename-command": 'CONFIG ""'}) as server:
        ended = seawall("doctor", "--redis", server.url)
        assert ended.code == 3
        assert "\n  not permitted: CONFIG GET: ERR unknown command" in ended.out
        estate = tmp_path / "seawall.toml"
        estate.write_text(f'[[redis]]\nname="a"\nurl="{server.url}"\nwithout=["CONFIG"]\n', encoding="utf-8")
        assert seawall("doctor", "--config", estate).code == 0
        assert seawall("doctor", "--redis", server.url, "--without", "CONFIG").code == 0


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"-NOAUTH Authentication required.\r\n", "wants a password"),
        (b"-LOADING Redis is loading the dataset in memory\r\n", "still loading"),
        (b"-BUSY Redis is busy running a script.\r\n", "busy with a script"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "as a web server does"),
    ],
)
def test_what_cannot_be_examined_is_said_once(reply: bytes, words: str):
    with stranger(answers(reply * 30)) as port:
        ended = seawall("doctor", "--redis", f"127.0.0.1:{port}", "--format", "jsonl")
    assert ended.code == 3
    assert one_line_and_hint(ended.err), ended.err
    assert words in ended.err
    record = json.loads(ended.out)
    assert words in record["reason"]
    assert record["reachable"] is False
