"""The RESP bytes of a SLOWLOG GET reply, whole or cut off."""

from __future__ import annotations

import re
from typing import cast

import hiredis

from seawall.errors import InputError
from seawall.keyspace import printable
from seawall.nodes.facts.entry import decode_slowlog
from seawall.nodes.inputs.pasted import HINT, Pasted, of_entries

_COUNT = re.compile(rb"(?:^|\n)[*%~>](\d{6,})\r(?=\n)")


def read(text: bytes) -> Pasted:
    """The entries; of a reply that was cut off, the whole ones. Raises InputError."""
    room = len(text)
    for count in _COUNT.finditer(text):
        room -= int(count[1][:12])  # a reader makes room for all that is announced; an element takes a byte at least
        if room < 0:
            raise InputError("the input begins as RESP and announces more than it can hold", HINT)
    reader = hiredis.Reader()
    try:
        reader.feed(text)
        reply: object = reader.gets()
    except (hiredis.HiredisError, MemoryError) as wrong:
        raise InputError(f"the input begins as RESP and breaks off: {printable(str(wrong))}", HINT) from None
    if reply is False:
        return _cut_off(text)
    entries, broken = decode_slowlog(reply)
    return of_entries("RESP", entries, skipped=broken)


def _cut_off(text: bytes) -> Pasted:
    """The whole entries at the beginning of a reply that was cut off."""
    head = text.index(b"\r\n") + 2
    reader = hiredis.Reader()
    reader.feed(text[head:])
    whole: list[object] = []
    while (item := cast("object", reader.gets())) is not False:
        whole.append(item)
    entries, broken = decode_slowlog(whole)
    return of_entries("RESP", entries, skipped=broken + max(int(text[1 : head - 2]) - len(whole), 0))
