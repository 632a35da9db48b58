"""Reads a slow log that somebody pasted or exported, whatever its form: no server, no credentials.

Forms, told apart by their looks: the raw and the formatted text of `redis-cli SLOWLOG GET`, RESP bytes, JSON lines or a
JSON array (of entries, or of a cloud's log records with hidden keys), and INFO text (commandstats). Pure: bytes in,
records out. A line that is not understood is counted, not guessed.
"""

from __future__ import annotations

import re

from seawall.errors import InputError
from seawall.keyspace import printable
from seawall.nodes.facts.server import parse_commandstats, parse_databases, parse_info
from seawall.nodes.inputs import redis_cli, resp
from seawall.nodes.inputs.pasted import HINT, Pasted
from seawall.nodes.inputs.records import read_records

__all__ = ["INPUT_LIMIT", "Pasted", "parse"]

INPUT_LIMIT = 256 << 20  # bytes

_PROMPT = re.compile(rb"\A[^\r\n]{0,200}?> *(?:slowlog|commandlog|info)\b[^\r\n]*\r?\n[ \r\n]*", re.IGNORECASE)
_EMPTY = re.compile(rb"\(empty (?:array|list or set|list)\)\s*|\*0\s*|\[\s*\]\s*")
_REFUSED = re.compile(rb"(?:\(error\) |-)?((?:ERR|NOPERM|NOAUTH|WRONGPASS)\b[^\r\n]*)")


def parse(data: bytes) -> Pasted:
    """The entries of a pasted slow log. Raises InputError where it is none, says where the first doubt is."""
    if len(data) > INPUT_LIMIT:
        raise InputError(f"the input is larger than {INPUT_LIMIT >> 20} MB", "Give the newest part of it.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # what PowerShell writes
        data = data.decode("utf-16", "replace").encode()
    text = _PROMPT.sub(b"", data.lstrip(b"\xef\xbb\xbf \t\r\n"), count=1)
    if not text:
        raise InputError("the input is empty", HINT)
    if _EMPTY.fullmatch(text):
        return Pasted("redis-cli")
    if re.match(rb"\*\d+\r\n", text):
        return resp.read(text)
    if redis_cli.is_formatted(text):
        return redis_cli.read_formatted(text)
    if redis_cli.is_raw(text):
        return redis_cli.read_raw(text)
    if text[:1] in (b"{", b"["):
        try:
            return read_records(text)
        except InputError:  # an old server's crash report begins with its process id: [4711] 24 Nov ...
            if b"cmdstat_" not in text:
                raise
    if b"cmdstat_" in text or re.match(rb"# Server\b", text):
        return _info(text)
    refused = _REFUSED.match(text)
    if refused:
        raise InputError(
            f"the input is an error reply: {printable(refused[1])[:200]}", "The command was refused; nothing was read."
        )
    raise InputError(f"the input is not a slow log: it begins with {printable(text[:40])!r}", HINT)


def _info(text: bytes) -> Pasted:
    decoded = text.decode("utf-8", "replace")
    stats = parse_commandstats(decoded)
    if not stats:
        raise InputError(
            "the INFO text holds no commandstats", "Give `redis-cli INFO all`, or `redis-cli INFO commandstats`."
        )
    return Pasted("INFO", stats=stats, info=parse_info(decoded), databases=parse_databases(decoded))
