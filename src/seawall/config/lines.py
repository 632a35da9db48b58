"""On which line of a TOML text a key stands: the standard library's parser keeps no lines.

A scan line by line, for messages only: it reads headers and the keys that begin a line, and passes over the inside of
strings of several lines. A key in an inline table is found at the line where that table begins.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

Place = tuple[str | int, ...]  # ("vendors", 0, "ends"): the first [[vendors]] is 0

_HEADER = re.compile(r"\s*(\[\[?)(.+?)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+|\s*\.\s*)+?)\s*=""")
_QUOTES = re.compile(r'"""|\'\'\'')
_DATE = re.compile(r"(?m)^(\s*[\w.-]+\s*=\s*)(\d{4}-\d{2}-\d{2})([Tt ][\d:.+Zz-]+)?(?=\s*(?:#.*)?$)")


_DEPTH = 8  # of a place; the deepest that is known has four


def line_index(text: str) -> dict[Place, int]:
    """The first line, from 1, of each place in the text and of each table around it."""
    found: dict[Place, int] = {}
    for number, place in _places(text):
        for depth in range(1, min(len(place), _DEPTH) + 1):
            found.setdefault(place[:depth], number)
    return found


def line_of(index: Mapping[Place, int], place: Place) -> int:
    """The line of this place, or of the innermost table around it that has one; 0 where none has."""
    return next((index[place[:depth]] for depth in range(len(place), 0, -1) if place[:depth] in index), 0)


def _places(text: str) -> Iterator[tuple[int, Place]]:
    tables: dict[Place, int] = {}  # how many [[table]] of each place came so far
    here: Place = ()
    inside: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        began_inside = inside
        for quotes in _QUOTES.findall(line):
            inside = None if inside == quotes else inside or quotes
        if began_inside:
            continue
        header = _HEADER.match(line)
        if header and (keys := _keys(header[2])):
            here = _resolved(keys, tables, is_array=header[1] == "[[")
            yield number, here
        elif (key := _KEY.match(line)) and (keys := _keys(key[1])):
            yield number, (*here, *keys)


def _keys(dotted: str) -> tuple[str, ...]:
    try:
        table: Any = tomllib.loads(f"{dotted} = 0")
    except (ValueError, RecursionError):
        return ()
    keys: list[str] = []
    while isinstance(table, dict):
        ((key, table),) = table.items()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        keys.append(str(key))  # pyright: ignore[reportUnknownArgumentType]
    return tuple(keys)


def _resolved(keys: tuple[str, ...], tables: dict[Place, int], *, is_array: bool) -> Place:
    """`redis.aws` below the third [[redis]] is ("redis", 2, "aws")."""
    place: Place = ()
    for depth, key in enumerate(keys, 1):
        place = (*place, key)
        if is_array and depth == len(keys):
            tables[place] = tables.get(place, 0) + 1
        if place in tables:
            place = (*place, tables[place] - 1)
    return place


def without_impossible_dates(text: str) -> tuple[str, dict[str, Any]] | None:
    """The text with each date that no calendar has (2026-02-30) in quotes, and its table; None where it is no help.

    The parser ends at the first of them; so they are reported with all other faults, each on its line.
    """
    mended = _DATE.sub(_quoted, text)
    if mended == text:
        return None
    try:
        return mended, tomllib.loads(mended)
    except (ValueError, RecursionError):
        return None


def _quoted(match: re.Match[str]) -> str:
    try:
        date.fromisoformat(match[2])
    except ValueError:
        return f'{match[1]}"{match[2]}{match[3] or ""}"'
    return match[0]
