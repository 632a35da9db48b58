"""Celery beat: entries of schedules wherever they are put together, `add_periodic_task`, `@periodic_task`.

An entry is known by its shape, a map with a `task` and a `schedule` under a name: so merged maps, updates and maps that
a function returns are read alike. What django-celery-beat keeps in a database is in no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers.expressions import argument, items, last
from seawall.calls.triggers.intervals import timing_of
from seawall.calls.triggers.python import Code, Module, code_of, decorated, function_entry, reference
from seawall.calls.triggers.source import Source

WORDS = re.compile(rb"(?i)beat_?schedule|periodic_task|[\"']schedule[\"']\s*:|\bschedule=")
KIND = "celery-beat"
_SIGNATURES = frozenset(("s", "si", "signature", "subtask"))
_ZONE = frozenset(("CELERY_TIMEZONE", "timezone"))


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The entries of the beat in these files."""
    code = code_of(sources)
    zone = _zone(code)
    for module in code.modules.values():
        yield from _entries(code, module, zone)
        for call, _ in module.calls:
            if call.name == "add_periodic_task":
                yield from _added(code, call, module, zone)
        for _, function, decorator in decorated(module, lambda each: last(each) == "periodic_task"):
            if isinstance(decorator, tree.Call) and b"celery" in module.source.data:
                every = argument(decorator, 0, "run_every")
                if every is not None:
                    entry = function_entry(module.path, function)
                    yield _trigger(code, module, function.name, function, every, entry, zone)


def _zone(code: Code) -> str:
    """The time zone that Celery is set to, where it is said once; UTC is its own default."""
    found: set[str] = set()
    for module in code.modules.values():
        for at in module.all:
            node = at.node
            if isinstance(node, tree.Assign):
                named = [target for target in node.targets if last(target) in _ZONE]
                celery = [t for t in named if last(t) == "CELERY_TIMEZONE" or last(getattr(t, "of", None)) == "conf"]
                text = code.text(node.value, module) if celery else None
                found |= {text} if text else set()
    return found.pop() if len(found) == 1 else ""


def _entries(code: Code, module: Module, zone: str) -> Iterator[Trigger]:
    for at in module.all:
        node = at.node
        found: list[tuple[Expr, Expr]] = []
        if isinstance(node, tree.Sequence) and node.kind == "map":
            found = [(item.key, item.value) for item in node.items if isinstance(item, tree.Pair)]
        elif isinstance(node, tree.Assign) and node.value is not None:
            found = [(target.key, node.value) for target in node.targets if isinstance(target, tree.Item)]
        elif isinstance(node, tree.Call) and node.name in ("dict", "update", "setdefault"):
            found = [(arg.value, arg.value) for arg in node.args if arg.keyword]
            names = {id(arg.value): arg.keyword for arg in node.args}
            for _, value in found:
                yield from _entry(code, module, names[id(value)], value, value, zone)
            continue
        for key, value in found:
            name = code.text(key, module)
            yield from _entry(code, module, name, key, value, zone)


def _entry(code: Code, module: Module, name: str | None, at: Expr, value: Expr, zone: str) -> Iterator[Trigger]:
    given = items(value)
    task, schedule = given.get("task"), given.get("schedule")
    enabled = given.get("enabled")
    if task is None or schedule is None or (isinstance(enabled, tree.Literal) and enabled.value is False):
        return
    entry = task_entry(code, task, module)
    if entry is not None:
        yield _trigger(code, module, name or entry.name.rpartition(":")[2], at, schedule, entry, zone)


def task_entry(code: Code, task: Expr, module: Module) -> Entry | None:
    """The entry into a task that is given by its name, by itself, by `task.name` or by a signature of it."""
    text = code.text(task, module)
    if text:
        return Entry("door", name=f"task:{text}")
    if isinstance(task, tree.Member) and task.name == "name":
        return reference(task.of, module)
    if isinstance(task, tree.Call) and task.name in _SIGNATURES and task.receiver is not None:
        return reference(task.receiver, module)
    if isinstance(task, tree.Call) and last(task) in ("signature", "Signature") and task.args:
        return task_entry(code, task.args[0].value, module)
    return reference(task, module) if isinstance(task, tree.Name | tree.Member) else None


def _added(code: Code, call: tree.Call, module: Module, zone: str) -> Iterator[Trigger]:
    every, task = argument(call, 0, "schedule"), argument(call, 1, "sig")
    entry = task_entry(code, task, module) if task is not None else None
    if every is not None and entry is not None:
        name = code.text(argument(call, -1, "name"), module) or entry.name.rpartition(":")[2]
        yield _trigger(code, module, name, call, every, entry, zone)


def _trigger(code: Code, module: Module, name: str, at: Expr, every: Expr, entry: Entry, zone: str) -> Trigger:
    span = at.name_span if isinstance(at, tree.Call | tree.Function) else at.span
    schedule = module.source.written(every.span)
    timing = timing_of(code, every, module, zone)
    return Trigger(KIND, name, module.path, module.source.line(span), schedule, timing, (entry,))
