"""Rows as the text of seawall.toml: what is known as keys, what is left to fill in as comments. Pure.

All text in it came from outside: in a key it is a quoted string, in a comment one line, without control characters in
either, so that nothing that was found can open a table or a key of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from seawall.keyspace import printable
from seawall.model import Json
from seawall.survey.rows import Row

PLACES = 5  # shown of one row
_WIDE = 100  # columns of a list in one line
_COLUMN = 36  # where the meaning of a key that is left begins
_HEAD = """\
# The estate: what production depends on, and who answers for it. Proposed by `seawall init`.
# Write down the people first, then an owner and a deputy in each row.

# [people.ada]
# name = "Ada"
# routes = ["mailto://user:password@mail.example.com"]    # as apprise writes them
"""
_EMPTY = """
# No endpoint was found. A row looks like this:
#
# [[redis]]
# name = "jobs"
# url_env = "REDIS_URL"
# owner = "ada"
#
# [[vendors]]
# name = "Redis Cloud"
# owner = "ada"
# deputy = "ben"
# endpoints = ["redis-17042.example.com:17042"]
"""


def page(rows: Sequence[Row]) -> str:
    """A whole seawall.toml of these rows."""
    return _HEAD + (f"\n{pasted(rows)}" if rows else _EMPTY)


def pasted(rows: Iterable[Row]) -> str:
    """The rows alone, to be pasted behind those that are there."""
    explained: set[str] = set()  # tables whose first row has said what the keys mean
    parts: list[str] = []
    for row in rows:
        parts.append("".join(f"{line}\n" for line in _lines(row, with_meanings=row.table not in explained)))
        explained.add(row.table)
    return "\n".join(parts)


def _lines(row: Row, *, with_meanings: bool) -> Iterator[str]:
    yield f"[[{row.table}]]"
    for place in row.places[:PLACES]:
        yield f"# found in {place.says}"
    if len(row.places) > PLACES:
        yield f"# and in {len(row.places) - PLACES} more"
    for sentence in row.says:
        yield f"# {printable(sentence)}"
    for key, value in row.fields.items():
        line = f"{key} = {_toml(value)}"
        meaning = row.left.get(key) if value == "" and with_meanings else None
        yield f"{line:<{_COLUMN}}# {meaning}" if meaning else line
    for key, meaning in row.left.items():
        if key not in row.fields:
            yield f"{f'# {key} =':<{_COLUMN}}# {meaning}" if with_meanings else f"# {key} ="


def _toml(value: Json) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(v)}" for key, v in value.items()) + " }"
    if isinstance(value, list):
        inner = [_toml(v) for v in value]
        flat = f"[{', '.join(inner)}]"
        return flat if len(flat) < _WIDE else "[\n" + "".join(f"    {v},\n" for v in inner) + "]"
    # A string of JSON is one of TOML, once what is not printable is escaped.
    return json.dumps(printable(value) if isinstance(value, str) else value, ensure_ascii=False)
