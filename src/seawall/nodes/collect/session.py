"""A connection on which each command may be refused: what was sent, what was refused, and what it cost the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from seawall.errors import NotPermitted, TargetError, Unreachable
from seawall.model import NotChecked
from seawall.nodes.facts.server import parse_commandstats
from seawall.wire import Connection, Reply, ServerError

CLIENT_NAME = "seawall"
Words = Sequence[str | bytes | int]
_NO_LOSS = frozenset({"WRONGTYPE", "MOVED", "ASK"})  # the key has become another meanwhile, or is on another node
_CONTAINERS = frozenset({"CLIENT", "CONFIG", "LATENCY", "SLOWLOG", "COMMANDLOG", "COMMAND", "OBJECT", "MEMORY"})
# What each command answers. Anything else is as good as no answer; OBJECT and MEMORY say nil of a key that is gone.
_LISTS = (
    "CONFIG GET",
    "LATENCY LATEST",
    "SLOWLOG GET",
    "COMMANDLOG GET",
    "COMMAND INFO",
    "COMMAND DOCS",
    "COMMAND LIST",
)
_TEXTS = ("INFO", "CLIENT LIST", "TYPE", "OBJECT ENCODING", "CLIENT SETNAME", "SELECT", "READONLY")
_NIL = frozenset({"OBJECT ENCODING", "MEMORY USAGE"})
_HINTS = {
    "NOPERM": "`seawall doctor` prints the least ACL line that suffices.",
    "ERR": "A managed service may forbid it; accept that it is not read with --without {}.",
}


@dataclass(slots=True)
class Session:
    """A connection, what was sent on it, and what was refused."""

    connection: Connection
    name: str
    without: frozenset[str]
    refused: dict[str, NotChecked] = field(default_factory=dict[str, NotChecked])
    notes: list[str] = field(default_factory=list[str])
    sent: Counter[str] = field(default_factory=Counter[str])

    def ask(self, *words: str | bytes | int) -> Reply:
        """The reply; None where the command was left out or refused."""
        return self.ask_all([words])[0]

    def ask_all(self, commands: Sequence[Words]) -> list[Reply]:
        """The replies in order; None for a command that was left out or refused, which is recorded once."""
        allowed = [c for c in commands if sends(c, self.without)]
        replies = iter(self.connection.pipeline(allowed)) if allowed else iter(())
        answers: list[Reply] = []
        for command in commands:
            if not sends(command, self.without):
                answers.append(None)
                continue
            self.sent[command_name(command)] += 1
            answers.append(self._checked(command_name(command), next(replies)))
        return answers

    def _checked(self, name: str, reply: Reply) -> Reply:
        """The reply, or None and a record of why: it is an error, or not what this command answers."""
        if isinstance(reply, ServerError):
            self._refuse(name, reply)
            return None
        if not is_answer(name, reply):
            self.miss(name, UNEXPECTED)
            return None
        return reply

    def _refuse(self, name: str, error: ServerError) -> None:
        if (wrong := fatal(self.name, error)) is not None:
            raise wrong
        if name == "CLIENT SETNAME":
            self.notes.append(
                f"{self.name}: CLIENT SETNAME is refused, so entries of seawall itself may be among the others"
            )
            return
        if error.code in _NO_LOSS:
            return
        hint = _HINTS.get(error.code, "").format(name.partition(" ")[0])
        self.refused.setdefault(name, NotChecked(f"{self.name} {name}", error.shown, hint))

    def read_here(self, info: Mapping[str, str]) -> None:
        """A Cluster's replica sends who asks for keys to its primary, until it is told that this reader is content."""
        if info.get("cluster_enabled") == "1" and info.get("role") == "slave":
            self.ask("READONLY")

    def miss(self, name: str, reason: str) -> None:
        """Records that a reply could not be read whole: unknown is never green."""
        self.refused.setdefault(name, NotChecked(f"{self.name} {name}", reason, _NO_REDIS))

    def cost(self, before: Reply, after: Reply) -> tuple[int | None, int]:
        """Microseconds of the server that our commands took by commandstats, and those of COMMAND LIST.

        Where others send the same commands meanwhile, ours is our share of the calls. The last INFO counts as
        the first.
        """
        first = {s.command: s for s in parse_commandstats(text(before))}
        last = {s.command: s for s in parse_commandstats(text(after))}
        if not last:
            return None, 0
        total, listed = 0.0, 0
        mine: Counter[str] = Counter()
        for name, calls in self.sent.items():
            mine[name if name in last else name.split(" ")[0]] += calls
        for name, calls in mine.items():
            old, new = first.get(name), last.get(name)
            if new is None:
                continue
            made, us = new.calls - (old.calls if old else 0), new.us - (old.us if old else 0)
            share = us * min(calls / made, 1.0) if made > 0 else 0.0
            if name == "INFO" and made > 0:
                share = us / made * calls  # the first and the last INFO are not in the difference
            total += share
            if name == "COMMAND LIST" and made == calls:
                listed = us
        return round(total), listed


UNEXPECTED = "the answer is not of the form that this command has"
_NO_REDIS = "Check host and port: a proxy, or something that is no Redis, may answer there."


def fatal(name: str, error: ServerError) -> TargetError | None:
    """What an error reply means that any command would get; None for one that is about its command."""
    if error.code == "NOAUTH":
        return NotPermitted(
            f"{name} wants a password",
            "Put it into the URL (redis://:password@host), or set REDISCLI_AUTH, or use --password-file.",
        )
    if error.code == "LOADING":
        return Unreachable(f"{name} is still loading its data", "Try again when it is done.")
    if error.code == "BUSY":
        return Unreachable(f"{name} is busy with a script and answers nothing else", "Try again when it is done.")
    return None


def is_answer(name: str, reply: Reply) -> bool:
    """Whether this command answers in this form."""
    if reply is None:
        return name in _NIL
    if name == "TIME":  # two numbers; Python makes no number of thousands of digits
        return isinstance(reply, list) and all(isinstance(n, bytes) and n.isdigit() and len(n) < 19 for n in reply)
    if name == "INFO":  # a line of text is not yet INFO: its sections begin with #
        return isinstance(reply, bytes) and reply.lstrip().startswith(b"#")
    return isinstance(reply, bytes if name in _TEXTS else list if name in _LISTS else int)


def sends(words: Words, without: Collection[str]) -> bool:
    """Whether this command is sent where those of `without` (upper case, `CONFIG` or `CONFIG GET`) are left out."""
    return command_name(words) not in without and str(words[0]).upper() not in without


def command_name(words: Words) -> str:
    """`CONFIG GET` for a command with subcommands, else its first word; upper case."""
    first = str(words[0]).upper()
    return f"{first} {str(words[1]).upper()}" if first in _CONTAINERS else first


def text(reply: Reply) -> str:
    """A bulk reply as text; empty for any other."""
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else ""
