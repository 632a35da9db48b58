"""A schedule in plain words, such as "At 09:00 on Monday to Friday, in Europe/Berlin."."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from seawall.cron.days import ALL_DAYS, ALL_WEEK, Days
from seawall.cron.schedule import Schedule
from seawall.cron.services import MONTHS, WEEKDAYS, YEARS
from seawall.cron.transitions import surprise
from seawall.cron.walk import Fields

_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_FEW = 4  # times of day that are listed one by one


def explain(schedule: Schedule, now: datetime | None = None) -> str:
    """The schedule in one to three sentences.

    With `now` (aware) also when it runs next, or that it never will, and the next run that a change of the clock takes
    away or doubles.
    """
    sentences = [_what(schedule) + _bounds(schedule) + "."]
    if schedule.flexible_minutes:
        sentences[0] = f"{sentences[0][:-1]}, up to {_count(schedule.flexible_minutes, 'minute')} later."
    if now is not None:
        upcoming = schedule.next(now) if schedule.is_anchored else now
        missed = surprise(schedule, now)
        if upcoming is None:
            sentences.append(f"It never runs {'again' if schedule.previous(now) else 'at all'}.")
        elif missed is not None:
            sentences.append(f"{missed.says()}.")
    return " ".join(sentences)


def _what(schedule: Schedule) -> str:
    zone = f", in {schedule.zone}"
    if schedule.interval is not None:
        anchor = "" if schedule.anchor else ", counted from when it was switched on"
        return f"Every {length(schedule.interval)}{anchor}"
    if schedule.at is not None:
        return f"Once, on {schedule.at:%Y-%m-%d} at {schedule.at:%H:%M:%S}{zone}"
    assert schedule.fields is not None  # of the three kinds the last
    fields = schedule.fields
    parts = [_time(fields), _days(fields.days), _months(fields.months), _years(fields.years)]
    if parts[0].startswith("every") and len(fields.hours) == 24 and fields.days.every:
        parts[1] = ""
    text = " ".join(part for part in parts if part)
    return text[0].upper() + text[1:] + zone


def _bounds(schedule: Schedule) -> str:
    start = f", from {schedule.start:%Y-%m-%d %H:%M %Z}" if schedule.start else ""
    return start + (f", until {schedule.end:%Y-%m-%d %H:%M %Z}" if schedule.end else "")


def _time(fields: Fields) -> str:
    minutes, hours, seconds = fields.minutes, fields.hours, fields.seconds
    every_hour, tail = len(hours) == 24, "" if tuple(seconds) == (0,) else f", at {_units('second', seconds, 60)}"
    if len(minutes) * len(hours) <= _FEW:
        return f"at {_joined([f'{h:02}:{m:02}' for h in hours for m in minutes])}{tail}"
    if len(minutes) == 60:
        said = "every minute"
    elif (step := _step(minutes, 60)) and minutes[0] == 0 and 60 % step == 0:
        said = f"every {step} minutes"
    elif every_hour and len(minutes) == 1:
        return f"every hour at {minutes[0]} minutes past{tail}" if minutes[0] else f"every hour{tail}"
    else:
        said = f"at {_units('minute', minutes, 60)}"
    if every_hour:
        return (said if said.startswith("every") else f"{said} of every hour") + tail
    step = _step(hours, 24)
    if step and hours[0] == 0 and 24 % step == 0 and len(hours) > _FEW:
        return f"{said} of every {_ORDINALS[step]} hour from 00:00{tail}"
    return f"{said} of the hours {_runs([f'{h:02}' for h in hours], hours)}{tail}"


def _units(name: str, values: Sequence[int], size: int) -> str:
    step = _step(values, size)
    if len(values) == size:
        return f"every {name}"
    if step and len(values) > _FEW:
        return f"{name} {values[0]} and every {step} from there"
    return f"{name}{'s' * (len(values) > 1)} {_runs([str(v) for v in values], values)}"


def _days(days: Days) -> str:
    if days.every:
        return "every day"
    by_date, by_week = _dates(days), _weekdays(days)
    if days.both:
        if days.in_month == ALL_DAYS:
            return by_week or "on no day"
        if days.in_week == ALL_WEEK:
            return by_date or "on no day"
        return f"{by_date}, if that is a {by_week.removeprefix('on ')}"
    return f"{by_date} or {by_week}" if by_date and by_week else by_date or by_week


def _dates(days: Days) -> str:
    values = [day for day in range(1, 32) if days.in_month >> day & 1]
    step = _step(values, 32)  # of more than four days in a month: 7 at most
    if step and len(values) > _FEW:
        said = [f"every {_ORDINALS[step]} day from day {values[0]}"]
    else:
        said = [f"day{'s' * (len(values) > 1)} {_runs([str(v) for v in values], values)}"] if values else []
    for back in days.from_end:
        said.append("the last day" if back == 0 else f"the day {_count(back, 'day')} before the last")
    said += [f"the Monday to Friday nearest to day {day}" for day in days.nearest]
    said += ["the last Monday to Friday"] * days.last_weekday
    return f"on {_joined(said)} of the month" if said else ""


def _weekdays(days: Days) -> str:
    values = [day for day in range(7) if days.in_week >> day & 1]
    from_monday = sorted(values, key=lambda day: (day - 1) % 7)
    said = [_runs([WEEKDAYS[day] for day in from_monday], [(day - 1) % 7 for day in from_monday])] if values else []
    for weekday, which in days.nth:
        nth = _ORDINALS[which] if which > 0 else f"{_ORDINALS[-which]} last".removeprefix("first ")
        said.append(f"the {nth} {WEEKDAYS[weekday]} of the month")
    return f"on {_joined(said)}" if said else ""


def _months(months: Sequence[int]) -> str:
    return "" if len(months) == 12 else f"in {_runs([MONTHS[month - 1] for month in months], months)}"


def _years(years: Sequence[int]) -> str:
    step = _step(years, YEARS.stop)
    if step and len(years) > _FEW:
        return f"every {step} years from {years[0]}"
    return "" if len(years) == len(YEARS) else f"in {_runs([str(year) for year in years], years)}"


def _runs(names: Sequence[str], values: Sequence[int]) -> str:
    """`1 to 5, 8 and 9`: three or more in a row as a range. The values ascend, and tell what is in a row."""
    said: list[str] = []
    place = 0
    while place < len(values):
        end = place
        while end + 1 < len(values) and values[end + 1] == values[end] + 1:
            end += 1
        if end - place >= 2:
            said.append(f"{names[place]} to {names[end]}")
        else:
            said += names[place : end + 1]
        place = end + 1
    return _joined(said)


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _step(values: Sequence[int], size: int) -> int:
    """The step of values that go on regularly to the end of their range, 0 if they do not."""
    if len(values) < 2:
        return 0
    step = values[1] - values[0]
    return step if step > 1 and list(values) == list(range(values[0], size, step)) else 0


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def length(interval: timedelta) -> str:
    """`5 minutes`, `1 hour and 30 minutes`; a single unit without its 1: `minute`."""
    rest, said = interval // timedelta(seconds=1), list[str]()
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        number, rest = divmod(rest, size)
        if number:
            said.append(_count(number, name))
    return said[0].removeprefix("1 ") if len(said) == 1 else _joined(said)
