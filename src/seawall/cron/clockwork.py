"""What clockwork runs by: an interval, `10.minutes`, or one with a time, `1.day at 16:30`, `1.week at Monday 16:20`.

Only what says its times exactly: `2.days at 16:30` depends on when it ran last, and is refused.
"""

from __future__ import annotations

import re
from datetime import timedelta

from seawall.cron.faults import Fault
from seawall.cron.rates import UNITS

_EVERY = re.compile(r"(\d{1,6})\.(second|minute|hour|day|week)s?")
_AT = re.compile(r"(?:([A-Za-z]+) )?(\d{1,2}|\*{1,2}):(\d{2})")
_UNITS = UNITS | {"second": timedelta(seconds=1), "week": timedelta(weeks=1)}
_HINT = "Write 10.minutes, 1.hour at **:05, 1.day at 16:30 or 1.week at Monday 16:20."
_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def read(text: str) -> str | timedelta | Fault:
    """An interval, or the five fields of a crontab, or what is wrong."""
    every, keyword, when = text.partition(" at ")
    period = _EVERY.fullmatch(every)
    if period is None or int(period[1]) == 0:
        return Fault("interval", f"{every[:20]!r} is no interval", 1, max(1, len(every)), _HINT)
    interval = int(period[1]) * _UNITS[period[2]]
    if not keyword:
        return interval
    at = len(every) + len(keyword) + 1
    time = _AT.fullmatch(when)
    if time is None or int(time[3]) > 59 or (time[2].isdigit() and int(time[2]) > 23):
        return Fault("at-time", f"{when[:20]!r} is no time of clockwork", at, max(1, len(when)), _HINT)
    day = (time[1] or "").lower()
    numbers = [number for number, name in enumerate(_WEEKDAYS) if day and day in (name, name[:3])]
    if day and not numbers:
        return Fault("name", f"{time[1]!r} is no weekday", at, len(time[1]), "Write Monday to Sunday.")
    wanted = "week" if day else "day" if time[2].isdigit() else "hour"
    if interval != _UNITS[wanted] or (day and not time[2].isdigit()):
        said = f"{every} at {when[:20]} depends on when it ran last"
        return Fault("interval", said, 1, len(every), f"Write 1.{wanted} for times that are known.")
    hour = str(int(time[2])) if time[2].isdigit() else "*"
    return f"{int(time[3])} {hour} * * {numbers[0] if numbers else '*'}"
