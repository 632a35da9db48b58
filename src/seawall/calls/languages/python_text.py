"""The text of Python's string literals: prefixes, escapes, braces of f-strings."""

from __future__ import annotations

import re
import unicodedata

ESCAPE = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})"
    r"|N\{(?P<name>[^{}]*)\}|(?P<newline>\r\n|\r|\n)|(?P<letter>[\\'\"abfnrtv]))|(?P<brace>\{\{|\}\})"
)
LETTERS = {"\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
CONTROLS = str.maketrans({"\r": "\n"})


def content(text: str, prefix: str) -> str:
    """What a piece of a literal stands for. prefix: its letters, in lower case. An escape that is none stays."""
    text = text.replace("\r\n", "\n").translate(CONTROLS) if "\r" in text else text
    braces, escapes = "f" in prefix or "t" in prefix, "r" not in prefix and "\\" in text
    if not escapes and not (braces and ("{" in text or "}" in text)):
        return text
    return ESCAPE.sub(lambda found: _one(found, escapes, braces, "b" in prefix), text)


def opening(literal: bytes) -> tuple[str, int]:
    """The prefix of a literal, in lower case, and how many quotation marks it stands between on each side."""
    start = next((at for at, octet in enumerate(literal) if octet in b"'\""), 0)
    three = literal[start : start + 1] * 3
    return literal[:start].decode("latin-1").lower(), 3 if literal.startswith(three, start) and len(literal) > 5 else 1


def _one(found: re.Match[str], escapes: bool, braces: bool, is_bytes: bool) -> str:
    kind, written = found.lastgroup, found.group()
    if kind == "brace":
        return written[0] if braces else written
    if not escapes:
        return written
    value = found.group(kind or 0)
    match kind:
        case "octal":
            return chr(int(value, 8) & (0xFF if is_bytes else 0x1FF))
        case "x":
            return chr(int(value, 16))
        case "newline":
            return ""
        case "letter":
            return LETTERS[value]
        case "u" | "U" if not is_bytes and int(value, 16) <= 0x10FFFF:
            return chr(int(value, 16))
        case "name" if not is_bytes:
            return _named(value) or written
        case _:
            return written


def _named(name: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return ""
