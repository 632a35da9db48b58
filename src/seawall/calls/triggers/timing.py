"""From a schedule as it is written to its Timing: crontabs, fugit, rufus lengths, sentences, Rails lengths.

Only what is sure has one: not what ERB makes, not `2.days, at: '4:30'`, which depends on when it ran last.
"""

from __future__ import annotations

import re
from datetime import timedelta, timezone

from seawall.calls.facts.triggers import Timing
from seawall.cron import Service, check, zone_name

_ZONE = timezone(timedelta(hours=1), "some")  # a zone that is not UTC: whether the expression can be read in one
_UNITS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_WORDS = re.compile(r"(?:every\s+)?(?:(\d{1,7})\s+)?(second|sec|minute|min|hour|day|week)s?", re.IGNORECASE)
_SHORT = re.compile(r"(?:\d{1,7}(?:w|d|h|m|s))+")
_PART = re.compile(r"(\d+)([wdhms])")
_ISO = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,7})S)?)?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE)
_NAMED = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)}
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_AT = re.compile(r"every\s+(\w+)\s+at\s+(.+)|at\s+(.+?)\s+every\s+(\w+)|every\s+(midnight|noon)", re.IGNORECASE)
_GROUPS = {"day": "*", "weekday": "1-5", "weekend": "0,6"}


def expression(text: str, service: Service = Service.FUGIT, zone: str = "") -> Timing | None:
    """The timing of an expression that `seawall.cron` reads. A zone at the end of one of fugit counts."""
    zone = zone_name(text, service) or zone
    if check(text, service, _ZONE if zone else None).schedule is None:
        return None
    return Timing(service, text, "" if zone in ("UTC", "Etc/UTC") and not zone_name(text, service) else zone)


def length(text: str) -> Timing | None:
    """The timing of a length: `5m`, `1h30m`, `30 minutes`, `PT5M`, `every 10 seconds`, `300`."""
    text = text.strip()
    words = _WORDS.fullmatch(text)
    if words:
        return every(int(words[1] or 1) * _UNITS[words[2].lower()])
    if _SHORT.fullmatch(text):
        return every(sum(int(number) * _LETTERS[unit] for number, unit in _PART.findall(text)))
    iso = _ISO.fullmatch(text)
    if iso:
        return every(sum(int(part or 0) * unit for part, unit in zip(iso.groups(), _ISO_UNITS, strict=True)))
    return every(int(text)) if re.fullmatch(r"\d{1,9}", text) else None


_LETTERS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
_ISO_UNITS = (604_800, 86_400, 3600, 60, 1)


def every(seconds: float) -> Timing | None:
    """The timing of an interval in seconds, None of one that is nothing."""
    return Timing(every=float(seconds)) if seconds > 0 else None


def sentence(text: str, zone: str = "") -> Timing | None:
    """The timing of fugit's sentences: `every hour`, `every day at 4am`, `at 5pm every monday`."""
    plain = " ".join(text.split())
    match = _AT.fullmatch(plain)
    if match:
        day = (match[1] or match[4] or "day").lower()
        time = clock(match[2] or match[3] or match[5])
        names = [number for number, name in enumerate(_DAYS) if day.rstrip("s") in (name, name[:3])]
        field = str(names[0]) if names else _GROUPS.get(day)
        return None if time is None or field is None else cron(f"{time[1]} {time[0]} * * {field}", zone)
    lowered = plain.lower()
    if re.fullmatch(r"every (?:\d+ )?(?:secs?|seconds?)", lowered):
        return length(lowered)
    return expression(lowered, Service.FUGIT, zone) if lowered.startswith("every ") else None


def clock(text: str) -> tuple[int, int] | None:
    """Hour and minute of `4:30`, `4:30 am`, `16:20`, `4am`, `noon`."""
    named = _NAMED.get(text.strip().lower())
    if named:
        return named
    match = _CLOCK.fullmatch(text.strip())
    if match is None or (match[2] is None and match[3] is None and len(match[1]) > 2):
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (match[3].lower() == "p")
    return (hour, minute) if hour < 24 and minute < 60 else None


def cron(fields: str, zone: str = "") -> Timing | None:
    """The timing of the five fields of a crontab."""
    return expression(fields, Service.UNIX, zone)


def written(text: str, zone: str = "") -> Timing | None:
    """The timing of whatever form a person may have used for a schedule of Ruby: fields, a sentence, a length."""
    return expression(text.strip(), Service.FUGIT, zone) or sentence(text, zone) or length(text)
