"""A real server as tests use it: as new at the beginning of each test, and asked what seawall thinks of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator
from dataclasses import replace

from seawall import lab
from seawall.model import Finding, Scan
from seawall.nodes.collect import Reading, collect
from seawall.nodes.collect.session import CLIENT_NAME
from seawall.nodes.facts.node import Host, NodeFacts
from seawall.scan import RedisTarget, Wish, scan
from seawall.wire import Address, Connection, Reply, ServerError, parse_url

from .pages.bench import ask, seed, server_ms, settings, text_of

LIFE_S = 600.0  # of a connection
PATIENCE_S = 20.0


class Running:
    """A running server. `own` is a connection that seawall leaves out (it bears its name), `app` one that it sees."""

    def __init__(self, server: lab.Server):
        self.server = server
        self.binary = server.binary
        self.address = parse_url(server.url)
        self.own = self.connect(CLIENT_NAME)
        self.app = self.connect()
        self.began_as = settings(self.own)

    def connect(self, name: str = "", database: int = 0) -> Connection:
        connection = Connection(replace(self.address, database=database), timeout=LIFE_S).__enter__()
        if name:
            ask(connection, "CLIENT", "SETNAME", name)
        return connection

    @property
    def is_valkey(self) -> bool:
        return self.binary.name == "Valkey"

    @property
    def major(self) -> int:
        return int(self.binary.version.split(".")[0])

    def renew(self) -> None:
        """As it started: no keys, no children at work, the settings of the beginning, and everything is logged."""
        for connection in (self.own, self.app):
            connection.close()
        self.own, self.app = self.connect(CLIENT_NAME), self.connect()
        ask(self.own, "DEBUG", "SET-ACTIVE-EXPIRE", "1")
        now = settings(self.own)
        for name, value in self.began_as.items():
            if now.get(name) != value:
                ask(self.own, "CONFIG", "SET", name, value)
        ask(self.own, "FLUSHALL")
        ask(self.own, "SCRIPT", "FLUSH")
        self.set("slowlog-max-len", "4096")
        self.begin()

    def begin(self, threshold_us: int = 0) -> None:
        """Forgets the past: what is logged from here on is the test's."""
        self.set("slowlog-log-slower-than", str(threshold_us))
        for command in (("CONFIG", "RESETSTAT"), ("LATENCY", "RESET"), ("SLOWLOG", "RESET")):
            ask(self.own, *command)

    def set(self, name: str, value: str) -> None:
        ask(self.own, "CONFIG", "SET", name, value)

    def send(self, *words: str | bytes | int, by: Connection | None = None) -> Reply:
        """A command of the application; an error reply fails."""
        reply = (by or self.app).call(*words)
        assert not isinstance(reply, ServerError), f"{words[:4]!r}: {reply.text}"
        return reply

    def seed(self, kind: str, key: str, count: int) -> None:
        """`count` elements (m1 ..., f1 v1 ...) into a set, zset, hash, list, stream, geo or string, or as many keys."""
        seed(self.own, (kind, key, str(count)))

    def let_expire(self, key: str) -> None:
        """The key's time is over, and nobody has touched it since."""
        ask(self.own, "DEBUG", "SET-ACTIVE-EXPIRE", "0")
        ask(self.own, "PEXPIRE", key, "1")
        start = server_ms(self.own)
        until(lambda: server_ms(self.own) > start + 3)

    def raw_log(self) -> list[Reply]:
        """The slow log as the server sends it, newest first, without our own entries."""
        reply = ask(self.own, "SLOWLOG", "GET", "-1" if self.major >= 7 else "4096")
        assert isinstance(reply, list)
        return [e for e in reply if isinstance(e, list) and (len(e) < 6 or e[5] != CLIENT_NAME.encode())]

    def total_us(self, *commands: str) -> int:
        """What the server spent on these commands by its commandstats."""
        lines = text_of(ask(self.own, "INFO", "commandstats")).splitlines()
        rows = dict(line.split(":", 1) for line in lines if line.startswith("cmdstat_"))
        return sum(
            int(row.split("usec=")[1].split(",")[0])
            for name, row in rows.items()
            if name.removeprefix("cmdstat_").upper() in commands
        )

    def read(self) -> Reading:
        return collect(self.address, timeout=PATIENCE_S)

    def facts(self) -> NodeFacts:
        """What the collector reads; the host of the test is no part of it."""
        return replace(self.read().facts, host=Host())

    def scan(self, address: Address | None = None, **wish: object) -> Scan:
        target = RedisTarget(address or self.address, name="node")
        return scan(Wish(servers=(target,), timeout=PATIENCE_S, **wish))  # pyright: ignore[reportArgumentType]

    def findings(self, *rules: str) -> list[Finding]:
        """Those about commands, or those of these rules."""
        found = self.scan().findings
        return [f for f in found if (f.rule in rules if rules else f.where.kind == "slowlog")]


@contextlib.contextmanager
def running(binary: lab.Binary, **config: str) -> Generator[Running, None, None]:
    """A server on a loopback port, so that its clients have addresses."""
    allow = {} if binary.version.startswith("6.") else {"enable-debug-command": "yes"}
    with lab.start(binary, config={**allow, **{k.replace("_", "-"): v for k, v in config.items()}}, tcp=True) as server:
        ready = Running(server)
        try:
            yield ready
        finally:
            ready.own.close()
            ready.app.close()


def until(condition: Callable[[], bool]) -> None:
    """Waits for a condition."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.002)
