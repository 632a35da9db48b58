"""Ruby's assignments: to names, attributes, items, several at once; a constant that is made a class is a Class."""

from __future__ import annotations

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.languages.reading import span
from seawall.calls.languages.ruby_literals import SPLAT, spread
from seawall.calls.languages.ruby_reading import (
    ARGUMENTS,
    CALL,
    IDENTIFIER,
    LEFT,
    METHOD,
    OPERATOR,
    RECEIVER,
    RIGHT,
    SKIPPED,
    RubyReading,
    kind,
)
from seawall.calls.languages.ruby_structs import made_class

ASSIGNMENT, REST = map(kind, ("assignment", "rest_assignment"))
SEVERAL = frozenset(map(kind, ("left_assignment_list", "destructured_left_assignment")))
DEEPEST_TARGET = 100  # `((((a, b), c), d), e) = x`; below the bound of expressions


def splat(reading: RubyReading, node: Node) -> Expr:
    """`a = *b`, `when *b`."""
    return tree.Sequence("list", (spread(reading, node),), span(node))


def assignment(reading: RubyReading, node: Node) -> Expr:
    """`a = b = c`; a constant that is made a class is a Class."""
    targets: list[Expr] = []
    here: Node | None = node
    while here and here.kind_id == ASSIGNMENT:
        left = here.child_by_field_id(LEFT)
        if left:
            targets.append(target(reading, left))
        here = here.child_by_field_id(RIGHT)
    if here is None:
        return tree.Unknown("assignment", tuple(targets), span(node))
    value = splat(reading, here) if here.kind_id == SPLAT else reading.expr(here)
    first = targets[0] if targets else None
    if isinstance(first, tree.Constant):
        if isinstance(value, tree.Call) and (made := made_class(first.path, value, span(node))):
            return made
        _remember(reading, first.path[-1], value)
    return tree.Assign(tuple(targets), value, span(node))


def _remember(reading: RubyReading, name: str, value: Expr) -> None:
    """Keep a list of names, as a loop over it may define methods."""
    while isinstance(value, tree.Call) and value.name == "freeze" and value.receiver:
        value = value.receiver
    if isinstance(value, tree.Sequence):
        listed = [arg.value for arg in value.items if isinstance(arg, tree.Arg) and not arg.spread]
        literals = tuple(item for item in listed if isinstance(item, tree.Literal))
        if len(literals) == len(value.items):
            reading.lists[name] = literals


def target(reading: RubyReading, node: Node) -> Expr:
    """What is assigned to: `a.b` is a Member, `a[b]` an Item, several a tuple."""
    number = node.kind_id
    if number == IDENTIFIER:
        return tree.Name(reading.text(node), span(node))
    if number == CALL and node.child_by_field_id(ARGUMENTS) is None:
        of, name = node.child_by_field_id(RECEIVER), node.child_by_field_id(METHOD)
        if of and name:
            return tree.Member(reading.expr(of), reading.text(name), span(node))
    if number in SEVERAL:
        return _targets(reading, node)
    return reading.expr(node)


def _targets(reading: RubyReading, node: Node) -> Expr:
    if reading.depth >= DEEPEST_TARGET:
        return reading.unknown(node)
    reading.depth += 1
    result: list[tree.Arg] = []
    for child in node.named_children:
        if child.kind_id in SKIPPED:
            continue
        if child.kind_id == REST:
            inner = child.named_children[0] if child.named_children else None
            result.append(tree.Arg(target(reading, inner) if inner else tree.Name("*", span(child)), spread="*"))
        else:
            result.append(tree.Arg(target(reading, child)))
    reading.depth -= 1
    return tree.Sequence("tuple", tuple(result), span(node))


def operator_assignment(reading: RubyReading, node: Node) -> Expr:
    """`a ||= b`, `a.b += c`."""
    left, right, sign = (node.child_by_field_id(field) for field in (LEFT, RIGHT, OPERATOR))
    value = reading.expr(right) if right else None
    goal = target(reading, left) if left else tree.Unknown("missing", (), span(node))
    return tree.Assign((goal,), value, span(node), sign.type if sign else "=")


def right_list(reading: RubyReading, node: Node) -> Expr:
    """The `1, *a` of `x = 1, *a`."""
    children = [child for child in node.named_children if child.kind_id not in SKIPPED]
    listed = tuple(spread(reading, c) if c.kind_id == SPLAT else tree.Arg(reading.expr(c)) for c in children)
    return tree.Sequence("list", listed, span(node))
