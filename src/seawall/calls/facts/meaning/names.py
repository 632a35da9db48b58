"""Names: locals, parameters, fields, globals, constants, imports, and attributes of all kinds of things."""

from __future__ import annotations

import re
from bisect import bisect_right

from seawall.calls.facts import tree
from seawall.calls.facts.meaning import choices, collections, lending, library, strings
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.scopes import Bind, Group, Path, Source, leads
from seawall.calls.facts.values import (
    ClassRef,
    Client,
    Const,
    External,
    Frame,
    Many,
    Method,
    Module,
    Object,
    Plain,
    Unknown,
    Value,
    Words,
    either,
    unknown,
)


def name(engine: Engine, expr: tree.Name, frame: Frame) -> Value:
    """A bare word: what it was last given, a parameter, a name of the file; in Ruby else a method of self."""
    path = frame.scope.paths.get(id(expr), ())
    found = look_up(engine, expr.text, path, expr.span[0], frame)
    if found is not None:
        return library.suspect(found, expr.text, frame, expr.span)
    if frame.scope.source.file.language == "ruby":
        return engine.bare(engine.made(tree.Call(None, expr.text, (), expr.span, expr.span)), frame)
    return library.suspect(unknown(f"`{expr.text}` is not defined here"), expr.text, frame, expr.span)


def look_up(engine: Engine, text: str, path: Path, offset: int, frame: Frame) -> Value | None:
    """What a name is at a place of a frame's scope, None where it is no name there."""
    scope = frame.scope
    binds = [b for b in scope.binds.get(text, ()) if b.kind != "annotated" or not scope.params]
    for depth in range(len(path) - 1, -1, -1):
        block = path[depth].around
        if not isinstance(block, tree.Block):
            continue
        place = next((i for i, p in enumerate(block.params) if p.name == text), -1)
        if place >= 0:
            given = lending.parameter(engine, block, path[depth].owner, place, frame)
            inside = [b for b in binds if len(b.path) > depth and b.path[depth].around is block]
            return _flow(engine, inside, path, offset, frame, given)
        parts = [(i, p.parts) for i, p in enumerate(block.params) if any(q.name == text for q in p.parts)]
        if parts:
            whole = lending.parameter(engine, block, path[depth].owner, parts[0][0], frame)
            inner = next(i for i, q in enumerate(parts[0][1]) if q.name == text)
            return collections.place_of(whole, inner)
    param = next((p for p in scope.params if p.name == text), None)
    start = engine.parameter(param, frame) if param is not None else None
    if binds:
        return _flow(engine, binds, path, offset, frame, start)
    if start is not None:
        return start
    above = frame.outer
    if above is None and scope.source.file.language != "ruby" and scope is not scope.source.top:
        above = engine.frames.own(scope.source.top)
    while above is not None and above.scope.group is not None and above.scope.definition is None:
        above = above.outer or (engine.frames.own(scope.source.top) if above.scope is not scope.source.top else None)
    return look_up(engine, text, (), -1, above) if above is not None else None


def _flow(
    engine: Engine, binds: list[Bind], path: Path, offset: int, frame: Frame, start: Value | None
) -> Value | None:
    """Follows what a name gets, in order. offset -1: from another scope, where all of them may have happened."""
    end = len(binds) if offset < 0 else bisect_right(binds, offset, key=lambda b: b.at)
    before = binds[:end] or ([] if start is not None else binds)
    current: Value | None = start
    first = 0
    for place in range(len(before) - 1, -1, -1):
        bind = before[place]
        if bind.op == "=" and bind.kind != "item" and (leads(bind.path, path) if offset >= 0 else not bind.path):
            first = place
            break
    for bind in before[first:]:
        if not _may_be(engine, bind, path, frame):
            continue
        value = bound(engine, bind, frame)
        sure = leads(bind.path, path)
        if bind.kind == "item":
            current = collections.with_item(engine, current or (), bind, value, frame)
        elif bind.op in ("+=", "<<"):
            longer = (
                strings.added(current or (), value)
                if bind.op == "+=" or not _is_many(current)
                else (collections.with_item(engine, current or (), bind, value, frame))
            )
            current = longer if sure else either([current or (), longer])
        elif bind.op in ("||=", "??=", "or="):
            kept = tuple(a for a in current or () if a != Const(None))
            current = either([kept, value])
        elif bind.op != "=":
            current = unknown(f"it is changed by `{bind.op}`")
        else:
            current = value if sure or current is None else either([current, value])
    return current


def _is_many(value: Value | None) -> bool:
    return any(isinstance(a, Many) for a in value or ())


def _may_be(engine: Engine, bind: Bind, path: Path, frame: Frame) -> bool:
    """Whether the options that a bind stands in may be taken, and are not another option of the place that is read."""
    for depth, step in enumerate(bind.path):
        if not isinstance(step.around, tree.Choice):
            continue
        here = path[depth] if depth < len(path) else None
        if here is not None and here.around is step.around and here.option != step.option and step.around.kind != "try":
            return False
        apart = here is None or here.around is not step.around
        if apart and step.option not in choices.taken(engine, step.around, frame):
            return False
    return True


def bound(engine: Engine, bind: Bind, frame: Frame) -> Value:
    """What a bind gives."""
    match bind.kind:
        case "definition":
            assert bind.definition is not None
            return (Method(bind.definition, frame.me),)
        case "group":
            assert bind.group is not None
            return (ClassRef(bind.group),)
        case "import":
            assert isinstance(bind.node, tree.Import)
            return imported(engine, bind.node, frame.scope.source)
        case "annotated":
            return annotated(engine, bind.node, frame)
        case "element":
            value = collections.elements(engine.value(bind.node, frame))
        case "entered":
            value = lending.entered(engine, bind.node, frame)
        case _:
            value = engine.value(bind.node, frame)
    if bind.part:
        return either(attribute(engine, a, bind.part, frame, bind.node) for a in value)
    return collections.place_of(value, bind.place) if bind.place >= 0 else value


def imported(engine: Engine, node: tree.Import, importer: Source) -> Value:
    """What an import gives: a file, a name in a file, or something of a library."""
    program = engine.program
    module = node.module if node.name or node.alias else node.module.split(".")[0]
    if node.name and node.name not in ("*", "default"):
        inner = program.imported(f"{module}.{node.name}".strip("."), node.level, importer)
        if importer.file.language == "python" and inner is not None:
            if inner in program.sources:
                return (Module(program.sources[inner]),)
            return unknown(f"{inner} is not read", lacks=inner)
    path = program.imported(module, node.level, importer)
    if path is None:
        return (External(".".join(word for word in ("." * node.level + module, node.name.strip("*")) if word)),)
    if path not in program.sources:
        return unknown(f"{path} is not read", lacks=path)
    source = program.sources[path]
    if not node.name or node.name == "*":
        return (Module(source),)
    return of_module(engine, source, node.name)


def of_module(engine: Engine, source: Source, text: str) -> Value:
    """A name of another file, also one that it has from `import *`."""
    top = engine.frames.own(source.top)
    return engine.kept((id(source), top, text), lambda: _of_module(engine, source, text, top))


def _of_module(engine: Engine, source: Source, text: str, top: Frame) -> Value:
    if text in source.top.binds:
        return look_up(engine, text, (), -1, top) or ()
    for bind in source.top.binds.get("*", ()):
        if isinstance(bind.node, tree.Import) and bind.node.name == "*":
            for alternative in imported(engine, bind.node, source):
                if isinstance(alternative, Module) and alternative.source is not source:
                    found = of_module(engine, alternative.source, text)
                    if found and not all(isinstance(a, Unknown) for a in found):
                        return found
                elif isinstance(alternative, External):
                    return (External(f"{alternative.path}.{text}"),)
    if text == "default":
        return unknown("the default export is not followed")
    inner = engine.program.imported(f"{source.module}.{text}", 0, source)
    if inner is not None and inner in engine.program.sources:
        return (Module(engine.program.sources[inner]),)
    return unknown(f"{source.file.path} has no {text}")


def annotated(engine: Engine, annotation: tree.Expr, frame: Frame) -> Value:
    """What a thing of an annotated type may be: a client by its class, or an object of the program."""
    if isinstance(annotation, tree.Literal) and isinstance(annotation.value, str):
        inner = re.sub(r"\b(?:typing\.)?(?:Optional|Union|Annotated|Awaitable)\[", "", annotation.value)
        words = re.split(r"[\[|,\]]", inner)[0].strip().split(".")
        named: tree.Expr = engine.made(tree.Name(words[0], annotation.span))
        for word in words[1:]:
            named = engine.made(tree.Member(named, word, annotation.span))
        return library.instance(engine, engine.value(named, frame), frame, annotation.span)
    if isinstance(annotation, tree.Operation):
        return either([annotated(engine, annotation.left, frame), annotated(engine, annotation.right, frame)])
    if isinstance(annotation, tree.Item):
        outer = annotation.of
        word = outer.text if isinstance(outer, tree.Name) else outer.name if isinstance(outer, tree.Member) else ""
        inner = annotation.key.items if isinstance(annotation.key, tree.Sequence) else (tree.Arg(annotation.key),)
        if word in ("Optional", "Union", "Annotated", "Final", "ClassVar", "Awaitable"):
            return either(annotated(engine, item.value, frame) for item in inner)
        return annotated(engine, outer, frame)
    if isinstance(annotation, tree.Name | tree.Member | tree.Constant):
        return library.instance(engine, engine.value(annotation, frame), frame, annotation.span)
    return ()


def variable(engine: Engine, expr: tree.Variable, frame: Frame) -> Value:
    """`@a`, `@@a`, `$a`."""
    if expr.scope == "global":
        written = engine.program.globals.get(expr.text, ())
        found = either(engine.lookup.written(w) for w in written)
        return library.suspect(found or unknown(f"${expr.text} is not set"), expr.text, frame, expr.span)
    if frame.me is None:
        return library.suspect(unknown(f"@{expr.text} is not set"), expr.text, frame, expr.span)
    return library.suspect(field(engine, frame.me.group, expr.text), expr.text, frame, expr.span)


def field(engine: Engine, group: Group, text: str) -> Value:
    """What `@text` or `self.text` of a class may be; strings that parameters give are holes."""
    written = engine.lookup.field(group, text)
    found = collections.gathered(engine, written)
    return strings.without_parameters(found) or unknown(f"`{text}` is never set in {group.name}")


def constant(engine: Engine, expr: tree.Constant, frame: Frame) -> Value:
    """`A::B`."""
    found = engine.lookup.constant(expr, frame.scope)
    return library.suspect(found, expr.path[-1], frame, expr.span)


def member(engine: Engine, expr: tree.Member, frame: Frame) -> Value:
    """`a.b` that is not called."""
    found = either(attribute(engine, a, expr.name, frame, expr) for a in engine.value(expr.of, frame))
    return library.suspect(found, expr.name, frame, expr.span)


def attribute(engine: Engine, alternative: object, text: str, frame: Frame, expr: tree.Expr) -> Value:
    """An attribute of one thing."""
    match alternative:
        case Module(source=source):
            return of_module(engine, source, text)
        case Object(group=group) | ClassRef(group=group):
            return _of_object(engine, alternative, group, text, frame, expr)
        case External(path=path):
            return library.reached(engine, f"{path}.{text}", frame, expr.span)
        case Client():
            return (alternative,) if text in library.SAME_CLIENT else (Plain("part of a client"),)
        case Words() | Const() | Many() | Plain():
            return (Plain(f"part of a {type(alternative).__name__.lower()}"),)
        case _:
            slots = engine.program.slots.get(text, ())
            given = either(engine.lookup.written(w) for w in slots) if len(slots) <= 4 else ()
            lent = tuple(library.weaker(a) for a in given if isinstance(a, Client))
            return lent or unknown(f"`{text}` of something not known")


def _of_object(
    engine: Engine, owner: Object | ClassRef, group: Group, text: str, frame: Frame, expr: tree.Expr
) -> Value:
    definitions = engine.lookup.methods(owner, text)
    if definitions and definitions[0].node.is_property:
        call = engine.made(tree.Call(None, text, (), expr.span, expr.span))
        return either(engine.invoke(Method(d, owner), call, frame) for d in definitions)
    if definitions:
        return tuple(Method(definition, owner) for definition in definitions)
    found = field(engine, group, text) if engine.lookup.field(group, text) else ()
    attributes = either(engine.lookup.written(w) for w in engine.lookup.attribute(group, text))
    if found or attributes:
        return either([found, attributes])
    if text in group.groups:
        return (ClassRef(group.groups[text]),)
    if text in ("__name__", "__qualname__", "name") and isinstance(owner, ClassRef):
        return strings.class_name(engine, owner)
    if text in ("__class__", "constructor"):
        return (ClassRef(group, owner.exact),)
    inherited = either(
        library.reached(engine, f"{path}().{text}", frame, expr.span) for path in engine.lookup.outside(group)
    )
    lent = tuple(a for a in inherited if isinstance(a, Client))
    return engine.missing_method(owner, frame) or lent or unknown(f"{group.name} has no `{text}`")


def assigned(engine: Engine, expr: tree.Assign, frame: Frame) -> Value:
    """An assignment as a value: what is assigned, and with `||=` what the target was."""
    value = engine.value(expr.value, frame) if expr.value is not None else ()
    if expr.op in ("||=", "??=") and expr.targets and not isinstance(expr.targets[0], tree.Item):
        before = tuple(a for a in engine.value(expr.targets[0], frame) if not isinstance(a, Unknown))
        return either([value, before])
    if expr.op not in ("=", "||=", "??=") and expr.targets:
        return engine.value(expr.targets[0], frame)
    return value
