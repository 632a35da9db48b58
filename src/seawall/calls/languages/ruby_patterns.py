"""Ruby's patterns: what `case a in b`, `a => b` and `a in b` compare with and bind."""

from __future__ import annotations

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.languages.reading import span
from seawall.calls.languages.ruby_literals import HASH_KEY
from seawall.calls.languages.ruby_reading import IDENTIFIER, KEY, NAME, SKIPPED, VALUE, RubyReading, kind


def pattern(reading: RubyReading, node: Node) -> Body:
    """The values that a pattern compares with, and an Assign for each name that it binds; flat."""
    result: list[Expr] = []
    waiting = [node]
    while waiting:
        here = waiting.pop()
        number = here.kind_id
        if number == IDENTIFIER:
            result.append(_bound(reading, here))
        elif number in NESTS:
            name = here.child_by_field_id(NAME)
            key, value = here.child_by_field_id(KEY), here.child_by_field_id(VALUE)
            if key and not value and key.kind_id == HASH_KEY:
                result.append(_bound(reading, key))
            if name:
                result.append(_bound(reading, name))
            waiting += [c for c in reversed(here.named_children) if c not in (name, key) and c.kind_id not in SKIPPED]
        elif number in PINS:
            result += reading.body(here)
        else:
            result.append(reading.expr(here))
    return tuple(result)


NESTED = ("as", "alternative", "array", "find", "hash", "keyword", "parenthesized")
NESTS = frozenset(map(kind, (*(f"{name}_pattern" for name in NESTED), "splat_parameter", "hash_splat_parameter")))
PINS = frozenset((kind("variable_reference_pattern"), kind("expression_reference_pattern")))


def _bound(reading: RubyReading, node: Node) -> Expr:
    value = tree.Unknown("pattern", (), span(node))
    return tree.Assign((tree.Name(reading.text(node), span(node)),), value, span(node))
