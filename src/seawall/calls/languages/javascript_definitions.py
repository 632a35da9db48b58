"""JavaScript's functions, classes, imports and exports to the neutral form.

`const f = () => ...` is a Function, as `function f` is. A field of a class is an Assign in its body. A setter is the
method `name=`. `export default x` binds the name `default`, by which `import x from` finds it.
"""

from __future__ import annotations

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.languages.javascript_expressions import Expressions
from seawall.calls.languages.reading import Nodes, kids

FUNCTIONS = frozenset(("arrow_function", "function_expression", "generator_function", "function"))
FIELDS = frozenset(("field_definition", "public_field_definition"))


class Definitions(Expressions):
    """What a definition becomes."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.expressions = {
            **self.expressions,
            **dict.fromkeys(FUNCTIONS, self.function_value),
            "class": lambda node: self.class_(node, ""),
        }

    # ---- functions --------------------------------------------------------------------------------------------------

    def inside(self, node: Node) -> Body:
        """The body of a function; that of an arrow function may be an expression."""
        body = node.child_by_field_name("body")
        own = self.own_fields(node.child_by_field_name("parameters"))
        self.depth += 1  # a function and its body are two levels of what is called here
        made = () if body is None else self.body(body) if body.type == "statement_block" else (self.expr(body),)
        self.depth -= 1
        return (*own, *made)

    def function_value(self, node: Node) -> Expr:
        """A function where a value stands."""
        given = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
        return tree.Block(self.params(given), self.inside(node), node.byte_range)

    def method_value(self, node: Node) -> Expr:
        """A method of an object; of a getter the value is what it returns, which is Unknown."""
        made = self.function_value(node)
        is_getter = any(child.type == "get" for child in node.children)
        return tree.Unknown("get", (made,), node.byte_range) if is_getter else made

    def function(self, node: Node, word: Node | None, whole: Node, decorators: tuple[Expr, ...] = ()) -> Expr:
        """A function or method with a name. whole: what the span is of. An anonymous one is `default`."""
        words = {child.type for child in [*node.children, *whole.children] if not child.is_named}
        name = self.word(word) if word else "default"
        given = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
        return tree.Function(
            f"{name}=" if "set" in words else name,
            self.params(given),
            self.inside(node),
            whole.byte_range,
            word.byte_range if word else node.byte_range,
            "static" in words,
            decorators,
            self.optional(node, "return_type"),
            "get" in words,
        )

    def word(self, node: Node) -> str:
        """The name of a member: a word or a string; of any other that is computed none is known."""
        if node.type == "computed_property_name":
            node = next(iter(kids(node)), node)
        if node.type == "string":
            value = self.expr(node)
            return str(value.value) if isinstance(value, tree.Literal) else ""
        return self.text(node) if node.type.endswith("identifier") or node.type == "number" else ""

    def function_declaration(self, node: Node) -> Body:
        """`function f() {}`; a signature without a body is nothing."""
        return (self.function(node, node.child_by_field_name("name"), node),)

    def declaration(self, node: Node) -> Body:
        """`const a = 1, b = () => 2`."""
        declared = [child for child in kids(node) if child.type == "variable_declarator"]
        return tuple(expr for child in declared for expr in self.declared(child))

    def declared(self, node: Node) -> Body:
        """One of them, followed by the defaults of what it takes apart."""
        word, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if word and value and word.type == "identifier" and value.type in FUNCTIONS:
            return (self.function(value, word, value),)
        if word and value and word.type == "identifier" and value.type == "class":
            return (self.class_(value, self.text(word)),)
        defaults: list[Expr] = []
        target, annotation = self.target(word, defaults), self.optional(node, "type")
        made = tree.Assign((target,), self.expr(value) if value else None, node.byte_range, annotation=annotation)
        return (made, *defaults)

    # ---- classes ----------------------------------------------------------------------------------------------------

    def class_declaration(self, node: Node) -> Body:
        """A class, its decorators before it."""
        made = self.class_(node, "default")
        decorators = self.decorators(node)
        return (tree.Unknown("decorator", decorators, node.byte_range), made) if decorators else (made,)

    def decorators(self, node: Node) -> Body:
        """The expressions of what is written with an `@`."""
        return tuple(expr for child in kids(node) if child.type == "decorator" for expr in self.exprs(child))

    def class_(self, node: Node, known_as: str) -> Expr:
        """A class. known_as: of one without a name of its own."""
        word = node.child_by_field_name("name")
        bases: list[Expr] = []
        for heritage in [child for child in kids(node) if child.type == "class_heritage"]:
            for clause in kids(heritage):
                if clause.type == "extends_clause":
                    bases += [self.expr(value) for value in clause.children_by_field_name("value")]
                elif clause.type != "implements_clause":
                    bases.append(self.expr(clause))
        body = node.child_by_field_name("body")
        path = (self.text(word) if word else known_as,)
        self.depth += 1  # as a function's
        members = self.members(body) if body else ()
        self.depth -= 1
        return tree.Class(path, tuple(bases), members, node.byte_range)

    def members(self, body: Node) -> Body:
        """Methods and fields; a decorator stands before its method."""
        found: list[Expr] = []
        decorators: Body = ()
        for child in kids(body):
            if child.type == "decorator":
                decorators += self.exprs(child)
                continue
            word = child.child_by_field_name("name") or child.child_by_field_name("property")
            if word and word.type == "computed_property_name" and not self.word(word):
                found.append(self.expr(word))
            if child.type == "method_definition":
                found.append(self.function(child, word, child, (*decorators, *self.decorators(child))))
            elif child.type in FIELDS:
                found += self.member_field(child)
            elif child.type == "class_static_block":
                found += self.body(child.child_by_field_name("body"))
            elif not child.type.endswith("signature"):
                found += self.statement(child)
            decorators = ()
        return tuple(found)

    def member_field(self, node: Node) -> Body:
        """A field: one that holds a function is a method."""
        word, value = node.child_by_field_name("property"), node.child_by_field_name("value")
        word = word or node.child_by_field_name("name")
        if word and value and value.type in FUNCTIONS:
            return (self.function(value, word, node, self.decorators(node)),)
        decorators = self.decorators(node)
        name = self.word(word) if word else ""
        target = tree.Name(name, word.byte_range if word else node.byte_range)
        given, annotation = self.expr(value) if value else None, self.optional(node, "type")
        made = tree.Assign((target,), given, node.byte_range, annotation=annotation)
        return (tree.Unknown("decorator", decorators, node.byte_range), made) if decorators else (made,)

    def enum(self, node: Node) -> Body:
        """An enum is a class whose fields are its members."""
        word, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        fields: list[Expr] = []
        for child in kids(body) if body else []:
            name = child.child_by_field_name("name") or child
            target = tree.Name(self.word(name), name.byte_range)
            fields.append(tree.Assign((target,), self.optional(child, "value"), child.byte_range))
        return (tree.Class((self.text(word) if word else "",), (), tuple(fields), node.byte_range),)

    def namespace(self, node: Node) -> Body:
        """TypeScript's `namespace A.B {}`."""
        word = node.child_by_field_name("name")
        path = tuple(self.text(word).split(".")) if word and word.type != "string" else ()
        body = self.body(node.child_by_field_name("body"))
        return (tree.Class(path, (), body, node.byte_range, "module"),) if path else body

    # ---- imports and exports ----------------------------------------------------------------------------------------

    def imports(self, node: Node) -> Body:
        """One Import for each name; of one for its effects alone all but the module is empty."""
        source = next((each for each in sources(node) if each), None)
        module = self.string_of(source)
        found: list[Expr] = []
        for clause in [child for child in kids(node) if child.type != "string"]:
            if clause.type == "import_require_clause":
                word = next(iter(kids(clause)), clause)
                found.append(tree.Import(module, "*", self.text(word), word.byte_range))
            for each in kids(clause) if clause.type == "import_clause" else []:
                if each.type == "identifier":
                    found.append(tree.Import(module, "default", self.text(each), each.byte_range))
                elif each.type == "namespace_import":
                    word = next(iter(kids(each)), each)
                    found.append(tree.Import(module, "*", self.text(word), each.byte_range))
                else:
                    found += self.specifiers(module, kids(each))
        return tuple(found) or (tree.Import(module, "", "", node.byte_range),)

    def string_of(self, node: Node | None) -> str:
        """The text of a string."""
        value = self.expr(node) if node and node.type == "string" else None
        return value.value if isinstance(value, tree.Literal) and isinstance(value.value, str) else ""

    def specifiers(self, module: str, nodes: Nodes) -> Body:
        """`a`, `a as b` between braces; a name may be a string."""
        found: list[Expr] = []
        for node in nodes:
            word, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
            if word:
                name = self.string_of(word) or self.text(word)
                known = (self.string_of(alias) or self.text(alias)) if alias else name
                found.append(tree.Import(module, name, known, node.byte_range))
        return tuple(found)

    def exports(self, node: Node) -> Body:
        """What is defined there; what only gets another name by it is an Assign, what passes through an Import."""
        declared, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
        source = node.child_by_field_name("source")
        decorators = self.decorators(node)
        found: list[Expr] = [tree.Unknown("decorator", decorators, node.byte_range)] if decorators else []
        default = tree.Name("default", (node.start_byte, node.start_byte))
        is_default = any(child.type == "default" for child in node.children)
        if declared:
            found += self.statement(declared)
            word = declared.child_by_field_name("name")
            if is_default and word:
                found.append(tree.Assign((default,), self.name(word), node.byte_range))
        elif value and value.type in FUNCTIONS:
            found.append(self.function(value, None, value))
        elif value and value.type == "class":
            found.append(self.class_(value, "default"))
        elif value:
            found.append(tree.Assign((default,), self.expr(value), node.byte_range))
        elif source:
            found += self.passed_on(node, self.string_of(source))
        else:
            found += self.renamed(node, default)
        return tuple(found)

    def passed_on(self, node: Node, module: str) -> Body:
        """`export {a as b} from`, `export * from`, `export * as a from`."""
        for clause in kids(node):
            if clause.type == "export_clause":
                return self.specifiers(module, kids(clause))
            if clause.type == "namespace_export":
                return (tree.Import(module, "*", self.text(next(iter(kids(clause)), clause)), clause.byte_range),)
        return (tree.Import(module, "*", "*", node.byte_range),)

    def renamed(self, node: Node, default: Expr) -> Body:
        """`export {a as b}`; TypeScript's `export = a`."""
        found: list[Expr] = []
        for clause in kids(node):
            if clause.type != "export_clause":
                found += [tree.Assign((default,), self.expr(clause), node.byte_range)]
                continue
            for each in kids(clause):
                word, alias = each.child_by_field_name("name"), each.child_by_field_name("alias")
                if word and alias:
                    found.append(tree.Assign((self.name(alias),), self.name(word), each.byte_range))
        return tuple(found)


def sources(node: Node) -> list[Node | None]:
    """Where the name of the module may stand."""
    return [node.child_by_field_name("source"), *(child.child_by_field_name("source") for child in kids(node))]
