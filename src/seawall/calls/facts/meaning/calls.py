"""Calls: which functions of the program a call may reach, with which arguments, and what it gives back."""

from __future__ import annotations

from seawall.calls.facts import tree
from seawall.calls.facts.meaning import binding, builtins, choices, collections, lending, library, names, strings
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.seeds import DELEGATOR, POOL_METHODS, SELF_METHODS, SENDS, TAKEN
from seawall.calls.facts.values import (
    CALLS,
    Alternative,
    ClassRef,
    Client,
    Closure,
    Const,
    External,
    Frame,
    Many,
    Method,
    Module,
    Object,
    Plain,
    Pool,
    Unknown,
    Value,
    Words,
    either,
    unknown,
)


def call(engine: Engine, expr: tree.Call, frame: Frame) -> Value:
    """What a call gives back."""
    if expr.receiver is None:
        return bare(engine, expr, frame)
    of = engine.value(expr.receiver, frame)
    if any(isinstance(a, Client) for a in of):
        of = tuple(a for a in of if not isinstance(a, Unknown))  # what else it may be is the client, not followed
    found = either(on(engine, alternative, expr, frame) for alternative in of)
    return library.suspect(found, expr.name, frame, expr.span) if not expr.args else found


def bare(engine: Engine, call: tree.Call, frame: Frame) -> Value:
    """A call without a receiver."""
    reached = bare_targets(engine, call, frame)
    if reached:
        found = either(invoke(engine, target, call, frame) for target in reached)
        return library.suspect(found, call.name, frame, call.span)
    name = call.name
    if name == "super":
        return _super(engine, call, frame)
    if name == "getattr" and len(call.args) >= 2:
        of, word = binding.arguments(engine, call, frame)[:2]
        text = strings.texts(word)[0].literal
        if text:
            return either(names.attribute(engine, a, text, frame, call) for a in of)
    if name == "require" and call.args and frame.scope.source.file.language in ("javascript", "typescript"):
        module = strings.texts(engine.value(call.args[0].value, frame))[0].literal or ""
        return names.imported(engine, tree.Import(module, "*", "", call.span), frame.scope.source)
    if name == "name" and isinstance(frame.me, ClassRef) and not call.args:
        return strings.class_name(engine, frame.me)
    found = builtins.result(engine, call, frame)
    return found or library.suspect(unknown(f"`{name}` is not defined in what was read"), name, frame, call.span)


def bare_targets(engine: Engine, call: tree.Call, frame: Frame) -> list[Alternative]:
    """What a bare call may reach: a name's value, a method of self, a function."""
    if frame.scope.source.file.language != "ruby":
        path = frame.scope.paths.get(id(call), ())
        found = names.look_up(engine, call.name, path, call.span[0], frame)
        return [] if found is None else [a for a in found if not isinstance(a, Plain | Const | Words)]
    if frame.me is not None:
        methods = engine.lookup.methods(frame.me, call.name)
        if not methods and isinstance(frame.me, ClassRef) and call.name == "new":
            return [frame.me]
        if methods:
            return [Method(definition, frame.me) for definition in methods]
        attribute = engine.lookup.methods(Object(frame.me.group), call.name) if isinstance(frame.me, ClassRef) else []
        if attribute and frame.me.group.kind == "module":
            return [Method(definition, frame.me) for definition in attribute]
    return [Method(definition) for definition in engine.program.functions.get(call.name, ())[:4]]


def targets(engine: Engine, alternative: Alternative, call: tree.Call, frame: Frame) -> list[Alternative]:
    """What a call on one thing may reach in the program."""
    match alternative:
        case Object() | ClassRef():
            found = engine.lookup.methods(alternative, call.name)
            if found:
                return [Method(definition, alternative) for definition in found]
            if alternative.group.language != "ruby":
                return list(names.attribute(engine, alternative, call.name, frame, call))
            return []
        case Module(source=source):
            return list(names.of_module(engine, source, call.name))
        case Method() if call.name in ("", "call", "delay", "apply_async", "()"):
            return [alternative]
        case _:
            return []


def on(engine: Engine, alternative: Alternative, call: tree.Call, frame: Frame) -> Value:
    """What a call on one thing gives back."""
    match alternative:
        case Client():
            return library.of_client(engine, alternative, call, frame)
        case Pool():
            return _of_pool(engine, alternative, call, frame)
        case External() if call.name not in collections.MAPS and not (call.name in collections.CUT and call.args):
            return library.of_external(engine, alternative, call, frame)
        case Object() | ClassRef():
            return _of_owner(engine, alternative, call, frame)
        case Module(source=source):
            reached = names.of_module(engine, source, call.name)
            return either(invoke(engine, target, call, frame) for target in reached)
        case Method() | Closure():
            if call.name in ("", "call", "()", "===", "yield", "[]", "apply"):
                return invoke(engine, alternative, call, frame)
            return unknown(f"`{call.name}` of a function")
        case Words(text=text):
            return strings.of_words(engine, text, call, binding.arguments(engine, call, frame), frame)
        case Many():
            return collections.of_many(engine, alternative, call, binding.arguments(engine, call, frame), frame)
        case Const():
            return strings.of_number(alternative, call.name)
        case External() | Unknown() | Plain() if call.name in collections.CUT and call.args:
            most = collections.number(engine.value(call.args[0].value, frame))
            return (Many(unknown("an element of what is not known"), most=most),)
        case _ if call.name in collections.MAPS and (made := lending.block_value(engine, call, frame)) is not None:
            return (Many(collections.elements(made) if call.name.startswith("flat") else made),)
        case Plain(what=what):
            return (
                (alternative,)
                if call.name in SELF_METHODS
                else (Plain(what if " of " in what else f"part of a {what}"),)
            )
        case _:
            if call.name in SELF_METHODS:
                return lending.block_value(engine, call, frame) or (alternative,)
            if call.name in ("to_s", "to_sym", "to_i", "id", "to_str", "freeze", "strip"):
                return (alternative,)
            return library.by_name(engine, call)


def _of_pool(engine: Engine, pool: Pool, call: tree.Call, frame: Frame) -> Value:
    if call.name in POOL_METHODS:
        value = lending.block_value(engine, call, frame)
        if value is not None:
            return value
    if call.name in TAKEN or call.name in POOL_METHODS:
        return pool.holds
    return (pool,) if call.name in SELF_METHODS else (Plain("part of a pool"),)


def _of_owner(engine: Engine, owner: Object | ClassRef, call: tree.Call, frame: Frame) -> Value:
    name = call.name
    if name in SENDS and call.args:
        word = strings.texts(engine.value(call.args[0].value, frame))[0].literal
        if word:
            return _of_owner(
                engine,
                owner,
                engine.made(tree.Call(call.receiver, word, call.args[1:], call.span, call.name_span)),
                frame,
            )
    methods = engine.lookup.methods(owner, name)
    if methods:
        return either(invoke(engine, Method(m, owner), call, frame) for m in methods)
    opened = library.library_class(owner)
    if opened is not None:
        return library.of_external(engine, opened, call, frame)
    if isinstance(owner, ClassRef) and name in ("new", "", "()", "instance", "allocate", "create!"):
        return _made(engine, owner, call, frame)
    match name:
        case "class" | "singleton_class":
            return (ClassRef(owner.group, owner.exact),)
        case "name" | "to_s" | "model_name" if isinstance(owner, ClassRef):
            return strings.class_name(engine, owner)
        case "tap" | "itself" | "freeze" | "dup" | "clone" | "presence" | "with_lock":
            return (owner,)
        case "then" | "yield_self":
            return lending.block_value(engine, call, frame) or (owner,)
        case "instance_variable_get" if call.args:
            word = strings.texts(engine.value(call.args[0].value, frame))[0].literal or ""
            return names.field(engine, owner.group, word.lstrip("@"))
        case _:
            pass
    if owner.group.language != "ruby":
        reached = names.attribute(engine, owner, name, frame, call)
        if not any(isinstance(target, Client | Pool) for target in reached):
            return either(invoke(engine, target, call, frame) for target in reached)
    handed = missing_method(engine, owner, frame)
    if handed:
        return either(on(engine, alternative, call, frame) for alternative in handed)
    bases = " ".join(engine.lookup.outside(owner.group)).replace("::", " ")
    return unknown(f"{owner.group.name} has no `{name}` here", lacks=bases)


def _made(engine: Engine, owner: ClassRef, call: tree.Call, frame: Frame) -> Value:
    group = owner.group
    outside = engine.lookup.outside(group)
    if any(DELEGATOR.fullmatch(path) for path in outside) and call.args:
        handed = engine.value(call.args[0].value, frame)
        if any(isinstance(a, Client) for a in handed):
            return handed
    client = library.made_of(group, outside, frame, call.span)
    return (Object(group, owner.exact), *client) if not client or group.methods else client


def missing_method(engine: Engine, owner: Object | ClassRef, frame: Frame) -> Value:
    """To what a class hands methods that it does not have: `method_missing`, `__getattr__`, its library base."""
    if frame.depth > CALLS:
        return ()
    found: list[Value] = []
    for name in ("method_missing", "__getattr__"):
        for definition in engine.lookup.methods(owner, name):
            inner = engine.frames.called(definition, owner, (), frame.depth + 1)
            for at in definition.scope.calls:
                if at.call.name in SENDS and at.call.receiver is not None:
                    found.append(engine.value(at.call.receiver, inner))
                elif at.call.name == "getattr" and at.call.args:
                    found.append(engine.value(at.call.args[0].value, inner))
    outside = engine.lookup.outside(owner.group)
    if isinstance(owner, Object):
        found.append(library.made_of(owner.group, outside, frame, (0, 0)))
    return tuple(a for a in either(found) if isinstance(a, Client | Pool))


def _super(engine: Engine, call: tree.Call, frame: Frame) -> Value:
    definition = frame.scope.definition
    if definition is None or definition.group is None or frame.me is None:
        return unknown("`super` of nothing")
    if frame.scope.source.file.language != "ruby":
        return (frame.me,)
    for each in engine.lookup.lineage(frame.me.group):
        if each is definition.group:
            continue
        own = each.class_methods if definition.on_class else each.methods
        if definition.name in own:
            return invoke(engine, Method(own[definition.name][-1], frame.me), call, frame)
    return unknown("`super` is not found")


def invoke(engine: Engine, target: Alternative, call: tree.Call, frame: Frame) -> Value:
    """What calling a thing gives back."""
    match target:
        case Method(definition=definition):
            inner = binding.enter(engine, target, call, frame)
            if inner is None:
                return unknown("calls are nested too deeply")
            found = engine.kept(
                (id(definition.node), inner, "result"), lambda: choices.result(engine, definition, inner)
            )
            returned = [a for a in found if not isinstance(a, Client | Pool | Words | Many | Object | Closure)]
            if definition.node.returns is not None and len(returned) == len(found):
                found = either(
                    [names.annotated(engine, definition.node.returns, engine.frames.own(definition.scope)), found]
                )
            return found
        case Closure():
            return lending.run(engine, target, binding.arguments(engine, call, frame), frame)
        case ClassRef():
            return _made(engine, target, call, frame)
        case External(path=path):
            return library.reached(engine, f"{path}()", frame, call.span, call)
        case Object():
            methods = engine.lookup.methods(target, "__call__") or engine.lookup.methods(target, "call")
            return either(invoke(engine, Method(m, target), call, frame) for m in methods) or (Plain("a reply"),)
        case Client():
            return (Plain("a reply"),)
        case Words() | Const():
            return ()  # it cannot be called: another of the alternatives is meant
        case _:
            return unknown(f"`{call.name}` gives what is not known")
