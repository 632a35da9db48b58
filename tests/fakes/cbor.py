"""CBOR (RFC 8949), as far as AWS's rpc-v2-cbor needs it: maps, lists, text, bytes, whole numbers, floats, times."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Mapping, Sequence

_SIMPLE: Mapping[int, object] = {20: False, 21: True, 22: None, 23: None}
_BREAK = object()


def encode(value: object) -> bytes:
    if value is None or isinstance(value, bool):
        return bytes([0xE0 | {False: 20, True: 21, None: 22}[value]])
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, datetime.datetime):
        return b"\xc1" + encode(value.timestamp())
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, Mapping):
        return _head(5, len(value)) + b"".join(encode(k) + encode(v) for k, v in value.items())
    assert isinstance(value, Sequence), f"nothing for CBOR: {value!r}"
    return _head(4, len(value)) + b"".join(map(encode, value))


def decode(data: bytes) -> object:
    value, end = _item(data, 0)
    assert end == len(data), "bytes behind the value"
    return value


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    size = next(s for s in range(4) if number < 1 << (8 << s))
    return bytes([kind << 5 | 24 + size]) + number.to_bytes(1 << size, "big")


def _item(data: bytes, at: int) -> tuple[object, int]:
    kind, low = data[at] >> 5, data[at] & 31
    at += 1
    if kind == 7:
        if low == 31:
            return _BREAK, at
        if low in _SIMPLE:
            return _SIMPLE[low], at
        size = {25: 2, 26: 4, 27: 8}[low]
        return struct.unpack({2: ">e", 4: ">f", 8: ">d"}[size], data[at : at + size])[0], at + size
    number: int | None = low if low < 24 else None
    if 24 <= low <= 27:
        size = 1 << low - 24
        number, at = int.from_bytes(data[at : at + size], "big"), at + size
    if kind in (0, 1):
        assert number is not None
        return (number if kind == 0 else -1 - number), at
    if kind == 6:
        value, at = _item(data, at)
        assert number == 1, "of the tags only that of a time"
        assert isinstance(value, int | float)
        return datetime.datetime.fromtimestamp(value, datetime.UTC), at
    if kind in (2, 3):
        assert number is not None, "a string of unknown length"
        raw = data[at : at + number]
        return (raw if kind == 2 else raw.decode()), at + number
    items: list[object] = []
    while number is None or len(items) < number * (kind - 3):
        value, at = _item(data, at)
        if value is _BREAK:
            break
        items.append(value)
    return (items if kind == 4 else dict(zip(items[::2], items[1::2], strict=True))), at
