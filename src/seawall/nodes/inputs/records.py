"""Slow-log entries as JSON: of `redis-cli --json`, of client libraries, of a cloud's log delivery, in their envelopes.

A cloud hides all arguments but counts them: `"Command": "SADD ... (40001 more arguments)"`. (Source: the log delivery
page of ElastiCache.) Field names are compared without case and punctuation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from seawall.nodes.facts.entry import RawEntry, decode_slowlog, raw_entry
from seawall.nodes.inputs.pasted import Pasted, of_entries

_DEPTH = 8  # of envelopes in envelopes; CloudWatch needs three
_FAR = 10**15  # microseconds (30 years), and any other number in a record


def read_records(text: bytes) -> Pasted:
    """The entries of a JSON array, of one object, or of JSON lines. Raises InputError."""
    return of_entries("JSON", (_entry(record) for record in _records(text.decode("utf-8", "surrogateescape"))))


def _records(text: str) -> Iterator[object]:
    whole = _loads(text)
    if whole is not _BROKEN:
        yield from _unwrapped(whole)
        return
    for line in text.splitlines():
        if line.strip():
            yield from _unwrapped(_loads(line))


_BROKEN = object()


def _loads(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _BROKEN


_ENVELOPES = ("events", "logEvents", "entries", "slowlog", "results")


def _unwrapped(value: object, depth: int = 0) -> Iterator[object]:
    """The records in a log service's envelope: an array, `events` and the like, or a `message` that is JSON itself."""
    inner: list[object] = []
    if isinstance(value, list):
        items = cast("list[object]", value)
        if items and isinstance(items[0], int):  # one entry as a RESP-like array
            yield items
            return
        inner = items
    elif isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        lists: list[list[object]] = [found for name in _ENVELOPES if isinstance(found := fields.get(name), list)]
        message = fields.get("message") or fields.get("@message")
        if fields.get("field") == "@message":  # CloudWatch Logs Insights
            message = fields.get("value")
        if lists:
            inner = lists[0]
        elif isinstance(message, str) and message.lstrip().startswith("{"):
            inner = [_loads(message)]
        elif "field" in fields and "value" in fields:  # another column of Insights
            return
        else:
            yield value
            return
    else:
        yield None
        return
    if depth == _DEPTH:
        yield None
        return
    for item in inner:
        yield from _unwrapped(item, depth + 1)


_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "at": ("timestamp", "time", "starttime", "at"),
    "us": ("durationus", "duration", "executiontime", "us", "usec", "microseconds", "executiontimeus"),
    "ms": ("durationms", "executiontimems"),
    "ns": ("durationns",),
    "command": ("command", "cmd"),
    "args": ("args", "arguments", "argv"),
    "peer": ("clientaddress", "clientaddr", "clientip", "clientipport", "peer", "client"),
    "client": ("clientname",),
}
_PLAIN = re.compile(r"[^a-z0-9]")


def _entry(record: object) -> RawEntry | None:
    if isinstance(record, list):
        entries, _ = decode_slowlog([[_as_bytes(v) for v in cast("list[object]", record)]])
        return entries[0] if entries else None
    if not isinstance(record, dict):
        return None
    fields = cast("Mapping[str, Any]", record)
    by_name = {_PLAIN.sub("", name.lower()): value for name, value in fields.items() if value is not None}
    found = {key: next((by_name[n] for n in names if n in by_name), None) for key, names in _NAMES.items()}
    us = _whole(found["us"])
    if us is None:
        ms, ns = _number(found["ms"]), _whole(found["ns"])
        us = int(ms * 1000) if ms is not None else None if ns is None else ns // 1000
    elif "Duration" in fields and "Args" in fields:  # go-redis writes a time.Duration, which is nanoseconds
        us //= 1000
    words, argc = _words(found["command"], found["args"])
    if us is None or us < 0 or not words or not words[0]:
        return None
    peer, client = found["peer"], found["client"]
    return raw_entry(
        _whole(found["id"]),
        _seconds(found["at"]),
        us,
        words,
        peer=peer if isinstance(peer, str) and peer else None,
        client=client if isinstance(client, str) else "",
        argc=argc,
    )


def _as_bytes(value: object) -> object:
    if isinstance(value, str):
        return _encoded(value)
    if isinstance(value, int):
        return _whole(value)
    return [_as_bytes(v) for v in cast("list[object]", value)] if isinstance(value, list) else None


def _encoded(text: str) -> bytes:
    """UTF-8, and the bytes that were none before."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a surrogate pair, written as an escape
        return text.encode("utf-8", "backslashreplace")


def _words(command: object, args: object) -> tuple[list[bytes], int | None]:
    """The arguments of a command given as a list, as a text, or as a name and a list; a cloud's text counts them."""
    if isinstance(command, list):
        command, args = None, cast("object", command)
    if isinstance(args, list):
        items = cast("list[object]", args)
        if not all(isinstance(w, str | int | float) for w in items):
            return [], None
        words = [_encoded(str(w)) for w in items]
        named = isinstance(command, str) and (not words or words[0].upper() != _encoded(command.strip()).upper())
        return ([_encoded(str(command).strip()), *words] if named else words), None
    text = command if isinstance(command, str) else args
    if not isinstance(text, str):
        return [], None
    hidden = re.fullmatch(r"\s*(\S[^\n]{0,2000}?)\s*(?:\.{3} )?\((\d{1,9}) more arguments?\)\s*", text)
    words = [_encoded(w) for w in (hidden[1] if hidden else text).split()]
    return words, len(words) + int(hidden[2]) if hidden else None


def _number(value: object) -> float | None:
    if isinstance(value, str) and re.fullmatch(r"\d{1,15}(?:\.\d{1,15})?", value):
        value = float(value)
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _FAR
    return float(cast("float", value)) if good else None


def _whole(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"\d{1,18}", value):
        value = int(value)
    good = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**18
    return int(cast("float", value)) if good else None


def _seconds(value: object) -> int | None:
    """Epoch seconds of a number (milliseconds and finer where it is too large for seconds) or an ISO 8601 text."""
    number = _whole(value)
    if number is not None:
        while number > 10**11:
            number //= 1000
        return number
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.replace(" UTC", "+00:00"))
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None
