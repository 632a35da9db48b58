"""JavaScript's and TypeScript's expressions, but for what holds statements, to the neutral form."""

from __future__ import annotations

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Arg, Expr
from seawall.calls.languages.javascript_patterns import Patterns, places
from seawall.calls.languages.javascript_text import content, number
from seawall.calls.languages.reading import kids

CHOICES = {"||": "or", "??": "or", "&&": "and"}
# What changes nothing but a type, or when a value is there. The value stands first in all but the last.
WRAPPERS = frozenset(
    ("parenthesized_expression", "non_null_expression", "as_expression", "satisfies_expression", "await_expression")
)


class Expressions(Patterns):
    """What every node of an expression becomes."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.expressions = {
            **dict.fromkeys(WRAPPERS, self.inner),
            **dict.fromkeys(("identifier", "type_identifier", "predefined_type", "super", "import"), self.name),
            **dict.fromkeys(("shorthand_property_identifier", "private_property_identifier"), self.name),
            **dict.fromkeys(("this", "this_type"), lambda node: tree.Self(node.byte_range)),
            **dict.fromkeys(("null", "undefined"), lambda node: tree.Literal(None, node.byte_range)),
            "true": lambda node: tree.Literal(True, node.byte_range),
            "false": lambda node: tree.Literal(False, node.byte_range),
            "number": self.number,
            "string": self.string,
            "template_string": self.template,
            "regex": lambda node: tree.Unknown("regex", (), node.byte_range),
            "type_assertion": lambda node: self.expr(kids(node)[-1]) if kids(node) else self.unknown(node),
            "call_expression": self.call,
            "new_expression": self.new,
            "member_expression": self.member,
            "subscript_expression": self.subscript,
            "array": self.array,
            "object": self.object,
            "binary_expression": self.binary,
            "unary_expression": self.unary,
            "update_expression": self.update,
            "ternary_expression": self.ternary,
            "sequence_expression": lambda node: tree.Choice((), (self.exprs(node),), node.byte_range, "try"),
            "assignment_expression": self.assignment,
            "augmented_assignment_expression": self.augmented,
            "yield_expression": self.yielded,
            "spread_element": self.inner,
            "computed_property_name": self.inner,
            "property_identifier": self.key,
            **dict.fromkeys(("type_annotation", "literal_type", "parenthesized_type"), self.inner),
            "nested_type_identifier": self.nested_type,
            "nested_identifier": self.member,
            "generic_type": self.generic_type,
            "union_type": self.union_type,
        }

    def inner(self, node: Node) -> Expr:
        """What only wraps something."""
        inside = kids(node)
        return self.expr(inside[0]) if inside else self.unknown(node)

    # ---- literals ---------------------------------------------------------------------------------------------------

    def number(self, node: Node) -> Expr:
        """A number in any base, also a BigInt."""
        value = number(self.text(node))
        return self.unknown(node) if value is None else tree.Literal(value, node.byte_range)

    def string(self, node: Node) -> Expr:
        """A string with its escapes read."""
        return tree.Literal(content(self.text(node)[1:-1]), node.byte_range)

    def template(self, node: Node) -> Expr:
        """A template: a Literal where it has no hole, else a Joined."""
        parts: list[Expr] = []
        at = node.start_byte + 1
        for child in [*kids(node), None]:
            if child is not None and child.type != "template_substitution":
                continue
            end = child.start_byte if child else node.end_byte - 1
            if text := content(self.data[at:end].decode("utf-8", "replace").replace("\r\n", "\n")):
                parts.append(tree.Literal(text, (at, end)))
            if child:
                parts.append(self.inner(child))
                at = child.end_byte
        if not parts or (len(parts) == 1 and isinstance(parts[0], tree.Literal) and at == node.start_byte + 1):
            value = parts[0].value if parts and isinstance(parts[0], tree.Literal) else ""
            return tree.Literal(value, node.byte_range)
        return tree.Joined(tuple(parts), node.byte_range)

    def array(self, node: Node) -> Expr:
        """A list; a place that is left empty holds a Literal of None."""
        items = [self.arg(place) if place else Arg(self.nothing(node)) for place in places(node)]
        return tree.Sequence("list", tuple(items), node.byte_range)

    def object(self, node: Node) -> Expr:
        """A map."""
        return tree.Sequence("map", tuple([self.entry(child) for child in kids(node)]), node.byte_range)

    def entry(self, node: Node) -> tree.Pair | Arg:
        """An entry of a map, a map that is spread in it, or a method, which the front end's definitions read."""
        match node.type:
            case "pair":
                return tree.Pair(self.field(node, "key"), self.field(node, "value"))
            case "shorthand_property_identifier":
                return tree.Pair(self.key(node), self.name(node))
            case "method_definition":
                return tree.Pair(self.field(node, "name"), self.method_value(node))
            case _:
                return self.arg(node)

    def method_value(self, node: Node) -> Expr:
        """A method of an object. The definitions' own."""
        return self.unknown(node)

    # ---- calls ------------------------------------------------------------------------------------------------------

    def args(self, node: Node | None) -> tuple[Arg, ...]:
        """The arguments between parentheses; the template of a tagged one is its argument."""
        if node is None:
            return ()
        if node.type == "template_string":
            return (Arg(self.expr(node)),)
        return tuple([self.arg(child) for child in kids(node)])

    def arg(self, node: Node) -> Arg:
        """One argument, with its dots as `*`."""
        if node.type == "spread_element":
            return Arg(self.inner(node), spread="*")
        return Arg(self.expr(node))

    def call(self, node: Node) -> Expr:
        """A call of a name, of a member, or of any other value."""
        called = node.child_by_field_name("function")
        while called and called.type in ("parenthesized_expression", "non_null_expression"):
            called = next(iter(kids(called)), None)
        if called is None:
            return self.unknown(node)
        args, place = self.args(node.child_by_field_name("arguments")), node.byte_range
        if called.type == "identifier" and args and self.text(called) == "await":  # the grammar's `await (a, b)`
            return args[0].value if len(args) == 1 else tree.Choice((), (tuple(a.value for a in args),), place, "try")
        safe = node.child_by_field_name("optional_chain") is not None
        if called.type in ("identifier", "super", "import"):
            return tree.Call(None, self.text(called), args, place, called.byte_range, safe=safe)
        if called.type == "member_expression" and (word := called.child_by_field_name("property")):
            safe = safe or called.child_by_field_name("optional_chain") is not None
            return tree.Call(self.field(called, "object"), self.text(word), args, place, word.byte_range, safe=safe)
        return tree.Call(self.expr(called), "", args, place, place, safe=safe)

    def new(self, node: Node) -> Expr:
        """`new X(a)` is `X.new(a)`, as in Ruby; the name is the word `new`."""
        word = (node.start_byte, node.start_byte + len("new"))
        args = self.args(node.child_by_field_name("arguments"))
        return tree.Call(self.field(node, "constructor"), "new", args, node.byte_range, word)

    def member(self, node: Node) -> Expr:
        """`of.name` that is not called."""
        word = node.child_by_field_name("property")
        if word is None:
            return self.unknown(node)
        return tree.Member(self.field(node, "object"), self.text(word), node.byte_range)

    def subscript(self, node: Node) -> Expr:
        """`of[key]`."""
        return tree.Item(self.field(node, "object"), self.field(node, "index"), node.byte_range)

    # ---- operations -------------------------------------------------------------------------------------------------

    def binary(self, node: Node) -> Expr:
        """`left op right`; `||`, `??` and `&&` are Choices of their operands."""
        word = node.child_by_field_name("operator")
        op = word.type if word else ""
        left, right = self.field(node, "left"), self.field(node, "right")
        kind = CHOICES.get(op)
        if kind is None:
            return tree.Operation(op, left, right, node.byte_range)
        options = left.options if isinstance(left, tree.Choice) and left.kind == kind else ((left,),)
        return tree.Choice((), (*options, (right,)), node.byte_range, kind)

    def unary(self, node: Node) -> Expr:
        """A sign, `!`, typeof, delete, void; a negative number is a Literal."""
        word = node.child_by_field_name("operator")
        op, value = word.type if word else "", self.field(node, "argument")
        if op == "-" and isinstance(value, tree.Literal) and isinstance(value.value, int | float):
            return tree.Literal(-value.value, node.byte_range)
        return tree.Unknown({"!": "not", "delete": "del"}.get(op, op), (value,), node.byte_range)

    def update(self, node: Node) -> Expr:
        """`i++` is `i += 1`."""
        word = node.child_by_field_name("operator")
        op = "-=" if word and word.type == "--" else "+="
        return tree.Assign((self.field(node, "argument"),), tree.Literal(1, node.byte_range), node.byte_range, op)

    def ternary(self, node: Node) -> Expr:
        """`test ? a : b`."""
        options = (self.field(node, "consequence"),), (self.field(node, "alternative"),)
        return tree.Choice((self.field(node, "condition"),), options, node.byte_range)

    def yielded(self, node: Node) -> Expr:
        """`yield`, and `yield*`, whose value is Unknown."""
        inside = self.exprs(node)
        value = inside[0] if inside else None
        if value and any(child.type == "*" for child in node.children):
            value = tree.Unknown("from", (value,), node.byte_range)
        return tree.Return(value, node.byte_range, "yield")

    # ---- assignment -------------------------------------------------------------------------------------------------

    def assignment(self, node: Node) -> Expr:
        """`a = b = value`; what is taken apart with defaults is followed by `name ??= default` for each."""
        defaults: list[Expr] = []
        targets, right = [self.target(node.child_by_field_name("left"), defaults)], node.child_by_field_name("right")
        while right and right.type == "assignment_expression":
            targets.append(self.target(right.child_by_field_name("left"), defaults))
            right = right.child_by_field_name("right")
        value = self.expr(right) if right else None
        made = tree.Assign(tuple(targets), value, node.byte_range)
        return tree.Choice((), ((*defaults, made),), node.byte_range, "try") if defaults else made

    def augmented(self, node: Node) -> Expr:
        """`a += value`, `a ??= value`."""
        word = node.child_by_field_name("operator")
        value = self.field(node, "right")
        return tree.Assign((self.field(node, "left"),), value, node.byte_range, word.type if word else "=")

    # ---- annotations ------------------------------------------------------------------------------------------------

    def nested_type(self, node: Node) -> Expr:
        """`module.Type`."""
        word = node.child_by_field_name("name")
        return tree.Member(self.field(node, "module"), self.text(word), node.byte_range) if word else self.unknown(node)

    def generic_type(self, node: Node) -> Expr:
        """`Map<string, T>` is an Item, as in Python."""
        args = node.child_by_field_name("type_arguments")
        keys = self.exprs(args)
        if args is None or not keys:
            return self.unknown(node)
        one = tree.Sequence("tuple", tuple(Arg(key) for key in keys), args.byte_range)
        return tree.Item(self.field(node, "name"), keys[0] if len(keys) == 1 else one, node.byte_range)

    def union_type(self, node: Node) -> Expr:
        """`A | B`."""
        parts = self.exprs(node)
        if len(parts) != 2:
            return tree.Unknown(node.type, parts, node.byte_range)
        return tree.Operation("|", parts[0], parts[1], node.byte_range)
