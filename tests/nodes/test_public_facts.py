"""What others have reported in public, as facts and figures: redis #8774 and #13019, and what stopped other tools."""

from __future__ import annotations

import json
import re

import pytest
import redis
from tests.servers import Running

from seawall import lab, rulebook
from seawall.errors import InputError
from seawall.keyspace import Key
from seawall.model import Finding, Scan, Severity
from seawall.nodes.catalogue import generated
from seawall.nodes.facts.command import Catalogue
from seawall.nodes.facts.entry import RawEntry, decode_slowlog
from seawall.nodes.facts.group import group, reduce
from seawall.nodes.facts.node import Host, NodeFacts
from seawall.nodes.facts.server import Server
from seawall.nodes.facts.work import Keyspace, Size
from seawall.scan import RedisTarget, Wish, scan
from seawall.wire import Connection, parse_url

KNOWN = Catalogue(generated())


def judged(raw: RawEntry, **facts: object) -> list[Finding]:
    """What the rules say about one entry of a live Redis 6.2."""
    groups = group([reduce(raw, KNOWN)])
    server = Server(info={"redis_version": "6.2.1"}, config={"slowlog-log-slower-than": "1000"})
    return rulebook.run("nodes", NodeFacts("node", server, groups, now=1000, oldest=1, **facts))  # pyright: ignore


def pasted(text: str) -> Scan:
    return scan(Wish(pasted=(("paste", text.encode()),)))


# --- redis #8774: a GET of more than 300 ms ---------------------------------------------------------------------------

SLOW_GET = RawEntry(8774, 1000, 314_159, (b"GET", b"session:17"), None, "10.0.0.1:5")


def says_nothing_of_n(finding: Finding) -> None:
    text = json.dumps(finding.as_json()).lower()
    assert "o(n)" not in text
    assert "slice" not in text
    assert finding.evidence["elements"] == 1


def test_a_slow_get_of_a_small_value_is_not_the_codes_fault():
    small = Keyspace({Key(b"session:17"): Size("string", bytes=120)})
    (finding,) = judged(SLOW_GET, keyspace=small)
    assert (finding.rule, finding.evidence["verdict"], finding.severity) == ("SW116", "unknown", Severity.INFO)
    says_nothing_of_n(finding)
    (finding,) = judged(SLOW_GET, keyspace=small, host=Host(forks=((999, 1000),)))
    assert (finding.rule, finding.evidence["verdict"]) == ("SW116", "victim")
    assert "fork" in str(finding.evidence["host"])
    says_nothing_of_n(finding)


def test_a_pasted_slow_get_is_unknown():
    result = pasted(
        '1) 1) (integer) 8774\n   2) (integer) 1000\n   3) (integer) 314159\n   4) 1) "GET"\n      2) "session:17"\n'
    )
    (finding,) = result.findings
    assert (finding.rule, finding.evidence["verdict"]) == ("SW116", "unknown")
    assert "large value" in finding.why
    says_nothing_of_n(finding)


def test_a_slow_get_of_a_large_value_is_called_so(any_server: Running):
    """100 MB, copied into the reply: the bytes are the cause, and they are found with STRLEN."""
    any_server.own.call("SETRANGE", "report", 100_000_000 - 1, "x")
    any_server.begin()
    with redis.Redis(
        host=any_server.address.host, port=any_server.address.port
    ) as client:  # seawall's own stops at 64 MB
        assert len(client.get("report")) == 100_000_000  # pyright: ignore
    (finding,) = [f for f in any_server.findings() if f.where.fields["command"] == "GET"]
    assert finding.rule == "SW115"
    assert isinstance(finding.evidence["bytes"], int)
    assert 100_000_000 <= finding.evidence["bytes"] < 140_000_000
    says_nothing_of_n(finding)


# --- redis #13019: one KEYS of 94 s in the commandstats of a crash report ---------------------------------------------

CRASH = """\
=== REDIS BUG REPORT START: Cut & paste starting from here ===
# Server
redis_version:6.2.6
uptime_in_seconds:777600
# Commandstats
cmdstat_get:calls=1250000000,usec=2500000000,usec_per_call=2.00
cmdstat_hgetall:calls=9000000,usec=198000000,usec_per_call=22.00
cmdstat_keys:calls=1,usec=94034987,usec_per_call=94034987.00
cmdstat_set:calls=400000000,usec=1200000000,usec_per_call=3.00
# Keyspace
db0:keys=91230111,expires=12,avg_ttl=0
"""


@pytest.mark.parametrize("head", ["", "Mar 26 09:00:00 web-1 redis[812]: "])
def test_the_one_call_that_held_the_server_for_94_seconds_comes_first(head: str):
    result = pasted("".join(f"{head}{line}\n" for line in CRASH.splitlines()))
    first = result.findings[0]
    assert first.where.fields["command"] == "KEYS"
    assert first.severity is Severity.CRITICAL
    assert "94.0 s a call: 1 call" in first.title
    assert not [f for f in result.findings[1:] if f.where.fields.get("command") in ("GET", "SET", "HGETALL")]
    assert [c.command for c in result.commands] == ["GET", "SET", "HGETALL", "KEYS"], "by their totals"


# --- sidekiq-limit_fetch #16: KEYS processor:* over three million keys ------------------------------------------------

WALK = RawEntry(16, 1000, 600_000, (b"KEYS", b"processor:*"), None, "10.0.0.1:5")


def test_a_walk_of_three_million_keys_for_a_few():
    (finding,) = judged(WALK, keyspace=Keyspace(keys=3_040_206))
    assert finding.rule == "SW105"
    assert finding.where.fields["key_pattern"] == "processor:*"
    assert (finding.evidence["elements"], finding.evidence["elements_from"]) == (3_040_206, "now")
    assert finding.evidence["verdict"] == "culprit"
    assert "3,040,206 keys" in finding.title


def test_a_pasted_walk_is_an_estimate_of_the_right_size():
    result = pasted("16\n1000\n600000\nKEYS\nprocessor:*\n10.0.0.1:5\n\n")
    (finding,) = result.findings
    assert (finding.rule, finding.evidence["elements_from"]) == ("SW105", "estimated")
    assert isinstance(finding.evidence["elements"], int)
    assert 3_040_206 / 5 < finding.evidence["elements"] < 3_040_206 * 5


# --- Datadog integrations-core #20150: a server without SLOWLOG -------------------------------------------------------


def test_a_server_without_slowlog_is_scanned(binary: lab.Binary):
    config = {"rename-command": 'SLOWLOG ""', "slowlog-log-slower-than": "0"}
    with lab.start(binary, config=config) as started, Connection(parse_url(started.url), timeout=60) as app:
        app.call("SET", "k", "x" * 1000)
        for _ in range(500):
            app.call("GET", "k")
        result = scan(Wish(servers=(RedisTarget(parse_url(started.url), name="node"),), timeout=20))
    (refused,) = result.not_checked
    assert refused.target.startswith("node SLOWLOG")
    assert re.match("ERR unknown command .SLOWLOG", refused.reason)
    assert not result.capture
    assert "GET" in {c.command for c in result.commands[:3]}


# --- what stopped other tools -----------------------------------------------------------------------------------------


def test_the_error_in_place_of_a_log_is_said_to_be_one():
    """What integrations-core #20150 shows, pasted where a log was wanted."""
    with pytest.raises(InputError, match="is an error reply: ERR unknown command"):
        pasted("ERR unknown command 'slowlog', with args beginning with: 'GET' '128'")


def test_an_empty_command_stops_nothing():
    """dd-agent #2629: an IndexError on the first word of a command that has none."""
    entries, broken = decode_slowlog([[1, 2, 30_000, []], [0, 2, 30_000, [b""]]])
    assert (len(entries), broken) == (1, 1)
    assert group([reduce(raw, KNOWN) for raw in entries])[0].command == ""
    result = pasted('{"id":1,"duration":30000,"command":[]}\n{"id":0,"duration":30000,"command":"KEYS autossl:*"}')
    assert [f.where.fields["command"] for f in result.findings] == ["KEYS"]
    assert [n.reason for n in result.not_checked] == ["1 entry or line not understood"], "unknown is never green"


def test_a_librarys_listing_is_a_walk():
    """lua-resty-acme #106: a library lists its certificates with KEYS, on whatever else the server holds."""
    (finding,) = judged(RawEntry(1, 1000, 48_000, (b"KEYS", b"domain:*"), None), keyspace=Keyspace(keys=250_000))
    assert (finding.rule, finding.where.fields["key_pattern"]) == ("SW105", "domain:*")
    assert finding.fix is not None
    assert "SCAN" in finding.fix.summary
