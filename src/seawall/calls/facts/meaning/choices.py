"""Choices: which option is taken where that is known, and what a function gives back on all the ways through it."""

from __future__ import annotations

from seawall.calls.facts import tree
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.scopes import Definition
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.facts.values import Const, Frame, Many, Unknown, Value, Words, either


def choice(engine: Engine, expr: tree.Choice, frame: Frame) -> Value:
    """What a choice may be."""
    if expr.kind in ("or", "and"):
        return _operands(engine, expr, frame)
    return either(engine.body(expr.options[option], frame) for option in taken(engine, expr, frame))


def _operands(engine: Engine, expr: tree.Choice, frame: Frame) -> Value:
    found: list[Value] = []
    for body in expr.options:
        value = engine.body(body, frame)
        holds = truth(value)
        ends = holds is (expr.kind == "or")
        if holds is None:
            found.append(tuple(a for a in value if a not in (Const(None), Const(False))))
        elif ends:
            found.append(value)
        if ends:
            break
    return either([*found, value] if expr.options else [])  # type: ignore[possibly-undefined]


def taken(engine: Engine, expr: tree.Choice, frame: Frame) -> list[int]:
    """The options that may be taken."""
    everything = list(range(len(expr.options)))
    if not frame.called and not frame.bound:
        return everything  # nothing is known that would decide it
    if expr.kind == "if" and len(expr.tests) == 1:
        holds = test(engine, expr.tests[0], frame)
        return everything if holds is None else everything[:1] if holds else everything[1:2]
    if expr.kind == "case" and len(expr.tests) == 1 and len(expr.labels) == len(everything):
        subject = _certain(engine.value(expr.tests[0], frame))
        if subject is not None:
            return _labelled(engine, expr, subject, frame)
    return everything


def _labelled(engine: Engine, expr: tree.Choice, subject: object, frame: Frame) -> list[int]:
    possible: list[int] = []
    for option, labels in enumerate(expr.labels):
        if not labels:
            return [*possible, option]
        known = [_certain(engine.value(label, frame)) for label in labels]
        if subject in known:
            return [*possible, option]
        if None in known:
            possible.append(option)
    return possible


def test(engine: Engine, expr: Expr, frame: Frame) -> bool | None:
    """Whether a condition holds; None where that is not known."""
    match expr:
        case tree.Unknown(kind=("not" | "!"), parts=(inner,)):
            holds = test(engine, inner, frame)
            return None if holds is None else not holds
        case tree.Call(receiver=inner, name="!") if inner is not None:
            holds = test(engine, inner, frame)
            return None if holds is None else not holds
        case tree.Call(receiver=inner, name=("nil?" | "blank?" | "present?" | "empty?")) if inner is not None:
            holds = truth(engine.value(inner, frame))
            return holds if expr.name == "present?" or holds is None else not holds
        case tree.Operation(op=("==" | "is" | "===" | "!=" | "is not" | "!==")):
            left, right = _certain(engine.value(expr.left, frame)), _certain(engine.value(expr.right, frame))
            if left is None or right is None:
                return None
            return (left == right) is (expr.op in ("==", "is", "==="))
        case _:
            return truth(engine.value(expr, frame))


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None where that is not known."""
    known = {_truth(alternative) for alternative in value}
    return known.pop() if len(known) == 1 else None


def _truth(alternative: object) -> bool | None:
    match alternative:
        case Const(value=value):
            return value is not None and value is not False
        case Words(text=text):
            return bool(text.says_something or text.literal) or None
        case Unknown() | Many():
            return None
        case _:
            return True


def _certain(value: Value) -> object:
    """A token for a value that is one known constant, None for any other."""
    if len(value) == 1:
        match value[0]:
            case Const(value=known):
                return ("const", known)
            case Words(text=text):
                return ("words", text.literal) if text.literal is not None else None
            case _:
                return None
    return None


def result(engine: Engine, definition: Definition, frame: Frame) -> Value:
    """What a function gives back: its returns, and in Ruby its last expression. A generator gives a collection."""
    node = definition.node
    if definition.scope.yields and definition.scope.source.file.language == "python":
        return (Many(either(engine.value(y.value, frame) for y, _ in definition.scope.yields if y.value is not None)),)
    found, _ = _ways(engine, node.body, frame, definition.scope.source.file.language == "ruby")
    return either(found)


def _ways(engine: Engine, body: Body, frame: Frame, last_counts: bool) -> tuple[list[Value], bool]:
    """The values that a body returns, and whether it may come to its end."""
    found: list[Value] = []
    for place, expr in enumerate(body):
        is_last = last_counts and place == len(body) - 1
        if isinstance(expr, tree.Return):
            if expr.kind == "return":
                found.append(engine.value(expr.value, frame) if expr.value is not None else (Const(None),))
            if expr.kind in ("return", "raise", "break"):
                return found, False
            continue
        if isinstance(expr, tree.Choice) and expr.kind in ("if", "case", "try"):
            options = taken(engine, expr, frame)
            ways = [_ways(engine, expr.options[option], frame, is_last) for option in options]
            found += [value for values, _ in ways for value in values]
            open_end = expr.kind != "if" and (expr.kind != "case" or () not in expr.labels)
            if ways and not any(goes_on for _, goes_on in ways) and (not open_end or expr.kind == "try"):
                return found, False
            continue
        if isinstance(expr, tree.Loop | tree.With):
            values, goes_on = _ways(engine, expr.body, frame, is_last and isinstance(expr, tree.With))
            found += values
            if isinstance(expr, tree.With) and not goes_on:
                return found, False
            continue
        found += _inner_returns(engine, expr, frame)
        if is_last:
            found.append(engine.value(expr, frame))
    return found, True


def _inner_returns(engine: Engine, expr: Expr, frame: Frame) -> list[Value]:
    """Returns in a block that a call is given: they leave the function (Ruby)."""
    if isinstance(expr, tree.Call) and expr.block is not None and frame.scope.source.file.language == "ruby":
        return _ways(engine, expr.block.body, frame, False)[0]
    return []


def block_result(engine: Engine, block: tree.Block, frame: Frame) -> Value:
    """What a block or lambda gives back: its last expression, and what it returns where it is a function."""
    ruby = frame.scope.source.file.language == "ruby"
    body_is_value = ruby or (len(block.body) == 1 and not isinstance(block.body[0], tree.Return | tree.Choice))
    found, _ = _ways(engine, block.body, frame, body_is_value)
    return either(found)
