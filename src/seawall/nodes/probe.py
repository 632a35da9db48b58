"""Which of the commands that a scan sends this server lets this user send, and the least ACL line that suffices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from seawall.nodes.collect import PLAN
from seawall.nodes.collect.census import PLAN as CENSUS
from seawall.nodes.collect.poll import PLAN as POLL
from seawall.nodes.collect.session import UNEXPECTED, fatal, is_answer, sends
from seawall.nodes.facts.server import Server, parse_info
from seawall.wire import Address, Connection, Reply, ServerError

_ABSENT_KEY = "seawall:probe"  # never written; its absence makes every key command O(1)
_PROBES: tuple[tuple[str, tuple[str | int, ...]], ...] = (
    ("client|setname", ("CLIENT", "SETNAME", "seawall")),
    ("time", ("TIME",)),
    ("info", ("INFO", "server")),
    ("config|get", ("CONFIG", "GET", "slowlog-max-len")),
    ("latency|latest", ("LATENCY", "LATEST")),
    ("slowlog|len", ("SLOWLOG", "LEN")),
    ("slowlog|get", ("SLOWLOG", "GET", 0)),
    ("client|list", ("CLIENT", "LIST", "TYPE", "pubsub")),
    ("command|info", ("COMMAND", "INFO", "get")),
    ("command|docs", ("COMMAND", "DOCS", "get")),
    ("command|list", ("COMMAND", "LIST", "FILTERBY", "PATTERN", "get")),
    ("select", ("SELECT", 0)),
    ("type", ("TYPE", _ABSENT_KEY)),
    ("scard", ("SCARD", _ABSENT_KEY)),
    ("zcard", ("ZCARD", _ABSENT_KEY)),
    ("hlen", ("HLEN", _ABSENT_KEY)),
    ("llen", ("LLEN", _ABSENT_KEY)),
    ("strlen", ("STRLEN", _ABSENT_KEY)),
    ("xlen", ("XLEN", _ABSENT_KEY)),
    ("object|encoding", ("OBJECT", "ENCODING", _ABSENT_KEY)),
    ("memory|usage", ("MEMORY", "USAGE", _ABSENT_KEY)),
)
_SINCE_7 = frozenset({"command|docs", "command|list"})


@dataclass(frozen=True, slots=True)
class Probe:
    """One command: `works`, or the reason why not. `needed` is False where the server's version has no such command."""

    command: str
    works: bool
    reason: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Examination:
    """A server's answers to all probes. title: `Redis 7.0.15`, empty where INFO is forbidden."""

    name: str
    title: str
    probes: tuple[Probe, ...]
    old: bool = False  # before Redis 7


def examine(address: Address, *, timeout: float = 4.0, without: Collection[str] = (), name: str = "") -> Examination:
    """Tries each command of a scan once, on a key that does not exist, but those of `without`.

    Raises Unreachable, NotPermitted (no log-in) or BadReply.
    """
    name = name or address.name
    tried = [(permission, words) for permission, words in _PROBES if sends(words, without)]
    with Connection(address, timeout=timeout) as connection:
        replies = connection.pipeline([words for _, words in tried]) if tried else []
    errors = [reply for reply in replies if isinstance(reply, ServerError)]
    for wrong in filter(None, (fatal(name, error) for error in errors)):
        raise wrong
    by_name = {permission: reply for (permission, _), reply in zip(tried, replies, strict=True)}
    info = by_name.get("info")
    server = Server(info=parse_info(info.decode("utf-8", "replace"))) if isinstance(info, bytes) else Server()
    old = bool(server.version) and server.version < (7,)
    probes = tuple(_probe(permission, reply, old=old) for permission, reply in by_name.items())
    return Examination(name, server.title, probes, old)


def _probe(permission: str, reply: Reply, *, old: bool) -> Probe:
    command = permission.replace("|", " ").upper()
    reason = reply.shown if isinstance(reply, ServerError) else "" if is_answer(command, reply) else UNEXPECTED
    return Probe(command, not reason, reason, needed=not (old and permission in _SINCE_7))


def least_acl(user: str = "seawall", *, old: bool = False) -> str:
    """The ACL line of a user that may do what a scan does and nothing else.

    old: for servers before Redis 7, which have no read-only key permission; no command of the line writes.
    """
    allowed = " ".join(f"+{permission}" for permission in _permissions(PLAN))
    return f"ACL SETUSER {user} on >PASSWORD resetchannels -@all {allowed} {'~*' if old else '%R~*'}"


def acl_of_nodes(user: str = "seawall", *, title: str = "") -> str:
    """The ACL line that lets this user capture, find the other nodes and take a census as well.

    title: of the server, as an examination has it: COMMANDLOG and CLUSTER SHARDS are not everywhere.
    """
    product, _, version = title.partition(" ")
    at_least = tuple(int(n) for n in version.split(".") if n.isdigit())
    missing = set(_permissions(PLAN))
    if product != "Valkey" or at_least < (8, 1):
        missing |= {"commandlog|get", "commandlog|len"}
    more = [
        *_permissions(POLL),
        *_permissions(CENSUS),
        "cluster|nodes",
        *(["cluster|shards"] if at_least >= (7,) else []),
    ]
    return f"ACL SETUSER {user} {' '.join(f'+{p}' for p in dict.fromkeys(more) if p not in missing)}"


def _permissions(plan: Sequence[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(word for _, permissions in plan for word in permissions.split()))
