"""A Ruby file that is being read: the grammar's names, the text, the scope, and where the readers of its parts meet.

    ruby.py              the table of handlers, a whole file
    ruby_literals.py     names, numbers, symbols, arrays, hashes;  ruby_strings.py  whatever has text
    ruby_text.py         escapes and indentation
    ruby_calls.py        calls, arguments, blocks, parameters
    ruby_statements.py   conditions, loops, jumps, operations;  ruby_assignments.py;  ruby_patterns.py
    ruby_definitions.py  methods, classes, modules;  ruby_mixins.py  what a module does to its includers
    ruby_words.py        calls that define something:  ruby_attributes.py, ruby_delegation.py, ruby_unrolling.py,
                         ruby_structs.py

A handler takes the reading and a node and gives an expression. `body` is a list of statements; a statement may be
several expressions: the methods of `class << self` stand among those of its class, and are on_class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import tree_sitter_ruby
from tree_sitter import Language, Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr, Span
from seawall.calls.languages.reading import DEEPEST, Reading, span

LANGUAGE = Language(tree_sitter_ruby.language())


def kind(name: str) -> int:
    """The number of a node's type: comparing numbers is several times as fast as comparing names."""
    return LANGUAGE.id_for_node_kind(name, True) or 0


def named(name: str) -> int:
    """The number of a field."""
    return LANGUAGE.field_id_for_name(name) or 0


ARGUMENTS, BLOCK, BODY, METHOD, RECEIVER = map(named, ("arguments", "block", "body", "method", "receiver"))
LEFT, RIGHT, OPERATOR, OBJECT, OPERAND = map(named, ("left", "right", "operator", "object", "operand"))
NAME, VALUE, PARAMETERS, KEY, CONDITION = map(named, ("name", "value", "parameters", "key", "condition"))
EXCEPTIONS, VARIABLE = map(named, ("exceptions", "variable"))
IDENTIFIER, CONSTANT, CALL, SCOPE = map(kind, ("identifier", "constant", "call", "scope_resolution"))
RESCUE, ELSE, ENSURE = map(kind, ("rescue", "else", "ensure"))
CLAUSES = frozenset((RESCUE, ELSE, ENSURE))
SKIPPED = frozenset(map(kind, ("comment", "heredoc_body", "empty_statement", "uninterpreted")))

UNROLLED = 1 << 18  # bytes of loops over names that are read once for each name; the longest met had 20,000

Handler: TypeAlias = "Callable[[RubyReading, Node], Expr]"
Lowering: TypeAlias = "Callable[[RubyReading, Node], Body]"


@dataclass(slots=True)
class Scope:
    """Where the reader is. method: the name and params of the `def` around, None outside of any."""

    owner: str = ""  # the last word of the class's or module's name
    method: tuple[str, tuple[tree.Param, ...]] | None = None
    implicit: list[set[str] | None] = field(default_factory=lambda: [None])  # by block: `it`, `_1` that were used


class RubyReading(Reading):
    """The file, the handlers by kind, and the scope."""

    def __init__(
        self, data: bytes, handlers: Mapping[int, Handler], lowerings: Mapping[int, Lowering], heredocs: dict[int, Node]
    ) -> None:
        super().__init__(data)
        self.source = data.decode("ascii") if data.isascii() else None  # slicing text is faster than decoding bytes
        self.handlers = handlers
        self.lowerings = lowerings
        self.heredocs = heredocs  # by the offset of the word that opens it
        self.scope = Scope()
        self.bound: dict[str, tree.Literal] = {}  # names that stand for a literal while a loop is unrolled
        self.unrolling = UNROLLED
        self.lists: dict[str, tuple[tree.Literal, ...]] = {}  # constants that are lists of names

    def text(self, node: Node) -> str:
        """The node's text; what is not UTF-8 is replaced."""
        start, end = node.start_byte, node.end_byte
        return self.source[start:end] if self.source is not None else self.data[start:end].decode("utf-8", "replace")

    def expr(self, node: Node) -> Expr:
        """The expression of a node."""
        if self.depth >= DEEPEST:
            return self.deep(node)
        self.depth += 1
        handler = self.handlers.get(node.kind_id)
        result = handler(self, node) if handler else self.unknown(node)
        self.depth -= 1
        return result

    def statement(self, node: Node) -> Body:
        """What a statement defines or does."""
        lowering = self.lowerings.get(node.kind_id)
        return lowering(self, node) if lowering else (self.expr(node),)

    def body(self, node: Node | None) -> Body:
        """The statements in a node, with their rescue and ensure."""
        if node is None:
            return ()
        if self.depth >= DEEPEST:
            return (self.deep(node),)
        self.depth += 1
        result: list[Expr] = []
        clauses: list[Node] = []
        for child in node.named_children:
            number = child.kind_id
            if number in SKIPPED:
                continue
            if number in CLAUSES:
                clauses.append(child)
            elif lowering := self.lowerings.get(number):
                result += lowering(self, child)
            else:
                result.append(self.expr(child))
        if clauses:
            result = self._guarded(node, tuple(result), clauses)
        self.depth -= 1
        return tuple(result)

    def _guarded(self, node: Node, body: Body, clauses: list[Node]) -> list[Expr]:
        """A try. What stands under ensure comes before the last expression, which is the value of the whole."""
        options: list[Body] = []
        last: list[Expr] = []
        for clause in clauses:
            if clause.kind_id == RESCUE:
                options.append(self._handler(clause))
            elif clause.kind_id == ELSE:
                body += self.body(clause)
            else:
                last += self.body(clause)
        if options:
            body = (tree.Choice((), (body, *options), span(node), "try"),)
        return [*body[:-1], *last, *body[-1:]]

    def _handler(self, clause: Node) -> Body:
        """`rescue A, B => e`: e is bound first."""
        exceptions, variable = clause.child_by_field_id(EXCEPTIONS), clause.child_by_field_id(VARIABLE)
        raised = tree.Unknown("rescue", self.body(exceptions), span(exceptions or variable or clause))
        first: Expr = raised
        if variable and variable.named_children:
            where = (exceptions or variable).start_byte, variable.end_byte
            first = tree.Assign((self.expr(variable.named_children[0]),), raised, where)
        return (first, *self.body(clause.child_by_field_id(BODY)))

    def sequence(self, body: Body, where: Span) -> Expr:
        """Statements where an expression is: `(a; b)`, `begin a; b end`."""
        if len(body) == 1:
            return body[0]
        return tree.Choice((), (body,), where, "try") if body else tree.Literal(None, where)

    def unknown(self, node: Node) -> Expr:
        """A node that there is no word for, with all that is in it."""
        return tree.Unknown(node.type, self.body(node), span(node))
