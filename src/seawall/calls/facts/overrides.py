"""What a person says of names that reading does not tell: which are clients, which send commands, which are neither.

A name is written as people write it: `$cache`, `Discourse.redis`, `CacheStore#fetch_set`, `shop.store.client`. It means
whatever is called so, with or without more words ahead: `store.client` is `shop.store.client` too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Receiver:
    """A client. prefix: what it puts before every key."""

    name: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A method that sends a command. key: which argument is the key, from 0, or the name of a parameter."""

    name: str
    command: str
    key: int | str = 0
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """No Redis, whatever it looks like."""

    name: str


Override: TypeAlias = Receiver | Wrapper | Ignored


@dataclass(frozen=True)
class Overrides:
    """All that is said. Its repr tells all of it, so that it can be a part of a cache's key."""

    receivers: tuple[Receiver, ...] = ()
    wrappers: tuple[Wrapper, ...] = ()
    ignored: tuple[Ignored, ...] = ()

    @cached_property
    def things(self) -> dict[str, list[Receiver | Ignored]]:
        """Clients, and what is none, by the last word of their names."""
        found: dict[str, list[Receiver | Ignored]] = {}
        for each in (*self.ignored, *self.receivers):
            found.setdefault(last_word(each.name), []).append(each)
        return found

    @cached_property
    def methods(self) -> dict[str, list[Wrapper]]:
        """Wrappers by the last word of their names."""
        found: dict[str, list[Wrapper]] = {}
        for each in self.wrappers:
            found.setdefault(last_word(each.name), []).append(each)
        return found

    def wanted(self) -> Iterable[tuple[str, str]]:
        """The words by which a file is found that uses one of these: the last, and the one before it or ""."""
        for each in (*self.receivers, *self.wrappers):
            words = plain(each.name).split(".")
            yield words[-1].lstrip("$@"), words[-2] if len(words) > 1 else ""


def plain(name: str) -> str:
    """A name with dots between its words: `A::B#c` is `A.B.c`, `a.b()` is `a.b`."""
    return re.sub(r"::|#|\.\.+", ".", name.replace("()", "")).strip(".")


def last_word(name: str) -> str:
    """`c` of `A::B#c`."""
    return plain(name).rpartition(".")[2]


def means(name: str, written: str) -> bool:
    """Whether a name means what is written so in full."""
    return f".{plain(written)}".endswith(f".{plain(name)}")
