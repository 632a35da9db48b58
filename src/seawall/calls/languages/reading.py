"""What every front end on tree-sitter shares: the text of a node, bounded depth, the first error, a File.

A parser's tree can be as deep as its text is long. Here depth is bounded, so that neither a front end nor a reader of
the neutral form runs out of stack: what lies deeper than DEEPEST is cut into pieces of PIECE levels, which stand side
by side in one Unknown("deep"). No call is lost in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from tree_sitter import Node, Parser

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr, Span
from seawall.calls.languages.parsing import root

Nodes: TypeAlias = list[Node]

# A level takes up to 6 frames of Python's 1,000, and a caller has its own: 72 + 24 levels take at most 600. The deepest
# of 6,200 files of applications had 49, but for one of hundreds of `+`.
DEEPEST = 72
PIECE = 24
NEWLINE = re.compile(b"\n")


class Reading:
    """A file that is being read: its bytes, and how deep the reader is in it.

    A front end gives two tables of what to do by a node's type. `expressions`: one expression each. `statements`: what
    may be several expressions, or none.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.depth: int = 0
        self.deeper: Nodes | None = None  # what is too deep and is still to be read, while in the deep
        self.expressions: Mapping[str, Callable[[Node], Expr]] = {}
        self.statements: Mapping[str, Callable[[Node], Body]] = {}

    def text(self, node: Node) -> str:
        """The node's text; what is not UTF-8 is replaced."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def expr(self, node: Node) -> Expr:
        """The expression of a node."""
        if self.depth >= DEEPEST:
            return self.deep(node)
        self.depth += 1
        handler = self.expressions.get(node.type)
        result = handler(node) if handler else self.unknown(node)
        self.depth -= 1
        return result

    def statement(self, node: Node) -> Body:
        """What a node is in a body."""
        handler = self.statements.get(node.type)
        if not handler or self.depth >= DEEPEST:
            return (self.expr(node),)
        self.depth += 1
        result = handler(node)
        self.depth -= 1
        return result

    def deep(self, node: Node) -> Expr:
        """Pieces side by side; a piece within a piece leaves an empty mark where it was."""
        if self.deeper is not None:
            self.deeper.append(node)
            return tree.Unknown("deep", (), node.byte_range)
        self.deeper = [node]
        depth, pieces = self.depth, list[Expr]()
        while self.deeper:
            self.depth = DEEPEST - PIECE
            pieces += self.statement(self.deeper.pop())
        self.depth, self.deeper = depth, None
        return tree.Unknown("deep", tuple(pieces), node.byte_range)

    def body(self, node: Node | None) -> Body:
        """All that stands in a block."""
        found: list[Expr] = []
        for child in kids(node) if node else ():
            found += self.statement(child)
        return tuple(found)

    def unknown(self, node: Node) -> Expr:
        """A node that there is no word for, with all that is in it."""
        return tree.Unknown(node.type, self.body(node), node.byte_range)

    def field(self, node: Node, name: str) -> Expr:
        """The expression in a field, an Unknown where broken source has none."""
        child = node.child_by_field_name(name)
        return self.expr(child) if child else tree.Unknown("missing", (), node.byte_range)

    def optional(self, node: Node, name: str) -> Expr | None:
        """The expression in a field, None where there is none."""
        child = node.child_by_field_name(name)
        return self.expr(child) if child else None

    def exprs(self, node: Node | None) -> Body:
        """The expressions of a node's children."""
        return tuple([self.expr(child) for child in kids(node)]) if node else ()


def kids(node: Node) -> Nodes:
    """The children that mean something: no punctuation, no comments."""
    return [child for child in node.named_children if not child.is_extra or child.is_error]


def span(node: Node) -> Span:
    """The bytes of a node."""
    return node.byte_range


def first_error(whole: Node) -> Span | None:
    """Where the parser first gave up or made something up, as narrow as it says; None where it understood all."""
    node, inner = whole, whole if whole.has_error else None
    while inner:
        node = inner
        inner = next((child for child in node.children if child.has_error), None)
    return node.byte_range if whole.has_error else None


def lines(data: bytes) -> tuple[int, ...]:
    """The offsets at which lines begin."""
    return (0, *[found.end() for found in NEWLINE.finditer(data)])


def read(
    parser: Parser, reading: Reading, path: str, language: str, stop: Callable[[], bool] | None = None
) -> tree.File:
    """The whole file. Never raises: what is broken is in `error`. Of a parser that was stopped all of it is."""
    found = root(parser, reading.data, stop)
    starts = lines(reading.data)
    if found is None:
        return tree.File(path, language, (), starts, (0, len(reading.data)))
    return tree.File(path, language, reading.body(found), starts, first_error(found))
