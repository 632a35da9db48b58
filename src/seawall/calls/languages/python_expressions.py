"""Python's expressions, from tree-sitter to the neutral form. None of them holds a statement."""

from __future__ import annotations

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Arg, Expr
from seawall.calls.languages.python_literals import SPREADS, Literals
from seawall.calls.languages.reading import kids

AROUND = frozenset((*SPREADS, "parenthesized_expression"))  # what may stand around what is called


class Expressions(Literals):
    """What every node of an expression becomes."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.own_name = ""  # what the method that is being read calls its object or class
        self.expressions = {
            "identifier": self.name,
            "call": self.call,
            "attribute": self.attribute,
            "string": self.string,
            "concatenated_string": self.string,
            "integer": self.integer,
            "float": self.float,
            "true": lambda node: tree.Literal(True, node.byte_range),
            "false": lambda node: tree.Literal(False, node.byte_range),
            "none": lambda node: tree.Literal(None, node.byte_range),
            "subscript": self.subscript,
            "slice": self.slice,
            "parenthesized_expression": self.inner,
            "await": self.inner,
            "type": self.inner,
            **dict.fromkeys(SPREADS, self.inner),
            "as_pattern_target": self.inner,
            "list": self.sequence,
            "tuple": self.sequence,
            "set": self.sequence,
            "dictionary": self.sequence,
            "expression_list": self.sequence,
            "pattern_list": self.sequence,
            "list_pattern": self.sequence,
            "tuple_pattern": self.sequence,
            "binary_operator": self.operation,
            "boolean_operator": self.boolean,
            "comparison_operator": self.comparison,
            "not_operator": lambda node: tree.Unknown("not", self.exprs(node), node.byte_range),
            "unary_operator": self.unary,
            "conditional_expression": self.conditional,
            "named_expression": self.walrus,
            "list_comprehension": self.comprehension,
            "set_comprehension": self.comprehension,
            "dictionary_comprehension": self.comprehension,
            "generator_expression": self.comprehension,
            "assignment": self.assignment,
            "augmented_assignment": self.augmented,
            "yield": self.yielded,
            "generic_type": self.generic_type,
            "union_type": self.union_type,
            "member_type": self.member_type,
        }

    def name(self, node: Node) -> Expr:
        """A word; the method's own object is Self."""
        place = node.byte_range
        text = self.data[place[0] : place[1]].decode("utf-8", "replace")
        return tree.Self(place) if text == self.own_name and text else tree.Name(text, place)

    def inner(self, node: Node) -> Expr:
        """What only wraps something."""
        inside = kids(node)
        return self.expr(inside[0]) if len(inside) == 1 else self.unknown(node)

    # ---- calls ------------------------------------------------------------------------------------------------------

    def call(self, node: Node) -> Expr:
        """A call of a name, of an attribute, or of any other value."""
        called, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        while called and called.type in AROUND:
            called = next(iter(kids(called)), None)
        if called is None or given is None:
            return self.unknown(node)
        args = (Arg(self.expr(given)),) if given.type == "generator_expression" else self.args(given)
        place, kind = node.byte_range, called.type
        if kind == "identifier" and (text := self.text(called)) != self.own_name:
            return tree.Call(None, text, args, place, called.byte_range)
        if kind == "attribute" and (word := called.child_by_field_name("attribute")):
            return tree.Call(self.field(called, "object"), self.text(word), args, place, word.byte_range)
        return tree.Call(self.expr(called), "", args, place, place)

    def attribute(self, node: Node) -> Expr:
        """`of.name` that is not called."""
        word = node.child_by_field_name("attribute")
        return tree.Member(self.field(node, "object"), self.text(word), node.byte_range) if word else self.unknown(node)

    def subscript(self, node: Node) -> Expr:
        """`of[key]`; several keys are a tuple."""
        keys = node.children_by_field_name("subscript")
        first, last = (keys[0], keys[-1]) if keys else (node, node)
        if len(keys) == 1:
            key = self.expr(first)
        else:
            key = tree.Sequence("tuple", tuple([self.arg(key) for key in keys]), (first.start_byte, last.end_byte))
        return tree.Item(self.field(node, "value"), key, node.byte_range)

    # ---- operations -------------------------------------------------------------------------------------------------

    def operation(self, node: Node) -> Expr:
        """`left op right`."""
        op = node.child_by_field_name("operator")
        left, right = self.field(node, "left"), self.field(node, "right")
        return tree.Operation(op.type if op else "", left, right, node.byte_range)

    def boolean(self, node: Node) -> Expr:
        """`a or b or c` and `a and b and c`: the operands."""
        left, right = self.field(node, "left"), self.field(node, "right")
        op = node.child_by_field_name("operator")
        kind = op.type if op else "or"
        options = left.options if isinstance(left, tree.Choice) and left.kind == kind else ((left,),)
        return tree.Choice((), (*options, (right,)), node.byte_range, kind)

    def comparison(self, node: Node) -> Expr:
        """`a < b < c` as `(a < b) < c`: the order of what is evaluated, not the meaning."""
        operands = kids(node)
        operators = node.children_by_field_name("operators")
        if len(operands) != len(operators) + 1:
            return self.unknown(node)
        result = self.expr(operands[0])
        for operator, operand in zip(operators, operands[1:], strict=True):
            result = tree.Operation(operator.type, result, self.expr(operand), (node.start_byte, operand.end_byte))
        return result

    def unary(self, node: Node) -> Expr:
        """A sign; a negative number is a Literal."""
        op = node.child_by_field_name("operator")
        value, sign = self.field(node, "argument"), op.type if op else ""
        if sign == "-" and isinstance(value, tree.Literal) and isinstance(value.value, int | float):
            return tree.Literal(-value.value, node.byte_range)
        return tree.Unknown(sign, (value,), node.byte_range)

    def conditional(self, node: Node) -> Expr:
        """`a if test else b`."""
        parts = self.exprs(node)
        if len(parts) != 3:
            return tree.Unknown(node.type, parts, node.byte_range)
        return tree.Choice((parts[1],), ((parts[0],), (parts[2],)), node.byte_range)

    def walrus(self, node: Node) -> Expr:
        """`(name := value)`."""
        return tree.Assign((self.field(node, "name"),), self.field(node, "value"), node.byte_range)

    def assignment(self, node: Node) -> Expr:
        """`a = b = value`, `a: type = value`, `a: type`."""
        targets = [self.field(node, "left")]
        annotation = self.optional(node, "type")
        right = node.child_by_field_name("right")
        while right and right.type == "assignment":
            targets.append(self.field(right, "left"))
            right = right.child_by_field_name("right")
        return tree.Assign(tuple(targets), self.expr(right) if right else None, node.byte_range, annotation=annotation)

    def augmented(self, node: Node) -> Expr:
        """`a += value`."""
        op = node.child_by_field_name("operator")
        value = self.field(node, "right")
        return tree.Assign((self.field(node, "left"),), value, node.byte_range, op=op.type if op else "=")

    def yielded(self, node: Node) -> Expr:
        """`yield`, and `yield from`, whose value is Unknown."""
        value: Expr | None = self.bundle(kids(node), node.byte_range)
        if value and any(child.type == "from" for child in node.children):
            value = tree.Unknown("from", (value,), node.byte_range)
        return tree.Return(value, node.byte_range, "yield")

    # ---- comprehensions ---------------------------------------------------------------------------------------------

    def comprehension(self, node: Node) -> Expr:
        """Loops, the outermost with the kind; an `if` is a Choice of what stands behind it."""
        kind = node.type.split("_")[0].replace("dictionary", "map")
        clauses = kids(node)[1:]
        body = node.child_by_field_name("body")
        made = self.element(body) if body else self.unknown(node)
        first = next((clause for clause in clauses if clause.type == "for_in_clause"), None)
        for clause in reversed(clauses):
            if clause.type == "for_in_clause":
                target, over = self.field(clause, "left"), self.over(clause)
                made = tree.Loop(target, over, None, (made,), node.byte_range, kind if clause == first else "")
            else:
                made = tree.Choice(self.exprs(clause), ((made,), ()), node.byte_range)
        return made

    def element(self, body: Node) -> Expr:
        """What is made each time; an entry of a map is a map of one."""
        return tree.Sequence("map", (self.entry(body),), body.byte_range) if body.type == "pair" else self.expr(body)

    def over(self, node: Node) -> Expr:
        """What a `for` goes over; several are a tuple."""
        right = node.children_by_field_name("right")
        return self.bundle([n for n in right if n.is_named], node.byte_range) or tree.Unknown(
            "missing", (), node.byte_range
        )

    # ---- annotations ------------------------------------------------------------------------------------------------

    def generic_type(self, node: Node) -> Expr:
        """`List[int]` in an annotation is what it is elsewhere: an Item."""
        inside = kids(node)
        if len(inside) != 2:
            return self.unknown(node)
        args = kids(inside[1])
        key = self.bundle(args, inside[1].byte_range) or tree.Unknown("missing", (), node.byte_range)
        return tree.Item(self.expr(inside[0]), key, node.byte_range)

    def union_type(self, node: Node) -> Expr:
        """`A | B`."""
        parts = self.exprs(node)
        if len(parts) != 2:
            return tree.Unknown(node.type, parts, node.byte_range)
        return tree.Operation("|", parts[0], parts[1], node.byte_range)

    def member_type(self, node: Node) -> Expr:
        """`module.Type`."""
        inside = kids(node)
        if len(inside) != 2:
            return self.unknown(node)
        return tree.Member(self.expr(inside[0]), self.text(inside[1]), node.byte_range)
