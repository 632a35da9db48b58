"""Callers: what a function's parameters are, as far as that is told by those who call it."""

from __future__ import annotations

from seawall.calls.facts import tree
from seawall.calls.facts.meaning import library, names
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.scopes import CallAt, Definition
from seawall.calls.facts.values import (
    Alternative,
    ClassRef,
    Client,
    Closure,
    External,
    Frame,
    Many,
    Method,
    Module,
    Object,
    Pool,
    Reason,
    Unknown,
    Value,
    either,
    unknown,
)

MANY = 60  # calls of one name that are looked at
JOBS = {"perform_async": "perform", "perform_later": "perform", "perform_in": "perform", "perform_at": "perform",
        "perform_now": "perform", "perform_inline": "perform"}  # fmt: skip
TASKS = frozenset(("delay", "apply_async", "enqueue", "s", "si"))
MADE = frozenset(("initialize", "__init__", "constructor"))


def parameter(engine: Engine, param: tree.Param, frame: Frame) -> Value:
    """What a parameter is: what is bound, else what callers give that is not a string; strings are holes of it."""
    for name, value in frame.bound:
        if name == param.name:
            return value
    if frame.called:
        return unknown(f"`{param.name}` is not given")
    open_end = Unknown(f"parameter `{param.name}`", param.name)
    if param.annotation is not None:
        declared = names.annotated(engine, param.annotation, frame)
        if any(isinstance(a, Client | Pool | Object) for a in declared):
            return (*declared, open_end)
    definition = frame.scope.definition
    if definition is None:
        return (open_end,)
    given = engine.kept((id(param), frame, "given"), lambda: _given(engine, definition, param))
    named = library.suspect((open_end,), param.name, frame, definition.node.span) if not given else ()
    default = engine.value(param.default, frame) if param.default is not None else ()
    typed = tuple(a for a in default if isinstance(a, Client | Pool))
    return either([given, typed, named, (open_end,)])


def _given(engine: Engine, definition: Definition, param: tree.Param) -> Value:
    found: list[Value] = []
    for at, method in calling(engine, definition):
        frame = engine.frames.own(at.scope)
        inner = engine.enter(method, at.call, frame)
        value = dict(inner.bound).get(param.name, ()) if inner is not None else ()
        reason = Reason(f"given to `{definition.name}`", *at.scope.source.place(at.call.span[0]))
        found.append(tuple(kept for a in value if (kept := _worth(a, reason)) is not None))
    return either(found)


def _worth(alternative: Alternative, reason: Reason) -> Alternative | None:
    match alternative:
        case Client():
            return library.weaker(alternative, "inferred", reason)
        case Pool(holds=holds):
            return Pool(tuple(kept for a in holds if (kept := _worth(a, reason)) is not None))
        case Object() | ClassRef() | Closure() | Method() | Module():
            return alternative
        case External(path=path):
            return alternative if path.endswith(")") else None
        case Many(of=of):
            kept = tuple(k for a in of if (k := _worth(a, reason)) is not None)
            return Many(kept) if kept else None
        case _:
            return None


def calling(engine: Engine, definition: Definition) -> list[tuple[CallAt, Method]]:
    """The calls that may reach a function, with the method as it is called there."""
    program = engine.program
    name = definition.name
    candidates: list[CallAt] = []
    if name in MADE and definition.group is not None:
        candidates += [at for at in program.calls.get("new", ())]
        candidates += program.calls.get(definition.group.name, ())
    else:
        candidates += program.calls.get(name, ())
        if name == "perform":
            candidates += [at for job in JOBS for at in program.calls.get(job, ())]
        elif definition.group is None:
            candidates += [at for task in TASKS for at in program.calls.get(task, ()) if _names(at.call.receiver, name)]
    if len(candidates) > MANY:
        near = [at for at in candidates if at.scope.source is definition.scope.source]
        candidates = (near + [at for at in candidates if at.scope.source is not definition.scope.source])[:MANY]
    found: list[tuple[CallAt, Method]] = []
    for at in candidates:
        if at.scope is definition.scope:
            continue  # recursion tells nothing new
        method = reaching(engine, at, definition)
        if method is not None:
            found.append((at, method))
    return found


def _names(receiver: tree.Expr | None, name: str) -> bool:
    match receiver:
        case tree.Name(text=text):
            return text == name
        case tree.Member(name=text):
            return text == name
        case _:
            return False


def reaching(engine: Engine, at: CallAt, definition: Definition) -> Method | None:
    """The method as a call reaches it, None where it reaches another or nothing."""
    frame = engine.frames.own(at.scope)
    call = at.call
    if call.receiver is None:
        reached = engine.bare_targets(call, frame)
    else:
        of = engine.value(call.receiver, frame)
        name = JOBS.get(call.name)
        reached: list[Alternative] = []
        for alternative in of:
            if name is not None and isinstance(alternative, ClassRef):
                reached += [
                    Method(d, Object(alternative.group)) for d in engine.lookup.methods(Object(alternative.group), name)
                ]
            else:
                reached += engine.targets(alternative, call, frame)
            if isinstance(alternative, ClassRef) and call.name == "new":
                reached.append(alternative)
    for target in reached:
        if isinstance(target, Method) and target.definition is definition:
            return target
        if isinstance(target, ClassRef) and definition.name in MADE:
            owner = Object(target.group, True)
            if definition in engine.lookup.methods(owner, definition.name):
                return Method(definition, owner)
    return None
