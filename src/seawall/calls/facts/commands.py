"""How client libraries write Redis commands, and what a command is: names, arity, key positions.

Spellings: `delete` is DEL, `exists?` is EXISTS, `hGetAll` is HGETALL, `scan_each` and `scan_iter` are SCAN,
`config_get` is CONFIG, and a method that takes the command as text (`call`, `execute_command`) is what that says.
What a client has besides commands (`pipelined`, `multi`, `close`) is none. Limits: commands of modules are not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from seawall.calls.facts.command_table import GROUPS, KEYLESS, KEYS, NUMBERED


@dataclass(frozen=True, slots=True)
class Command:
    """A command. arity: as Redis counts. access: `r`, `w` or `-`. first, last, step: keys; 0: there is none."""

    name: str
    arity: int
    access: str
    group: str
    first: int = 0
    last: int = 0
    step: int = 1

    @property
    def numbered(self) -> int:
        """The place of the number of keys that stands before them, 0 where there is none."""
        return NUMBERED.get(self.name, 0)

    @property
    def least(self) -> int:
        """The arguments that it takes at least."""
        return abs(self.arity) - 1


def _commands() -> dict[str, Command]:
    made: dict[str, Command] = {}
    for group, rows in GROUPS.items():
        for name, arity, access in re.findall(r"(\w+) (-?\d+)([rw-])", rows):
            keyed = group not in ("server", "script") and name not in KEYLESS
            first, last, step = (0, 0, 1) if name in NUMBERED else KEYS.get(name, (1, 1, 1) if keyed else (0, 0, 1))
            made[name] = Command(name, int(arity), access, group, first, last, step)
    return made


COMMANDS = _commands()

# Methods of clients that are commands under another name.
_ALIASES = {
    "delete": "del",
    "scan_each": "scan",
    "sscan_each": "sscan",
    "hscan_each": "hscan",
    "zscan_each": "zscan",
    "scan_iter": "scan",
    "sscan_iter": "sscan",
    "hscan_iter": "hscan",
    "zscan_iter": "zscan",
    "scan_iterator": "scan",
    "hscan_iterator": "hscan",
    "sscan_iterator": "sscan",
    "zscan_iterator": "zscan",
    "scan_stream": "scan",
    "hscan_stream": "hscan",
    "sscan_stream": "sscan",
    "zscan_stream": "zscan",
    "hscan_no_values": "hscan",
    "mapped_mget": "mget",
    "mapped_mset": "mset",
    "mapped_msetnx": "msetnx",
    "mapped_hmget": "hmget",
    "mapped_hmset": "hmset",
    "substr": "getrange",
    "sort_ro": "sort_ro",
    "lock": "set",
}
# Commands of two words; the second may be the rest of the method's name.
FAMILIES = (
    "acl", "client", "cluster", "command", "config", "debug", "function", "latency", "memory", "object", "pubsub",
    "script", "slowlog", "xgroup", "xinfo",
)  # fmt: skip
# Methods that say which command in their arguments; the place of the first word, and whether all are in one list.
SPOKEN = {
    "call": (0, False),
    "call_once": (0, False),
    "call_v": (0, True),
    "call_once_v": (0, True),
    "blocking_call": (1, False),
    "blocking_call_v": (1, True),
    "execute_command": (0, False),
    "call_buffer": (0, False),
    "send_command": (0, True),
    "sendcommand": (0, True),
    "customcommand": (0, True),
    "custom_command": (0, True),
}
# Commands whose names other objects hardly have: they alone are evidence, with the right number of arguments.
_COMMON = frozenset(
    [
        "append",
        "copy",
        "decr",
        "del",
        "delete",
        "dump",
        "echo",
        "exists",
        "expire",
        "get",
        "getset",
        "incr",
        "info",
        "keys",
        "lock",
        "move",
        "object",
        "persist",
        "ping",
        "publish",
        "rename",
        "restore",
        "role",
        "save",
        "scan",
        "script",
        "select",
        "set",
        "sort",
        "subscribe",
        "substr",
        "time",
        "touch",
        "ttl",
        "type",
        "unlink",
        "wait",
        "acl",
        "client",
        "cluster",
        "command",
        "config",
        "debug",
        "function",
        "latency",
        "memory",
        "monitor",
        "pubsub",
        "migrate",
        "eval",
        "shutdown",
        "failover",
        "getrange",
        "setrange",
        "linsert",
        "psubscribe",
        "slowlog",
        "xinfo",
        "unsubscribe",
        "call",
        "getex",
        "getdel",
        "lcs",
        "lindex",
        "lset",
    ]
)


@cache
def spelled(method: str) -> Command | None:
    """The command that a client's method sends, None where the method is none."""
    name = method.rstrip("?!").lower() if not method.endswith("=") else ""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", method.rstrip("?!")).lower()
    for spelling in (name, _ALIASES.get(name, ""), _ALIASES.get(snake, "")):
        if spelling in COMMANDS and name not in ("multi", "exec"):
            return COMMANDS[spelling]
    family = snake.split("_", 1)[0]
    if "_" in snake and family in FAMILIES and f"{family}_" in snake:
        return COMMANDS[family]
    joined = snake.replace("_", "")
    return COMMANDS.get(joined) if snake != method.rstrip("?!") or joined == name else None


def named(word: str) -> Command | None:
    """The command of a word that is sent as it is: `HGET`, `CONFIG GET`."""
    return COMMANDS.get(word.strip().lower().split(" ")[0])


def is_telling(method: str) -> bool:
    """Whether hardly anything but a Redis client has a method of that name."""
    command = spelled(method)
    if method.lower().endswith(("scan_each", "scan_iter")):
        return command is not None
    return command is not None and command.name not in _COMMON and method.rstrip("?!").lower() not in _COMMON


def family_of(method: str) -> str:
    """`config` of `config_get` and `configGet`, where the rest of the method is the command's second word; else ""."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", method).lower()
    family = snake.split("_", 1)[0]
    return family if "_" in snake and family in FAMILIES else ""
