"""Watches the logs of one node: a connection that stays, two round trips a poll, nothing set but its name.

What it sends (see `PLAN`):

    at its beginning, and every REFRESH_S: what a scan sends, for the server's settings and its calibration
    at each poll: TIME, SLOWLOG GET 1 (COMMANDLOG GET 1 for the logs of large requests and replies)
    where the newest id is a new one: SLOWLOG GET of as many as are new, SLOWLOG LEN
    of commands not met before: COMMAND INFO, COMMAND DOCS
    of groups to be judged: what their keys hold, O(1) each, as a scan does

An idle poll costs the server about 5 microseconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from seawall.keyspace import Key, printable
from seawall.logbook import LARGE_REPLY, LARGE_REQUEST, LOGS, SLOW
from seawall.model import Cost, NotChecked
from seawall.nodes.catalogue import generated
from seawall.nodes.collect import RING_LIMIT, collect
from seawall.nodes.collect.server import CONFIG_PATTERNS, clock_of, describe, own, server_of
from seawall.nodes.collect.session import CLIENT_NAME, Session, Words
from seawall.nodes.collect.sizes import keyspace
from seawall.nodes.facts.command import Catalogue, CommandSpec
from seawall.nodes.facts.cursor import Poll
from seawall.nodes.facts.entry import RawEntry, decode_slowlog
from seawall.nodes.facts.group import Entry, Group, reduce
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.server import Server
from seawall.nodes.facts.work import Keyspace, Size
from seawall.wire import Address, Connection, Reply

REFRESH_S = 10.0  # between two looks at settings and role: 0.2 ms of the server
SLACK = 16  # entries that may come between the two round trips of a poll
SIZES = 2_000  # keys whose size is remembered
_RINGS = {SLOW: "slowlog-max-len", LARGE_REQUEST: "commandlog-large-request-max-len"} | {
    LARGE_REPLY: "commandlog-large-reply-max-len"
}
_ROLES = {"master": "primary", "slave": "replica"}
PLAN: tuple[tuple[str, str], ...] = (
    ("TIME", "time"),
    ("SLOWLOG GET 1, and as many as are new", "slowlog|get"),
    ("SLOWLOG LEN", "slowlog|len"),
    ("COMMANDLOG GET 1 large-request, large-reply (Valkey from 8.1 on), and as many as are new", "commandlog|get"),
    ("COMMANDLOG LEN large-request, large-reply (Valkey from 8.1 on)", "commandlog|len"),
)


@dataclass(frozen=True, slots=True)
class Logged:
    """What one poll read of one log. entries: those not of seawall itself, values taken off. own: ids of the others."""

    log: str
    poll: Poll
    entries: tuple[Entry, ...]
    own: frozenset[int]


class Watch:
    """One node that is watched. Not for two threads at once.

    Raises Unreachable, NotPermitted or BadReply; after one of them, `close` and `open` again. `refused` says what could
    not be asked, `server` what the server said of itself at its last refresh.
    """

    def __init__(self, name: str, address: Address, *, timeout: float = 4.0, without: Sequence[str] = ()) -> None:
        self.name = name
        self.address = address
        self.server = Server()
        self.run_id = ""
        self.role = ""
        self._timeout = timeout
        self._without = tuple(without)
        self._session: Session | None = None
        self._facts = NodeFacts(name)
        self._specs: dict[str, CommandSpec] = dict(generated())
        self._described: set[bytes] = set()
        self._sizes: dict[Key, Size] = {}
        self._refreshed = 0.0
        self._before: Reply = None  # commandstats when it was opened
        self._polled: float | None = None
        self.since_last_poll: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._session is not None

    @property
    def refused(self) -> tuple[NotChecked, ...]:
        """What the server refused so far."""
        return tuple(self._session.refused.values()) if self._session else ()

    def open(self, facts: NodeFacts | None = None) -> list[tuple[str, str]]:
        """Connects, and learns which life of the server this is.

        facts: as a scan has read them just now; else it is read so here (1 ms of its time).
        Returns what has changed since it was open before, as `refresh` does: a failover ends connections.
        """
        if facts is None:
            facts = collect(self.address, timeout=self._timeout, without=self._without, name=self.name).facts
        self._facts = facts
        connection = Connection(self.address, timeout=self._timeout)
        try:
            connection.__enter__()
            session = Session(connection, self.name, frozenset(w.upper() for w in self._without))
            _, self._before = session.ask_all([["CLIENT", "SETNAME", CLIENT_NAME], ["INFO", "commandstats"]])
            self._session = session
            self._polled = None
            return self.refresh()
        except BaseException:
            self._session = None
            connection.close()
            raise

    def close(self) -> None:
        """Ends the connection."""
        if self._session is not None:
            self._session.connection.close()
            self._session = None

    def cost(self) -> Cost:
        """What this connection has cost the server since it was opened."""
        session = self._asking()
        server_us, _ = session.cost(self._before, session.ask("INFO", "commandstats"))
        return Cost(session.connection.sent, server_us)

    @property
    def is_stale(self) -> bool:
        """Whether settings and role should be asked again."""
        return time.monotonic() - self._refreshed > REFRESH_S

    def refresh(self) -> list[tuple[str, str]]:
        """Asks settings, role and run_id again; returns what has changed, as kind and detail of events."""
        session = self._asking()
        before, role = self.server, self.role
        info, *config = session.ask_all(
            [["INFO"], *(["CONFIG", "GET", pattern] for pattern in (*CONFIG_PATTERNS, "commandlog-*"))]
        )
        self.server = replace(
            server_of(info, None, config, None), stats=self._facts.server.stats, latency=self._facts.server.latency
        )
        session.read_here(self.server.info)
        self.run_id = self.server.info.get("run_id", "unknown")
        self.role = self.server.info.get("role", "")
        self._refreshed = time.monotonic()
        return list(changes(before, self.server, role, self.role)) if before.info else []

    @property
    def logs(self) -> tuple[str, ...]:
        """The logs that this server has."""
        has_all = self.server.product == "Valkey" and self.server.version >= (8, 1)
        return LOGS if has_all and "COMMANDLOG" not in self._without else (SLOW,)

    def poll(self, known: Mapping[str, int | None]) -> list[Logged]:
        """Every log with what is newer than the id that is known of it; all of its ring where none is.

        A log that the server does not give is left out; `refused` says why.
        """
        session = self._asking()
        logs = self.logs
        now = time.monotonic()
        self.since_last_poll = None if self._polled is None else now - self._polled
        self._polled = now
        clock, *newest = session.ask_all([["TIME"], *(_get(log, 1) for log in logs)])
        at = clock_of(clock) or int(time.time())
        first = {log: decode_slowlog(reply)[0] for log, reply in zip(logs, newest, strict=True) if reply is not None}
        wanted = {log: n for log, entries in first.items() if (n := _wanted(entries, known.get(log)))}
        replies = session.ask_all([c for log, n in wanted.items() for c in (_get(log, n), _len(log))])
        logged: list[Logged] = []
        for log, entries in first.items():
            if log not in wanted:
                ids = tuple(e.id for e in entries if e.id is not None)
                logged.append(Logged(log, Poll(at, ids, None if ids else 0, self._ring(log)), (), frozenset()))
        for place, log in enumerate(wanted):
            reply, length = replies[2 * place : 2 * place + 2]
            raw, broken = decode_slowlog(reply)
            if broken:
                session.miss("SLOWLOG GET", f"{broken:,} of its entries are of an unknown form and were left out")
            last = known.get(log)
            logged.append(self._logged(log, at, raw, length if isinstance(length, int) else None, last))
        return logged

    def judged(self, groups: Sequence[Group], newest: int | None) -> NodeFacts:
        """The groups as facts for the rules, with what their keys hold now."""
        session = self._asking()
        found = keyspace(session, self.server, self.address, groups)
        self._sizes.update(found.sizes)
        while len(self._sizes) > SIZES:
            del self._sizes[next(iter(self._sizes))]
        times = [e.at for g in groups for e in g.entries if e.at is not None]
        return replace(
            self._facts,
            server=self.server,
            groups=tuple(groups),
            keyspace=found,
            now=newest,
            oldest=min(times, default=None),
            newest=max(times, default=None),
            ring_full=True,
        )

    @property
    def sizes(self) -> Keyspace:
        """What the keys asked about so far held when they were."""
        return Keyspace(self._sizes)

    def _asking(self) -> Session:
        if self._session is None:
            raise RuntimeError("not open")
        self._session.connection.renew(self._timeout)
        return self._session

    def _ring(self, log: str) -> int | None:
        text = self.server.config.get(_RINGS[log], "")
        return int(text) if text.isdigit() and len(text) < 19 else None

    def _logged(self, log: str, at: int, raw: Sequence[RawEntry], length: int | None, last: int | None) -> Logged:
        session = self._asking()
        newest = max((r.id for r in raw if r.id is not None), default=None)
        is_other_life = last is not None and newest is not None and newest < last
        fresh = [r for r in raw if r.id is not None and (last is None or is_other_life or r.id > last)]
        mine = own(fresh, session)
        others = [r for r in fresh if id(r) not in mine]
        catalogue = self._describe(others)
        ids = tuple(r.id for r in raw if r.id is not None)
        return Logged(
            log,
            Poll(at, ids, length, self._ring(log)),
            tuple(reduce(r, catalogue) for r in others),
            frozenset(r.id for r in fresh if id(r) in mine and r.id is not None),
        )

    def _describe(self, raw: Sequence[RawEntry]) -> Catalogue:
        """The commands as this server describes them; each is asked about once."""
        if names := {r.argv[0].lower() for r in raw} - self._described:
            catalogue, _ = describe(self._asking(), self.server, raw, calibrate=False)
            self._specs |= catalogue.specs
            self._described |= names
        return Catalogue(self._specs)


def changes(old: Server, new: Server, old_role: str, new_role: str) -> Iterator[tuple[str, str]]:
    """What was changed between two looks at a server: kind and detail of events."""
    for kind, setting in (("threshold", "slowlog-log-slower-than"), ("ring", "slowlog-max-len")):
        before, after = old.config.get(setting), new.config.get(setting)
        if before is not None and after is not None and before != after:
            yield kind, f"{setting} {printable(before)[:20]} became {printable(after)[:20]}"
    if old_role and new_role and old_role != new_role:
        yield "failover", f"{_ROLES.get(old_role, old_role)} became {_ROLES.get(new_role, new_role)}"


def _wanted(newest: Sequence[RawEntry], known: int | None) -> int:
    """How many entries to read: 0 where the newest is known already."""
    if not newest or newest[0].id is None:
        return 0
    if known is None or newest[0].id < known:  # nothing is known, or another server answers
        return RING_LIMIT
    return 0 if newest[0].id == known else min(newest[0].id - known + SLACK, RING_LIMIT)


def _get(log: str, count: int) -> Words:
    return ["SLOWLOG", "GET", count] if log == SLOW else ["COMMANDLOG", "GET", count, log]


def _len(log: str) -> Words:
    return ["SLOWLOG", "LEN"] if log == SLOW else ["COMMANDLOG", "LEN", log]
