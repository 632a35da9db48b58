"""Ruby's names, numbers, symbols, arrays and hashes."""

from __future__ import annotations

from dataclasses import replace

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.languages.reading import span
from seawall.calls.languages.ruby_reading import CONSTANT, KEY, NAME, SCOPE, SKIPPED, VALUE, RubyReading, kind, named
from seawall.calls.languages.ruby_text import integer

STRING, HASH_KEY, PAIR, SIMPLE_SYMBOL = map(kind, ("string", "hash_key_symbol", "pair", "simple_symbol"))
SPLAT, HASH_SPLAT = map(kind, ("splat_argument", "hash_splat_argument"))
MAPPED = frozenset((PAIR, HASH_SPLAT))
SCOPE_OF = named("scope")
IMPLICIT = frozenset(("it", *(f"_{number}" for number in range(1, 10))))
VARIABLES = {"@": "instance", "@@": "class", "$": "global"}


def simple_symbol(reading: RubyReading, node: Node) -> Expr:
    """`:a`."""
    return tree.Literal(reading.text(node)[1:], span(node), symbol=True)


def hash_key(reading: RubyReading, node: Node) -> Expr:
    """The `a` of `a: 1`."""
    return tree.Literal(reading.text(node), span(node), symbol=True)


def number(reading: RubyReading, node: Node) -> Expr:
    """`1_000`, `0xff`, `017`."""
    value = integer(reading.text(node))
    return tree.Unknown("integer", (), span(node)) if value is None else tree.Literal(value, span(node))


def decimal(reading: RubyReading, node: Node) -> Expr:
    """`1.5`, `1e3`."""
    try:
        return tree.Literal(float(reading.text(node)), span(node))
    except ValueError:
        return tree.Unknown("float", (), span(node))


def true(_: RubyReading, node: Node) -> Expr:
    """`true`."""
    return tree.Literal(True, span(node))


def false(_: RubyReading, node: Node) -> Expr:
    """`false`."""
    return tree.Literal(False, span(node))


def nil(_: RubyReading, node: Node) -> Expr:
    """`nil`."""
    return tree.Literal(None, span(node))


def self_(_: RubyReading, node: Node) -> Expr:
    """`self`."""
    return tree.Self(span(node))


def identifier(reading: RubyReading, node: Node) -> Expr:
    """A word: a local, or a method of self."""
    text, scope = reading.text(node), reading.scope
    if text in reading.bound:
        return replace(reading.bound[text], span=span(node))
    if text in IMPLICIT:
        used = scope.implicit[-1]
        if used is not None:
            used.add(text)
    elif text == "__method__" and scope.method:
        return tree.Literal(scope.method[0], span(node), symbol=True)
    elif text == "raise":
        return tree.Return(None, span(node), "raise")
    return tree.Name(text, span(node))


def variable(reading: RubyReading, node: Node) -> Expr:
    """`@a`, `@@a`, `$a`."""
    text = reading.text(node)
    name = text.lstrip("@") if text[0] == "@" else text[1:]
    return tree.Variable(VARIABLES.get(text[: len(text) - len(name)], "global"), name, span(node))


def constant(reading: RubyReading, node: Node) -> Expr:
    """`A`."""
    return tree.Constant((reading.text(node),), span(node))


def scope_resolution(reading: RubyReading, node: Node) -> Expr:
    """`A::B`, `::A`; `x::B` is a Member."""
    path: list[str] = []
    here: Node | None = node
    while here and here.kind_id == SCOPE:
        name = here.child_by_field_id(NAME)
        path.append(reading.text(name) if name else "")
        outer = here.child_by_field_id(SCOPE_OF)
        if outer and outer.kind_id not in (SCOPE, CONSTANT):
            return _member(reading.expr(outer), path[::-1], outer.start_byte, node.end_byte)
        here = outer
    if here:
        path.append(reading.text(here))
    return tree.Constant(tuple(path[::-1]), span(node), absolute=here is None)


def _member(of: Expr, path: list[str], start: int, end: int) -> Expr:
    for name in path:
        of = tree.Member(of, name, (start, end))
    return of


def array(reading: RubyReading, node: Node) -> Expr:
    """`[1, *a, b: 2]`."""
    return tree.Sequence("list", items(reading, node), span(node))


def items(reading: RubyReading, node: Node) -> tuple[tree.Arg, ...]:
    """The items of an array; its pairs are a map."""
    result: list[tree.Arg] = []
    pairs: list[tree.Pair | tree.Arg] = []
    where: list[int] = []
    for child in node.named_children:
        number = child.kind_id
        if number in SKIPPED:
            continue
        if number in MAPPED:
            pairs.append(pair(reading, child) if number == PAIR else spread(reading, child))
            where += span(child)
        else:
            result.append(spread(reading, child) if number == SPLAT else tree.Arg(reading.expr(child)))
    if pairs:
        result.append(tree.Arg(tree.Sequence("map", tuple(pairs), (where[0], where[-1]))))
    return tuple(result)


def spread(reading: RubyReading, node: Node) -> tree.Arg:
    """`*a`, `**a`, `&a`; one without a name is named by its sign, as the parameter is."""
    sign = reading.text(node.children[0]) if node.children else "*"
    inner = next((child for child in node.named_children if child.kind_id not in SKIPPED), None)
    return tree.Arg(reading.expr(inner) if inner else tree.Name(sign, span(node)), spread=sign)


def hash_(reading: RubyReading, node: Node) -> Expr:
    """`{a: 1, "b" => 2, **c, d:}`."""
    children = [child for child in node.named_children if child.kind_id not in SKIPPED]
    entries = [pair(reading, child) if child.kind_id == PAIR else _rest(reading, child) for child in children]
    return tree.Sequence("map", tuple(entries), span(node))


def _rest(reading: RubyReading, node: Node) -> tree.Arg:
    return spread(reading, node) if node.kind_id == HASH_SPLAT else tree.Arg(reading.expr(node))


def pair(reading: RubyReading, node: Node) -> tree.Pair:
    """An entry; `a:` alone is `a: a`; the key of `"a": 1` is a symbol."""
    key_node, value_node = node.child_by_field_id(KEY), node.child_by_field_id(VALUE)
    key = reading.expr(key_node) if key_node else tree.Unknown("missing", (), span(node))
    end = key.span[1]
    if (
        isinstance(key, tree.Literal)
        and key_node
        and key_node.kind_id == STRING
        and reading.data[end : end + 1] == b":"
    ):
        key = replace(key, symbol=True)
    if value_node:
        return tree.Pair(key, reading.expr(value_node))
    word = key.value if isinstance(key, tree.Literal) else None
    return tree.Pair(key, tree.Name(word if isinstance(word, str) else "", key.span))
