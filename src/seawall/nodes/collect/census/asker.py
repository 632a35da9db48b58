"""Names of keys, their sizes and expiries, in bulk: SCAN, MEMORY USAGE (default samples), PTTL, TYPE.

SCAN           without TYPE and MATCH: every name, `count` at a time
MEMORY USAGE   never with SAMPLES 0, which is O(n) of a collection
PTTL           with a TIME before it, so that an expiry is a time
TYPE, and a cardinality by it   of a few keys
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from seawall.errors import BadReply, NotPermitted
from seawall.nodes.collect.census.target import Node
from seawall.nodes.collect.session import fatal, sends
from seawall.nodes.collect.sizes import CARDINALITY
from seawall.nodes.facts.census.result import Largest
from seawall.nodes.facts.census.tally import UNKNOWN, Rows, expiries
from seawall.wire import Reply, ServerError, encode, encode_each

BATCH = 512  # keys asked at once, 30 kB; the server reads 16 kB (0.3 ms) at a time
_MEMORY, _EXPIRY, _TYPE = (b"MEMORY", b"USAGE"), (b"PTTL",), (b"TYPE",)
_MANY = 20
Item = TypeVar("Item")
_COUNTED = frozenset(CARDINALITY) - {"string"}


@dataclass(slots=True)
class Asker:
    """Asks one node. What is refused is counted by command, and not asked again where it is refused of every key."""

    node: Node
    timeout: float
    refused: dict[str, tuple[ServerError, int]] = field(default_factory=dict[str, tuple[ServerError, int]])
    _denied: set[str] = field(default_factory=set[str])
    _asked: Sequence[bytes] = ()
    _outstanding: dict[str, int] = field(default_factory=dict[str, int])
    _scans: int = 0

    def can(self, command: str) -> bool:
        """Whether this command is sent: not left out by the user, and not refused altogether."""
        return command not in self._denied and sends(command.split(" "), self.node.session.without)

    def ping(self) -> None:
        """An empty round trip."""
        self.node.session.connection.renew(self.timeout)
        self._count("PING", 1)
        self.node.session.connection.call("PING")

    def select(self, database: int) -> bool:
        """Goes to a database; False where that is refused."""
        self.node.session.connection.renew(self.timeout)
        return self.node.session.ask("SELECT", database) is not None

    def names(self, cursor: int, count: int) -> tuple[int, list[bytes]]:
        """One step of the walk: the next cursor, 0 at the end, and names.

        Raises NotPermitted where SCAN is refused, BadReply where the answer is none of SCAN.
        """
        self.node.session.connection.renew(self.timeout)
        self.send_scan(cursor, count)
        return self.scanned()

    def send_scan(self, cursor: int, count: int) -> None:
        """Asks for a step of the walk; `scanned` reads it, after what was sent before it."""
        self._count("SCAN", 1)
        self.node.session.connection.send(encode("SCAN", cursor, "COUNT", count), 1)
        self._scans += 1

    def scanned(self) -> tuple[int, list[bytes]]:
        """The step that `send_scan` asked for."""
        self._scans -= 1
        name = self.node.session.name
        (reply,) = self.node.session.connection.receive(1)
        if isinstance(reply, ServerError):
            raise fatal(name, reply) or NotPermitted(
                f"{name} refuses SCAN: {reply.shown}", "Without it nothing is known of the keys: allow +scan."
            )
        if isinstance(reply, list) and len(reply) == 2:
            at, names = reply
            if isinstance(at, bytes) and at.isdigit() and len(at) < 21 and isinstance(names, list):
                return int(at), [name for name in names if isinstance(name, bytes)]
        raise BadReply(
            f"{name} answers SCAN in another form than Redis", "A proxy may answer in its place: ask a node."
        )

    def drain(self) -> None:
        """Reads what is still to come, and forgets it."""
        connection = self.node.session.connection
        connection.renew(self.timeout)
        connection.receive(sum(self._outstanding.values()) + self._scans)
        self._outstanding, self._scans = {}, 0

    def send(self, names: Sequence[bytes], *, expiries: int, types: int) -> None:
        """Asks the sizes of these names, the expiry of the first `expiries`, the type of the first `types`."""
        timed = min(expiries, len(names)) if self.can("PTTL") and self.can("TIME") else 0
        typed = min(types, len(names)) if self.can("TYPE") else 0
        sized = len(names) if self.can("MEMORY USAGE") else 0
        packed = encode_each([(_EXPIRY, timed), (_TYPE, typed), (_MEMORY, sized)], names)
        self._asked = names
        self._outstanding = {"TIME": int(timed > 0), "PTTL": timed, "TYPE": typed, "MEMORY USAGE": sized}
        for command, many in self._outstanding.items():
            self._count(command, many)
        connection = self.node.session.connection
        connection.renew(self.timeout)
        connection.send((encode("TIME") if timed else b"") + packed, sum(self._outstanding.values()))

    def answer(self) -> Rows:
        """What the server says of the names that were sent, in their order."""
        connection = self.node.session.connection
        connection.renew(self.timeout)
        clock, left, types, sizes = (
            self._checked(command, connection.receive(many)) for command, many in self._outstanding.items()
        )
        self._outstanding = {}
        return Rows(
            self._asked,
            self._padded([size if size is None or isinstance(size, int) else UNKNOWN for size in sizes], UNKNOWN),
            self._padded(expiries([n if isinstance(n, int) else UNKNOWN for n in left], _now_ms(*clock)), UNKNOWN),
            self._padded([kind.decode("latin-1") if isinstance(kind, bytes) else "" for kind in types], ""),
        )

    def _padded(self, column: list[Item], blank: Item) -> list[Item]:
        return column + [blank] * (len(self._asked) - len(column))

    def largest(self, names: Sequence[bytes]) -> list[Largest]:
        """Type and number of elements of these keys."""
        if not self.can("TYPE"):
            return [Largest("", None)] * len(names)
        connection = self.node.session.connection
        found: list[Largest] = []
        for start in range(0, len(names), BATCH):
            some = names[start : start + BATCH]
            connection.renew(self.timeout)
            self._count("TYPE", len(some))
            connection.send(encode_each([(_TYPE, len(some))], some), len(some))
            replies = self._checked("TYPE", connection.receive(len(some)))
            types = [reply.decode("latin-1") if isinstance(reply, bytes) else "" for reply in replies]
            found += self._elements(some, types)
        return found

    def _elements(self, names: Sequence[bytes], types: Sequence[str]) -> list[Largest]:
        counted = [(name, CARDINALITY[kind]) for name, kind in zip(names, types, strict=True) if kind in _COUNTED]
        connection = self.node.session.connection
        for _, command in counted:
            self._count(command, 1)
        replies = iter(connection.pipeline([[command, name] for name, command in counted]))
        found: list[Largest] = []
        for kind in types:
            reply = next(replies) if kind in _COUNTED else None
            if isinstance(reply, ServerError):
                self._refuse(CARDINALITY[kind], reply, 1)
            found.append(Largest(kind, reply if isinstance(reply, int) else None))
        return found

    def _checked(self, command: str, replies: list[Reply]) -> list[Reply]:
        if ServerError in set(map(type, replies)):
            errors = [reply for reply in replies if isinstance(reply, ServerError)]
            self._refuse(command, errors[0], len(errors))
            if len(errors) == len(replies) and (command == "TIME" or len(errors) >= _MANY):
                self._denied.add(command)  # of some keys only: an ACL that allows others
        return replies

    def _refuse(self, command: str, error: ServerError, many: int) -> None:
        if (wrong := fatal(self.node.session.name, error)) is not None:
            raise wrong
        if error.code != "WRONGTYPE":  # the key has become another meanwhile
            first, before = self.refused.get(command, (error, 0))
            self.refused[command] = (first, before + many)

    def _count(self, command: str, many: int) -> None:
        if many:
            self.node.session.sent[command] += many


def _now_ms(reply: Reply = None) -> int | None:
    """The server's clock."""
    if isinstance(reply, list) and len(reply) == 2:
        seconds, micros = reply
        if isinstance(seconds, bytes) and isinstance(micros, bytes) and (seconds + micros).isdigit():
            return int(seconds[:12]) * 1000 + int(micros[:6]) // 1000
    return None
