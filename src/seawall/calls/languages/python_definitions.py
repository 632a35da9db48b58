"""Python's functions, lambdas and classes: parameters, decorators, and who is Self."""

from __future__ import annotations

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr, Param
from seawall.calls.languages.python_expressions import Expressions
from seawall.calls.languages.python_literals import SPREADS
from seawall.calls.languages.reading import kids

MADE_ON_THE_CLASS = frozenset(("__new__", "__init_subclass__", "__class_getitem__"))  # without a decorator


class Definitions(Expressions):
    """What a definition becomes. A property's setter is the method `name=`, as in Ruby; its deleter is `del name`."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.in_class = False  # whether what is being read stands in a class, not in a method of it
        self.expressions = {**self.expressions, "lambda": self.function_value}

    def function(self, node: Node, whole: Node, decorators: tuple[Expr, ...]) -> Expr:
        """A function or method. whole: with its decorators. The first parameter of a method is its Self."""
        word, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if word is None:
            return self.unknown(node)
        name, words = self.text(word), {last_word(decorator) for decorator in decorators}
        params, is_method = self.params(node.child_by_field_name("parameters")), self.in_class
        returns = self.optional(node, "return_type")
        outer = self.own_name, self.in_class
        own = params[0].name if is_method and "staticmethod" not in words and params and not params[0].spread else ""
        if own:
            params = params[1:]
            self.own_name = own
        self.in_class = False
        self.shadow(params)
        inside = self.body(body)
        self.own_name, self.in_class = outer
        return tree.Function(
            accessor(name, words),
            params,
            inside,
            whole.byte_range,
            word.byte_range,
            is_method and (name in MADE_ON_THE_CLASS or not words.isdisjoint(("classmethod", "staticmethod"))),
            decorators,
            returns,
            any(each.endswith("property") for each in words),
        )

    def class_(self, node: Node) -> Expr:
        """A class; its keywords (a metaclass) stand first in its body."""
        word, bases = node.child_by_field_name("name"), node.child_by_field_name("superclasses")
        args = self.args(bases) if bases else ()
        keywords = tuple(arg.value for arg in args if arg.keyword or arg.spread)
        outer = self.own_name, self.in_class
        self.own_name, self.in_class = "", True
        body = self.body(node.child_by_field_name("body"))
        self.own_name, self.in_class = outer
        if keywords and bases:
            body = (tree.Unknown("keyword", keywords, bases.byte_range), *body)
        plain = tuple(arg.value for arg in args if not (arg.keyword or arg.spread))
        return tree.Class((self.text(word) if word else "",), plain, body, node.byte_range)

    def decorated(self, node: Node) -> Body:
        """A function with its decorators; those of a class stand before it."""
        decorators = tuple(expr for child in kids(node) if child.type == "decorator" for expr in self.exprs(child))
        definition = node.child_by_field_name("definition")
        if definition and definition.type == "function_definition":
            return (self.function(definition, node, decorators),)
        defined = self.statement(definition) if definition else ()
        return (tree.Unknown("decorator", decorators, node.byte_range), *defined)

    def function_value(self, node: Node) -> Expr:
        """A lambda."""
        before = self.own_name
        params = self.params(node.child_by_field_name("parameters"))
        self.shadow(params)
        body = self.field(node, "body")
        self.own_name = before
        return tree.Block(params, (body,), node.byte_range)

    def shadow(self, params: tuple[Param, ...]) -> None:
        """A parameter of the method's own name for its object hides that."""
        if any(param.name == self.own_name for param in params):
            self.own_name = ""

    def params(self, node: Node | None) -> tuple[Param, ...]:
        """All parameters; those after `*` or `*args` are only by name."""
        params: list[Param] = []
        keyword = False
        for child in kids(node) if node else []:
            if child.type == "keyword_separator":
                keyword = True
            elif child.type != "positional_separator":
                params.append(self.param(child, keyword))
                keyword = keyword or params[-1].spread == "*"
        return tuple(params)

    def param(self, node: Node, keyword: bool) -> Param:
        """One parameter in any of its forms."""
        default, annotation = self.optional(node, "value"), self.optional(node, "type")
        word = node.child_by_field_name("name") or node
        if word.type == "typed_parameter":
            word = next(iter(kids(word)), word)
        if spread := SPREADS.get(word.type, ""):
            word = next(iter(kids(word)), word)
        if word.type == "tuple_pattern":  # of Python 2
            parts = tuple([self.param(part, False) for part in kids(word)])
            return Param("", default, parts=parts)
        return Param(self.text(word), default, spread, keyword and not spread, annotation)


def last_word(decorator: Expr) -> str:
    """The last name of a decorator: `property`, `setter`."""
    if isinstance(decorator, tree.Call):
        return decorator.name
    return decorator.name if isinstance(decorator, tree.Member) else getattr(decorator, "text", "")


def accessor(name: str, words: set[str]) -> str:
    """The name of a property's setter or deleter, of anything else its own."""
    return f"{name}=" if "setter" in words else f"del {name}" if "deleter" in words else name
