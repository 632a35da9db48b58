"""Lengths of time, sizes and time zones as people type them: `30s`, `14d`, `500MB`, `Europe/Berlin`."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from seawall.errors import UsageError
from seawall.keyspace import printable

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_BYTES = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}


def seconds(text: str, option: str) -> float:
    """The length of time in seconds. Raises UsageError."""
    match = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,6})?)\s*([smhdw])\s*", text.lower())
    if match is None or float(match[1]) <= 0:
        raise UsageError(f"{option}: {printable(text)[:40]!r} is no length of time", "Write 30s, 15m, 24h, 14d or 2w.")
    return float(match[1]) * _SECONDS[match[2]]


def size(text: str, option: str) -> int:
    """The size in bytes. Raises UsageError."""
    match = re.fullmatch(r"\s*(\d{1,15})\s*([KMG]I?B|)\s*", text.upper())
    if match is None or int(match[1]) == 0:
        raise UsageError(f"{option}: {printable(text)[:40]!r} is no size", "Write 500MB or 2GB.")
    return int(match[1]) * _BYTES[match[2]]


def zone(name: str) -> ZoneInfo:
    """The time zone of this name. Raises UsageError."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # no name of a file, no file, a file of something else
        raise UsageError(
            f"--timezone: {printable(name)[:60]!r} is not known here", "Write a name of the tz database, such as UTC."
        ) from None
