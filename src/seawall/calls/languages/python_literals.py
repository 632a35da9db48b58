"""Python's literals and what is written like them: strings, numbers, collections, arguments."""

from __future__ import annotations

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Arg, Expr
from seawall.calls.languages.python_text import content, opening
from seawall.calls.languages.reading import Nodes, Reading, kids

# A conversion or a format specification that leaves a string, and a whole number, as it is.
PLAIN_FORMATS = frozenset(("", "!s", ":", ":s", ":d", "!s:", "!s:s"))
QUOTES = (b"'", b'"')
SPREADS = {
    "list_splat": "*",
    "list_splat_pattern": "*",
    "parenthesized_list_splat": "*",
    "dictionary_splat": "**",
    "dictionary_splat_pattern": "**",
    "splat_type": "*",
}


class Literals(Reading):
    """What a literal becomes, and what several expressions side by side do."""

    def args(self, node: Node) -> tuple[Arg, ...]:
        """The arguments between parentheses, or the items of a collection."""
        return tuple([self.arg(child) for child in kids(node)])

    def arg(self, node: Node) -> Arg:
        """One argument, with its keyword or its stars."""
        if node.type == "keyword_argument" and (name := node.child_by_field_name("name")):
            return Arg(self.field(node, "value"), keyword=self.text(name))
        return Arg(self.expr(node), spread=self.stars(node))

    def stars(self, node: Node) -> str:
        """The stars before an expression: the grammar sees `*a.b()` as `(*a).b()` in places."""
        start = node.start_byte
        if not self.data.startswith(b"*", start):
            return ""
        return "**" if self.data.startswith(b"**", start) else "*"

    def bundle(self, nodes: Nodes, place: tree.Span) -> Expr | None:
        """One expression as it is, several as a tuple, None of none."""
        if len(nodes) == 1 and not self.stars(nodes[0]):
            return self.expr(nodes[0])
        return tree.Sequence("tuple", tuple([self.arg(node) for node in nodes]), place) if nodes else None

    def slice(self, node: Node) -> Expr:
        """First, end and step, each a Literal of None where it is not given."""
        parts: list[Expr] = []
        colons = 0
        for child in node.children:
            if child.type == ":":
                colons += 1
                parts += [tree.Literal(None, (child.start_byte, child.start_byte))] * (colons - len(parts))
            elif child.is_named and child.type != "comment":
                parts.append(self.expr(child))
        parts += [tree.Literal(None, (node.end_byte, node.end_byte))] * (3 - len(parts))
        return tree.Unknown("slice", tuple(parts), node.byte_range)

    def string(self, node: Node) -> Expr:
        """A literal with its escapes read, or a Joined where it has holes; adjacent literals are one."""
        if node.type == "string" and (plain := self.plain(node)):
            return plain
        parts: list[Expr] = []
        octets = b""
        is_bytes = False
        for one in kids(node) if node.type == "concatenated_string" else (node,):
            raw = self.data[one.start_byte : one.end_byte]
            prefix, quote = opening(raw)
            if "f" in prefix or "t" in prefix:
                self.pieces(one, prefix, quote, parts)
            elif "b" in prefix:
                is_bytes = True
                octets += content(raw[len(prefix) + quote : -quote].decode("latin-1"), prefix).encode("latin-1")
            else:
                self.literal(content(raw[len(prefix) + quote : -quote].decode("utf-8", "replace"), prefix), one, parts)
        if is_bytes or not parts:
            return tree.Literal(octets if is_bytes else "", node.byte_range)
        if len(parts) == 1 and isinstance(parts[0], tree.Literal):
            return tree.Literal(parts[0].value, node.byte_range)
        return tree.Joined(tuple(parts), node.byte_range)

    def plain(self, node: Node) -> Expr | None:
        """Nine literals in ten are `"word"` or `'word'`; any other is None here. Half the time of a general one."""
        place = node.byte_range
        raw = self.data[place[0] : place[1]]
        quote = raw[:1]
        if quote not in QUOTES or b"\\" in raw or b"\n" in raw or raw.count(quote) != 2 or not raw.endswith(quote):
            return None
        return tree.Literal(raw[1:-1].decode("utf-8", "replace"), place)

    def pieces(self, node: Node, prefix: str, quote: int, parts: list[Expr]) -> None:
        """Adds the pieces of an f-string. The grammar takes a raw one's last backslashes for a part of its end."""
        for piece in node.children:
            if piece.type == "interpolation":
                self.hole(piece, parts)
            elif piece.type == "string_content":
                self.literal(content(self.text(piece), prefix), piece, parts)
            elif piece.type == "string_end" and (left := self.text(piece)[:-quote]):
                self.literal(content(left, prefix), piece, parts)

    def literal(self, text: str, node: Node, parts: list[Expr]) -> None:
        """Adds a piece of text, to the last one if that is text."""
        last = parts[-1] if parts else None
        if isinstance(last, tree.Literal) and isinstance(last.value, str):
            parts[-1] = tree.Literal(last.value + text, (last.span[0], node.end_byte))
        elif text:
            parts.append(tree.Literal(text, node.byte_range))

    def hole(self, node: Node, parts: list[Expr]) -> None:
        """Adds the expression of a hole; one whose text is changed by a format is Unknown. `{x=}` says `x=` too."""
        value = node.child_by_field_name("expression")
        form = [child for child in node.children if child.type in ("type_conversion", "format_specifier")]
        if value is None:
            parts.append(self.unknown(node))
            return
        equals = next((child for child in node.children if child.type == "="), None)
        if equals:
            said = self.data[node.start_byte + 1 : equals.end_byte].decode("utf-8", "replace")
            self.literal(said, node, parts)
        hole = self.expr(value)
        if (equals and not form) or "".join(self.text(child) for child in form) not in PLAIN_FORMATS:
            inside = [self.expr(each) for child in form for each in formats(child)]
            hole = tree.Unknown("format", (hole, *inside), node.byte_range)
        parts.append(hole)

    def integer(self, node: Node) -> Expr:
        """A whole number in any base, with the forms of Python 2; a complex one is Unknown."""
        text = self.text(node).replace("_", "").rstrip("lL")
        try:
            value = int(text, 8 if text.isdigit() and text.startswith("0") else 0)
        except ValueError:
            return self.unknown(node)
        return tree.Literal(value, node.byte_range)

    def float(self, node: Node) -> Expr:
        """A number with a point or an exponent; a complex one is Unknown."""
        try:
            return tree.Literal(float(self.text(node)), node.byte_range)
        except ValueError:
            return self.unknown(node)

    def sequence(self, node: Node) -> Expr:
        """A list, tuple, set or map, or what is assigned to in the form of one."""
        kind = node.type.removesuffix("_pattern")
        if kind == "dictionary":
            return tree.Sequence("map", tuple([self.entry(child) for child in kids(node)]), node.byte_range)
        return tree.Sequence(kind if kind in ("list", "set") else "tuple", self.args(node), node.byte_range)

    def entry(self, node: Node) -> tree.Pair | Arg:
        """An entry of a map, or a map that is spread in it."""
        if node.type == "pair":
            return tree.Pair(self.field(node, "key"), self.field(node, "value"))
        return self.arg(node)


def formats(node: Node) -> Nodes:
    """The expressions in a format specification, which may have holes of its own."""
    holes = [child for child in kids(node) if child.type in ("format_expression", "interpolation")]
    return [value for hole in holes if (value := hole.child_by_field_name("expression"))]
