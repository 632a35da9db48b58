"""What redis-cli prints: formatted on a terminal (or with --no-raw), one value a line in a pipe.

    formatted                          raw
    1) 1) (integer) 14                 14
       2) (integer) 1789000000         1789000000
       3) (integer) 28500              28500
       4) 1) "SMEMBERS"                SMEMBERS
          2) "drivers:online"          drivers:online
       5) "10.0.0.7:51234"             10.0.0.7:51234
       6) "web-1"                      web-1

Limits: raw text does not say where the arguments end, or where one does that holds line breaks. They end before the
address and the name of the client, then comes the next id, one less than the last; a line break makes two arguments of
one. Formatted text that lost its indent is read as long as its entries have addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from seawall.nodes.facts.entry import MAX_ARGUMENTS, RawEntry, raw_entry
from seawall.nodes.inputs.pasted import Pasted, of_entries

# --- formatted --------------------------------------------------------------------------------------------------------

_FIRST_LINE = re.compile(rb" *\d{1,9}\) +1\) \(integer\)")
_LINE = re.compile(rb"( *)((?:\d{1,9}\) +){1,3})(.*)", re.DOTALL)
_INTEGER = re.compile(rb"\(integer\) (-?\d{1,18})")
# Redis: 10.0.0.7:51234, [::1]:51234, /path:0, ?:0; Valkey puts a path in brackets. Empty: a script's on Redis 8.
_ADDRESS = re.compile(rb"\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}|\[[^\]\s]{1,200}\]:\d{1,5}|/.{1,200}:0|\?:0")


def is_formatted(text: bytes) -> bool:
    """Whether the text begins as formatted; its first line may have lost its indent."""
    return _FIRST_LINE.match(text) is not None


def read_formatted(text: bytes) -> Pasted:
    """Entries of 4, 6 or 7 fields, arguments quoted as redis-cli quotes them."""
    entries = [_formatted_entry(block) for block in _blocks(text)]
    last = entries[-1] if entries else None
    if last is not None and last.peer is None and any(e.peer is not None for e in entries if e):
        entries[-1] = None  # the text ends among its arguments: how many there were is not known
    return of_entries("redis-cli text", entries)


def _blocks(text: bytes) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    for line in text.splitlines():
        if _FIRST_LINE.match(line) and block:
            yield block
            block = []
        if _LINE.match(line):  # others are prompts
            block.append(line)
    if block:
        yield block


Line = tuple[int, tuple[int, ...], bytes]  # its indent, its numbers, its value


def _formatted_entry(block: Sequence[bytes]) -> RawEntry | None:
    """Fields by their number; from the fourth one's line on come the arguments, up to the fifth."""
    lines = [_line(line) for line in block]
    (indent, indexes, value), *rest = lines
    lines = [(indent, indexes[1:], value), *rest]  # the first line begins with the entry's own number
    begin = next((i for i, (_, indexes, _) in enumerate(lines) if indexes == (4, 1)), len(lines))
    end = _end_of_arguments(lines, begin)
    words = [_unquoted(value) for _, _, value in lines[begin:end]]
    fields = {indexes: value for _, indexes, value in (*lines[:begin], *lines[end:])}
    numbers = {i: int(m[1]) for (i, *_), value in fields.items() if (m := _INTEGER.fullmatch(value))}
    if not words or not words[0] or numbers.get(3, -1) < 0 or len(fields) < len(lines) - len(words):
        return None
    peer = fields.get((5,))
    return raw_entry(
        numbers.get(1),
        numbers.get(2),
        numbers[3],
        words,
        peer=None if peer is None else _unquoted(peer).decode("utf-8", "replace"),
        client=_unquoted(fields.get((6,), b"")).decode("utf-8", "replace"),
        argc=numbers.get(7),
    )


def _line(line: bytes) -> Line:
    match = _LINE.match(line)
    if match is None:
        return 0, (), line
    return len(match[1]), tuple(int(n) for n in re.findall(rb"\d+", match[2])), match[3].strip()


def _end_of_arguments(lines: Sequence[Line], begin: int) -> int:
    """The line of the fifth field; arguments stand deeper than fields, unless the text has lost its indent."""
    after = range(begin + 1, len(lines))
    indent = next((indent for indent, indexes, _ in lines if indexes == (2,)), 0)
    if indent:
        return next((i for i in after if lines[i][0] <= indent), len(lines))
    peers = [i for i in after if lines[i][1] == (5,) and _ADDRESS.fullmatch(_unquoted(lines[i][2]))]
    return peers[-1] if peers else len(lines)


_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b"}


def _unquoted(value: bytes) -> bytes:
    r"""The bytes that redis-cli shows as `"a\x00\"b"`."""
    if len(value) < 2 or value[:1] != b'"' or value[-1:] != b'"':
        return value

    def unescape(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes([int(code[1:], 16)]) if code[:1] == b"x" and len(code) == 3 else _ESCAPES.get(code, code)

    return re.sub(rb"\\(x[0-9a-fA-F]{2}|.)", unescape, value[1:-1], flags=re.DOTALL)


# --- raw --------------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(rb"\d{1,18}")
_NUMBERS = re.compile(rb"(?:\d{1,18}\s*\n){3}")


def is_raw(text: bytes) -> bool:
    """Whether the text begins with three numbers, one a line."""
    return _NUMBERS.match(text) is not None


def read_raw(text: bytes) -> Pasted:
    """Entries of 4 or 6 lines and more, their arguments as they are."""
    if b"\r\n" in text[:40]:
        text = text.replace(b"\r\n", b"\n")
    lines = text.split(b"\n")
    while lines and not lines[-1]:
        lines.pop()
    starts = _raw_starts(lines)
    records = [lines[start:end] for start, end in pairwise([*starts, len(lines)])]
    named = sum(any(_ADDRESS.fullmatch(word) for word in record[-2:]) for record in records)
    has_peers = named > 0 and 2 * sum(map(_ends_with_peer, records)) >= len(records) - 1
    if has_peers and _ADDRESS.fullmatch(records[-1][-1]) and not _ADDRESS.fullmatch(records[-1][-2]):
        records[-1].append(b"")  # the last line of the text, an empty client name, was trimmed
    return of_entries("redis-cli raw text", [_raw_entry(record, has_peers=has_peers) for record in records])


def _raw_starts(lines: Sequence[bytes]) -> list[int]:
    """Where the entries begin: three numbers, the first one less than that of the entry before."""
    starts: list[int] = []
    numeric = [_NUMBER.fullmatch(line) is not None for line in lines]
    for i in range(len(lines) - 3):
        if not (numeric[i] and numeric[i + 1] and numeric[i + 2]):
            continue
        if not starts:
            starts.append(i)
            continue
        number, at = int(lines[starts[-1]]), int(lines[starts[-1] + 1])
        if int(lines[i]) == number - 1 and i >= starts[-1] + 4 and abs(int(lines[i + 1]) - at) < 10**8:
            starts.append(i)
    return starts


def _ends_with_peer(record: Sequence[bytes]) -> bool:
    return len(record) > 5 and (not record[-2] or _ADDRESS.fullmatch(record[-2]) is not None)


def _raw_entry(record: Sequence[bytes], *, has_peers: bool) -> RawEntry | None:
    words, peer, client = list(record[3:]), None, ""
    if has_peers:
        if not _ends_with_peer(record):
            return None
        peer, client = words[-2].decode("utf-8", "replace"), words[-1].decode("utf-8", "replace")
        words = words[:-2]
    if not words or not words[0]:
        return None
    if len(words) > MAX_ARGUMENTS:  # line breaks in them; the server's remark, if there is one, is still the last
        words = [*words[: MAX_ARGUMENTS - 1], words[-1]]
    return raw_entry(int(record[0]), int(record[1]), int(record[2]), words, peer=peer, client=client)
