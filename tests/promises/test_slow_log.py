"""The first promise: every slow command is accounted for, by its cause, on each of the four servers.

Harmful forms give their own finding, with exact elements; good forms give none; nobody is blamed for waiting.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from tests.servers import Running, until

from seawall import lab
from seawall.model import Finding, Json, Scan
from seawall.nodes.probe import least_acl
from seawall.scan import RedisTarget, Wish, scan
from seawall.wire import Connection, ServerError, parse_url

REDUCED, FULL = 4_000, 40_000  # elements of the harmful forms
SETTINGS = {"SW130", "SW131"}  # the threshold and the ring: about the log, not about a command
HOST = "SW116"  # an entry of 10 ms and more that its own work does not explain: the machine of the test, not the form


def about(findings: list[Finding] | tuple[Finding, ...], command: str, key: str | None) -> list[Finding]:
    return [f for f in findings if (f.where.fields.get("command"), f.where.fields.get("key_pattern")) == (command, key)]


def blamed(result: Scan) -> list[str]:
    """Every finding but those about settings, and about what the host did."""
    return [f"{f.rule} {f.title}" for f in result.findings if f.rule not in SETTINGS | {HOST}]


# --- harmful forms ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """A harmful form: `{n}` and `{members}` are written out. elements: a number, `n`, or None for one that is gone."""

    rule: str
    command: str
    seed: tuple[str, ...]
    elements: Callable[[int], int | None]
    source: str | None
    key: str | None = ""  # empty: the first seeded key


def same(n: int) -> int:
    return n


def members(n: int) -> list[str]:
    return [f"m{i}" for i in range(1, n + 1)]


HARMFUL = (
    Form("SW101", "GEORADIUS g1 13 52 15000 mi WITHCOORD", ("geo g1",), same, "now"),
    Form("SW101", "GEOSEARCH g2 FROMLONLAT 13 52 BYRADIUS 20100 km ASC", ("geo g2",), same, "now"),
    Form("SW102", "GEOPOS g3 {members}", ("geo g3",), same, "arguments"),
    Form("SW104", "SMEMBERS s1", ("set s1",), same, "now"),
    Form("SW104", "HGETALL h1", ("hash h1",), same, "now"),
    Form("SW104", "HKEYS h2", ("hash h2",), same, "now"),
    Form("SW104", "HVALS h3", ("hash h3",), same, "now"),
    Form("SW104", "LRANGE l1 0 -1", ("list l1",), same, "now"),
    Form("SW104", "LRANGE l2 0 1999", ("list l2",), lambda _: 2000, "arguments"),
    Form("SW104", "ZRANGE rank 0 -1 WITHSCORES", ("zset rank",), same, "now"),
    Form("SW104", "ZREVRANGE z2 0 -1", ("zset z2",), same, "now"),
    Form("SW104", "ZRANGEBYSCORE z3 -inf +inf", ("zset z3",), same, "now"),
    Form("SW104", "ZREVRANGEBYSCORE z4 +inf -inf", ("zset z4",), same, "now"),
    Form("SW104", "ZRANGEBYLEX z5 - +", ("zset z5",), same, "now"),
    Form("SW104", "ZRANGE score -inf +inf BYSCORE", ("zset score",), same, "now"),
    Form("SW104", "ZRANGE names - + BYLEX", ("zset names",), same, "now"),
    Form("SW104", "XRANGE x1 - +", ("stream x1",), same, "now"),
    Form("SW104", "XREVRANGE x2 + -", ("stream x2",), same, "now"),
    Form("SW106", "SCAN 0 COUNT {n}", (), same, "arguments", None),
    Form("SW106", "SSCAN s2 0 COUNT {n}", ("set s2",), same, "arguments"),
    Form("SW106", "HSCAN h4 0 COUNT {n}", ("hash h4",), same, "arguments"),
    Form("SW106", "ZSCAN z8 0 COUNT {n}", ("zset z8",), same, "arguments"),
    Form("SW109", "SADD s3 {members}", (), same, "arguments", "s3"),
    Form("SW109", "ZADD z9 {scored}", (), same, "arguments", "z9"),
    Form("SW109", "RPUSH l3 {members}", (), same, "arguments", "l3"),
    Form("SW109", "HSET h5 {pairs}", (), same, "arguments", "h5"),
    Form("SW110", "HMGET h6 {members}", ("hash h6",), same, "arguments"),
    Form("SW110", "ZMSCORE z10 {members}", ("zset z10",), same, "arguments"),
    Form("SW111", "SUNION s4 s5", ("set s4", "set s5"), lambda n: 2 * n, "now", "s4 s5"),
    Form("SW111", "SINTERSTORE d1 s6 s7", ("set s6", "set s7"), lambda n: 2 * n, "now", "d1 s6 s7"),
    Form("SW111", "ZUNIONSTORE d2 2 z11 z12", ("zset z11", "zset z12"), lambda n: 2 * n, "now", "d2 z11 z12"),
    Form("SW112", "SORT l4 ALPHA", ("list l4",), same, "now"),
    Form("SW112", "SORT s8 BY w:* GET d:* ALPHA LIMIT 0 10", ("set s8",), same, "now"),
)


def words_of(command: str, n: int) -> list[str]:
    words: list[str] = []
    for word in command.split():
        if word == "{members}":
            words += members(n)
        elif word == "{pairs}":
            words += [w for m in members(n) for w in (m, "v")]
        elif word == "{scored}":
            words += [w for m in members(n) for w in ("0", m)]
        else:
            words.append(word.format(n=n))
    return words


def harmful_forms_are_found(server: Running, n: int) -> None:
    for form in HARMFUL:
        for wanted in form.seed:
            kind, key = wanted.split()
            server.seed(kind, key, n)
    server.begin()
    for form in HARMFUL:
        server.send(*words_of(form.command, n))
    server.send("KEYS", "user:*")
    result = server.scan()
    assert result.targets[0].server == str(server.binary)
    for form in HARMFUL:
        command = form.command.split()[0]
        key = form.seed[0].split()[1] if form.key == "" else form.key
        found = [f for f in about(result.findings, command, key) if f.rule != "SW103"]
        assert [f.rule for f in found] == [form.rule], form.command
        document = as_json(found[0])
        evidence, where = document["evidence"], document["where"]
        assert isinstance(evidence, dict)
        assert isinstance(where, dict)
        told = (evidence["elements"], evidence["elements_from"], evidence["verdict"], evidence["entries"])
        assert told == (form.elements(n), form.source, "culprit", 1), form.command
        assert where["kind"] == "slowlog"
        assert where["node"] == "node"
        assert evidence["example"] == f"{command} {where['shape']}"
        assert isinstance(evidence["max_us"], int)
        assert 0 < evidence["max_us"] == evidence["total_us"]
        assert found[0].fix is not None
        assert found[0].fix.stall
        assert found[0].fix.work
    (walk,) = about(result.findings, "KEYS", "user:*")
    assert (walk.rule, walk.evidence["elements_from"]) == ("SW105", "now")
    keys = server.own.call("DBSIZE")
    assert walk.evidence["elements"] == keys, "it compares every key, whatever its pattern"


def as_json(finding: Finding) -> dict[str, Json]:
    """The finding as another program reads it."""
    return json.loads(json.dumps(finding.as_json()))


def test_every_harmful_form_gives_its_own_finding(server: Running):
    server.seed("keys", "user:", REDUCED)
    harmful_forms_are_found(server, REDUCED)


@pytest.mark.prove
def test_every_harmful_form_gives_its_own_finding_in_full_size(server: Running):
    server.seed("keys", "user:", FULL)
    harmful_forms_are_found(server, FULL)


def test_a_thousand_keys_in_one_read_and_one_write(server: Running):
    names = [f"user:{i}" for i in range(2500)]
    server.begin()
    server.send("MSET", *(word for name in names for word in (name, "v")))
    server.send("MGET", *names)
    server.send("DEL", *names)
    found = server.scan().findings
    for command, rule in (("MSET", "SW109"), ("MGET", "SW110"), ("DEL", "SW109")):
        (finding,) = about(found, command, "user:*")
        assert finding.rule == rule
        assert (finding.evidence["elements"], finding.evidence["elements_from"]) == (2500, "arguments")


def test_a_long_script_is_found_and_what_it_sends_is_counted_once(server: Running):
    server.seed("set", "big", 10_000)
    server.begin()
    text = "for i = 1, 20 do redis.call('SMEMBERS', KEYS[1]) end return 1"
    server.send("EVAL", text, "1", "big")
    result = server.scan()
    (script,) = about(result.findings, "EVAL", "big")
    assert script.rule == "SW113"
    assert script.evidence["verdict"] == "culprit"
    assert not about(result.findings, "SMEMBERS", "big"), "it is shown inside the script"
    inside = script.evidence["inside"]
    assert isinstance(inside, list)
    assert [(i["command"], i["times"]) for i in inside if isinstance(i, dict)] == [("SMEMBERS", 20)]
    assert script.evidence["total_us"] == server.total_us("EVAL")


def test_naive_readings_would_be_wrong(server: Running):
    """The first argument taken for the key, the shown ones for all: what this server's own log would mislead to."""
    server.seed("zset", "z1", 3000)
    server.seed("zset", "z2", 3000)
    sha = server.own.call("SCRIPT", "LOAD", "for i = 1, 300000 do redis.call('ZCARD', KEYS[1]) end return 1")
    assert isinstance(sha, bytes)
    server.begin()
    server.send("EVALSHA", sha, "1", "z1")
    server.send("ZUNIONSTORE", "out", "2", "z1", "z2")
    server.send("SADD", "s", *members(3000))
    shown = {e[3][0]: e[3] for e in server.raw_log() if isinstance(e, list) and isinstance(e[3], list)}
    found = server.scan().findings
    for command, first, key in ((b"EVALSHA", sha, "z1"), (b"ZUNIONSTORE", b"out", "out z1 z2")):
        assert shown[command][1] == first
        (finding,) = [f for f in found if f.where.fields["command"] == command.decode()]
        assert finding.where.fields["key_pattern"] == key != first.decode()
    assert len(shown[b"SADD"]) == 32
    (write,) = about(found, "SADD", "s")
    assert write.evidence["elements"] == 3000


# --- freeing ----------------------------------------------------------------------------------------------------------

FREED = 100_000  # elements; at least 5 ms to free in the foreground on the fastest machine


def test_a_large_value_freed_in_the_foreground_is_found_or_said_to_be_lazy(server: Running):
    server.seed("zset", "big", FREED)
    server.begin()
    server.send("DEL", "big")
    result = server.scan()
    notes = [n for n in result.notes if "DEL is freed lazily here" in n]
    if server.is_valkey:
        assert not blamed(result)
        assert notes == ["node: DEL is freed lazily here (lazyfree-lazy-user-del): UNLINK would change nothing"]
        server.set("lazyfree-lazy-user-del", "no")
        server.seed("zset", "big", FREED)
        server.begin()
        server.send("DEL", "big")
        result = server.scan()
    else:
        assert not notes
    (finding,) = about(result.findings, "DEL", "big")
    assert finding.rule == "SW107"
    assert finding.evidence["verdict"] == "culprit"
    assert (finding.evidence["elements"], finding.evidence["elements_from"]) == (None, "gone")


def an_expired_value_is_found(server: Running, count: int) -> None:
    if server.is_valkey:
        server.set("lazyfree-lazy-expire", "no")
    server.seed("zset", "ranking", count)
    server.let_expire("ranking")
    server.begin()
    assert server.send("EXISTS", "ranking") == 0
    (finding,) = about(server.scan().findings, "EXISTS", "ranking")
    assert finding.rule == "SW108"
    assert "expired" in finding.title
    assert finding.evidence["verdict"] == "culprit"
    assert (finding.evidence["elements"], finding.evidence["elements_from"]) == (None, "gone")
    assert finding.evidence["lazyfree-lazy-expire"] == "no"


def test_an_exists_that_frees_an_expired_value_is_named(server: Running):
    an_expired_value_is_found(server, FREED)


@pytest.mark.prove
def test_an_exists_that_frees_an_expired_value_of_half_a_million_is_named(server: Running):
    an_expired_value_is_found(server, 500_000)


def test_an_expired_value_that_is_freed_lazily_is_nobodys_fault(server: Running):
    server.set("lazyfree-lazy-expire", "yes")
    server.seed("zset", "ranking", FREED)
    server.let_expire("ranking")
    server.begin()
    server.send("EXISTS", "ranking")
    assert not blamed(server.scan())


def test_a_flush_without_async(server: Running):
    server.seed("keys", "user:", FREED)
    server.begin()
    server.send("FLUSHALL")
    result = server.scan()
    if server.is_valkey:
        assert not blamed(result)
        assert any("FLUSHALL is lazy here" in n for n in result.notes)
        return
    (finding,) = about(result.findings, "FLUSHALL", None)
    assert finding.rule == "SW114"
    # Redis 8 lets only the client wait that asked
    assert finding.evidence["verdict"] == ("unknown" if server.major >= 8 else "culprit")


# --- good forms -------------------------------------------------------------------------------------------------------


def good_forms() -> Iterator[Sequence[str]]:
    names = members(1000)
    for command in (
        "SSCAN s 0 COUNT 1000",
        "HSCAN h 0 COUNT 1000",
        "ZSCAN z 0 COUNT 1000",
        "SCAN 0 COUNT 1000",
        "SCAN 0 MATCH user:* COUNT 1000",
        "LRANGE l 0 999",
        "LRANGE l 1000 1999",
        "LRANGE l -1000 -1",
        "ZRANGE z 0 999 WITHSCORES",
        "ZREVRANGE z 1000 1999",
        "ZRANGEBYSCORE z -inf +inf LIMIT 0 1000",
        "ZRANGE z - + BYLEX LIMIT 0 1000",
        "ZRANGEBYSCORE z 10 20",
        "XRANGE x - + COUNT 1000",
        "XREVRANGE x + - COUNT 1000",
        "XREAD COUNT 1000 STREAMS x 0",
        "GEOSEARCH g FROMLONLAT 13 52 BYRADIUS 5 km COUNT 100 ANY",
        "GEOSEARCH g FROMLONLAT 13 52 BYRADIUS 20000 km COUNT 100 ANY",
        "GEORADIUS_RO g 13 52 1 km COUNT 10",
        "SRANDMEMBER s 100",
        "SPOP s 10",
        "SINTER s tiny",
        "SUNION tiny tiny2",
        "SDIFF tiny s",
        "SMEMBERS tiny",
        "HGETALL small",
        "SORT tiny ALPHA",
        "EXISTS s h z",
        "GET v",
        "SET v w",
        "GETRANGE v 0 100",
        "LINDEX l 2000",
        "EVAL return(redis.call('SCARD',KEYS[1])) 1 s",
        "DEL tiny2",
    ):
        yield command.split()
    yield ["GEOPOS", "g", *names]
    yield ["HMGET", "h", *names]
    yield ["ZMSCORE", "z", *names]
    yield ["SADD", "s", *names]
    yield ["HSET", "h", *(w for name in names for w in (name, "v"))]
    yield ["MGET", *(f"user:{i}" for i in range(1000))]
    yield ["UNLINK", "s", "h"]
    yield ["FLUSHDB", "ASYNC"]


def test_good_forms_give_no_finding(server: Running):
    """With a threshold of 0, so that every command is judged."""
    n = 10_000
    for kind, key in (("set", "s"), ("hash", "h"), ("zset", "z"), ("list", "l"), ("stream", "x"), ("geo", "g")):
        server.seed(kind, key, n)
    for kind, key in (("set", "tiny"), ("set", "tiny2"), ("hash", "small"), ("string", "v")):
        server.seed(kind, key, 200)
    server.begin()
    sent = list(good_forms())
    for words in sent:
        server.send(*words)
    result = server.scan()
    assert result.capture[0].seen >= len(sent)
    deprecated = [f for f in result.findings if f.rule == "SW103"]
    assert {f.where.fields["command"] for f in deprecated} <= {"GEORADIUS_RO", "ZRANGEBYSCORE", "ZREVRANGE"}
    assert not [text for text in blamed(result) if not text.startswith("SW103")]


def test_a_command_that_waited_is_not_blamed(server: Running):
    """A GET queued behind a script: the server measures execution, not waiting, and so do we."""
    server.seed("string", "v", 10)
    server.begin()
    other = server.connect()
    text = "local n = 0 while n < 300000 do n = n + 1 redis.call('EXISTS', 'none') end return n"
    slow = threading.Thread(target=server.send, args=("EVAL", text, "0"))
    slow.start()
    waited: list[float] = []

    def ask() -> bool:
        server.send("GET", "v", by=other)
        waited.append(1)
        return not slow.is_alive()

    until(ask)
    slow.join()
    other.close()
    result = server.scan()
    assert waited
    assert [f.rule for f in about(result.findings, "EVAL", None)] == ["SW113"]
    assert not about(result.findings, "GET", "v")


# --- what this server says --------------------------------------------------------------------------------------------


def test_a_command_is_deprecated_where_the_server_says_so(server: Running):
    server.seed("geo", "g", 10)
    server.begin()
    server.send("GEORADIUS", "g", "13", "52", "1", "km")
    found = about(server.scan().findings, "GEORADIUS", "g")
    says = not server.is_valkey and server.major >= 7  # 6.2 cannot say; Valkey 9 does not deprecate it
    assert [f.rule for f in found] == (["SW103"] if says else [])
    if found:
        assert found[0].fix is not None
        assert "GEOSEARCH" in found[0].fix.summary


def test_events_of_latency_are_findings_of_their_own(server: Running):
    """A large value that the expiry cycle frees, and evictions: no command of anybody is to blame."""
    for setting in ("lazyfree-lazy-expire", "lazyfree-lazy-eviction"):
        server.set(setting, "no")
    server.seed("zset", "ranking", FREED)
    server.set("latency-monitor-threshold", "1")
    server.begin()
    server.send("PEXPIRE", "ranking", "1")
    until(lambda: server.own.call("DBSIZE") == 0)
    (finding,) = [f for f in server.scan().findings if f.rule == "SW143"]
    assert finding.where.as_json()["event"] == "expire"
    assert isinstance(finding.evidence["max_us"], int)
    assert finding.evidence["max_us"] >= 1000


def test_what_the_threshold_and_the_ring_hide_is_said(server: Running):
    server.set("slowlog-max-len", "128")
    server.begin(threshold_us=10_000)
    result = server.scan()
    assert [f.rule for f in result.findings] == ["SW130"]
    assert any("commands under 10 ms are not in the slow log" in n for n in result.notes)
    server.begin(threshold_us=1000)
    text = "local x = 0 for i = 1, 200000 do x = x + i end return x"
    until(lambda: server.send("EVAL", text, "0") is not None and server.own.call("SLOWLOG", "LEN") == 128)
    found = {f.rule for f in server.scan().findings}
    assert "SW131" in found
    assert "SW130" not in found


def test_an_empty_log_is_never_all_clear(server: Running):
    """The threshold hides everything, so the counters are ranked and the threshold is a finding."""
    server.seed("zset", "z", 20_000)
    server.begin(threshold_us=-1)
    for _ in range(5):
        server.send("ZRANGE", "z", "0", "-1")
    result = server.scan()
    assert result.commands[0].command == "ZRANGE"
    assert "SW130" in {f.rule for f in result.findings}


# --- what is not said and what is forbidden ---------------------------------------------------------------------------


def test_several_databases(server: Running):
    """The URL says 0, the key is in 3, and its client is gone."""
    app = server.connect(database=3)
    app.call("SADD", "big", *members(5000))
    server.seed("set", "other", 3)
    server.begin()
    server.send("SMEMBERS", "big", by=app)
    app.close()
    (finding,) = about(server.scan().findings, "SMEMBERS", "big")
    assert (finding.evidence["elements"], finding.evidence["elements_from"]) == (5000, "now")


def test_keys_of_binary_bytes(server: Running):
    for number in (1, 2):
        server.own.call("SADD", b"\xff\x00\x1b[31m:%d" % number, *members(5000))
    server.begin()
    for number in (1, 2):
        server.send("SMEMBERS", b"\xff\x00\x1b[31m:%d" % number)
    result = server.scan()
    (finding,) = about(result.findings, "SMEMBERS", r"\xff\x00\x1b[31m:*")
    assert (finding.evidence["elements"], finding.evidence["entries"]) == (5000, 2)
    assert "\x1b" not in json.dumps(result.as_json(), ensure_ascii=False)


MANAGED = ['CONFIG ""', 'DEBUG ""', 'LATENCY ""', 'MONITOR ""']


@pytest.mark.parametrize("user", ["default", "least", "forbidden"])
def test_a_managed_service_that_forbids_much(binary: lab.Binary, user: str):
    """Commands renamed away, or a user who may do little: the culprits are found, and what is not known is said."""
    config = {"slowlog-log-slower-than": "0", "rename-command": MANAGED}
    with lab.start(binary, config=config, tcp=True) as started, Connection(parse_url(started.url), timeout=60) as app:
        app.call("SADD", "big", *members(5000))
        line = least_acl("reader").replace(">PASSWORD", ">secret").split()
        if binary.version.startswith("6."):
            line = [word.replace("%R~*", "~*") for word in line if not word.startswith("+latency")]
        if user == "forbidden":
            line += ["-info", "-client", "-memory", "-object"]
        reply = app.call(*(word for word in line if word != "+config|get" and not word.startswith("+latency")))
        assert not isinstance(reply, ServerError), reply
        app.call("SMEMBERS", "big")
        app.call("ZADD", "z", *(w for m in members(3000) for w in ("0", m)))
        login = "" if user == "default" else "reader:secret@"
        address = parse_url(started.url.replace("redis://", f"redis://{login}"))
        result = scan(Wish(servers=(RedisTarget(address, name="node"),), timeout=20))
    (read,) = about(result.findings, "SMEMBERS", "big")
    (write,) = about(result.findings, "ZADD", "z")
    assert (read.rule, write.rule) == ("SW104", "SW109")
    assert (read.evidence["elements"], read.evidence["elements_from"]) == (5000, "now")
    assert (write.evidence["elements"], write.evidence["elements_from"]) == (3000, "arguments")
    refused = {n.target.removeprefix("node ") for n in result.not_checked}
    assert {"CONFIG GET", "LATENCY LATEST"} <= refused
    assert ("INFO" in refused) == (user == "forbidden")
    assert all(n.reason.isprintable() and n.reason for n in result.not_checked)


def calls(server: Running) -> dict[str, int]:
    told = server.own.call("INFO", "commandstats")
    assert isinstance(told, bytes)
    rows = (line.removeprefix("cmdstat_").split(":calls=") for line in told.decode().splitlines() if ":calls=" in line)
    return {name: int(row.split(",")[0]) for name, row in rows}


def test_a_scan_only_asks(server: Running):
    """By the server's own counters: what a scan sends is what its least ACL line allows, and no more."""
    for kind in ("set", "zset", "hash", "list", "stream", "string"):
        server.seed(kind, kind, 100)
    server.begin()
    for words in (
        ("SMEMBERS", "set"),
        ("HGETALL", "hash"),
        ("ZRANGE", "zset", "0", "-1"),
        ("LRANGE", "list", "0", "-1"),
    ):
        server.send(*words)
    for words in (("GET", "string"), ("XLEN", "stream"), ("GET", "none")):
        server.send(*words)
    before = calls(server)
    assert server.scan().cost.server_us
    sent = {name for name, count in calls(server).items() if count > before.get(name, 0)}
    allowed = {word[1:] for word in least_acl().split() if word.startswith("+")} | {"select"}
    assert {"smembers", "zrange"}.isdisjoint(sent)
    assert {"info", "type", "scard", "zcard", "hlen", "llen", "strlen", "xlen"} <= sent
    if server.major >= 7:
        assert sent <= allowed
    else:  # 6.2 counts containers, not their subcommands
        assert sent <= {name.split("|")[0] for name in allowed}


def test_no_value_leaves_the_scan(server: Running):
    secret = "Wintermute-4711"
    server.begin()
    server.send("SET", "user:1:name", secret)
    server.send("SADD", "drivers:online", secret, "other")
    server.send("EVAL", f"return '{secret}'", "0")
    server.send("ZRANGEBYLEX", "names", f"[{secret}", "+")
    result = server.scan()
    assert result.capture[0].seen >= 4
    assert secret not in json.dumps(result.as_json())
    assert secret not in repr(result)
