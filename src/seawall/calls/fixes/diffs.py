"""A unified diff of bytes, as `git apply` and `patch -p1` take it. Pure.

Lines end at a line feed and nowhere else, so carriage returns and odd bytes are in the diff as they are in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\')
_ESCAPES = {0x07: "a", 0x08: "b", 0x09: "t", 0x0A: "n", 0x0B: "v", 0x0C: "f", 0x0D: "r", 0x22: '"', 0x5C: "\\"}
_NO_END = b"\\ No newline at end of file\n"


def diff(path: str, old: bytes, new: bytes) -> bytes:
    """The diff of one file; empty where nothing changes. path: relative, with `/`."""
    if old == new:
        return b""
    before, after = _lines(old), _lines(new)
    rows = unified_diff(before, after, quoted(f"a/{path}"), quoted(f"b/{path}"))
    made = [b"diff --git %s %s\n" % (quoted(f"a/{path}").encode(), quoted(f"b/{path}").encode())]
    for row in rows:
        data = row.encode("latin-1")
        made.append(data if data.endswith(b"\n") else data + b"\n" + _NO_END)
    return b"".join(made)


def quoted(name: str) -> str:
    """A name as git writes it in a diff: in C's quotes where a byte of it is not plain."""
    data = name.encode("utf-8", "surrogateescape")
    if all(byte in _PLAIN for byte in data):
        return name
    return '"' + "".join(map(_escaped, data)) + '"'


def _escaped(byte: int) -> str:
    if byte in _ESCAPES:
        return f"\\{_ESCAPES[byte]}"
    return chr(byte) if byte in _PLAIN else f"\\{byte:03o}"


def _lines(data: bytes) -> list[str]:
    """Lines with their ends, a character for each byte."""
    return list(_split(data.decode("latin-1")))


def _split(text: str) -> Iterator[str]:
    pieces = text.split("\n")
    yield from (f"{piece}\n" for piece in pieces[:-1])
    if pieces[-1]:
        yield pieces[-1]
