"""One record of a slow log, as the server sent it, and what the server cut off of it.

A server keeps 32 arguments of 128 bytes. The 32nd says how many more there were, a longer argument says how many bytes
more, so the true counts survive while the values do not. (Source: slowlog.c and unit/slowlog.tcl of Redis and Valkey.)
A user's value may imitate these texts; they are believed only in the place where the server puts them, and only where
they fit a count that the server gives elsewhere (the 7th field).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

MAX_ARGUMENTS = 32
MAX_ARGUMENT_BYTES = 128
KEPT_BYTES = 256  # of an argument in a log that somebody else made, which may cut nothing
_MORE_ARGUMENTS = re.compile(rb"\.\.\. \((\d{1,18}) more arguments?\)")
_MORE_BYTES = re.compile(rb"\.\.\. \((\d{1,18}) more bytes?\)")
SCRIPT_PEERS = ("?:0", "")  # the peer of a command sent by a script: Redis up to 7, Redis 8


@dataclass(frozen=True, slots=True)
class RawEntry:
    """A slow-log record with its arguments: people's data. It lives only until `reduce` has made an Entry of it.

    id, at (epoch seconds of the command's end), us (microseconds of its execution); None where the source has none.
    argv: the arguments shown. argc: how many there were; None where the source does not say.
    """

    id: int | None
    at: int | None
    us: int
    argv: tuple[bytes, ...] = field(repr=False)
    argc: int | None
    peer: str | None = None  # None: the source has no such field
    client: str = ""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument as shown (without the server's remark), its true length in bytes, and whether it was cut."""

    shown: bytes = field(repr=False)
    length: int
    cut: bool


def decode_slowlog(reply: object) -> tuple[list[RawEntry], int]:
    """The entries of a SLOWLOG GET reply of 4, 6 or 7 fields, and how many were not of that form."""
    entries: list[RawEntry] = []
    broken = 0
    for item in _items(reply):
        entry = _decode(_items(item))
        if entry is None:
            broken += 1
        else:
            entries.append(entry)
    return entries, broken


def _items(value: object) -> Sequence[object]:
    return cast("list[object]", value) if isinstance(value, list) else ()


def _decode(fields: Sequence[object]) -> RawEntry | None:
    if len(fields) < 4:
        return None
    number, at, us, arguments, *rest = fields
    if not (isinstance(number, int) and isinstance(at, int) and isinstance(us, int)):
        return None
    words = [a for a in _items(arguments) if isinstance(a, bytes)]
    if len(words) != len(_items(arguments)) or not words or us < 0:
        return None
    texts = [r.decode("utf-8", "replace") for r in rest if isinstance(r, bytes)]
    counts = [r for r in rest if isinstance(r, int)]
    return raw_entry(
        number,
        at,
        us,
        words,
        peer=texts[0] if texts else None,
        client=texts[1] if len(texts) > 1 else "",
        argc=counts[0] if counts else None,
    )


def raw_entry(
    number: int | None,
    at: int | None,
    us: int,
    words: Sequence[bytes],
    *,
    peer: str | None = None,
    client: str = "",
    argc: int | None = None,
) -> RawEntry:
    """An entry with the server's remark about further arguments taken off and counted.

    argc: the true count where the server says it (7th field, Redis 8.10).
    """
    shown = list(words)
    remark = _MORE_ARGUMENTS.fullmatch(shown[-1]) if len(shown) > 1 else None
    told = len(shown) - 1 + int(remark[1]) if remark and int(remark[1]) > 1 else None  # it stands for two or more
    if told is not None and (told == argc or (argc is None and len(shown) == MAX_ARGUMENTS)):
        shown.pop()
        argc = told
    return RawEntry(number, at, us, tuple(shown), max(argc or 0, len(shown)), peer, client)


def argument(word: bytes) -> Argument:
    """The argument without the server's remark about its length."""
    more = _MORE_BYTES.fullmatch(word, MAX_ARGUMENT_BYTES) if len(word) > MAX_ARGUMENT_BYTES else None
    if more is None:
        return Argument(word[:KEPT_BYTES], len(word), cut=len(word) > KEPT_BYTES)
    return Argument(word[:MAX_ARGUMENT_BYTES], MAX_ARGUMENT_BYTES + int(more[1]), cut=True)
