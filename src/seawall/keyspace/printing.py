"""Text and bytes from outside, made safe to print, and read again."""

from __future__ import annotations

import re


def printable(text: str | bytes) -> str:
    r"""The text, safe to print: a control or undecodable byte as `\xNN`, other invisible characters as `\uNNNN`."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(ord(c)) for c in text)


def _escape(code: int) -> str:
    if code < 0x80:  # above it, `\xNN` is a byte that is not UTF-8
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_ESCAPES = re.compile(r"\\([*\\]|x[0-9a-f]{2}|u[0-9a-f]{4}|U00(?:0[0-9a-f]|10)[0-9a-f]{4})")


def unprinted(text: str) -> bytes:
    r"""The bytes of printable text: `\xNN` is a byte, `\uNNNN`, `\\` and `\*` a character, another backslash itself."""
    pieces = _ESCAPES.split(text)  # text and escapes in turn
    return b"".join(_byte(piece) if place % 2 else _utf8(piece) for place, piece in enumerate(pieces))


def _byte(escape: str) -> bytes:
    if escape[0] == "x":
        return bytes([int(escape[1:], 16)])
    return _utf8(chr(int(escape[1:], 16)) if escape[0] in "uU" else escape)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
