"""Celery's tasks: decorated functions, classes, and decorators that a project makes of Celery's own.

The name of a task is what it is declared by, else that of its module and function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers.expressions import argument, last, walk
from seawall.calls.triggers.python import Code, Module, code_of, decorated, function_entry
from seawall.calls.triggers.source import Source

WORDS = re.compile(rb"celery|shared_task|(?m:^[ \t]*@(?:[\w.]+\.)?\w*task\b)")
_OTHERS = ("huey", "invoke", "prefect", "locust", "airflow", "fabric", "procrastinate", "taskiq", "fastapi_utils")


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The tasks of these files."""
    code = code_of(sources)
    found = list(_tasks(code))
    shortest: dict[str, int] = {}
    for name, _, _, declared in found:
        for word in [name] if declared else ends(name):
            shortest[word] = min(shortest.get(word, 99), 0 if declared else name.count("."))
    for name, module, entry, declared in found:
        named = [name] if declared else ends(name)
        # `tasks.f` is the f of the tasks.py that is nearest to the root, where several end so
        doors = [word for word in named if shortest[word] == (0 if declared else name.count("."))]
        line = module.source.line(entry.span)
        shown = name if declared else name[len(module.name) - len(code.dotted(module)) :]
        yield Trigger("celery", shown, module.path, line, entries=(entry,), doors=tuple(f"task:{d}" for d in doors))


def ends(name: str) -> list[str]:
    """A dotted name and its ends that still name a module: which one Celery uses depends on where it is started."""
    words = name.split(".")
    return [".".join(words[start:]) for start in range(max(len(words) - 1, 1))]


def _tasks(code: Code) -> Iterator[tuple[str, Module, Entry, bool]]:
    made = makers(code)
    for module in code.modules.values():
        for at, function, decorator in decorated(module, lambda each, home=module: is_task(code, each, home, made)):
            name = _declared(code, decorator, module)
            yield name or f"{module.name}.{at.name}", module, function_entry(module.path, function), bool(name)
        for name, cls in module.classes.items():
            yield from _class(code, name, cls, module)
        for call, _ in module.calls:  # app.task(f), app.register_task(Task())
            if last(call) in ("task", "shared_task") and call.args and not call.args[0].keyword:
                known = code.function_of(call.args[0].value, module)
                if known and is_task(code, call, module, made) and isinstance(known[0].node, tree.Function):
                    node = known[0].node
                    name = _declared(code, call, module)
                    full = name or f"{known[1].name}.{known[0].name}"
                    yield full, known[1], function_entry(known[1].path, node), bool(name)


def makers(code: Code) -> frozenset[str]:
    """The names of a project's own task decorators: partials, and functions that call Celery's."""
    found: set[str] = set()
    for module in code.modules.values():
        for name, given in module.assigned.items():
            for each in given:
                value = each.value
                if isinstance(value, tree.Call) and last(value) == "partial" and value.args:
                    value = value.args[0].value
                    if is_task(code, value, module, frozenset()):
                        found.add(name)
                elif isinstance(value, tree.Name | tree.Member) and is_task(code, value, module, frozenset()):
                    found.add(name)
        for call, at in module.calls:
            outer = at.owners[0] if at.owners else None
            if isinstance(outer, tree.Function) and is_task(code, call, module, frozenset()) and _hands(outer, call):
                found.add(outer.name)
    return frozenset(found)


def _hands(function: tree.Function, call: tree.Call) -> bool:
    """Whether a function gives back what a call of it makes: by a return, or by a return of a function in it."""
    own: set[str] = set()
    for at in walk(function.body):
        node = at.node
        if isinstance(node, tree.Return) and node.kind == "return" and node.value is not None:
            if any(inner.node is call for inner in walk((node.value,))):
                return True
            own.add(last(node.value))
    named = [node for node in (at.node for at in walk(function.body)) if isinstance(node, tree.Assign)]
    return any(
        last(target) in own
        for node in named
        if node.value is not None and any(inner.node is call for inner in walk((node.value,)))
        for target in node.targets
    )


def is_task(code: Code, decorator: Expr, module: Module, made: frozenset[str]) -> bool:
    """Whether a decorator makes a task of Celery: `shared_task`, `app.task(...)`, one of the project's own."""
    name = decorator
    if isinstance(decorator, tree.Call):
        name = decorator.receiver if not decorator.name else decorator
    word = last(name)
    if word in made:
        return True
    owner = name.receiver if isinstance(name, tree.Call) else name.of if isinstance(name, tree.Member) else None
    if word == "shared_task":
        return True
    if word in ("task", "periodic_task") and owner is None:
        known = module.imports.get(word)
        return known is not None and known.module.startswith("celery")
    if word != "task" or owner is None:
        return False
    words = code.words(owner, module)
    value = code.value(owner, module)
    if value is not None and isinstance(value[0], tree.Call):
        return last(value[0]).lower().endswith("celery") or "celery" in words.lower()
    return bool(words) and not any(other in words.lower() for other in _OTHERS)


def _declared(code: Code, decorator: Expr, module: Module) -> str:
    if not isinstance(decorator, tree.Call):
        return ""
    return code.text(argument(decorator, -1, "name"), module) or ""


def _class(code: Code, name: str, cls: tree.Class, module: Module) -> Iterator[tuple[str, Module, Entry, bool]]:
    """A class of Celery's Task with a `run` of its own."""
    family = code.ancestry(cls, module)
    bases = {last(base) for one, _ in family for base in one.bases}
    if not bases & {"Task", "PeriodicTask", "BaseTask"} or not any(b"celery" in home.source.data for _, home in family):
        return
    run = next((each for each in cls.body if isinstance(each, tree.Function) and each.name == "run"), None)
    if run is None:
        return
    named = [each.value for each in cls.body if isinstance(each, tree.Assign) and last(each.targets[0]) == "name"]
    declared = code.text(named[-1], module) if named else None
    yield declared or f"{module.name}.{name}", module, function_entry(module.path, run), bool(declared)
