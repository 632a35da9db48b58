"""JavaScript and TypeScript, from tree-sitter to the neutral form.

    javascript.py              a whole file, statements
    javascript_definitions.py  functions, classes, imports, exports
    javascript_expressions.py  names, literals, calls, operations, annotations
    javascript_patterns.py     what is taken apart: targets and parameters
    javascript_text.py         escapes, numbers

Each reads on from the one below it, as a class. Types are read where they annotate something; interfaces and type
aliases are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.languages.javascript_definitions import Definitions
from seawall.calls.languages.reading import Nodes, kids, read

JAVASCRIPT = Language(tree_sitter_javascript.language())
TYPESCRIPT = Language(tree_sitter_typescript.language_typescript())
TSX = Language(tree_sitter_typescript.language_tsx())
GRAMMARS = {".ts": TYPESCRIPT, ".mts": TYPESCRIPT, ".cts": TYPESCRIPT, ".tsx": TSX}
NOTHING = (
    "empty_statement",
    "continue_statement",
    "debugger_statement",
    "hash_bang_line",
    "function_signature",
    "interface_declaration",
    "type_alias_declaration",
)


def parse(data: bytes, path: str, stop: Callable[[], bool] | None = None) -> tree.File:
    """The neutral form of a file, TypeScript by its suffix. Never raises: what is broken is in `error`.

    stop: see `parsing`.
    """
    grammar = GRAMMARS.get(PurePosixPath(path).suffix.lower())
    language = "typescript" if grammar else "javascript"
    return read(Parser(grammar or JAVASCRIPT), Statements(data), path, language, stop)


class Statements(Definitions):
    """What every statement becomes."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.statements = {
            **dict.fromkeys(NOTHING, lambda _: ()),
            "expression_statement": self.expression_statement,
            **dict.fromkeys(("statement_block", "else_clause", "finally_clause", "ambient_declaration"), self.body),
            **dict.fromkeys(("lexical_declaration", "variable_declaration"), self.declaration),
            **dict.fromkeys(("function_declaration", "generator_function_declaration"), self.function_declaration),
            **dict.fromkeys(("class_declaration", "abstract_class_declaration"), self.class_declaration),
            "enum_declaration": self.enum,
            **dict.fromkeys(("internal_module", "module"), self.namespace),
            "import_statement": self.imports,
            "export_statement": self.exports,
            "return_statement": lambda node: self.jump(node, "return"),
            "throw_statement": lambda node: self.jump(node, "raise"),
            "break_statement": lambda node: (tree.Return(None, node.byte_range, "break"),),
            "if_statement": self.if_,
            "switch_statement": self.switch,
            "for_statement": self.for_,
            "for_in_statement": self.for_in,
            "while_statement": self.while_,
            "do_statement": self.while_,
            "try_statement": self.try_,
            "labeled_statement": lambda node: self.block(node, "body"),
        }

    def block(self, node: Node, name: str) -> Body:
        """The statement in a field, or the statements of the block that it is."""
        child = node.child_by_field_name(name)
        return self.statement(child) if child else ()

    def expression_statement(self, node: Node) -> Body:
        """An expression for what it does; a namespace stands in one too."""
        return tuple(expr for child in kids(node) for expr in self.statement(child))

    def jump(self, node: Node, kind: str) -> Body:
        """return, throw."""
        inside = self.exprs(node)
        return (tree.Return(inside[0] if inside else None, node.byte_range, kind),)

    def if_(self, node: Node) -> Body:
        """if, else; an `else if` is a Choice in the second option."""
        options = self.block(node, "consequence"), self.block(node, "alternative")
        return (tree.Choice((self.field(node, "condition"),), options, node.byte_range),)

    def switch(self, node: Node) -> Body:
        """switch: a case without statements has those of the next one."""
        body = node.child_by_field_name("body")
        cases = kids(body) if body else []
        options: list[Body] = []
        labels: list[Body] = []
        waiting: list[Expr] = []
        takes_all = False
        for case in cases:
            value = case.child_by_field_name("value")
            takes_all = takes_all or value is None
            waiting += [self.expr(value)] if value else []
            inside = case.children_by_field_name("body")
            if inside or case == cases[-1]:
                options.append(self.several(inside))
                labels.append(() if takes_all else tuple(waiting))
                waiting, takes_all = [], False
        return (tree.Choice((self.field(node, "value"),), tuple(options), node.byte_range, "case", tuple(labels)),)

    def several(self, nodes: Nodes) -> Body:
        """The statements of these."""
        return tuple(expr for node in nodes for expr in self.statement(node))

    def for_(self, node: Node) -> Body:
        """`for (first; test; step)`: what is done first stands before the Loop, the step last in it."""
        first, test = node.child_by_field_name("initializer"), node.child_by_field_name("condition")
        step = node.child_by_field_name("increment")
        tested = self.expr(test) if test and test.type not in (";", "empty_statement") else None
        body = (*self.block(node, "body"), *((self.expr(step),) if step else ()))
        return (*(self.statement(first) if first else ()), tree.Loop(None, None, tested, body, node.byte_range))

    def for_in(self, node: Node) -> Body:
        """`for (target of over)`, also `in` and `await`."""
        defaults: list[Expr] = []
        target = self.target(node.child_by_field_name("left"), defaults)
        over = self.field(node, "right")
        return (tree.Loop(target, over, None, (*defaults, *self.block(node, "body")), node.byte_range),)

    def while_(self, node: Node) -> Body:
        """while, do."""
        return (tree.Loop(None, None, self.field(node, "condition"), self.block(node, "body"), node.byte_range),)

    def try_(self, node: Node) -> Body:
        """The body or the handler; what is in `finally` stands behind them."""
        options = [self.block(node, "body")]
        if handler := node.child_by_field_name("handler"):
            caught: list[Expr] = []
            if word := handler.child_by_field_name("parameter"):
                target = self.target(word, caught)
                raised = tree.Unknown("except", (), word.byte_range)
                caught.insert(0, tree.Assign((target,), raised, word.byte_range))
            options.append((*caught, *self.block(handler, "body")))
        return (tree.Choice((), tuple(options), node.byte_range, "try"), *self.block(node, "finalizer"))
