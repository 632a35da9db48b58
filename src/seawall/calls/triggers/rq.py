"""Queues of RQ and its like: jobs by decorator, and what schedules them (rq-scheduler, RQ's cron, huey, arq, periodiq).

A list of rq-scheduler is known by its shape: maps with a `func` and an `interval`, `cron` or `cron_string`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.triggers import Entry, Timing, Trigger
from seawall.calls.triggers import timing
from seawall.calls.triggers.expressions import argument, items, last
from seawall.calls.triggers.intervals import by_fields, crontab, seconds, timing_of
from seawall.calls.triggers.python import Code, Module, callable_entry, code_of, decorated, function_entry
from seawall.calls.triggers.source import Source
from seawall.cron import Service

WORDS = re.compile(
    rb"\brq\b|rq_scheduler|rq_helpers|[\"']interval[\"']|\bhuey\b|periodiq|dramatiq|\barq\b|cron_jobs"
    rb"|(?m:^[ \t]*@(?:[\w.]+\.)?(?:job|actor|db_task|db_periodic_task)\b)"
)
KIND = "rq-scheduler"
_JOBS = frozenset(("job", "actor", "db_task", "task"))
_LIBRARIES = ("rq", "huey", "dramatiq", "redash.worker")


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The jobs of these files, and what schedules them."""
    code = code_of(sources)
    for module in code.modules.values():
        for at in module.all:
            if isinstance(at.node, tree.Sequence | tree.Call):
                yield from _listed(code, at.node, module)
        for call, _ in module.calls:
            yield from _called(code, call, module)
        yield from _decorated(code, module)


def _listed(code: Code, node: tree.Sequence | tree.Call, module: Module) -> Iterator[Trigger]:
    """`{"func": f, "interval": timedelta(minutes=1)}`."""
    given = items(node)
    if "func" not in given:
        return
    at = given["func"]
    if isinstance(node, tree.Sequence):
        keys = [item.key for item in node.items if isinstance(item, tree.Pair)]
        at = next(key for key in keys if isinstance(key, tree.Literal) and key.value == "func")
    yield from _scheduled(code, given["func"], given, module, at)


def _scheduled(
    code: Code, func: Expr, given: Mapping[str, Expr], module: Module, at: Expr, kind: str = KIND
) -> Iterator[Trigger]:
    """What runs a function by an `interval`, or by a `cron`."""
    entry = callable_entry(code, func, module)
    cron = given.get("cron_string") or given.get("cron")
    every = given.get("interval")
    if entry is None or (cron is None and every is None):
        return
    if cron is not None:
        text = code.text(cron, module)
        when = timing.expression(text, Service.UNIX) if text else None
        schedule = text or module.source.written(cron.span)
    else:
        when, schedule = timing_of(code, every, module), module.source.written(every.span) if every else ""
    yield _trigger(kind, code.text(given.get("name"), module) or _name(entry), module, at, schedule, when, entry)


def _name(entry: Entry) -> str:
    return entry.name.rpartition(".")[2] if entry.kind == "function" else entry.name


def _called(code: Code, call: tree.Call, module: Module) -> Iterator[Trigger]:
    owner = last(call.receiver).lower() if call.receiver is not None else ""
    named = {arg.keyword: arg.value for arg in call.args if arg.keyword}
    if call.name == "schedule" and "scheduler" in owner:  # scheduler.schedule(scheduled_time, func, interval=60)
        func = argument(call, 1, "func")
        if func is not None:
            yield from _scheduled(code, func, named, module, _Word(call).node)
    elif call.name == "cron" and "scheduler" in owner:  # scheduler.cron("0 0 * * *", func=f)
        text, func = argument(call, 0, "cron_string"), argument(call, 1, "func")
        if text is not None and func is not None:
            yield from _scheduled(code, func, {**named, "cron": text}, module, _Word(call).node)
    elif (call.name == "register" and (owner.startswith("cron") or code.words(call, module).startswith("rq.cron"))) or (
        last(call) == "register" and call.receiver is None and _from(module, "register", "rq")
    ):
        func = argument(call, 0, "func")
        if func is not None:
            yield from _scheduled(code, func, named, module, _Word(call).node, "rq-cron")
    elif last(call) == "cron" and _is_arq(module, call):
        yield from _arq(code, call, named, module)


class _Word:
    """The name of a call, as a place: what stands before it may begin lines above."""

    def __init__(self, call: tree.Call) -> None:
        self.node = tree.Name(call.name, call.name_span)


def _from(module: Module, name: str, library: str) -> bool:
    known = module.imports.get(name)
    return known is not None and known.module.split(".")[0] == library


def _is_arq(module: Module, call: tree.Call) -> bool:
    if call.receiver is None:
        return _from(module, "cron", "arq")
    return _from(module, last(call.receiver), "arq")


def _arq(code: Code, call: tree.Call, named: Mapping[str, Expr], module: Module) -> Iterator[Trigger]:
    """`cron(f, hour={9, 12}, minute=12)`."""
    func = argument(call, 0, "coroutine")
    entry = callable_entry(code, func, module)
    if entry is None:
        return
    fields = {name: value for name, value in named.items() if name in ("month", "day", "weekday", "hour", "minute")}
    when = by_fields(code, fields, module)
    shown = ", ".join(f"{name}={module.source.written(value.span)}" for name, value in named.items()
                      if name in (*fields, "second"))  # fmt: skip
    name = code.text(named.get("name"), module) or _name(entry)
    yield _trigger("arq", name, module, _Word(call).node, shown, when, entry)


def _decorated(code: Code, module: Module) -> Iterator[Trigger]:
    """`@job("default")`, `@actor(periodic=cron("0 0 * * *"))`, `@huey.periodic_task(crontab(minute="0"))`."""
    for at, function, decorator in decorated(module, lambda each: last(each) in _JOBS or "periodic_task" in last(each)):
        word, entry = last(decorator), function_entry(module.path, function)
        owner = decorator.receiver if isinstance(decorator, tree.Call) else getattr(decorator, "of", None)
        if "periodic_task" in word:
            if isinstance(decorator, tree.Call) and decorator.args and b"huey" in module.source.data:
                yield _periodic(code, decorator.args[0].value, function, entry, module, "huey")
            continue
        if word in ("task", "db_task") and b"huey" not in module.source.data:
            continue
        if word == "job" and not _is_job(code, decorator, module):
            continue
        if word == "actor" and b"dramatiq" not in module.source.data:
            continue
        if word == "task" and (owner is None or "huey" not in code.words(owner, module).lower()):
            continue
        periodic = argument(decorator, -1, "periodic") if isinstance(decorator, tree.Call) else None
        if periodic is not None:
            yield _periodic(code, periodic, function, entry, module, "periodiq")
        else:
            line = module.source.line(function.name_span)
            name = f"{code.dotted(module)}.{at.name}"
            yield Trigger("job", name, module.path, line, entries=(entry,))


def _is_job(code: Code, decorator: Expr, module: Module) -> bool:
    """Whether a decorator `job` is RQ's, django-rq's, or made of RQ's in the code."""
    name = decorator.receiver if isinstance(decorator, tree.Call) and not decorator.name else decorator
    if isinstance(name, tree.Call):
        owner = name.receiver
        words = code.words(tree.Name(name.name, name.name_span) if owner is None else owner, module)
    else:
        words = code.words(name, module)
    first = words.split(".")[0]
    if first in ("rq", "django_rq", "flask_rq", "flask_rq2") or "rq" in words.lower().split("."):
        return True
    home = code.lookup(words, module)
    return home is not None and re.search(rb"\brq\b", home[0].source.data) is not None


def _periodic(code: Code, every: Expr, function: tree.Function, entry: Entry, module: Module, kind: str) -> Trigger:
    """A function that its decorator gives a schedule."""
    known = code.value(every, module)
    call = known[0] if known else None
    text = code.text(argument(call, 0), module) if isinstance(call, tree.Call) and last(call) == "cron" else None
    if text:
        when = timing.expression(text, Service.UNIX)
    elif isinstance(call, tree.Call) and known and last(call) == "crontab":
        when = crontab(code, call, known[1])
    else:
        number = seconds(code, every, module)
        when = timing.every(number) if number else None
    return _trigger(kind, function.name, module, function, text or module.source.written(every.span), when, entry)


def _trigger(
    kind: str, name: str, module: Module, at: Expr, schedule: str, when: Timing | None, entry: Entry
) -> Trigger:
    span = at.name_span if isinstance(at, tree.Function) else at.span
    return Trigger(kind, name, module.path, module.source.line(span), schedule, when, (entry,))
