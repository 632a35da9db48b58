"""Schedules inside a Python process: APScheduler, the `schedule` library, FastAPI's `repeat_every`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.triggers import Entry, Timing, Trigger
from seawall.calls.triggers import timing
from seawall.calls.triggers.expressions import argument, last
from seawall.calls.triggers.intervals import by_fields, seconds
from seawall.calls.triggers.python import Code, Module, callable_entry, code_of, decorated, function_entry
from seawall.calls.triggers.source import Source
from seawall.cron import Service

WORDS = re.compile(rb"apscheduler|APScheduler|add_job|scheduled_job|\bschedule\.every\b|import every\b|repeat_every")
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_LENGTHS = frozenset(("weeks", "days", "hours", "minutes", "seconds"))
_CRON = frozenset(("month", "day", "day_of_week", "hour", "minute"))
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The schedules of these files."""
    code = code_of(sources)
    for module in code.modules.values():
        for call, _ in module.calls:
            if call.name == "add_job":
                func = argument(call, 0, "func")
                entry = callable_entry(code, func, module)
                if entry is not None:
                    yield from _job(code, call, 1, entry, entry.name, module)
            elif call.name == "do" and b"schedule" in module.source.data:
                yield from _done(code, call, module)
        for _, function, decorator in decorated(module, lambda each: last(each) in ("scheduled_job", "task")):
            if isinstance(decorator, tree.Call) and (
                last(decorator) == "scheduled_job" or b"pscheduler" in module.source.data
            ):
                yield from _job(code, decorator, 0, function_entry(module.path, function), function.name, module)
        for _, function, decorator in decorated(module, lambda each: last(each) == "repeat_every"):
            if isinstance(decorator, tree.Call):
                every = argument(decorator, 0, "seconds")
                number = seconds(code, every, module)
                entry = function_entry(module.path, function)
                when = timing.every(number) if number else None
                yield _trigger(
                    "repeat_every", function.name, module, decorator, _args(decorator, module, 0), when, entry
                )


def _args(call: tree.Call, module: Module, place: int) -> str:
    """The arguments that make the schedule, as they are written."""
    known = [
        arg
        for arg in call.args[place:]
        if arg.keyword in (_LENGTHS | _CRON | {"", "trigger", "year", "week", "second"})
    ]
    return ", ".join(f"{arg.keyword}={module.source.written(arg.value.span)}" if arg.keyword
                     else module.source.written(arg.value.span) for arg in known)  # fmt: skip


def _job(code: Code, call: tree.Call, place: int, entry: Entry, name: str, module: Module) -> Iterator[Trigger]:
    """A job of APScheduler: its trigger is a word with fields beside it, or an object that has them."""
    trigger = argument(call, place, "trigger")
    known = code.value(trigger, module)
    word, fields, schedule = code.text(trigger, module), call, _args(call, module, place)
    if known is not None and isinstance(known[0], tree.Call):
        word = {"IntervalTrigger": "interval", "CronTrigger": "cron", "from_crontab": "from_crontab"}.get(
            last(known[0])
        )
        fields, schedule = known[0], known[1].source.written(known[0].span)
    given = {arg.keyword: arg.value for arg in fields.args if arg.keyword}
    home = known[1] if known is not None and fields is known[0] else module
    zone = code.text(given.get("timezone"), home) or ""
    when: Timing | None = None
    if word == "interval":
        found = [(seconds(code, value, home), _UNITS[unit[:-1]]) for unit, value in given.items() if unit in _LENGTHS]
        if found and all(number is not None for number, _ in found):
            when = timing.every(sum((number or 0) * unit for number, unit in found))
    elif word == "cron":
        if not given.keys() & {"year", "week"}:
            when = by_fields(code, {key: value for key, value in given.items() if key in _CRON}, home, zone)
    elif word == "from_crontab":
        text = code.text(argument(fields, 0, "expr"), home)
        when = timing.expression(text, Service.UNIX, zone) if text else None
    else:
        return  # `date` runs once, and what is made elsewhere is not known
    named = code.text(argument(call, -1, "id"), module) or code.text(argument(call, -1, "name"), module)
    yield _trigger("apscheduler", named or name.rpartition(".")[2], module, call, schedule, when, entry)


def _done(code: Code, call: tree.Call, module: Module) -> Iterator[Trigger]:
    """`schedule.every(10).minutes.do(f)`, `schedule.every().day.at("04:30").do(f)`."""
    words: list[tuple[str, tree.Call | None]] = []
    node: Expr | None = call.receiver
    while node is not None and not (isinstance(node, tree.Call) and node.name == "every"):
        if isinstance(node, tree.Call):
            words.append((node.name, node))
            node = node.receiver
        elif isinstance(node, tree.Member):
            words.append((node.name, None))
            node = node.of
        else:
            return
    entry = callable_entry(code, argument(call, 0, "job_func"), module)
    if not isinstance(node, tree.Call) or entry is None or len(words) > 4:
        return
    schedule = module.source.written((node.name_span[0], call.receiver.span[1] if call.receiver else call.span[1]))
    yield _trigger("schedule", _last_word(entry), module, call, schedule, _every(code, node, words, module), entry)


def _last_word(entry: Entry) -> str:
    return entry.name.rpartition(".")[2]


def _every(code: Code, every: tree.Call, words: list[tuple[str, tree.Call | None]], module: Module) -> Timing | None:
    count = seconds(code, argument(every, 0, "interval"), module) if every.args else 1.0
    plain = [word for word, made in words if made is None]
    calls = {word: made for word, made in words if made is not None}
    if count is None or len(plain) != 1 or calls.keys() - {"at", "tag"}:
        return None
    unit = plain[0]
    if "at" not in calls:
        number = _UNITS.get(unit.removesuffix("s"))
        return timing.every(count * number) if number else None
    at = calls["at"]
    text = code.text(argument(at, 0, "time_str"), module) if at else None
    parts = (text or "").split(":")
    if count != 1 or not all(part.isdecimal() for part in parts if part):
        return None
    zone = code.text(argument(at, 1, "tz"), module) or "" if at else ""
    if unit == "hour" and len(parts) == 2 and parts[1]:
        return timing.cron(f"{int(parts[1])} * * * *", zone)
    if len(parts) >= 2 and parts[0] and (unit == "day" or unit in _WEEKDAYS):
        day = "*" if unit == "day" else str((_WEEKDAYS.index(unit) + 1) % 7)
        return timing.cron(f"{int(parts[1] or 0)} {int(parts[0])} * * {day}", zone)
    return None


def _trigger(
    kind: str, name: str, module: Module, call: tree.Call, schedule: str, when: Timing | None, entry: Entry
) -> Trigger:
    return Trigger(kind, name, module.path, module.source.line(call.name_span), schedule, when, (entry,))
