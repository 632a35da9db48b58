"""The forms that are no cron: `rate(5 minutes)`, `at(2027-01-31T09:00:00)`, `@every 1h30m`.

Columns count from 1 in the text that is given here: the inside of the parentheses, or the length of time.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from seawall.cron.faults import Fault
from seawall.cron.services import Take

UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_TOO_FINE = ("second", "millisecond")
_MOST = 999_999  # of a unit: 2,700 years of days
_AT = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})")
_PART = re.compile(r"(\d{1,9})(ms|[wdhms])")
_PARTS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
_AT_HINT = "Write at(yyyy-mm-ddThh:mm:ss), in the schedule's own time zone."
_RATE_HINT = "Write a number and a unit: rate(5 minutes)."


def read_rate(text: str, number_of_unit: Take) -> timedelta | Fault | tuple[timedelta, Fault]:
    """The interval of the inside of `rate(...)`, or what is wrong with it, or both where it is a doubt.

    Rules by the EventBridge user guide: a whole number from 1, and a unit that agrees with it. Scheduler's own guide
    lists plurals only, and patterns that AWS publishes write `rate(5 minute)`: there a disagreement is a doubt.
    """
    words = text.split(" ")
    if len(words) != 2 or not all(words):
        return _shape(text, words)
    number, unit = words
    at = len(number) + 2
    if not number.isdigit():
        return _no_number(number)
    if int(number) == 0:
        return Fault("rate-zero", "a rate of 0 never runs", 1, len(number), "Write a whole number from 1.")
    if int(number) > _MOST:
        return Fault("rate-number", f"rates go up to {_MOST}", 1, len(number), "Write a larger unit.")
    single = unit[:-1] if unit.endswith("s") else unit
    if single not in UNITS:
        return _no_unit(unit, single, at)
    interval = int(number) * UNITS[single]
    if int(number) == 1 and unit != single:
        said = f"1 {unit}: 1 wants the singular"
        fault = Fault("rate-singular", said, at, len(unit), f"Write rate(1 {single}).")
        return fault if number_of_unit is Take.REFUSE else (interval, fault)
    if int(number) > 1 and unit == single:
        said = f"{number} {unit}: more than 1 wants the plural"
        fault = Fault("rate-plural", said, at, len(unit), f"Write rate({number} {unit}s).")
        return fault if number_of_unit is Take.REFUSE else (interval, fault)
    return interval


def _shape(text: str, words: list[str]) -> Fault:
    if not text.strip():
        return Fault("empty", "there is nothing in rate()", 1, 1, _RATE_HINT)
    blank = next((n for n, char in enumerate(text, 1) if char == " " and (n == 1 or text[n - 2 : n] == "  ")), None)
    if blank is None and text.endswith(" "):
        blank = len(text)
    if blank is not None and len([w for w in words if w]) == 2:
        return Fault("padding", "a blank too many in rate(...), which AWS refuses", blank, 1, "Remove it.")
    if len([w for w in words if w]) < 2:
        strange = next((n for n, char in enumerate(text, 1) if not (char.isalnum() or char in " .-")), None)
        if strange is not None:  # it may have taken the place of the blank
            return Fault("rate-form", f"{text[strange - 1]!r} does not belong in a rate", strange, 1, _RATE_HINT)
        joined = re.fullmatch(r"(\d+)([A-Za-z]+)", text)
        hint = f"Write rate({joined[1]} {joined[2]})." if joined else _RATE_HINT
        said = "a rate is a number and a unit, with one blank between"
        return Fault("rate-form", said, len(text) + 1 if not joined else len(joined[1]) + 1, 1, hint)
    third = len(words[0]) + len(words[1]) + 3 if all(words) else 1
    return Fault("rate-form", "a rate is one number and one unit", third, max(1, len(text) - third + 1), _RATE_HINT)


def _no_number(number: str) -> Fault:
    bad = next(place for place, char in enumerate(number, 1) if not char.isdigit())
    length = len(number) if bad == 1 else 1
    return Fault("rate-number", f"{number[:20]!r} is no whole number", bad, length, "Write a whole number from 1.")


def _no_unit(unit: str, single: str, at: int) -> Fault:
    lower = unit.lower()
    if lower.removesuffix("s") in UNITS:
        return Fault("rate-unit", f"unit {unit!r}: units are lower case", at, len(unit), f"Write {lower}.")
    if lower.removesuffix("s") in _TOO_FINE:
        said = "nothing runs faster than once a minute"
        return Fault("seconds", said, at, len(unit), "Write rate(1 minute).")
    hint = {"week": "Write 7 days for a week.", "month": "A month has no fixed length: write cron(...)."}
    said = f"{unit[:20]!r} is no unit"
    return Fault("rate-unit", said, at, len(unit), hint.get(single.lower(), "Write minutes, hours or days."))


def read_at(text: str) -> datetime | Fault:
    """The wall-clock time of the inside of `at(...)`, or what is wrong with it."""
    if not text:
        return Fault("empty", "there is nothing in at()", 1, 1, _AT_HINT)
    if text != text.strip():
        return Fault("padding", "a blank too many in at(...)", 1 if text[0] == " " else len(text), 1, "Remove it.")
    match = _AT.match(text)
    rest = text[match.end() :] if match else ""
    if match and not rest:
        return _moment(match)
    if match:
        at = match.end() + 1
        if re.fullmatch(r"[Zz]|[+-]\d{2}:?\d{2}", rest):
            said = f"{rest} after the time: an offset is not understood here"
            return Fault("at-zone", said, at, len(rest), "Remove it; the zone stands in the schedule's own property.")
        return Fault("at-time", f"{rest[:20]!r} after the time", at, len(rest), _AT_HINT)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return Fault("at-time", "a date without a time", len(text) + 1, 1, f"Write at({text}T00:00:00).")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", text):
        return Fault("at-time", "a time without seconds", len(text) + 1, 1, f"Write at({text}:00).")
    shape = "dddd-dd-ddTdd:dd:dd"
    pairs = zip(text, shape, strict=False)
    same = (char.isdigit() if form == "d" else char == form for char, form in pairs)
    bad = next((place for place, right in enumerate(same, 1) if not right), len(text) + 1)
    return Fault("at-time", "this is no date and time", bad, 1, _AT_HINT)


def _moment(match: re.Match[str]) -> datetime | Fault:
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        bounds = ((1, 9999), (1, 12), (1, 31), (0, 23), (0, 59), (0, 59))
        parts = enumerate(zip(map(int, match.groups()), bounds, strict=True), 1)
        bad = next((n for n, (value, (low, high)) in parts if not low <= value <= high), 3)
        said = f"{match[bad]} is no {('year', 'month', 'day', 'hour', 'minute', 'second')[bad - 1]} there"
        return Fault("at-date", said, match.start(bad) + 1, len(match[bad]), "Write a date of the calendar.")


def read_length(text: str) -> timedelta | Fault:
    """A length of time as fugit and rufus write it, `1h30m`, or what is wrong with it.

    Months and years have no fixed length, and are refused.
    """
    seconds, place = 0, 0
    while place < len(text):
        part = _PART.match(text, place)
        if part is None or part[2] not in _PARTS:
            said = f"{text[place : place + 9]!r} is no length of time"
            return Fault("interval", said, place + 1, 1, "Write 30s, 5m, 2h, 1d or 1w; a month has no fixed length.")
        seconds += int(part[1]) * _PARTS[part[2]]
        place = part.end()
    if not 0 < seconds <= _MOST * 86_400:
        return Fault("interval", "an interval of nothing" if not seconds else "too long", 1, max(1, len(text)), "")
    return timedelta(seconds=seconds)
