"""Does what a block says on a private server, and asks seawall what it thinks of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace

from seawall import lab, rulebook
from seawall.model import Finding, Verdict
from seawall.nodes.collect import collect
from seawall.nodes.collect.session import CLIENT_NAME
from seawall.nodes.facts.node import Host, NodeFacts
from seawall.nodes.facts.server import Server, parse_commandstats, parse_info
from seawall.wire import Connection, Reply, ServerError, parse_url

from .language import Block, Step, Words, many

SLICE = 1000  # elements a seeding command writes
PATIENCE_S = 20.0  # for `# until`, and for a fork to end
BLOCK_S = 60.0  # a block and all that it waits for

# Seeding: the command, and what it writes N of.
_SEED = {
    "set": (("SADD",), "members"),
    "zset": (("ZADD",), "scored"),
    "hash": (("HSET",), "pairs"),
    "list": (("RPUSH",), "members"),
    "geo": (("GEOADD",), "places"),
}


@dataclass(frozen=True)
class Bench:
    """A running server and the settings that it started with."""

    server: lab.Server
    settings: dict[str, str]

    def findings(self, block: Block) -> list[Finding]:
        """What the rules of `nodes` say after the block."""
        if block.language == "info":
            return rulebook.run("nodes", facts_of_info(block.text))
        address = parse_url(self.server.url)
        with Connection(address, timeout=BLOCK_S) as own, Connection(address, timeout=BLOCK_S) as client:
            ask(own, "CLIENT", "SETNAME", CLIENT_NAME)
            self.clear(own)
            for step in block.setup:
                SETUP[step.verb](own, step.words)
            for command in (("SLOWLOG", "RESET"), ("CONFIG", "RESETSTAT"), ("LATENCY", "RESET")):
                ask(own, *command)
            for step in block.steps:
                do(step, client, own)
        return rulebook.run("nodes", self.facts())

    def clear(self, own: Connection) -> None:
        """The server as it started: no keys, the settings of the beginning, no child at work."""
        ask(own, "DEBUG", "SET-ACTIVE-EXPIRE", "1")
        now = settings(own)
        for name, value in self.settings.items():
            if now.get(name) != value:
                ask(own, "CONFIG", "SET", name, value)
        ask(own, "FLUSHALL")
        until(own, ("INFO", "persistence"), lambda reply: all(f"{c}_in_progress:0" in reply for c in CHILDREN))
        ask(own, "CONFIG", "SET", "slowlog-log-slower-than", "0")

    def facts(self) -> NodeFacts:
        """What the collector reads, without the host: what it did to this test is no part of the page."""
        return replace(collect(parse_url(self.server.url), timeout=PATIENCE_S).facts, host=Host())


CHILDREN = ("rdb_bgsave", "aof_rewrite")


@contextlib.contextmanager
def bench(binary: lab.Binary) -> Generator[Bench, None, None]:
    """A private server of this program, for as many blocks as one likes."""
    # Redis 6.2 allows DEBUG and does not know the directive.
    config = {} if binary.version.startswith("6.") else {"enable-debug-command": "yes"}
    with lab.start(binary, config=config) as server, Connection(parse_url(server.url)) as own:
        yield Bench(server, settings(own))


def facts_of_info(text: str) -> NodeFacts:
    """Lines of INFO as facts about a server."""
    return NodeFacts("page", Server(info=parse_info(text), stats=parse_commandstats(text)))


def complaints(code: str, section: str, findings: list[Finding]) -> list[str]:
    """What is wrong with the findings of a block of this rule's page; empty where nothing is."""
    if section == "Bad":
        if any(f.rule == code for f in findings):
            return []
        return [f"{code} is silent; spoken have: {', '.join(sorted({f.rule for f in findings})) or 'none'}"]
    return [f"{f.rule}: {f.title}" for f in findings if f.rule == code or f.verdict is Verdict.CULPRIT]


# --- commands ---------------------------------------------------------------------------------------------------------


def ask(connection: Connection, *words: str) -> Reply:
    """The reply; an error reply fails."""
    reply = connection.call(*words)
    errors = [r for r in ([reply] if not isinstance(reply, list) else reply) if isinstance(r, ServerError)]
    assert not errors, f"{' '.join(words)[:80]}: {errors[0].text}"
    return reply


def text_of(reply: Reply) -> str:
    """A reply as `# until` compares it."""
    if isinstance(reply, list):
        return " ".join(text_of(r) for r in reply)
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)


def settings(own: Connection) -> dict[str, str]:
    """CONFIG GET *."""
    reply = ask(own, "CONFIG", "GET", "*")
    words = [text_of(r) for r in reply] if isinstance(reply, list) else []
    return dict(zip(words[::2], words[1::2], strict=True))


def until(own: Connection, command: Words, fits: Callable[[str], bool]) -> None:
    """Waits for a reply that fits."""
    deadline = time.monotonic() + PATIENCE_S
    while not fits(reply := text_of(ask(own, *command))):
        assert time.monotonic() < deadline, f"{' '.join(command)} is still {reply[:200]}"
        time.sleep(0.005)


def do(step: Step, client: Connection, own: Connection) -> None:
    """A command, sent by a client that seawall does not know; or a wait."""
    if step.verb == "send":
        ask(client, *step.words)
        return
    place = next(i for i, word in enumerate(step.words) if word in ("is", "has"))
    wanted = " ".join(step.words[place + 1 :])
    exactly = step.words[place] == "is"
    until(own, step.words[:place], lambda reply: reply == wanted if exactly else wanted in reply)


# --- set-up -----------------------------------------------------------------------------------------------------------


def seed(own: Connection, words: Words) -> None:
    """`seed TYPE KEY N`."""
    kind, key, count = words[0], words[1], int(words[2])
    if kind == "string":
        ask(own, "SET", key, "x" * count)
        return
    commands = list(seeding(kind, key, count))
    for at in range(0, len(commands), 64):
        assert not [r for r in own.pipeline(commands[at : at + 64]) if isinstance(r, ServerError)]


def seeding(kind: str, key: str, count: int) -> Iterator[Words]:
    """The commands that write N elements, a slice each."""
    if kind == "stream":
        yield from (("XADD", key, "*", *many("pairs", n, n)) for n in range(1, count + 1))
        return
    for first in range(1, count + 1, SLICE):
        last = min(first + SLICE - 1, count)
        if kind == "keys":
            yield ("MSET", *many("values", first, last, key))
        else:
            command, noun = _SEED[kind]
            yield (*command, key, *many(noun, first, last))


def configure(own: Connection, words: Words) -> None:
    """`set NAME VALUE`. Switching the append-only file on rewrites it first: wait for that."""
    ask(own, "CONFIG", "SET", *words)
    until(own, ("INFO", "persistence"), lambda reply: all(f"{c}_in_progress:0" in reply for c in CHILDREN))


def expire(own: Connection, words: Words) -> None:
    """`expire KEY`: its time is over by the server's clock, and the cycle that would free it is off."""
    ask(own, "DEBUG", "SET-ACTIVE-EXPIRE", "0")
    ask(own, "PEXPIRE", words[0], "1")
    start = server_ms(own)
    while server_ms(own) < start + 3:
        pass


def server_ms(own: Connection) -> int:
    """Milliseconds of the server's clock."""
    seconds, micros = text_of(ask(own, "TIME")).split()
    return int(seconds) * 1000 + int(micros) // 1000


SETUP: dict[str, Callable[[Connection, Words], None]] = {"seed": seed, "set": configure, "expire": expire}
