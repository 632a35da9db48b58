"""How many elements a command worked on: exact where the arguments or the key tell, unknown elsewhere."""

from __future__ import annotations

import pytest
from tests.servers import Running

from seawall.keyspace import Key
from seawall.nodes.catalogue import generated
from seawall.nodes.facts.command import Catalogue
from seawall.nodes.facts.entry import raw_entry
from seawall.nodes.facts.group import Entry, group, reduce
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.work import Elements, Keyspace, Size, Work, elements_of, is_open_ended, radius_m, work_of

N = 300  # elements of the seeded keys: more than fit into a listpack
KNOWN = Catalogue(generated())
UNKNOWN = Elements(None, None)


def now(count: int) -> Elements:
    return Elements(count, "now")


def told(count: int) -> Elements:
    return Elements(count, "arguments")


def estimated(count: int) -> Elements:
    return Elements(count, "estimated")


GONE = Elements(None, "gone")

# Seeded: set s (m1 ... m300) and t (m1 ... m100), hash h, list l, zset z and y (100), geo g, stream x, string v.
FORMS: dict[str, Elements] = {
    "SMEMBERS s": now(N),
    "HGETALL h": now(N),
    "HKEYS h": now(N),
    "HVALS h": now(N),
    "LRANGE l 0 -1": now(N),
    "LRANGE l 0 99": told(100),
    "LRANGE l 250 999": now(50),
    "LRANGE l -10 -1": told(10),
    "LRANGE l -999 -1": now(N),
    "LRANGE l 100 50": told(0),
    "LRANGE l 10 -11": now(N - 20),
    "LRANGE l 999 1999": now(0),
    "ZRANGE z 0 -1": now(N),
    "ZREVRANGE z 0 9": told(10),
    "ZRANGEBYSCORE z -inf +inf": now(N),
    "ZREVRANGEBYSCORE z +inf -inf WITHSCORES": now(N),
    "ZRANGEBYSCORE z -inf +inf LIMIT 0 10": told(10),
    "ZRANGEBYSCORE z -inf +inf LIMIT 100 10": told(110),  # the first 100 are walked past
    "ZRANGEBYSCORE z -inf +inf LIMIT 0 -1": now(N),
    "ZRANGEBYSCORE z 0 100": UNKNOWN,  # scores, not places
    "ZRANGEBYSCORE z 0 1789000000": UNKNOWN,
    "ZRANGEBYSCORE z 0 5 LIMIT 0 10": told(10),
    "ZRANGEBYLEX z - +": now(N),
    "ZRANGEBYLEX z [1 [9": UNKNOWN,
    "ZRANGE z -inf +inf BYSCORE": now(N),
    "ZRANGE z 0 100 BYSCORE": UNKNOWN,
    "ZRANGE z + - BYLEX REV": now(N),
    "ZRANGESTORE d z 0 -1": now(N),
    "XRANGE x - +": now(N),
    "XRANGE x - + COUNT 10": told(10),
    "XREVRANGE x + -": now(N),
    "XRANGE x 0 5": UNKNOWN,  # ids, not places
    "GEORADIUS g 13 52 15000 mi WITHCOORD": now(N),
    "GEORADIUSBYMEMBER g m1 20100 km": now(N),
    "GEOSEARCH g FROMLONLAT 13 52 BYBOX 40000 40000 km": now(N),
    "GEOSEARCH g FROMLONLAT 13 52 BYRADIUS 5 km": UNKNOWN,
    "GEOSEARCH g FROMLONLAT 13 52 BYRADIUS 5 km COUNT 7 ANY": told(7),
    "GEOSEARCHSTORE d g FROMLONLAT 13 52 BYRADIUS 30000000 m": now(N),
    "SCAN 0 COUNT 500": told(500),
    "SCAN 0 MATCH user:*": told(10),
    "SSCAN s 0 COUNT 50": told(50),
    "SUNION s t": now(N + 100),
    "SUNIONSTORE d s t": now(N + 100),
    "SINTER s t": now(2 * 100),
    "SINTERSTORE d s t": now(2 * 100),
    "SDIFF s t": now(N + 100),
    "SDIFF t s": now(2 * 100),
    "ZUNIONSTORE d 2 z y WEIGHTS 1 2": now(N + 100),
    "ZINTER 2 z y": now(2 * 100),
    "SUNION s missing": UNKNOWN,  # it may have been there then
    "SORT s ALPHA": now(N),
    "SORT l BY nosort STORE d": now(N),
    "MGET a b c": told(3),
    "GET v": told(1),
    "HMGET h f1 f2": told(2),
    "GEOPOS g m1 m2 m3": told(3),
    "ZMSCORE z m1 m2": told(2),
    "EXISTS v": told(1),
    "SRANDMEMBER s 1000": now(N),
    "SRANDMEMBER s -1000": told(1000),
    "SRANDMEMBER s": told(1),
    "HRANDFIELD h 10": told(10),
    "LINDEX l 150": estimated(N),
    "DUMP s": estimated(N),
    "XREAD COUNT 10 STREAMS x 0": estimated(10),
    "XREAD STREAMS x 0": estimated(N),
    "EVAL return(1) 1 s": UNKNOWN,
    "SMEMBERS missing": GONE,
    "LRANGE missing 0 99": told(100),  # small, however much there was
    "LRANGE missing 0 4999": GONE,
    # from here on they change what is there
    "SADD new a b c": told(3),
    "HSET newhash a 1 b 2": told(2),
    "MSET a 1 b 2": told(2),
    "DEL a b": told(2),
    "SPOP t 5": told(5),
    "SPOP t": told(1),
    "LPOP l": told(1),
    "ZPOPMIN y 3": told(3),
    "LREM l 0 m7": UNKNOWN,
    "ZREMRANGEBYSCORE y -inf +inf": GONE,
    "FLUSHDB": GONE,
}


def entries_of(facts: NodeFacts) -> list[Entry]:
    """Oldest first."""
    entries = [entry for members in facts.groups for entry in members.entries]
    return sorted(entries, key=lambda entry: entry.id or 0)


def test_elements_on_real_keys(server: Running):
    sizes = {"s": N, "t": 100, "h": N, "l": N, "z": N, "y": 100, "g": N, "x": N, "v": 1000}
    kinds = {"h": "hash", "l": "list", "z": "zset", "y": "zset", "g": "geo", "x": "stream", "v": "string"}
    for key, count in sizes.items():
        server.seed(kinds.get(key, "set"), key, count)
    forms = list(FORMS)[: list(FORMS).index("SADD new a b c")]
    server.begin()
    for form in forms:
        server.send(*form.split())
    server.send("KEYS", "*")
    facts = server.facts()
    assert facts.keyspace.keys == len(sizes) + 1  # and what the STORE forms wrote
    *entries, walk = entries_of(facts)
    found = {form: elements_of(entry, facts.keyspace) for form, entry in zip(forms, entries, strict=True)}
    assert found == {form: FORMS[form] for form in forms}
    assert elements_of(walk, facts.keyspace) == now(len(sizes) + 1)


def test_elements_of_what_changed_the_keys(server: Running):
    for kind, key in (("set", "t"), ("list", "l"), ("zset", "y")):
        server.seed(kind, key, 100)
    forms = list(FORMS)[list(FORMS).index("SADD new a b c") :]
    server.begin()
    for form in forms:
        server.send(*form.split())
    facts = server.facts()
    found = {form: elements_of(entry, facts.keyspace) for form, entry in zip(forms, entries_of(facts), strict=True)}
    # FLUSHDB took the rest as well; what only the key itself told is gone with it
    assert found == {form: GONE if form == "LREM l 0 m7" else FORMS[form] for form in forms}


# --- pure -------------------------------------------------------------------------------------------------------------


def entry(command: str, us: int = 1) -> Entry:
    return reduce(raw_entry(1, 1, us, command.encode().split()), KNOWN)


def sizes(**counts: int) -> Keyspace:
    return Keyspace({Key(name.encode()): Size("set", count) for name, count in counts.items()})


@pytest.mark.parametrize(
    ("command", "work"),
    [
        ("RESTORE k 0 x", Work.OTHER),  # "O(1) to create the new key and additional O(N*M)"
        ("HEXPIRE k 9 FIELDS 2 a b", Work.NAMED),
        ("XADD k * f v g w", Work.NAMED),
        ("XADD k MAXLEN 5 * f v", Work.OTHER),
        ("GETSET k v", Work.CONSTANT),
        ("INCR k", Work.CONSTANT),
        ("LINDEX k 5", Work.OTHER),
        ("PFCOUNT a b", Work.NAMED),
        ("UNHEARD of", Work.OTHER),
    ],
)
def test_kinds_of_work(command: str, work: Work):
    assert work_of(entry(command)) is work


@pytest.mark.parametrize(
    "command",
    ["SMEMBERS k", "KEYS *", "SORT k", "SUNION a b", "LRANGE k 0 -1", "LRANGE k 5 -1", "ZRANGEBYSCORE k -inf 9"],
)
def test_open_ended(command: str):
    assert is_open_ended(entry(command))


@pytest.mark.parametrize(
    ("command", "is_open"),
    [
        ("XRANGE k 5 +", True),
        ("XRANGE k - + COUNT 9", False),
        ("GEORADIUS k 0 0 15000 mi", True),
        ("GEORADIUS k 0 0 5 km", False),
        ("GEOSEARCH k FROMLONLAT 0 0 BYRADIUS 9000 km COUNT 5", True),  # all are found, then sorted
        ("GEOSEARCH k FROMLONLAT 0 0 BYRADIUS 9000 km COUNT 5 ANY", False),
    ],
)
def test_open_ended_streams_and_radii(command: str, is_open: bool):
    assert is_open_ended(entry(command)) == is_open


@pytest.mark.parametrize(
    "command",
    ["GET k", "LRANGE k 0 999", "LRANGE k -5 -1", "ZRANGEBYSCORE k 0 9", "ZRANGEBYSCORE k -inf +inf LIMIT 0 9"],
)
def test_bounded(command: str):
    assert not is_open_ended(entry(command))


@pytest.mark.parametrize("unit", ["m", "km", "mi", "ft"])
def test_radii(unit: str):
    metres = {"m": 1.0, "km": 1000.0, "mi": 1609.34, "ft": 0.3048}[unit]
    assert radius_m(entry(f"GEORADIUS k 1 2 10 {unit}")) == pytest.approx(10 * metres)
    assert radius_m(entry(f"GEOSEARCH k FROMLONLAT 1 2 BYBOX 6 8 {unit}")) == pytest.approx(5 * metres)


@pytest.mark.parametrize("radius", ["inf", "1e400", "1e308"])
def test_an_infinite_radius_is_a_listing(radius: str):
    found = radius_m(entry(f"GEORADIUS k 1 2 {radius} km"))
    assert found is not None
    assert 5_000_000 < found < 10**12


def test_a_key_of_several_databases_is_an_estimate():
    """The entry does not say which database it was sent to."""
    keyspace = Keyspace({Key(b"s"): Size("set", 40_000, sure=False)})
    assert elements_of(entry("SMEMBERS s"), keyspace) == estimated(40_000)


def test_of_a_group_the_largest_exact_count_is_told():
    groups = group([entry("SMEMBERS s:1"), entry("SMEMBERS s:2"), entry("SMEMBERS s:3")])
    keyspace = Keyspace({Key(b"s:1"): Size("set", 5), Key(b"s:2"): Size("set", 7), Key(b"s:3"): Size("none")})
    assert NodeFacts("n", groups=groups, keyspace=keyspace).elements(groups[0]) == now(7)


@pytest.mark.parametrize("command", ["SMEMBERS s", "ZREMRANGEBYRANK s 0 5"])
def test_an_estimate_comes_from_the_duration(command: str):
    groups = group([entry(command, us=30_000)])
    estimate = NodeFacts("n", groups=groups, unit_us=0.5).estimate(groups[0])
    assert estimate.source == "estimated"
    assert estimate.count is not None
    assert 10_000 <= estimate.count <= 1_000_000
    assert len(str(estimate.count).rstrip("0")) == 1, "one digit is all that is known"


def test_an_estimate_is_never_more_than_the_key_holds_unless_a_write_has_shrunk_it():
    read, write = (group([entry(c, us=10_000_000)]) for c in ("LINDEX s 5", "LREM s 0 x"))
    held = sizes(s=500)
    assert (NodeFacts("n", groups=read, keyspace=held).estimate(read[0]).count or 0) <= 500
    assert (NodeFacts("n", groups=write, keyspace=held).estimate(write[0]).count or 0) > 500
