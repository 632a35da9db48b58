"""From the text of an expression to a `Schedule`: `check` says all there is to say, `parse` gives the schedule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import takewhile

from seawall.cron import clockwork, rates, words
from seawall.cron.days import ALL_DAYS, ALL_WEEK, Days
from seawall.cron.faults import Fault
from seawall.cron.fields import Field, Placed, read_field
from seawall.cron.judging import doubts
from seawall.cron.schedule import Schedule
from seawall.cron.services import DIALECTS, LONGEST, YEARS, DayFields, Dialect, Service
from seawall.cron.walk import Fields

_FORM = re.compile(r"([A-Za-z]+)\((.*)\)")
_FIELD = re.compile(r"[^ \t]+")
_ZONE = re.compile(r"[ \t]+([A-Z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2})$")
_STRANGE = re.compile(r"[^A-Za-z0-9*,/?#\- \t]")
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"  # what a word processor makes of -


@dataclass(frozen=True, slots=True)
class Checked:
    """All that is to be said of an expression. With an error there is no schedule."""

    schedule: Schedule | None
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


def check(text: str, service: Service, zone: tzinfo | None = None, *, now: datetime | None = None) -> Checked:
    """Reads an expression of a service and says all that is wrong or doubtful with it, from left to right.

    zone: in which it runs, None for UTC. now: aware; with it, what depends on today is said too: a year that is past,
    the next run that a change of clocks takes away. Raises nothing, whatever the text.
    """
    dialect = DIALECTS[service]
    zone = None if str(zone) == "UTC" else zone  # a ZoneInfo of this name too
    wrong = _unreadable(text, dialect)
    if wrong is None and zone is not None and not dialect.zoned:
        hint = "Use EventBridge Scheduler for a time zone, or remove it."
        wrong = Fault("zone-on-rule", "a rule has no time zone, and runs in UTC", None, 1, hint)
    if wrong is not None:
        return Checked(None, (wrong,))
    read = _read(text, dialect, zone)
    errors = sorted(read.errors, key=lambda fault: fault.column or 0)
    if errors or read.schedule is None:
        return Checked(None, tuple(errors))
    warnings = [*read.warnings, *doubts(read.schedule, read.parts, now)]
    return Checked(read.schedule, (), tuple(sorted(warnings, key=lambda fault: fault.column or 0)))


def parse(text: str, service: Service, zone: tzinfo | None = None) -> Schedule:
    """The schedule of an expression. Raises ExpressionError with its first fault."""
    checked = check(text, service, zone)
    if checked.schedule is None:
        raise checked.errors[0].error
    return checked.schedule


def zone_name(text: str, service: Service) -> str | None:
    """The time zone at the end of an expression of fugit (`0 9 * * * Europe/Berlin`), None where there is none.

    Looking it up is the caller's; `check` and `parse` then take it as `zone`.
    """
    if service is not Service.FUGIT or len(text) > LONGEST or text.lstrip().startswith("every"):
        return None
    match = _ZONE.search(text.rstrip(" \t"))
    if match is None or len(_FIELD.findall(text)) < 6:
        return None
    weekdays = DIALECTS[service].fields[4].names  # `0 0 9 * * MON-FRI` begins with seconds
    if all(word in weekdays or word.isdigit() for word in match[1].upper().split("-")):
        return None
    return match[1]


def _unreadable(text: str, dialect: Dialect) -> Fault | None:
    """What makes a text no expression at all, before anything of it is read."""
    if not text.strip():
        return Fault("empty", "the expression is empty", 1, 1, "Write a schedule expression.")
    if len(text) > LONGEST:
        said = f"the expression is {len(text):,} characters long, and {LONGEST} is the most"
        return Fault("too-long", said, LONGEST + 1, 1, "Write two schedules.")
    if not (text.isascii() and text.isprintable()):
        blanks = "" if dialect.wrapped else "\t"
        for place, char in enumerate(text, 1):
            if not (char in blanks or (char.isascii() and char.isprintable())):
                hint = "Write - there." if char in _DASHES else "Remove it."
                return Fault("character", f"the character U+{ord(char):04X} has no place here", place, 1, hint)
    return None


@dataclass(frozen=True, slots=True)
class _Read:
    schedule: Schedule | None
    errors: Sequence[Fault] = ()
    warnings: Sequence[Fault] = ()
    parts: Sequence[Placed] = ()  # from the minute on


def _read(text: str, dialect: Dialect, zone: tzinfo | None) -> _Read:
    if dialect.wrapped:
        return _wrapped(text, dialect, zone)
    at = len(text) - len(text.lstrip(" \t"))
    body = text.strip(" \t")
    if "clockwork" in dialect.forms:
        return _clockwork(text, body, at, dialect, zone)
    if body.startswith("@"):
        return _macro(text, body, at, dialect, zone)
    if "words" in dialect.forms and body.startswith("every "):
        found = words.as_cron(body)
        if isinstance(found, Fault):
            return _Read(None, [found.moved(at)])
        return _plain(text, found, dialect, zone)
    if _FORM.match(body):
        said = f"{body.partition('(')[0]}(...) is AWS: {dialect.says} wants {len(dialect.fields)} fields"
        return _Read(None, [Fault("form", said, at + 1, 1, "Convert it: seawall schedules convert --to unix.")])
    name = zone_name(body, dialect.service)
    if name is not None:
        place = len(body) - len(name)
        if name == "UTC" and zone is None:
            zone = UTC
        if zone is None:
            fault = Fault("zone-unknown", f"the zone {name} was not looked up", at + place + 1, len(name), "")
            return _Read(None, [fault])
        body = body[:place].rstrip(" \t")
    return _cron(text, body, at, dialect, zone)


def _wrapped(text: str, dialect: Dialect, zone: tzinfo | None) -> _Read:
    """`cron(...)`, `rate(...)` or `at(...)`."""
    match = _FORM.fullmatch(text)
    if match is None or match[1] not in dialect.forms:
        return _Read(None, [_misformed(text, match, dialect)])
    at, body = match.start(2), match[2]
    if match[1] == "cron":
        if body != body.strip(" "):
            place = at + 1 if body[:1] == " " else at + len(body)
            return _Read(None, [Fault("padding", "a blank beside the parenthesis", place, 1, "Remove it.")])
        return _cron(text, body, at, dialect, zone)
    found = rates.read_rate(body, dialect.number_of_unit) if match[1] == "rate" else rates.read_at(body)
    if isinstance(found, Fault):
        return _Read(None, [found.moved(at)])
    if isinstance(found, datetime):
        return _Read(Schedule(text, dialect.service, zone or UTC, "at", at=found))
    interval, doubt = found if isinstance(found, tuple) else (found, None)
    schedule = Schedule(text, dialect.service, zone or UTC, "rate", interval=interval)
    return _Read(schedule, warnings=[doubt.moved(at)] if doubt else [])


def _misformed(text: str, match: re.Match[str] | None, dialect: Dialect) -> Fault:
    wanted = " or ".join(f"{form}(...)" for form in ("cron", "rate", "at") if form in dialect.forms)
    if text[0] == " ":
        return Fault("padding", "a blank before the expression, which AWS refuses", 1, 1, "Remove it.")
    if match is not None and match[1] == "at":
        return Fault("at-on-rule", "at(...) is for EventBridge Scheduler only", 1, 2, "Write cron(...) with a year.")
    if match is not None:
        lower = match[1].lower()
        hint = f"Write {lower}(...)." if lower in dialect.forms else f"Write {wanted}."
        return Fault("form", f"{match[1][:20]!r} is no form of {dialect.says}", 1, len(match[1]), hint)
    opened = re.match(r"(cron|rate|at)\(", text)
    if opened and ")" not in text:
        end = len(text) + (not _STRANGE.match(text[-1]))
        return Fault("form", "the closing parenthesis is missing", end, 1, "Write ) at the end.")
    if opened:
        end = text.rindex(")") + 2
        return Fault("form", "there is something after the closing parenthesis", end, len(text) - end + 1, "Remove it.")
    unix = check(text, Service.UNIX)
    if unix.schedule is not None:
        said = f"this is how a crontab writes it: {dialect.says} wants cron(...), six fields, weekdays from 1"
        return Fault("form", said, 1, 1, "Convert it: seawall schedules convert --to aws.")
    same = max(
        len(list(takewhile(lambda pair: pair[0] == pair[1], zip(text, f"{form}(", strict=False))))
        for form in dialect.forms
    )
    return Fault("form", f"this is no {wanted}", min(same + 1, len(text)), 1, f"Write {wanted}.")


def _macro(text: str, body: str, at: int, dialect: Dialect, zone: tzinfo | None) -> _Read:
    name, _, rest = body.partition(" ")
    macros = dialect.macros or {}
    if name in macros and not rest:
        return _plain(text, macros[name], dialect, zone)
    if name == "@every" and "every" in dialect.forms:
        length = rest.lstrip(" ")
        found = rates.read_length(length)
        if isinstance(found, timedelta) and length:
            return _Read(Schedule(text, dialect.service, zone or UTC, "interval", interval=found))
        if isinstance(found, Fault):
            return _Read(None, [found.moved(at + len(body) - len(length))])
    if name == "@reboot":
        said = "@reboot is the start of a machine, not a time"
        return _Read(None, [Fault("macro", said, at + 1, len(name), "Write the fields, or leave it out.")])
    hint = f"Known: {', '.join(macros)}." if macros else "Write the fields."
    said = f"{name[:20]!r} is not known to {dialect.says}"
    return _Read(None, [Fault("macro", said, at + 1, len(name), hint)])


def _clockwork(text: str, body: str, at: int, dialect: Dialect, zone: tzinfo | None) -> _Read:
    found = clockwork.read(body)
    if isinstance(found, Fault):
        return _Read(None, [found.moved(at)])
    if isinstance(found, timedelta):
        return _Read(Schedule(text, dialect.service, zone or UTC, "interval", interval=found))
    return _plain(text, found, dialect, zone)


def _plain(text: str, expression: str, dialect: Dialect, zone: tzinfo | None) -> _Read:
    """An expression of ours that stands for the text: what is said of it has no place in the text."""
    read = _cron(text, expression, 0, dialect, zone)
    return _Read(read.schedule, read.errors, read.warnings)


def _cron(text: str, body: str, at: int, dialect: Dialect, zone: tzinfo | None) -> _Read:
    """The fields of a cron that stand at `at` (0-based) in the text."""
    found = [(m.group(), m.start() + at) for m in _FIELD.finditer(body)]
    rules = dialect.fields
    if dialect.seconds is not None and len(found) == len(rules) + 1:
        rules = (dialect.seconds, *rules)
    if len(found) != len(rules):
        return _Read(None, [_miscounted(found, body, at, dialect)])
    parts = [Placed(read_field(word, rule), place) for (word, place), rule in zip(found, rules, strict=True)]
    errors = [fault.moved(part.place) for part in parts for fault in part.field.errors]
    warnings = [fault.moved(part.place) for part in parts for fault in part.field.warnings]
    if dialect.wrapped and "  " in body:
        said, blank = "two blanks between fields; some programs refuse it", at + body.index("  ") + 2
        warnings.append(Fault("contested-blank", said, blank, 1, "Write one."))
    seconds = parts[0].field.values if len(rules) > len(dialect.fields) else (0,)
    parts = parts[-len(dialect.fields) :]
    if dialect.days is DayFields.ONE and not (parts[2].field.errors or parts[4].field.errors):
        errors += _day_fields(parts[2], parts[4])
    if errors:
        return _Read(None, errors)
    minutes, hours, _, months = (part.field.values for part in parts[:4])
    years = parts[5].field.values if len(parts) > 5 else tuple(YEARS)
    fields = Fields(seconds, minutes, hours, _days(parts[2].field, parts[4].field, dialect), months, years)
    return _Read(Schedule(text, dialect.service, zone or UTC, "cron", fields), (), warnings, parts)


def _days(day: Field, week: Field, dialect: Dialect) -> Days:
    if dialect.star_by_prefix:
        either = not (day.text.startswith("*") or week.text.startswith("*"))
    else:
        either = dialect.days is DayFields.EITHER and not (day.star or week.star)
    return Days(
        ALL_DAYS if day.open else sum(1 << value for value in day.values),
        day.from_end,
        day.nearest,
        day.last_weekday,
        ALL_WEEK if week.open else sum(1 << value for value in week.values),
        week.nth,
        both=not either,
    )


def _day_fields(day: Placed, week: Placed) -> list[Fault]:
    """Exactly one of the two is `?`."""
    if day.field.open and week.field.open:
        said = "? in both day fields: one of them has to say on which days"
        return [Fault("day-fields-open", said, week.column, 1, "Write * in one of them for every day.")]
    if day.field.open or week.field.open or "?" in day.field.text + week.field.text:
        return []
    which, name = (day, "day of month") if day.field.text == "*" != week.field.text else (week, "weekday")
    said = "both day fields are set, and one of them has to be ?"
    return [Fault("day-fields", said, which.column, which.length, f"Write ? as the {name}.")]


def _miscounted(found: Sequence[tuple[str, int]], body: str, at: int, dialect: Dialect) -> Fault:
    wanted, end = len(dialect.fields), at + len(body) + 1
    strange = _STRANGE.search(body)
    if strange:  # it may have taken the place of a blank
        said = f"{strange.group()!r} does not belong in an expression"
        return Fault("character", said, at + strange.start() + 1, 1, f"Write {wanted} fields, with blanks between.")
    if not found:
        return Fault("empty", "there is nothing in cron()", end, 1, "Write six fields: cron(0 9 * * ? *).")
    count = f"{len(found)} field{'s' * (len(found) != 1)}"
    if len(found) < wanted:
        if dialect.wrapped and len(found) == wanted - 1:
            said = f"{count}: AWS wants a sixth, the year"
            hint = "Add *." if "?" in body else "Add *, and write ? in one of the day fields."
        else:
            said = f"{count}: {dialect.says} wants {wanted}"
            hint = f"In their order: {', '.join(rule.name for rule in dialect.fields)}."
        return Fault("field-count", said, end, 1, hint)
    extra, place = found[wanted]
    said = f"{count}: {dialect.says} wants {wanted}"
    hint = "There are no seconds: remove the first." if len(found) == wanted + 1 else "Remove what is too much."
    return Fault("field-count", said, place + 1, len(extra), hint)
