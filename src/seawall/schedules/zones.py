"""Time zones by name. `cron` is pure and takes a zone as it is; the tz database is read here."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from seawall.cron import Fault
from seawall.keyspace import printable

_LONGEST = 50  # characters; AWS allows no longer name of a zone


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of this name in the tz database. Raises ExpressionError of the kind `zone-unknown`."""
    if 0 < len(name) <= _LONGEST and name in _names():
        return ZoneInfo(name)
    said = f"time zone {printable(name[:_LONGEST])!r} is not known here"
    raise Fault("zone-unknown", said, None, 1, _near(name[:_LONGEST])).error


def _near(name: str) -> str:
    """The nearest known name: by the whole, else by the city alone (`Berlin`, `Mars/Berlin`)."""
    lower = {known.lower(): known for known in sorted(_names(), reverse=True)}
    cities = {known.rpartition("/")[2].lower(): known for known in sorted(_names(), reverse=True) if "/" in known}
    wanted = name.strip().replace(" ", "_").lower()
    near = get_close_matches(wanted, lower, 1, cutoff=0.8) or get_close_matches(wanted, lower, 1)
    city = get_close_matches(wanted.rpartition("/")[2], cities, 1, cutoff=0.85)
    by_name = lower[near[0]] if near else ""
    found = cities[city[0]] if city and wanted not in lower else by_name
    return f"Did you mean {found}?" if found else "Write a name of the tz database, such as Europe/Berlin."


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
