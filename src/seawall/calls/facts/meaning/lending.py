"""What blocks are lent: the parameters of a block by the method that it is given to, and what a `with` enters."""

from __future__ import annotations

from collections.abc import Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.meaning import choices, collections, library, overriding
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.seeds import POOL_METHODS, SELF_METHODS
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
    Object,
    Plain,
    Pool,
    Unknown,
    Value,
    Words,
    either,
    unknown,
)
from seawall.calls.facts.walk import block_of, is_rest

_WITH_INDEX = frozenset(("each_with_index", "each_with_object", "forEach", "with_index", "map.with_index"))
_FOLDS = frozenset(("inject", "reduce", "each_with_object"))
_SLICES = frozenset(("each_slice", "in_groups_of", "each_cons", "in_batches", "find_in_batches"))


def parameter(engine: Engine, block: tree.Block, owner: tree.Call | None, place: int, frame: Frame) -> Value:
    """What the parameter of a block at a place is."""
    name = block.params[place].name
    bound = dict(frame.bound).get(f"{block.span[0]}.{name}")
    if bound is not None:
        return bound
    if owner is None:
        return unknown(f"`{name}` of a block that is kept")
    given = lent(engine, owner, block, frame)
    if len(given) == 1 and len([p for p in block.params if not p.spread]) > 1:
        return collections.place_of(given[0], place)
    if place < len(given):
        return given[place]
    return unknown(f"`{name}` of the block of `{owner.name}`")


def lent(engine: Engine, call: tree.Call, block: tree.Block | None, frame: Frame) -> list[Value]:
    """What a call lends to the block that it is given, one value for each parameter."""

    def find() -> Value:
        return (Many((), tuple(enumerate(_lent(engine, call, block, frame)))),)

    kept = engine.kept((id(call), frame, f"lent {id(block)}"), find)
    return [value for a in kept if isinstance(a, Many) for _, value in a.items]


def _lent(engine: Engine, call: tree.Call, block: tree.Block | None, frame: Frame) -> list[Value]:
    found: list[list[Value]] = []
    said = overriding.said(engine, call, frame) if engine.overrides.things else None
    if said is not None:
        return [said]
    if call.receiver is None:
        owners = engine.bare_targets(call, frame)
        found += [yielded(engine, target, call, block, frame) for target in owners if isinstance(target, Method)]
        if not owners:
            found.append(library.lent_by_name(call, frame))
    else:
        for alternative in engine.value(call.receiver, frame):
            found.append(_lent_by(engine, alternative, call, block, frame))
    width = max((len(row) for row in found), default=0)
    return [either(row[i] for row in found if i < len(row)) for i in range(width)]


def _lent_by(
    engine: Engine, alternative: Alternative, call: tree.Call, block: tree.Block | None, frame: Frame
) -> list[Value]:
    match alternative:
        case Client():
            return [library.of_client(engine, alternative, call, frame, lends=True)]
        case Pool(holds=holds):
            return [holds] if call.name in POOL_METHODS else []
        case Many():
            return _elements(engine, alternative, call, frame)
        case External() | Unknown() | Plain() if call.name in _SLICES:
            element = unknown("an element of a slice")
            return [(Many(element, most=_slice(engine, call, frame)),)]
        case External():
            return [library.external_lends(engine, alternative, call, frame)]
        case Words() if call.name not in SELF_METHODS:
            return [(Plain("part of a string"),)]
        case Const(value=int()) if call.name not in SELF_METHODS:
            return [(Plain("a number"),)]
        case _ if call.name in SELF_METHODS:
            return [(alternative,)]
        case Closure():
            return []
        case _:
            opened = library.library_class(alternative) if isinstance(alternative, ClassRef) else None
            targets = engine.targets(alternative, call, frame)
            if opened is not None and not targets:
                return [library.external_lends(engine, opened, call, frame)]
            rows = [yielded(engine, t, call, block, frame) for t in targets if isinstance(t, Method)]
            if rows:
                width = max(len(row) for row in rows)
                return [either(row[i] for row in rows if i < len(row)) for i in range(width)]
            handed = engine.missing_method(alternative, frame) if isinstance(alternative, Object | ClassRef) else ()
            for client in handed:
                return _lent_by(engine, client, call, block, frame)
            return library.lent_by_name(call, frame)


def _elements(engine: Engine, many: Many, call: tree.Call, frame: Frame) -> list[Value]:
    element = many.of or unknown("an element of a collection")
    keys = collections.keys_of(many)
    if keys:
        return [keys, element]
    if call.name in _SLICES:
        return [(Many(element, most=_slice(engine, call, frame)),)]
    if call.name in ("inject", "reduce"):
        return [unknown("what a fold has so far"), element]
    if call.name == "each_with_object" and call.args:
        return [element, engine.value(call.args[0].value, frame)]
    if call.name in _WITH_INDEX or call.receiver is None:
        return [element, (Plain("a number"),)]
    return [element]


def _slice(engine: Engine, call: tree.Call, frame: Frame) -> int | None:
    """How many elements a slice has at most; Rails' batches have 1,000 where nothing else is said."""
    named = next((a.value for a in call.args if a.keyword in ("of", "batch_size")), None)
    given = named or next((a.value for a in call.args if not a.keyword and not a.spread), None)
    if given is None:
        return 1_000 if call.name in ("in_batches", "find_in_batches") else None
    return collections.number(engine.value(given, frame))


def yielded(engine: Engine, method: Method, call: tree.Call, block: tree.Block | None, frame: Frame) -> list[Value]:
    """What a function of the program lends to its block: its yields, calls of the block, and where it is passed on."""
    inner = engine.enter(method, call, frame)
    return [] if inner is None else _yielded(engine, method, call, block, inner)


def lends(engine: Engine, method: Method) -> list[Value]:
    """What a function lends to a block, whoever calls it."""
    node = method.definition.node
    call = tree.Call(None, node.name, (), node.name_span, node.name_span)
    return _yielded(engine, method, call, None, engine.frames.own(method.definition.scope))


def _yielded(engine: Engine, method: Method, call: tree.Call, block: tree.Block | None, inner: Frame) -> list[Value]:
    scope = method.definition.scope
    rows: list[list[Value]] = []
    for statement, _ in scope.yields:
        value = statement.value
        if isinstance(value, tree.Sequence) and value.kind == "tuple":
            rows.append([engine.value(item.value, inner) for item in value.items])
        elif value is not None:
            rows.append([engine.value(value, inner)])
    names = {p.name for p in method.definition.node.params if p.spread == "&" or p.name == "..."}
    position = next((i for i, arg in enumerate(call.args) if arg.value is block), -1)
    if block is not None and 0 <= position < len(method.definition.node.params):
        names.add(method.definition.node.params[position].name)
    for at in scope.calls:
        if _is_call_of(at.call, names):
            rows.append([engine.value(arg.value, inner) for arg in at.call.args if not arg.spread])
        elif any(_passes(arg, names, method) for arg in at.call.args):
            rows.append(lent(engine, at.call, None, inner))
    width = max((len(row) for row in rows), default=0)
    return [either(row[i] for row in rows if i < len(row)) for i in range(width)]


def _is_call_of(call: tree.Call, names: set[str]) -> bool:
    if isinstance(call.receiver, tree.Name) and call.receiver.text in names:
        return call.name in ("call", "", "()", "yield", "[]")
    return call.receiver is None and call.name in names


def _passes(arg: tree.Arg, names: set[str], method: Method) -> bool:
    if is_rest(arg):
        return "..." in names
    if arg.spread == "&" and (not isinstance(arg.value, tree.Name) or not arg.value.text):
        return isinstance(arg.value, tree.Literal) and arg.value.value is None
    return isinstance(arg.value, tree.Name) and arg.value.text in names and (arg.spread == "&" or bool(method))


def entered(engine: Engine, expr: tree.Expr, frame: Frame) -> Value:
    """What `with expr as x` gives: the same client, what a context manager yields, or what `__enter__` gives."""
    found: list[Value] = []
    for alternative in engine.value(expr, frame):
        match alternative:
            case Client():
                found.append((alternative,))
            case Pool(holds=holds):
                found.append(holds)
            case Many(of=of):
                found.append(of)  # a generator made a context manager
            case Object():
                methods = engine.lookup.methods(alternative, "__enter__")
                methods = methods or engine.lookup.methods(alternative, "__aenter__")
                call = engine.made(tree.Call(None, "__enter__", (), expr.span, expr.span))
                found += [engine.invoke(Method(m, alternative), call, frame) for m in methods]
                found += [] if methods else [(alternative,)]
            case _:
                found.append((alternative,))
    return either(found)


def block_value(engine: Engine, call: tree.Call, frame: Frame) -> Value | None:
    """What the block of a call gives back, None where it has none."""
    block = block_of(call)
    if block is not None:
        return engine.body(block.body, frame)
    for arg in call.args:
        if arg.spread == "&" and isinstance(arg.value, tree.Literal) and isinstance(arg.value.value, str):
            of = lent(engine, call, None, frame)
            send = engine.made(tree.Call(None, arg.value.value, (), arg.value.span, arg.value.span))
            return either(engine.on(a, send, frame) for a in (of[0] if of else ()))
        if arg.spread == "&" or is_rest(arg):
            of = lent(engine, call, None, frame)
            kept = [a for a in engine.passed_block(call, frame) if isinstance(a, Closure)]
            return either(run(engine, a, of, frame) for a in kept) or unknown("what the block gives")
    return None


def run(engine: Engine, closure: Closure, args: Sequence[Value], frame: Frame) -> Value:
    """What a block, lambda or arrow function gives back that is called with these arguments."""
    block = closure.block
    bound = dict(closure.frame.bound)
    for place, param in enumerate(block.params):
        if place < len(args):
            bound[f"{block.span[0]}.{param.name}"] = args[place]
        elif param.default is not None:
            bound[f"{block.span[0]}.{param.name}"] = engine.value(param.default, closure.frame)
    depth = max(frame.depth, closure.frame.depth) + 1
    if depth > CALLS:
        return unknown("calls are nested too deeply")
    own = closure.frame
    inner = engine.frames.of(own.scope, own.me, tuple(bound.items()), own.outer, own.called, depth)
    return choices.block_result(engine, block, inner)
