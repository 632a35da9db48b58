"""Whole deployments as tests use them: a primary with replicas, a Cluster, a Sentinel set-up. All of real servers.

    with cluster(binary, shards=3, replicas=1) as it:      it.servers, it.seed_url, it.primaries(), it.replicas()
        dead = it.primaries()[0]
        it.kill(dead)                                      SIGKILL; dead.start() brings it back, with a new run_id
        it.wait_failover(dead)                             -> the member that took over, once all the others agree
        it.add_node(replica_of=it.primaries()[0])          or without: a primary without slots
        it.failover(replica)                               CLUSTER FAILOVER, nobody dies
    with sentinels(binary, replicas=2) as it:              the same, and it.sentinels; seed_url is redis+sentinel://
    with replicated(binary, replicas=1) as it:             the same without failover

Every server is a `Member` (url, name, port, pid, log) and ends by its own process id, when the block does, or when the
test run dies (`seawall.lab.running` watches). Everything listens on 127.0.0.1.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

from seawall import lab
from seawall.errors import TargetError
from seawall.wire import Connection, Reply, ServerError, parse_url

PATIENCE_S = 40.0  # a failover takes two to three seconds on an idle machine
SLOTS = 16_384
MASTER = "mymaster"
HOST = "127.0.0.1"
DOWN_AFTER_MS = 500  # until a Sentinel calls a node down
NODE_TIMEOUT_MS = 1_000  # until a Cluster does
_PORT_ATTEMPTS = 8


class Member:
    """One server process with a fixed port and folder; it can be killed, paused, and started again."""

    def __init__(self, stack: contextlib.ExitStack, binary: lab.Binary, lines: Mapping[str, str], password: str = ""):
        self.binary = binary
        self.password = password
        self.directory = stack.enter_context(lab.private_directory())
        self.log = self.directory / "server.log"
        self._lines = dict(lines)
        self._stack = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        stack.callback(self.stop)
        for attempt in range(_PORT_ATTEMPTS):
            self.port = lab.free_port()
            try:
                self.start()
            except AssertionError:  # a stranger took the port, or that of the cluster bus, before the server did
                if attempt + 1 == _PORT_ATTEMPTS or lab.PORT_TAKEN not in self.log.read_text(errors="replace"):
                    raise
            else:
                return

    @property
    def name(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        login = f":{self.password}@" if self.password else ""
        return f"redis://{login}{self.name}/0"

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} does not run"
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts it, for the first time or again: same port, same folder, another run_id."""
        assert not self.runs
        config = self.directory / lab.CONFIG  # a Sentinel keeps what it learned in its file
        text = config.read_text() if config.exists() and self.is_sentinel else self._config()
        self._process = self._stack.enter_context(lab.running(self.binary, self.directory, self.log, text))
        ready = lab.wait_until_ready(self._process, self.directory / lab.SOCKET, self.log, PATIENCE_S)
        assert ready, f"{self.binary} did not start: {lab.last_words(self.log)}"

    @property
    def is_sentinel(self) -> bool:
        return self.binary.path.name.endswith("-sentinel")

    def _config(self) -> str:
        own = {"port": str(self.port), "bind": HOST, "unixsocket": lab.quoted(self.directory / lab.SOCKET)}
        return "\n".join(f"{k} {v}" for k, v in {**own, "dir": lab.quoted(self.directory), **self._lines}.items())

    def stop(self) -> None:
        """SIGTERM, and SIGKILL if that does not help."""
        self._stack.close()

    def kill(self) -> None:
        """SIGKILL, and waits until the process is gone."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    @contextlib.contextmanager
    def paused(self) -> Generator[None, None, None]:
        """Stopped by SIGSTOP for the length of the block: it accepts connections and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def ask(self, *words: str | bytes | int) -> Reply:
        """One command on a connection of its own. An error reply fails."""
        with Connection(parse_url(self.url), timeout=PATIENCE_S) as connection:
            reply = connection.call(*words)
        assert not isinstance(reply, ServerError), f"{self.name}: {words[:3]!r}: {reply.text}"
        return reply

    def text(self, *words: str | bytes | int) -> str:
        reply = self.ask(*words)
        assert isinstance(reply, bytes)
        return reply.decode()

    def info(self, section: str) -> dict[str, str]:
        lines = self.text("INFO", section).splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    @property
    def role(self) -> str:
        return "primary" if self.info("replication")["role"] == "master" else "replica"


class Deployment:
    """Data servers that belong together. `servers` holds the dead ones too; `seed_url` is where a user would begin."""

    def __init__(self, stack: contextlib.ExitStack, binary: lab.Binary, password: str, config: Mapping[str, str]):
        self.binary = binary
        self.password = password
        self.servers: list[Member] = []
        self._stack = stack
        self._config = {
            "save": '""',
            "appendonly": "no",
            "repl-diskless-sync-delay": "0",
            **({"requirepass": password, "masterauth": password} if password else {}),
            **config,
        }

    @property
    def seed_url(self) -> str:
        return self.servers[0].url

    def live(self) -> list[Member]:
        return [server for server in self.servers if server.runs]

    def primaries(self) -> list[Member]:
        """The live servers that take writes, as they say themselves."""
        return [server for server in self.live() if server.role == "primary"]

    def replicas(self) -> list[Member]:
        return [server for server in self.live() if server.role == "replica"]

    def kill(self, server: Member) -> None:
        server.kill()

    def _member(self, **lines: str) -> Member:
        more = {name.replace("_", "-"): value for name, value in lines.items()}
        server = Member(self._stack, self.binary, {**self._config, **more}, self.password)
        self.servers.append(server)
        return server


class Replicated(Deployment):
    """A primary, `servers[0]`, and its replicas."""

    def add_node(self, replica_of: Member | None = None) -> Member:
        """One more replica, in step with its primary."""
        primary = replica_of or self.servers[0]
        server = self._member(replicaof=f"{HOST} {primary.port}")
        until(lambda: in_step(server), f"{server.name} follows {primary.name}")
        return server


class Cluster(Deployment):
    """Shards of one primary and its replicas; `servers` are the primaries first, then the replicas."""

    def form(self, shards: int, replicas: int) -> None:
        """Starts and joins all: slots in equal parts, each replica in step, and every node says that all is well."""
        for _ in range(shards * (1 + replicas)):
            self._start()
        primaries = self.servers[:shards]
        for place, server in enumerate(primaries):
            server.ask("CLUSTER", "SET-CONFIG-EPOCH", place + 1)
            slots = range(SLOTS * place // shards, SLOTS * (place + 1) // shards)
            server.ask("CLUSTER", "ADDSLOTS", *slots)  # ADDSLOTSRANGE is not in 6.2
        for server in self.servers[1:]:
            server.ask("CLUSTER", "MEET", HOST, primaries[0].port)
        self._wait_acquainted()
        for place, server in enumerate(self.servers[shards:]):
            self._follow(server, primaries[place % shards])
        self.wait_well()

    def add_node(self, replica_of: Member | None = None) -> Member:
        """A node more, known to all: a replica, else a primary without slots."""
        first = self.live()[0]
        server = self._start()
        server.ask("CLUSTER", "MEET", HOST, first.port)
        self._wait_acquainted()
        if replica_of is not None:
            self._follow(server, replica_of)
        self.wait_well()
        return server

    def failover(self, replica: Member) -> None:
        """The replica becomes the primary of its shard, in agreement with the old one; all know it."""
        replica.ask("CLUSTER", "FAILOVER")
        until(lambda: replica.role == "primary", f"{replica.name} takes over")
        self.wait_well()

    def wait_failover(self, dead: Member) -> Member:
        """Waits until somebody else serves the slots of this server, which is dead, and all agree. Gives that one."""
        heirs = [s for s in self.live() if dead.port == int(s.info("replication").get("master_port", 0))]
        until(lambda: any(s.role == "primary" for s in heirs), f"a replica of {dead.name} takes over")
        self.wait_well()
        return next(s for s in heirs if s.role == "primary")

    def _start(self) -> Member:
        return self._member(cluster_enabled="yes", cluster_node_timeout=str(NODE_TIMEOUT_MS))

    def _follow(self, server: Member, primary: Member) -> None:
        node = primary.text("CLUSTER", "MYID")
        until(lambda: node in server.text("CLUSTER", "NODES"), f"{server.name} knows {primary.name}")
        server.ask("CLUSTER", "REPLICATE", node)
        until(lambda: in_step(server), f"{server.name} follows {primary.name}")

    def _wait_acquainted(self) -> None:
        until(lambda: all(self._knows_all(s) for s in self.live()), "all know each other")

    def _knows_all(self, server: Member) -> bool:
        known = server.text("CLUSTER", "NODES")
        others = [other for other in self.live() if other is not server]  # one that is alone has no address yet
        return all(f"{HOST}:{other.port}@" in known for other in others) and "handshake" not in known

    def wait_well(self) -> None:
        """Every live node sees every slot served, and the same primary and replicas as the others do."""
        until(lambda: all("cluster_state:ok" in s.text("CLUSTER", "INFO") for s in self.live()), "the state is ok")
        until(self._agree, "all agree who is primary")

    def _agree(self) -> bool:
        views = [_roles(s.text("CLUSTER", "NODES")) for s in self.live()]
        actual = {s.name: s.role for s in self.live()} if len(self.live()) > 1 else {}
        return all(view.get(name) == role for view in views for name, role in actual.items())


class Sentinels(Replicated):
    """A primary, its replicas, and Sentinels that watch over them as `mymaster`."""

    sentinels: list[Member]
    sentinel_password: str = ""

    @property
    def seed_url(self) -> str:
        login = f":{self.password}@" if self.password else ""
        return f"redis+sentinel://{login}{','.join(s.name for s in self.sentinels)}/{MASTER}"

    def watch(self, count: int) -> None:
        """Starts Sentinels that know each other and the replicas from the beginning, else that takes ten seconds."""
        primary, *others = self.servers
        lines = {"sentinel": f"monitor {MASTER} {HOST} {primary.port} {count // 2 + 1}"}
        password = self.sentinel_password
        if password:
            lines |= {"requirepass": password}
        program = self._sentinel_program()
        self.sentinels = []
        settings = [f"down-after-milliseconds {MASTER} {DOWN_AFTER_MS}", f"failover-timeout {MASTER} 4000"]
        settings += [f"auth-pass {MASTER} {self.password}"] if self.password else []
        settings += [f"known-replica {MASTER} {HOST} {other.port}" for other in others]
        settings += [f"sentinel-pass {password}"] if password else []
        for place in range(count):
            mine = [f"myid {place:040x}", *settings]
            mine += [f"known-sentinel {MASTER} {HOST} {s.port} {n:040x}" for n, s in enumerate(self.sentinels)]
            more = "\nsentinel ".join([lines["sentinel"], *mine])
            self.sentinels.append(Member(self._stack, program, {**lines, "sentinel": more}, password))
        until(lambda: all(self._is_watched(s, count) for s in self.sentinels), "the Sentinels know all")

    def failover(self) -> Member:
        """Asks a Sentinel for a failover, nobody dies. Gives the new primary."""
        old = self.primaries()[0]
        until(self._begins, "a Sentinel begins a failover")  # it waits until it knows a replica in step
        return self.wait_failover(old)

    def wait_failover(self, dead: Member) -> Member:
        """Waits until every live Sentinel names another primary, which takes writes. Gives that one."""
        until(lambda: dead.port not in self._named() and len(self._named()) == 1, "the Sentinels agree on another")
        (port,) = self._named()
        heir = next(s for s in self.live() if s.port == port)
        until(lambda: heir.role == "primary", f"{heir.name} takes over")
        rest = [s for s in self.live() if s not in (heir, dead)]
        until(lambda: all(in_step(s) for s in rest), f"the others follow {heir.name}")
        return heir

    def _begins(self) -> bool:
        with Connection(parse_url(self.sentinels[0].url), timeout=PATIENCE_S) as connection:
            return connection.call("SENTINEL", "FAILOVER", MASTER) == b"OK"

    def _named(self) -> set[int]:
        """The ports of the primary as the live Sentinels list it: one until the failover is over, then another."""
        lines = [s.info("sentinel")["master0"] for s in self.sentinels if s.runs]
        return {int(line.partition(f"address={HOST}:")[2].partition(",")[0]) for line in lines}

    def _is_watched(self, sentinel: Member, count: int) -> bool:
        state = sentinel.info("sentinel").get("master0", "")
        return f"status=ok,address={HOST}:{self.servers[0].port}" in state and state.endswith(f"sentinels={count}")

    def _sentinel_program(self) -> lab.Binary:
        """A server that is called redis-sentinel is one: so the starter needs no further argument."""
        folder = self._stack.enter_context(lab.private_directory())
        name = "valkey-sentinel" if self.binary.name == "Valkey" else "redis-sentinel"
        Path(folder, name).symlink_to(self.binary.path.resolve())
        return lab.Binary(folder / name, self.binary.name, self.binary.version)


@contextlib.contextmanager
def replicated(
    binary: lab.Binary, replicas: int = 1, *, password: str = "", config: Mapping[str, str] | None = None
) -> Generator[Replicated, None, None]:
    """A primary and replicas that are in step. config: directives for all of them."""
    with contextlib.ExitStack() as stack:
        it = Replicated(stack, binary, password, config or {})
        it._member()  # pyright: ignore[reportPrivateUsage]
        for _ in range(replicas):
            it.add_node()
        yield it


@contextlib.contextmanager
def cluster(
    binary: lab.Binary,
    shards: int = 3,
    replicas: int = 1,
    *,
    password: str = "",
    config: Mapping[str, str] | None = None,
) -> Generator[Cluster, None, None]:
    """A Cluster that is well: all slots served, all replicas in step. config: directives for all its nodes."""
    with contextlib.ExitStack() as stack:
        it = Cluster(stack, binary, password, config or {})
        it.form(shards, replicas)
        yield it


@contextlib.contextmanager
def sentinels(
    binary: lab.Binary,
    replicas: int = 2,
    count: int = 3,
    *,
    password: str = "",
    sentinel_password: str = "",
    config: Mapping[str, str] | None = None,
) -> Generator[Sentinels, None, None]:
    """A primary, replicas and `count` Sentinels that know all of them. config: directives for the data servers."""
    with contextlib.ExitStack() as stack:
        it = Sentinels(stack, binary, password, config or {})
        it.sentinel_password = sentinel_password
        it._member()  # pyright: ignore[reportPrivateUsage]
        for _ in range(replicas):
            it.add_node()
        it.watch(count)
        yield it


def in_step(server: Member) -> bool:
    """Whether it is a replica that follows its primary."""
    info = server.info("replication")
    return info["role"] == "slave" and info["master_link_status"] == "up"


def until(condition: Callable[[], bool], what: str) -> None:
    """Waits for a condition; a server that is not reachable just now does not fulfil it."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with contextlib.suppress(TargetError):
            if condition():
                return
        assert time.monotonic() < deadline, f"not within {PATIENCE_S:g} s: {what}"
        time.sleep(0.02)


def _roles(nodes: str) -> dict[str, str]:
    """Role by host:port, of a CLUSTER NODES reply."""
    rows = [line.split() for line in nodes.splitlines()]
    healthy = [row for row in rows if "fail" not in row[2].split(",")]
    return {row[1].split("@")[0]: "primary" if "master" in row[2] else "replica" for row in healthy}
