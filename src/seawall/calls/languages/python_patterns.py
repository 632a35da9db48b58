"""The patterns of Python's `match`: what a case takes, and which names it binds."""

from __future__ import annotations

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.languages.python_expressions import Expressions
from seawall.calls.languages.reading import Nodes, kids

VALUES = frozenset(("string", "concatenated_string", "integer", "float", "true", "false", "none"))


def labels(reading: Expressions, node: Node) -> Body:
    """The values of a case, none where it takes all; a pattern that is no value is Unknown."""
    whole = patterns(node)
    alternatives = [each for pattern in whole for each in options(pattern)]
    takes_all = [each for each in alternatives if each.type in ("_", "dotted_name") and len(kids(each)) < 2]
    if takes_all and len(whole) == 1 and not node.child_by_field_name("guard"):
        return ()
    if len(whole) > 1 or not alternatives:
        return (tree.Unknown("pattern", (), node.byte_range),)
    return tuple([value(reading, each) for each in alternatives])


def options(pattern: Node) -> Nodes:
    """What stands between the bars of a pattern; a sign belongs to what follows it, and both to no option."""
    children = [child for child in pattern.children if not child.is_extra]
    if len(children) != 1:
        return [pattern]
    return kids(children[0]) if children[0].type == "union_pattern" else children


def value(reading: Expressions, pattern: Node) -> Expr:
    """A literal, or a dotted name."""
    words = kids(pattern)
    if pattern.type in VALUES:
        return reading.expr(pattern)
    if pattern.type != "dotted_name" or len(words) < 2:
        return tree.Unknown("pattern", (), pattern.byte_range)
    found = reading.name(words[0])
    for word in words[1:]:
        found = tree.Member(found, reading.text(word), (pattern.start_byte, word.end_byte))
    return found


def patterns(case: Node) -> Nodes:
    """The patterns of a case: several without parentheses are those of a tuple."""
    return [child for child in kids(case) if child.type == "case_pattern"]


def captures(pattern: Node) -> Nodes:
    """The words that a pattern binds; those of a dotted name, a class and a keyword are none."""
    found: Nodes = []
    left = [pattern]
    while left:
        node = left.pop()
        inside = kids(node)
        if node.type in ("identifier", "as_pattern_target"):
            found.append(node)
        elif node.type == "dotted_name":
            found += inside if len(inside) == 1 else []
        else:
            left += reversed(inside[1:] if node.type in ("class_pattern", "keyword_pattern") else inside)
    return found
