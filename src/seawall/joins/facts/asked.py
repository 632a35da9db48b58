"""What is to be traced: a key, an entry, or a group of entries, as far as the slow log tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from seawall.keyspace import Key, KeyPattern

LOOKED_AT = 64  # keys of one group that are compared: a group's keys are alike
GLOBS = frozenset({"keys", "scan", "psubscribe"})  # what stands in the place of a key is itself a pattern

_ANY = b"\0\1"  # in the place of a gap: no literal of a key has it


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of the sender's command.

    pattern: of the keys, None where the command has none. keys: some of them, as the log shows them. command: lower
    case, empty where any. clients: the names that clients gave themselves. libraries: of these clients, as `CLIENT
    LIST` tells (`redis-py`). times: of the entries, aware, one for each.
    """

    pattern: KeyPattern | None
    keys: tuple[Key, ...] = ()
    command: str = ""
    clients: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    times: tuple[datetime, ...] = ()

    def fits(self, pattern: KeyPattern) -> bool:
        """Whether keys of a pattern can be the ones that were seen: all of them, where they are known."""
        if self._by_pattern:
            return self.pattern is not None and pattern.intersects(self.pattern)
        return all(pattern.matches(key.name, cut=key.cut) for key in self.keys[:LOOKED_AT])

    def covered(self, pattern: KeyPattern) -> bool:
        """Whether every key that was seen is one of the pattern, as far as the pattern of those seen tells."""
        if not self._by_pattern:
            return self.fits(pattern)
        parts = self.pattern.parts if self.pattern else ()
        return pattern.matches(b"".join(_ANY if part is None else part for part in parts))

    @property
    def says_something(self) -> bool:
        """Whether anything of a key is known."""
        return bool(self.keys) or (self.pattern is not None and self.pattern.literal_length > 0)

    @property
    def _by_pattern(self) -> bool:
        return self.command in GLOBS or not self.keys


def asked_for(key: bytes, command: str = "", *, cut: bool = False) -> Asked:
    """The question of one key. With a `*` in it, it is taken as the pattern of keys that it is for KEYS."""
    command = command.lower().strip()
    if command in GLOBS or b"*" in key:
        return Asked(KeyPattern.of_glob(key), command=command)
    return Asked(KeyPattern.of((key,)), (Key(key, cut),), command)
