"""What a call gives to the function that it reaches: its arguments, counted, named and spread, and its block."""

from __future__ import annotations

from seawall.calls.facts import tree
from seawall.calls.facts.meaning import collections
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.values import CALLS, Closure, Const, Frame, Many, Method, Value, either, unknown
from seawall.calls.facts.walk import block_of, is_rest


def arguments(engine: Engine, call: tree.Call, frame: Frame) -> list[Value]:
    """The positional arguments."""
    return [engine.value(a.value, frame) for a in call.args if not a.keyword and not a.spread]


def passed_block(engine: Engine, call: tree.Call, frame: Frame) -> Value:
    """The block that a call is given: written there, or passed on by `&block` or `...`."""
    block = block_of(call)
    if block is not None:
        return (Closure(block, frame),)
    found: list[Value] = []
    for arg in call.args:
        if is_rest(arg):
            found += [value for name, value in frame.bound if name == "&..."]
        elif arg.spread == "&":
            found.append(engine.value(arg.value, frame))
    return either(found)


def _positional(engine: Engine, call: tree.Call, frame: Frame) -> tuple[list[Value], Value | None]:
    """The positional arguments as far as they can be counted, and the elements of the rest."""
    found: list[Value] = []
    for arg in call.args:
        if arg.keyword or arg.spread in ("**", "&"):
            continue
        value = engine.value(arg.value, frame)
        if arg.spread != "*":
            found.append(value)
            continue
        many = value[0] if len(value) == 1 else None
        if isinstance(many, Many) and not many.keys and (many.items or not many.of):
            found += [each for _, each in many.items]
        else:
            return found, collections.elements(value)
    return found, None


def enter(engine: Engine, method: Method, call: tree.Call, frame: Frame) -> Frame | None:
    """The frame of a call, its parameters bound; None where calls are nested too deeply."""
    definition = method.definition
    if frame.depth >= CALLS:
        return None
    own = engine.frames.own(definition.scope)
    positional, rest = _positional(engine, call, frame)
    named = {a.keyword: a.value for a in call.args if a.keyword}
    bound: list[tuple[str, Value]] = []
    place = 0
    for param in definition.node.params:
        value: Value | None = None
        if param.spread == "&":
            value = passed_block(engine, call, frame) or (Const(None),)
        elif param.spread == "*":
            left = positional[place:]
            size = None if rest else len(left)
            value = (Many(either([*left, rest or ()]), () if rest else tuple(enumerate(left)), size=size),)
            place = len(positional)
            if param.name == "...":
                bound.append(("&...", passed_block(engine, call, frame)))
        elif param.spread == "**":
            value = (Many(either(engine.value(v, frame) for v in named.values())),)
        elif param.name in named:
            value = engine.value(named[param.name], frame)
        elif not param.keyword and place < len(positional):
            value = positional[place]
            place += 1
        elif not param.keyword and rest is not None:
            value = rest
        elif param.default is not None:
            value = engine.value(param.default, own)
        bound += [(p.name, unknown(f"a part of `{param.name}`")) for p in param.parts]
        bound.append((param.name, value if value is not None else unknown(f"`{param.name}` is not given")))
    return engine.frames.called(definition, method.owner, tuple(bound), frame.depth + 1)
