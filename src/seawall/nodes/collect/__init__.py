"""Asks one server what the rules need: the only code of this room that speaks to the outside.

Read-only, bounded and probed: each command may be forbidden or missing, which is recorded and survived; nothing is set
but the connection's own name. What it sends, in this order (see `PLAN`):

    CLIENT SETNAME   so that our own entries can be told apart
    TIME, INFO, INFO commandstats, CONFIG GET (patterns of settings), LATENCY LATEST, SLOWLOG LEN
    SLOWLOG GET      at most RING_LIMIT entries
    CLIENT LIST      only where few clients are connected: it costs the server a microsecond or more a client
    COMMAND INFO, COMMAND DOCS   of the commands in the log; COMMAND LIST to calibrate this server
    TYPE, then a cardinality, OBJECT ENCODING and MEMORY USAGE (never SAMPLES 0) of at most KEY_LIMIT keys: O(1) each
    INFO commandstats            again: the difference is what all this cost
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from seawall.keyspace import Memory
from seawall.model import Capture, Cost, NotChecked
from seawall.nodes.collect.host import host
from seawall.nodes.collect.server import CALIBRATION_CALLS, CONFIG_PATTERNS, clock_of, describe, own, server_of
from seawall.nodes.collect.session import CLIENT_NAME, Session, text
from seawall.nodes.collect.sizes import CARDINALITY, KEY_LIMIT, keyspace
from seawall.nodes.facts import server as words
from seawall.nodes.facts.entry import RawEntry, decode_slowlog
from seawall.nodes.facts.group import group, reduce
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.server import ClientInfo, Server
from seawall.nodes.notes import notes
from seawall.wire import Address, Connection, Reply

RING_LIMIT = 10_000  # entries; reading them costs the server 2.5 ms
CLIENT_LIMIT = 500

# What a scan sends, as `--dry-run` lists it and as the least ACL line needs it.
PLAN: tuple[tuple[str, str], ...] = (
    ("CLIENT SETNAME seawall", "client|setname"),
    ("TIME", "time"),
    ("INFO", "info"),
    ("INFO commandstats", "info"),
    *((f"CONFIG GET {pattern}", "config|get") for pattern in CONFIG_PATTERNS),
    ("LATENCY LATEST", "latency|latest"),
    ("SLOWLOG LEN", "slowlog|len"),
    (f"SLOWLOG GET n (the length, at most {RING_LIMIT:,})", "slowlog|get"),
    (f"CLIENT LIST (only with at most {CLIENT_LIMIT} clients)", "client|list"),
    ("COMMAND INFO name ... (the commands in the slow log)", "command|info"),
    ("COMMAND DOCS name ... (the same)", "command|docs"),
    (f"COMMAND LIST ({CALIBRATION_CALLS} times: their duration calibrates this server)", "command|list"),
    ("SELECT db (only where several databases hold keys)", "select"),
    (f"TYPE key (keys in the slow log, at most {KEY_LIMIT})", "type"),
    *((f"{name} key (by type)", name.lower()) for name in CARDINALITY.values()),
    ("OBJECT ENCODING key", "object|encoding"),
    ("MEMORY USAGE key (default samples: O(1))", "memory|usage"),
    ("INFO commandstats", "info"),
)


# Sent to a replica of a Cluster besides: anywhere else it is an error, so it cannot be probed.
REPLICA_PLAN: tuple[tuple[str, str], ...] = (("READONLY (only to a Cluster's replica)", "readonly"),)


@dataclass(frozen=True, slots=True)
class Reading:
    """One node as read: facts for the rules, and what a scan says about the reading itself."""

    facts: NodeFacts
    capture: Capture | None
    cost: Cost
    not_checked: tuple[NotChecked, ...] = ()
    notes: tuple[str, ...] = ()


def collect(
    address: Address,
    *,
    timeout: float = 4.0,
    without: Iterable[str] = (),
    keep_arguments: bool = False,
    name: str = "",
    memory: Memory | None = None,
) -> Reading:
    """Reads one server within `timeout` seconds.

    without: commands not to send (upper case, `CONFIG` or `CONFIG GET`): known to be forbidden and accepted as unread.
    memory: the key patterns learned before, where entries are kept.
    Raises Unreachable, NotPermitted (no log-in) or BadReply; a single forbidden command is not an error.
    """
    with Connection(address, timeout=timeout) as connection:
        session = Session(connection, name or address.name, frozenset(w.upper() for w in without))
        return _read(session, address, keep_arguments=keep_arguments, memory=memory)


def _read(session: Session, address: Address, *, keep_arguments: bool, memory: Memory | None) -> Reading:
    session.ask("CLIENT", "SETNAME", CLIENT_NAME)
    clock, info, stats, *config, latency, length = session.ask_all(
        [
            ["TIME"],
            ["INFO"],
            ["INFO", "commandstats"],
            *(["CONFIG", "GET", pattern] for pattern in CONFIG_PATTERNS),
            ["LATENCY", "LATEST"],
            ["SLOWLOG", "LEN"],
        ]
    )
    server = server_of(info, stats, config, latency)
    session.read_here(server.info)
    raw, ring_full = _slowlog(session, server, length)
    server = replace(server, clients=_clients(session, server))
    mine = own(raw, session)
    catalogue, replies_listed = describe(session, server, raw)
    entries = [reduce(r, catalogue, keep_arguments=keep_arguments) for r in raw if id(r) not in mine]
    groups = group(entries, marked=server.marks_scripts, memory=memory)
    known = keyspace(session, server, address, groups)
    last = session.ask("INFO", "commandstats")
    server_us, list_us = session.cost(stats, last)
    ids = [r.id for r in raw if r.id is not None]
    times = [r.at for r in raw if r.at is not None]
    facts = NodeFacts(
        node=session.name,
        server=server,
        groups=groups,
        keyspace=known,
        host=host(server, address),
        now=clock_of(clock) or (max(times) if times else None),
        seen=len(raw),
        oldest=min(times, default=None),
        newest=max(times, default=None),
        first_id=min(ids, default=None),
        ring_full=ring_full,
        unit_us=list_us / replies_listed if list_us and replies_listed else None,
        slowlog_read=length is not None,
    )
    _say_what_is_hidden(session, facts, len(mine))
    capture = Capture(
        session.name,
        server.info.get("run_id"),
        min(ids, default=None),
        max(ids, default=None),
        len(raw),
        min(ids, default=0),
    )
    cost = Cost(session.connection.sent, server_us)
    said = (*session.notes, *notes(facts))
    return Reading(facts, capture if facts.slowlog_read else None, cost, tuple(session.refused.values()), said)


def _slowlog(session: Session, server: Server, length: Reply) -> tuple[list[RawEntry], bool]:
    """The entries, newest first as the server gives them, and whether the ring was full."""
    count = length if isinstance(length, int) and length >= 0 else 0
    if not count:
        return [], False
    wanted = min(count + 64, RING_LIMIT)  # some more: entries may have come since
    entries, broken = decode_slowlog(session.ask("SLOWLOG", "GET", wanted))
    if broken:
        session.miss("SLOWLOG GET", f"{broken:,} of its entries are of an unknown form and were left out")
    if count > RING_LIMIT:
        session.notes.append(f"{session.name}: of {count:,} slow-log entries the newest {RING_LIMIT:,} were read")
    ring = server.ring
    full = len(entries) >= ring if ring is not None else len(entries) >= 128 and len(entries) % 64 == 0
    return entries, full or count > RING_LIMIT


def _clients(session: Session, server: Server) -> tuple[ClientInfo, ...]:
    connected = server.number("connected_clients")
    if connected is None or connected > CLIENT_LIMIT:
        return ()
    return words.parse_clients(text(session.ask("CLIENT", "LIST")))


def _say_what_is_hidden(session: Session, facts: NodeFacts, mine: int) -> None:
    server, say = facts.server, session.notes.append
    threshold = server.threshold_us
    if mine:
        say(f"{session.name}: {mine:,} entries of seawall itself were left out")
    if threshold is not None and threshold > 0:
        say(f"{session.name}: commands under {threshold / 1000:g} ms are not in the slow log; commandstats counts them")
    if server.config.get("latency-monitor-threshold") == "0":
        say(
            f"{session.name}: LATENCY records nothing while latency-monitor-threshold is 0; forks, evictions and "
            "fsyncs show only in INFO"
        )
    if (server.number("connected_clients") or 0) > CLIENT_LIMIT:
        say(f"{session.name}: CLIENT LIST was not asked, {server.number('connected_clients'):,} clients are connected")
