"""The simple sentences of fugit: `every 5 minutes`, `every day at 16:30`, `every monday at 9:00`. As cron fields.

Fugit makes a cron expression of them too, so `every 5 minutes` is aligned to the hour.
"""

from __future__ import annotations

import re

from seawall.cron.faults import Fault

_UNITS = {"minute": ("*/{} * * * *", 59), "hour": ("0 */{} * * *", 23), "day": ("0 0 */{} * *", 31)}
_EVERY = re.compile(r"every (?:(\d{1,9}) )?(minute|hour|day)s?")
_AT = re.compile(r"every (day|weekday|sunday|monday|tuesday|wednesday|thursday|friday|saturday) at (\d{1,2}):(\d{2})")
_WEEKDAYS = {"day": "*", "weekday": "1-5"}


def as_cron(text: str) -> str | Fault:
    """The five fields of a sentence, or what is wrong with it."""
    every = _EVERY.fullmatch(text)
    if every:
        fields, most = _UNITS[every[2]]
        number = int(every[1] or 1)
        if 1 <= number <= most:
            return fields.format(number) if number > 1 else fields.format(1).replace("*/1", "*")
        return Fault("interval", f"{number} {every[2]}s fit in no field", every.start(1) + 1, len(every[1] or "1"), "")
    at = _AT.fullmatch(text)
    if at and int(at[2]) < 24 and int(at[3]) < 60:
        return f"{int(at[3])} {int(at[2])} * * {_WEEKDAYS.get(at[1], at[1])}"
    hint = "Write every 5 minutes, every day at 16:30, or the fields."
    return Fault("words", "this sentence is not understood", 7, max(1, len(text) - 6), hint)
