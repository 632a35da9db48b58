"""Python, from tree-sitter to the neutral form. Read as Python 3, with what Python 2 files still hold.

    python.py              a whole file, statements
    python_definitions.py  functions, lambdas, classes
    python_patterns.py     the patterns of `match`
    python_expressions.py  names, calls, operations, comprehensions, annotations
    python_literals.py     strings, numbers, collections, arguments
    python_text.py         prefixes and escapes

Each reads on from the one below it, as a class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import tree_sitter_python
from tree_sitter import Language, Node, Parser

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.languages.python_definitions import Definitions
from seawall.calls.languages.python_patterns import captures, labels, patterns
from seawall.calls.languages.reading import Nodes, kids, read

LANGUAGE = Language(tree_sitter_python.language())
LONG_ROW = 20  # conditions in one `if`; a level of depth each would use up what there is


def parse(data: bytes, path: str, stop: Callable[[], bool] | None = None) -> tree.File:
    """The neutral form of a Python file. Never raises; what is broken is in `error`. stop: see `parsing`."""
    return read(Parser(LANGUAGE), Statements(data), path, "python", stop)


class Statements(Definitions):
    """What every statement becomes."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.statements = {
            "expression_statement": self.expression_statement,
            "function_definition": lambda node: (self.function(node, node, ()),),
            "class_definition": lambda node: (self.class_(node),),
            "decorated_definition": self.decorated,
            "import_statement": lambda node: self.imports(node, "", 0),
            "import_from_statement": self.import_from,
            "future_import_statement": lambda node: self.imports(node, "__future__", 0),
            "return_statement": lambda node: (tree.Return(self.bundle(kids(node), node.byte_range), node.byte_range),),
            "raise_statement": self.raised,
            "break_statement": lambda node: (tree.Return(None, node.byte_range, "break"),),
            "continue_statement": lambda _: (),
            "pass_statement": lambda _: (),
            "if_statement": self.if_,
            "for_statement": self.for_,
            "while_statement": self.while_,
            "try_statement": self.try_,
            "with_statement": self.with_,
            "match_statement": self.match,
            "block": self.body,
            "delete_statement": lambda node: (tree.Unknown("del", self.exprs(node), node.byte_range),),
            "assert_statement": lambda node: (tree.Unknown("assert", self.exprs(node), node.byte_range),),
            "global_statement": lambda node: (tree.Unknown("global", self.exprs(node), node.byte_range),),
            "nonlocal_statement": lambda node: (tree.Unknown("global", self.exprs(node), node.byte_range),),
            "print_statement": self.printed,
            "type_alias_statement": self.type_alias,
        }

    def expression_statement(self, node: Node) -> Body:
        """An expression for what it does."""
        inside = kids(node)
        if len(inside) == 1:
            return (self.expr(inside[0]),)
        value = self.bundle(inside, node.byte_range)
        return (value,) if value else ()

    def raised(self, node: Node) -> Body:
        """`raise`; with a cause both are in an Unknown."""
        parts = self.exprs(node)
        value = parts[0] if len(parts) == 1 else tree.Unknown("from", parts, node.byte_range) if parts else None
        return (tree.Return(value, node.byte_range, "raise"),)

    def printed(self, node: Node) -> Body:
        """Python 2's `print a, b`."""
        word = (node.start_byte, node.start_byte + len("print"))
        return (tree.Call(None, "print", self.args(node), node.byte_range, word),)

    def type_alias(self, node: Node) -> Body:
        """`type X = ...`. The grammar takes `type(a).b = ...` for one too."""
        left = self.field(node, "left")
        first = node.child_by_field_name("left")
        while first and first.type != "parenthesized_expression":
            first = next(iter(first.children), None)
        if first:
            left = called_type(left, node.start_byte, first.end_byte)
        return (tree.Assign((left,), self.field(node, "right"), node.byte_range),)

    # ---- imports ----------------------------------------------------------------------------------------------------

    def import_from(self, node: Node) -> Body:
        """`from ..module import name`."""
        source = node.child_by_field_name("module_name")
        text = "".join(self.text(source).split()) if source else ""
        module = text.lstrip(".")
        return self.imports(node, module, len(text) - len(module), from_=True)

    def imports(self, node: Node, module: str, level: int, from_: bool = False) -> Body:
        """One Import for each name."""
        found: list[Expr] = []
        for name in node.children_by_field_name("name"):
            alias = name.child_by_field_name("alias")
            what = name.child_by_field_name("name") or name
            text = "".join(self.text(what).split())
            known = self.text(alias) if alias else text
            if module or from_:
                found.append(tree.Import(module, text, known, name.byte_range, level))
            else:
                found.append(tree.Import(text, "", known if alias else text.split(".")[0], name.byte_range))
        stars = [child for child in node.named_children if child.type == "wildcard_import"]
        return (*found, *(tree.Import(module, "*", "*", star.byte_range, level) for star in stars))

    # ---- branches and loops -----------------------------------------------------------------------------------------

    def if_(self, node: Node) -> Body:
        """if, elif, else: each elif stands in the second option of the one before; a long row of them is a case."""
        others = node.children_by_field_name("alternative")
        tested = [node, *(each for each in others if each.type != "else_clause")]
        tests = [self.field(each, "condition") for each in tested]
        options = [self.body(each.child_by_field_name("consequence")) for each in tested]
        last = tuple(expr for each in others for expr in self.body(each.child_by_field_name("body")))
        if len(tests) > LONG_ROW:
            labels = (*((test,) for test in tests), ())
            return (tree.Choice((), (*options, last), node.byte_range, "case", labels),)
        for each, test, option in reversed(list(zip(tested, tests, options, strict=True))):
            last = (tree.Choice((test,), (option, last), (each.start_byte, node.end_byte)),)
        return last

    def otherwise(self, node: Node) -> Body:
        """The body of a loop's `else`, which stands behind the loop."""
        clause = node.child_by_field_name("alternative")
        return self.body(clause.child_by_field_name("body")) if clause else ()

    def for_(self, node: Node) -> Body:
        """for, async for."""
        target, over = self.field(node, "left"), self.over(node)
        body = self.body(node.child_by_field_name("body"))
        return (tree.Loop(target, over, None, body, node.byte_range), *self.otherwise(node))

    def while_(self, node: Node) -> Body:
        """While."""
        test, body = self.field(node, "condition"), self.body(node.child_by_field_name("body"))
        return (tree.Loop(None, None, test, body, node.byte_range), *self.otherwise(node))

    def try_(self, node: Node) -> Body:
        """The body or a handler; what is in `finally` stands behind them."""
        tried, last = self.body(node.child_by_field_name("body")), Body()
        options: list[Body] = []
        for clause in kids(node):
            if clause.type == "else_clause":
                tried += self.body(clause.child_by_field_name("body"))
            elif clause.type.startswith("except"):
                options.append(self.handler(clause))
            elif clause.type == "finally_clause":
                last = self.blocks(kids(clause))
            elif clause.type == "ERROR":
                last += self.statement(clause)
        return (tree.Choice((), (tried, *options), node.byte_range, "try"), *last)

    def handler(self, node: Node) -> Body:
        """A handler; what it catches stands first in it."""
        inside = kids(node)
        caught = self.exprs_of([child for child in inside if child.type not in ("block", "as_pattern")])
        names: list[Expr] = []
        for pattern in [child for child in inside if child.type == "as_pattern"]:
            value, name = self.as_pattern(pattern)
            caught += (value,)
            names += [name] if name else []
        body = self.blocks([child for child in inside if child.type == "block"])
        if not caught:
            return body
        what = tree.Unknown("except", caught, node.byte_range)
        return (tree.Assign(tuple(names), what, node.byte_range) if names else what, *body)

    def blocks(self, nodes: Nodes) -> Body:
        """All that stands in these."""
        return tuple(expr for node in nodes for expr in self.statement(node))

    def exprs_of(self, nodes: Nodes) -> Body:
        """The expressions of these."""
        return tuple([self.expr(node) for node in nodes])

    def as_pattern(self, node: Node) -> tuple[Expr, Expr | None]:
        """`value as name`; the value alone where it is only that."""
        if node.type != "as_pattern":
            return self.expr(node), None
        inside = kids(node)
        value = self.expr(inside[0]) if inside else self.unknown(node)
        return value, self.optional(node, "alias")

    def with_(self, node: Node) -> Body:
        """with, async with, of one item or several."""
        clauses = [item for clause in kids(node) if clause.type == "with_clause" for item in kids(clause)]
        items = tuple([self.as_pattern(item.child_by_field_name("value") or item) for item in clauses])
        return (tree.With(items, self.body(node.child_by_field_name("body")), node.byte_range),)

    def match(self, node: Node) -> Body:
        """match: the names that a case binds are assigned to first in it."""
        subjects = self.exprs_of(node.children_by_field_name("subject"))
        block = node.child_by_field_name("body")
        cases = [case for case in (kids(block) if block else []) if case.type == "case_clause"]
        options, values = [self.case(case) for case in cases], [labels(self, case) for case in cases]
        return (tree.Choice(subjects, tuple(options), node.byte_range, "case", tuple(values)),)

    def case(self, node: Node) -> Body:
        """What a case binds, its guard, its body."""
        names = tuple([self.name(name) for each in patterns(node) for name in captures(each)])
        bound = (tree.Assign(names, tree.Unknown("pattern", (), node.byte_range), node.byte_range),) if names else ()
        guard = node.child_by_field_name("guard")
        return (*bound, *self.exprs(guard), *self.body(node.child_by_field_name("consequence")))


def called_type(of: Expr, start: int, end: int) -> Expr:
    """With a call of `type`, from start to end, put back around what stands between its parentheses."""
    if of.span[1] < end:
        return tree.Call(None, "type", (tree.Arg(of),), (start, end), (start, start + len("type")))
    place = start, of.span[1]
    if isinstance(of, tree.Member | tree.Item):
        return replace(of, of=called_type(of.of, start, end), span=place)
    if isinstance(of, tree.Call) and of.receiver:
        return replace(of, receiver=called_type(of.receiver, start, end), span=place)
    return of
