"""The text of Ruby's literals: escapes, squiggly heredocs, numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

CONTROL = rb"(?:c|C-|M-)(?:\\(?:c|C-|M-))*"
ESCAPE = re.compile(
    rb"\\(?:(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9a-fA-F]{1,2})|u(?P<one>[0-9a-fA-F]{4})|u\{(?P<many>[0-9a-fA-F\s]*)\}"
    rb"|(?P<newline>\n)|(?P<control>" + CONTROL + rb")(?P<of>.)|(?P<letter>.))",
    re.DOTALL,
)
LETTERS = dict(zip(b"abefnrstv", b"\a\b\x1b\f\n\r \t\v", strict=True))
BRACKETS = {b"(": b"()", b"[": b"[]", b"{": b"{}", b"<": b"<>"}
TAB = 8


def decoded(raw: bytes) -> str | bytes:
    """Text where it is UTF-8, and the bytes where it is not."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def hidden(opening: bytes) -> bytes | None:
    """The characters that a backslash hides after this opening of a literal; None: all escapes mean something."""
    kind, quote = opening[:-1], opening[-1:]
    if quote == b"'" or kind in {b"%q", b"%s", b"%w", b"%i"}:
        return b"\\" + BRACKETS.get(quote, quote) + (b" \n\t" if kind in {b"%w", b"%i"} else b"")
    return None


def content(raw: bytes, hides: bytes | None) -> bytes:
    """What a piece of a literal stands for. hides: as `hidden` says; empty where a backslash is one."""
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n")
    if b"\\" not in raw:
        return raw
    if hides is None:
        return ESCAPE.sub(_one, raw)
    return re.sub(rb"\\([" + re.escape(hides) + rb"])", rb"\1", raw) if hides else raw


def _one(found: re.Match[bytes]) -> bytes:
    kind, value = found.lastgroup, found.group(found.lastgroup or 0)
    match kind:
        case "octal":
            return bytes((int(value, 8) & 0xFF,))
        case "hex":
            return bytes((int(value, 16),))
        case "one" | "many":
            points = [int(point, 16) for point in value.split()]
            # What is no character (a surrogate, too high) Ruby refuses; here it stays as it is written.
            valid = all(point < 0x110000 and not 0xD800 <= point < 0xE000 for point in points)
            return "".join(map(chr, points)).encode() if valid else found.group()
        case "newline":
            return b""
        case "of":
            byte, control = value[0], found["control"]
            if b"c" in control or b"C" in control:
                byte = 0x7F if byte == 0x3F else byte & 0x9F
            return bytes((byte | 0x80 if b"M" in control else byte,))
        case _:
            return bytes((LETTERS.get(value[0], value[0]),))


def dedented(pieces: Sequence[bytes]) -> list[bytes]:
    """The pieces of a squiggly heredoc, parted by interpolations, without the indentation that all its lines share."""
    lines = [piece.splitlines(keepends=True) for piece in pieces]
    starts = [number == 0 or pieces[number - 1].endswith(b"\n") for number in range(len(pieces))]
    widths: list[int] = []
    for number, piece in enumerate(lines):
        for at, line in enumerate(piece):
            if (at or starts[number]) and line.strip(b" \t\r\n\v\f") + line[-1:] != b"\n":
                widths.append(_width(line))
        if number + 1 < len(lines) and (not piece or piece[-1].endswith(b"\n")) and (piece or starts[number]):
            widths.append(0)  # a line that begins with an interpolation
    width = min(widths, default=0)
    return [
        b"".join(_cut(line, width) if at or starts[number] else line for at, line in enumerate(piece))
        for number, piece in enumerate(lines)
    ]


def _width(line: bytes) -> int:
    width = 0
    for byte in line:
        if byte == 0x20:
            width += 1
        elif byte == 0x09:
            width = (width // TAB + 1) * TAB
        else:
            break
    return width


def _cut(line: bytes, width: int) -> bytes:
    at = column = 0
    while at < len(line) and column < width and line[at] in b" \t":
        column = column + 1 if line[at] == 0x20 else (column // TAB + 1) * TAB
        if column > width:
            break
        at += 1
    return line[at:]


def integer(text: str) -> int | None:
    """The value of an integer literal, None of one that is too long to be a number of any use."""
    text = text.replace("_", "").lower()
    if text.startswith("0d"):
        text = text[2:].lstrip("0") or "0"
    elif text[0] == "0" and text[1:].isdigit():
        text = "0o" + text[1:]
    try:
        return int(text, 0)
    except ValueError:
        return None
