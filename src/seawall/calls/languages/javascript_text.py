"""The text of JavaScript's string literals and templates: escapes, and numbers in any base."""

from __future__ import annotations

import re

ESCAPE = re.compile(
    r"\\(?:u\{(?P<brace>[0-9a-fA-F]{1,6})\}|u(?P<u>[0-9a-fA-F]{4})|x(?P<x>[0-9a-fA-F]{2})|(?P<octal>[0-3]?[0-7]{1,2})"
    r"|(?P<newline>\r\n|[\r\n\u2028\u2029])|(?P<other>.))",
    re.DOTALL,
)
LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def content(text: str) -> str:
    """What the text between quotation marks stands for. An escape that is none is the letter itself."""
    if "\\" not in text:
        return text
    # Beyond the first 65,536 characters a pair of escapes is one: joined by way of UTF-16, as a program would see it.
    plain = ESCAPE.sub(_one, text)
    if plain.isascii():
        return plain
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _one(found: re.Match[str]) -> str:
    kind = found.lastgroup
    value = found.group(kind or 0)
    match kind:
        case "newline":
            return ""
        case "other":
            return LETTERS.get(value, value)
        case "octal":
            return chr(int(value, 8))
        case _:
            code = int(value, 16)
            return chr(code) if code <= 0x10FFFF else found.group()


def number(text: str) -> int | float | None:
    """The value of a number as it is written; None where it is none."""
    text = text.replace("_", "").removesuffix("n")
    try:
        if text.isdigit():
            return int(text, 8 if text.startswith("0") and not set(text) & set("89") else 10)
        return int(text, 0) if text[:2].lower() in ("0x", "0o", "0b") else float(text)
    except ValueError:
        return None
