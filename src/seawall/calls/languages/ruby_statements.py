"""Ruby's statements: conditions, case, rescue, loops, jumps, operations."""

from __future__ import annotations

from dataclasses import replace

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.languages.reading import span
from seawall.calls.languages.ruby_assignments import splat, target
from seawall.calls.languages.ruby_calls import values
from seawall.calls.languages.ruby_literals import SPLAT
from seawall.calls.languages.ruby_patterns import pattern
from seawall.calls.languages.ruby_reading import (
    BODY,
    CONDITION,
    ELSE,
    LEFT,
    OPERAND,
    OPERATOR,
    RIGHT,
    VALUE,
    RubyReading,
    kind,
    named,
)

CONSEQUENCE, ALTERNATIVE, PATTERN, GUARD = map(named, ("consequence", "alternative", "pattern", "guard"))
BEGIN, END, HANDLER = map(named, ("begin", "end", "handler"))
WHEN, IN_CLAUSE, ELSIF, PATTERN_NODE, DO = map(kind, ("when", "in_clause", "elsif", "pattern", "do"))
INTEGER, FLOAT = map(kind, ("integer", "float"))


def if_(reading: RubyReading, node: Node) -> Expr:
    """`if`, `elsif`."""
    consequence, alternative = _branches(reading, node)
    return _choice(reading, node, consequence, alternative)


def unless(reading: RubyReading, node: Node) -> Expr:
    """`unless`: its options are turned round."""
    consequence, alternative = _branches(reading, node)
    return _choice(reading, node, alternative, consequence)


def _branches(reading: RubyReading, node: Node) -> tuple[Body, Body]:
    other = node.child_by_field_id(ALTERNATIVE)
    consequence = reading.body(node.child_by_field_id(CONSEQUENCE))
    return consequence, (reading.expr(other),) if other and other.kind_id == ELSIF else reading.body(other)


def _choice(reading: RubyReading, node: Node, yes: Body, no: Body) -> Expr:
    condition = node.child_by_field_id(CONDITION)
    return tree.Choice((reading.expr(condition),) if condition else (), (yes, no), span(node))


def if_modifier(reading: RubyReading, node: Node) -> Expr:
    """`a if b`."""
    return _choice(reading, node, _modified(reading, node), ())


def unless_modifier(reading: RubyReading, node: Node) -> Expr:
    """`a unless b`."""
    return _choice(reading, node, (), _modified(reading, node))


def _modified(reading: RubyReading, node: Node) -> Body:
    """What stands before a modifier is a statement: `include A if b`."""
    child = node.child_by_field_id(BODY)
    return reading.statement(child) if child else ()


def conditional(reading: RubyReading, node: Node) -> Expr:
    """`a ? b : c`."""
    yes, no = _single(reading, node, CONSEQUENCE), _single(reading, node, ALTERNATIVE)
    return _choice(reading, node, yes, no)


def _single(reading: RubyReading, node: Node, field: int) -> Body:
    child = node.child_by_field_id(field)
    return (reading.expr(child),) if child else ()


def rescue_modifier(reading: RubyReading, node: Node) -> Expr:
    """`a rescue b`."""
    return tree.Choice((), (_single(reading, node, BODY), _single(reading, node, HANDLER)), span(node), "try")


def case(reading: RubyReading, node: Node) -> Expr:
    """`case a when b`, and `case a in b`, whose labels bind names."""
    options: list[Body] = []
    labels: list[Body] = []
    for clause in node.named_children:
        number = clause.kind_id
        if number == WHEN:
            labels.append(tuple(label(reading, child) for child in clause.children_by_field_id(PATTERN)))
        elif number == IN_CLAUSE:
            found = clause.child_by_field_id(PATTERN)
            guard = clause.child_by_field_id(GUARD)
            test = guard.child_by_field_id(CONDITION) if guard else None
            labels.append((*(pattern(reading, found) if found else ()), *((reading.expr(test),) if test else ())))
        elif number == ELSE:
            labels.append(())
        else:
            continue
        options.append(reading.body(clause if number == ELSE else clause.child_by_field_id(BODY)))
    tests = _single(reading, node, VALUE)
    return tree.Choice(tests, tuple(options), span(node), "case", tuple(labels))


def label(reading: RubyReading, node: Node) -> Expr:
    """What stands after `when`."""
    inner = node.named_children[0] if node.kind_id == PATTERN_NODE and node.named_children else node
    return splat(reading, inner) if inner.kind_id == SPLAT else reading.expr(inner)


def match(reading: RubyReading, node: Node) -> Expr:
    """`a => pattern`, `a in pattern`."""
    found = node.child_by_field_id(PATTERN)
    parts = (*_single(reading, node, VALUE), *(pattern(reading, found) if found else ()))
    return tree.Unknown("match", parts, span(node))


def loop(reading: RubyReading, node: Node) -> Expr:
    """`while`, `until`, and both as modifiers."""
    condition, body = node.child_by_field_id(CONDITION), node.child_by_field_id(BODY)
    inside = reading.body(body) if body and body.kind_id == DO else _single(reading, node, BODY)
    return tree.Loop(None, None, reading.expr(condition) if condition else None, inside, span(node))


def for_(reading: RubyReading, node: Node) -> Expr:
    """`for a, b in c`."""
    target_node, over = node.child_by_field_id(PATTERN), node.child_by_field_id(VALUE)
    goal = target(reading, target_node) if target_node else None
    source = reading.sequence(reading.body(over), span(over)) if over else None
    return tree.Loop(goal, source, None, reading.body(node.child_by_field_id(BODY)), span(node))


def begin(reading: RubyReading, node: Node) -> Expr:
    """`begin a; b end`, `(a; b)`, `BEGIN { }`."""
    return reading.sequence(reading.body(node), span(node))


def binary(reading: RubyReading, node: Node) -> Expr:
    """`a + b`; `a || b` and `a && b` are Choices."""
    left_node, right_node, sign = (node.child_by_field_id(field) for field in (LEFT, RIGHT, OPERATOR))
    if left_node is None or right_node is None or sign is None:
        return reading.unknown(node)
    left, right, operator = reading.expr(left_node), reading.expr(right_node), sign.type
    word = LOGICAL.get(operator)
    if word:
        return tree.Choice((), ((left,), (right,)), span(node), word)
    return tree.Operation(operator, left, right, span(node))


LOGICAL = {"||": "or", "or": "or", "&&": "and", "and": "and"}


def unary(reading: RubyReading, node: Node) -> Expr:
    """`!a`, `-a`, `defined? a`; a negative number is a Literal."""
    operand, sign = node.child_by_field_id(OPERAND), node.child_by_field_id(OPERATOR)
    operator = sign.type if sign else "unary"
    if operand is None:
        return reading.unknown(node)
    value = reading.expr(operand)
    if operator == "-" and isinstance(value, tree.Literal) and operand.kind_id in (INTEGER, FLOAT):
        number = value.value
        return replace(value, value=-number, span=span(node)) if isinstance(number, int | float) else value
    return tree.Unknown("not" if operator == "!" else operator, (value,), span(node))


def range_(reading: RubyReading, node: Node) -> Expr:
    """`a..b`; an end that is not written is nil."""
    sign = node.child_by_field_id(OPERATOR)
    first, last = node.child_by_field_id(BEGIN), node.child_by_field_id(END)
    low = reading.expr(first) if first else tree.Literal(None, (node.start_byte, node.start_byte))
    high = reading.expr(last) if last else tree.Literal(None, (node.end_byte, node.end_byte))
    return tree.Operation(sign.type if sign else "..", low, high, span(node))


def return_(reading: RubyReading, node: Node) -> Expr:
    """`return a, b`."""
    return tree.Return(values(reading, node, "list"), span(node))


def next_(reading: RubyReading, node: Node) -> Expr:
    """`next a`: the value of the block."""
    return tree.Return(values(reading, node, "list"), span(node), "next")


def break_(reading: RubyReading, node: Node) -> Expr:
    """`break a`, `redo`, `retry`."""
    return tree.Return(values(reading, node, "list"), span(node), "break")
