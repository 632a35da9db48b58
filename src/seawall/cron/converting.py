"""From a crontab to AWS and back: the same fires, or a refusal with its reason.

The fields are carried over as they were written, weekdays shifted by one; where the other service reads that text
otherwise, or disagrees about it, the field is written anew from the values it names. The result is read again, and has
to name the same values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta

from seawall.cron.days import ALL_DAYS, ALL_WEEK, Days
from seawall.cron.faults import Fault
from seawall.cron.fields import read_field
from seawall.cron.rates import UNITS
from seawall.cron.reading import parse
from seawall.cron.schedule import Schedule
from seawall.cron.services import DIALECTS, YEARS, FieldRule, Service, Take
from seawall.cron.walk import Fields
from seawall.errors import ExpressionError

_AWS = (Service.RULE, Service.SCHEDULER)


def convert(schedule: Schedule, to: Service) -> str:
    """The expression of another service that has the same fires: `unix`, `rule` or `scheduler`.

    Raises ExpressionError where there is none, with the reason.
    """
    if to not in (*_AWS, Service.UNIX):
        raise _refused(f"nothing is converted to {to}", "Convert to aws or to unix.")
    if to is Service.RULE and schedule.zone is not UTC and schedule.interval is None:
        hint = "Convert to EventBridge Scheduler, and give it the zone."
        raise _refused(f"it runs in {schedule.zone}, and a rule runs in UTC only", hint)
    if schedule.start or schedule.end or schedule.flexible_minutes:
        raise _refused("it has a start, an end or a flexible window, which stand beside the expression", "")
    if schedule.interval is not None:
        return _interval(schedule.interval, to)
    if schedule.fields is None:
        if to is Service.SCHEDULER:
            return f"at({schedule.at:%Y-%m-%dT%H:%M:%S})"
        raise _refused("it runs once, and cron has no such form" if to is Service.UNIX else "at(...) is no rule", "")
    if tuple(schedule.fields.seconds) != (0,):
        raise _refused("it has seconds, and nothing else runs by the second", "")
    return _to_unix(schedule, schedule.fields) if to is Service.UNIX else _to_aws(schedule, schedule.fields, to)


def _refused(reason: str, hint: str) -> ExpressionError:
    return Fault("inexact", reason, None, 1, hint).error


def _interval(interval: timedelta, to: Service) -> str:
    if to is Service.UNIX:
        hint = "Write the minutes and hours that you mean: */5 * * * * runs at 0, 5, 10 past."
        raise _refused("an interval counts from when it was switched on, and a crontab by the clock", hint)
    for unit in ("day", "hour", "minute"):
        number, rest = divmod(interval, UNITS[unit])
        if not rest:
            return f"rate({number} {unit}{'s' * (number > 1)})"
    raise _refused("it is finer than a minute, and AWS runs no more often than that", "")


def _to_unix(schedule: Schedule, fields: Fields) -> str:
    if tuple(fields.years) != tuple(YEARS):
        raise _refused("it names years, and a crontab has none", "Take it out when the years are over.")
    if not fields.days.simple:
        raise _refused("it has L, W or #, and a crontab has none of them", "Test the date in the job.")
    days = fields.days
    if days.in_month != ALL_DAYS and days.in_week != ALL_WEEK and days.both:
        raise _refused("a day has to fit both day fields, and in a crontab either is enough", "")
    written = _written(schedule)
    rules = DIALECTS[Service.UNIX].fields
    texts = [_field(*one) for one in zip(written[:4], _values(fields), rules, strict=False)]
    texts.append(_weekdays(written[4], days.in_week, rules[4], -1 if schedule.service in _AWS else 0))
    if days.every:
        texts[2] = texts[4] = "*"
    return _proved(" ".join(texts), schedule, Service.UNIX)


def _to_aws(schedule: Schedule, fields: Fields, to: Service) -> str:
    written = _written(schedule)
    rules = DIALECTS[to].fields
    texts = [_field(*one) for one in zip(written[:4], _values(fields), rules, strict=False)]
    week = _weekdays(written[4], fields.days.in_week, rules[4], 0 if schedule.service in _AWS else 1)
    year = written[5] if len(written) > 5 else "*"
    days = fields.days
    if not days.simple:
        texts[2], week = _marks(days)
    elif days.every:
        texts[2], week = "*", "?"
    elif days.both and days.in_week == ALL_WEEK:
        week = "?"
    elif days.both and days.in_month == ALL_DAYS:
        texts[2] = "?"
    elif days.both:
        raise _refused("a day has to fit both day fields, and AWS knows only one of them", "")
    else:
        head, tail = " ".join(texts[:2]), f"{texts[3]} ? {year}"
        hint = f"As two expressions: cron({head} {texts[2]} {tail}) and cron({head} ? {texts[3]} {week} {year})."
        reason = "a day that fits either day field counts, and AWS knows only one of them"
        raise _refused(f"{reason}: two expressions, which both run on a day that fits both", hint)
    return _proved(f"cron({' '.join((*texts, week, year))})", schedule, to)


def _values(fields: Fields) -> tuple[Sequence[int], ...]:
    dates = [day for day in range(1, 32) if fields.days.in_month >> day & 1]
    return fields.minutes, fields.hours, dates, fields.months


def _written(schedule: Schedule) -> list[str]:
    """The fields as they were written, from the minute on; five empty ones where the text is no list of fields."""
    body = re.sub(r"^cron\((.*)\)$", r"\1", schedule.text.strip())
    words = body.split()
    wanted = len(DIALECTS[schedule.service].fields)
    return words[-wanted:] if len(words) == wanted else [""] * 5


def _field(text: str, values: Sequence[int], rule: FieldRule) -> str:
    """The text, if the rule reads these values from it without a doubt, else one written anew."""
    if text:
        read = read_field(text, rule)
        if not read.errors and not read.warnings and list(read.values) == list(values):
            return text
    return _anew(values, rule)


def _anew(values: Sequence[int], rule: FieldRule) -> str:
    low, high = rule.low, rule.high
    if list(values) == list(range(low, high + 1)):
        return "*"
    if len(values) > 2 and (rule.step is Take.PLAIN or values[1] == values[0] + 1):
        step = values[1] - values[0]
        if list(values) == list(range(low, high + 1, step)):
            return f"*/{step}"
        if list(values) == list(range(values[0], values[-1] + 1, step)):
            return f"{values[0]}-{values[-1]}" + (f"/{step}" if step > 1 else "")
    return ",".join(map(str, values))


def _weekdays(text: str, in_week: int, rule: FieldRule, shift: int) -> str:
    """The weekday field of another service: its numbers shifted, names kept. 7 of a crontab is Sunday."""

    def shifted(match: re.Match[str]) -> str:
        number = int(match[0])
        return str(number % 7 + 1 if shift == 1 else number + shift)

    values = [day for day in range(7) if in_week >> day & 1]
    if len(values) == 7:
        return "*"
    if text and "/" not in text and "*" not in text:
        moved = re.sub(r"\d+", shifted, text)
        read = read_field(moved, rule)
        if not read.errors and not read.warnings and list(read.values) == values:
            return moved
    base = rule.weekday_base or 0
    return _anew([value + base for value in values], replace(rule, low=base, high=base + 6))


def _marks(days: Days) -> tuple[str, str]:
    """The two day fields of AWS for days with L or #, which fugit has too; refused where it is more than one."""
    if days.in_week == ALL_WEEK and days.both and not days.nth:
        dates = [str(day) for day in range(1, 32) if days.in_month >> day & 1]
        dates += ["L" if back == 0 else f"L-{back}" for back in days.from_end]
        dates += [f"{day}W" for day in days.nearest] + ["LW"] * days.last_weekday
        if len(dates) == 1:
            return dates[0], "?"
    if days.in_month == ALL_DAYS and days.both and len(days.nth) == 1 and not days.in_week:
        weekday, which = days.nth[0]
        if which == -1 or which > 0:
            return "?", f"{weekday + 1}L" if which == -1 else f"{weekday + 1}#{which}"
    raise _refused(
        "it names its days by more than one L, W, # or field, and AWS takes one", "Write a schedule for each."
    )


def _proved(text: str, schedule: Schedule, to: Service) -> str:
    """The text, if the other service reads the same days and times from it. Raises ExpressionError."""
    zone = None if schedule.zone is UTC or to is Service.RULE else schedule.zone
    fields, other = schedule.fields, parse(text, to, zone).fields
    if fields is None or other is None or _sense(fields) != _sense(other):
        raise _refused(f"no expression of {DIALECTS[to].says} has the same days", "")
    return text


def _sense(fields: Fields) -> tuple[object, ...]:
    """What two expressions with the same fires have in common: days by the 28 kinds of month."""
    kinds = [fields.days.of(year, month) for year in range(2000, 2028) for month in fields.months]
    return tuple(fields.minutes), tuple(fields.hours), tuple(fields.months), tuple(fields.years), tuple(kinds)
