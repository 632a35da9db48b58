"""What JavaScript takes apart: the targets of assignments and the parameters of functions, with their defaults."""

from __future__ import annotations

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Arg, Expr, Param
from seawall.calls.languages.reading import DEEPEST, Reading, kids

DEFAULTS = frozenset(("assignment_pattern", "object_assignment_pattern", "assignment_expression"))
RESTS = frozenset(("rest_pattern", "spread_element"))
FIELD_WORDS = frozenset(("accessibility_modifier", "readonly", "override_modifier"))


class Patterns(Reading):
    """What a pattern becomes. Each default within a target is an Assign of its own, `name ??= default`."""

    def name(self, node: Node) -> Expr:
        """A word."""
        return tree.Name(self.text(node), node.byte_range)

    def key(self, node: Node) -> Expr:
        """A key that is written as a word is a string."""
        return tree.Literal(self.text(node), node.byte_range)

    def nothing(self, node: Node) -> Expr:
        """What stands in a place that is left empty."""
        return tree.Literal(None, (node.start_byte, node.start_byte))

    # ---- targets ----------------------------------------------------------------------------------------------------

    def target(self, node: Node | None, defaults: list[Expr]) -> Expr:
        """What is assigned to. Its defaults are added to these."""
        if node is None:
            return tree.Unknown("missing", (), (0, 0))
        if self.depth >= DEEPEST:
            return self.deep(node)
        self.depth += 1
        made = self.part(node, defaults)
        self.depth -= 1
        return made

    def part(self, node: Node, defaults: list[Expr]) -> Expr:
        """A target by its type; one without parts is an expression."""
        if node.type in ("array_pattern", "array"):
            items = [self.place(each, defaults) if each else Arg(self.nothing(node)) for each in places(node)]
            return tree.Sequence("tuple", tuple(items), node.byte_range)
        if node.type in ("object_pattern", "object"):
            return tree.Sequence(
                "map", tuple([self.entry_of(child, defaults) for child in kids(node)]), node.byte_range
            )
        if node.type in DEFAULTS:
            of = self.target(node.child_by_field_name("left"), defaults)
            value = self.field(node, "right")
            if isinstance(of, tree.Name | tree.Member):
                defaults.append(tree.Assign((of,), value, node.byte_range, "??="))
            else:  # of what is itself taken apart
                defaults.append(tree.Unknown("default", (value,), node.byte_range))
            return of
        return self.name(node) if node.type == "shorthand_property_identifier_pattern" else self.expr(node)

    def place(self, node: Node, defaults: list[Expr]) -> Arg:
        """One place of a list, with its dots as `*`."""
        if node.type in RESTS:
            return Arg(self.target(next(iter(kids(node)), None), defaults), spread="*")
        return Arg(self.target(node, defaults))

    def entry_of(self, node: Node, defaults: list[Expr]) -> tree.Pair | Arg:
        """`key`, `key: target`, `key = default`, `...rest`."""
        if node.type in ("pair_pattern", "pair"):
            return tree.Pair(self.field(node, "key"), self.target(node.child_by_field_name("value"), defaults))
        if node.type in RESTS:
            return self.place(node, defaults)
        of = self.target(node, defaults)
        return tree.Pair(tree.Literal(of.text, of.span) if isinstance(of, tree.Name) else of, of)

    # ---- parameters -------------------------------------------------------------------------------------------------

    def params(self, node: Node | None) -> tuple[Param, ...]:
        """The parameters of a function; TypeScript's `this` is none."""
        if node is None:
            return ()
        if node.type != "formal_parameters":  # of an arrow function without parentheses
            return (self.param(node),)
        return tuple([self.param(child) for child in kids(node) if not is_this(child)])

    def param(self, node: Node) -> Param:
        """One parameter in any of its forms; of one that is taken apart, its parts."""
        if self.depth >= DEEPEST:
            return Param("", self.deep(node))
        self.depth += 1
        default, annotation, spread, inner = None, None, "", node
        if node.type in ("required_parameter", "optional_parameter"):
            default, annotation = self.optional(node, "value"), self.optional(node, "type")
            inner = node.child_by_field_name("pattern") or node
        elif node.type in DEFAULTS:
            default, inner = self.optional(node, "right"), node.child_by_field_name("left") or node
        elif node.type in ("pair_pattern", "pair"):
            inner = node.child_by_field_name("value") or node
        if inner.type in RESTS:
            spread, inner = "*", next(iter(kids(inner)), inner)
        if inner.type in ("object_pattern", "array_pattern"):
            made = Param("", default, spread, annotation=annotation, parts=tuple([self.param(c) for c in kids(inner)]))
        elif inner is not node and inner.type in DEFAULTS:  # `{a: b = 1}`
            made = self.param(inner)
        else:
            made = Param(self.text(inner), default, spread, annotation=annotation)
        self.depth -= 1
        return made

    def own_fields(self, node: Node | None) -> tuple[Expr, ...]:
        """What TypeScript's `constructor(private a: A)` assigns: `this.a = a`."""
        made: list[Expr] = []
        for child in kids(node) if node else []:
            word = child.child_by_field_name("pattern")
            if word and word.type == "identifier" and any(each.type in FIELD_WORDS for each in child.children):
                place = word.byte_range
                field = tree.Member(tree.Self(place), self.text(word), place)
                made.append(tree.Assign((field,), self.name(word), place, annotation=self.optional(child, "type")))
        return tuple(made)


def is_this(node: Node) -> bool:
    """TypeScript's first parameter `this: A`."""
    word = node.child_by_field_name("pattern")
    return word is not None and word.type == "this"


def places(node: Node) -> list[Node | None]:
    """What stands between the commas of a list, None for a place that is left empty."""
    found: list[Node | None] = []
    filled = False
    for child in node.children[1:-1]:
        if child.type == ",":
            found += [] if filled else [None]
            filled = False
        elif child.is_named and (not child.is_extra or child.is_error):
            found.append(child)
            filled = True
    return found
