"""Ruby's literals of text: strings, symbols in quotes, lists of words, heredocs, regexes, shell commands."""

from __future__ import annotations

import re

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr, Span
from seawall.calls.languages.reading import span
from seawall.calls.languages.ruby_reading import SKIPPED, RubyReading, kind
from seawall.calls.languages.ruby_text import content, decoded, dedented, hidden

INTERPOLATION, STRING_CONTENT, HEREDOC_END = map(kind, ("interpolation", "string_content", "heredoc_end"))
WORD = re.compile(rb"(?P<word>(?:\\u\{[^}]*\}|\\.|[^\s\\])+)|\s+", re.DOTALL)
RAW_WORD = re.compile(rb"(?P<word>(?:\\.|[^\s\\])+)|\s+", re.DOTALL)


def string(reading: RubyReading, node: Node) -> Expr:
    """`"a#{b}"`, `'a'`, `%q(a)`."""
    children = node.named_children
    if len(children) == 1 and children[0].kind_id == STRING_CONTENT:
        raw = reading.data[children[0].start_byte : children[0].end_byte]
        if b"\\" not in raw and b"\r" not in raw:
            return tree.Literal(decoded(raw), span(node))
    return quoted(reading, node)


def quoted(reading: RubyReading, node: Node, symbol: bool = False) -> Expr:
    """A literal between an opening and a closing token."""
    opening = node.children[0]
    hides = hidden(reading.data[opening.start_byte : opening.end_byte])
    return joined(reading, node, _inside(node), hides, symbol)


def _inside(node: Node) -> Span:
    opening, closing = node.children[0], node.children[-1]  # in broken source there is perhaps no closing token
    return opening.end_byte, node.end_byte if closing.is_named or closing == opening else closing.start_byte


def joined(reading: RubyReading, node: Node, inside: Span, hides: bytes | None, symbol: bool = False) -> Expr:
    """A Literal, or a Joined where something is interpolated. inside: where the text is."""
    parts: list[Expr] = []
    at, end = inside

    def text(stop: int) -> None:
        if stop > at:
            value = decoded(content(reading.data[at:stop], hides))
            parts.append(tree.Literal(value, (at, stop)))

    for child in node.named_children:
        if child.kind_id == INTERPOLATION:
            text(child.start_byte)
            parts.append(interpolation(reading, child))
            at = child.end_byte
    text(end)
    return whole(parts, span(node), symbol)


def whole(parts: list[Expr], where: Span, symbol: bool = False) -> Expr:
    """The parts of a string as one expression."""
    if not parts:
        return tree.Literal("", where, symbol)
    texts = [part.value for part in parts if isinstance(part, tree.Literal)]
    plain = [text for text in texts if isinstance(text, str)]
    if len(plain) == len(parts):
        return tree.Literal("".join(plain), where, symbol)
    if len(parts) == 1 and isinstance(texts[0] if texts else None, bytes):
        return tree.Literal(texts[0], where, symbol)
    return tree.Joined(tuple(parts), where)


def interpolation(reading: RubyReading, node: Node) -> Expr:
    """What stands in `#{}`."""
    return reading.sequence(reading.body(node), span(node))


def chained(reading: RubyReading, node: Node) -> Expr:
    """`"a" "b"`."""
    parts: list[Expr] = []
    for part in (reading.expr(child) for child in node.named_children if child.kind_id not in SKIPPED):
        parts += part.parts if isinstance(part, tree.Joined) else (part,)
    return whole(parts, span(node))


def words(reading: RubyReading, node: Node) -> Expr:
    """`%w(a b)`, `%I(a#{b})`. They are parted here: beside an escape the parser takes two words for one."""
    start, end = _inside(node)
    token = reading.data[node.start_byte : start].strip()
    hides, symbol = hidden(token), token[1:2] in b"iI"
    holes = [part for word in node.named_children for part in word.named_children if part.kind_id == INTERPOLATION]
    items: list[tree.Arg] = []
    parts: list[Expr] = []
    for hole in (*holes, None):
        for found in (WORD if hides is None else RAW_WORD).finditer(
            reading.data, start, hole.start_byte if hole else end
        ):
            if found["word"]:
                parts.append(tree.Literal(decoded(content(found["word"], hides)), found.span()))
            elif parts:
                items.append(_word(parts, symbol))
                parts = []
        if hole:
            parts.append(interpolation(reading, hole))
            start = hole.end_byte
    if parts:
        items.append(_word(parts, symbol))
    return tree.Sequence("list", tuple(items), span(node))


def _word(parts: list[Expr], symbol: bool) -> tree.Arg:
    return tree.Arg(whole(parts, (parts[0].span[0], parts[-1].span[1]), symbol))


def delimited_symbol(reading: RubyReading, node: Node) -> Expr:
    """`:"a#{b}"`."""
    return quoted(reading, node, symbol=True)


def subshell(reading: RubyReading, node: Node) -> Expr:
    """`` `ls` `` is a call of the method of that name."""
    opening = node.children[0]
    return _shell(quoted(reading, node), span(node), span(opening))


def _shell(text: Expr, where: Span, name: Span) -> Expr:
    return tree.Call(None, "`", (tree.Arg(text),), where, name)


def regex(reading: RubyReading, node: Node) -> Expr:
    """`/a#{b}/`: its text is not unescaped."""
    value = joined(reading, node, _inside(node), b"")
    return tree.Unknown("regex", value.parts if isinstance(value, tree.Joined) else (value,), span(node))


def heredoc(reading: RubyReading, node: Node) -> Expr:
    """`<<~A`: the value is its text; the span is that of the text, which stands further down."""
    token = reading.data[node.start_byte : node.end_byte]
    body = reading.heredocs.get(node.start_byte)
    if body is None:
        return tree.Unknown("heredoc", (), span(node))
    holes = [child for child in body.named_children if child.kind_id == INTERPOLATION]
    ending = next((child for child in body.named_children if child.kind_id == HEREDOC_END), None)
    data = reading.data
    # The body begins with the line end of the line that opens it, and holds the indentation of its last word.
    start = data.find(b"\n", body.start_byte, body.end_byte) + 1 or body.start_byte
    end = ending.start_byte if ending else body.end_byte
    floor = holes[-1].end_byte if holes else start
    if ending:
        end = max(floor, data.rfind(b"\n", floor, end) + 1)
    edges = [start, *(edge for hole in holes for edge in span(hole)), end]
    spans = [(edges[number], max(edges[number], edges[number + 1])) for number in range(0, len(edges), 2)]
    raw = [data[first:last].replace(b"\r\n", b"\n") for first, last in spans]
    if b"~" in token[:3]:
        raw = dedented(raw)
    hides = b"" if b"'" in token else None
    parts: list[Expr] = []
    for number, piece in enumerate(raw):
        if piece:
            parts.append(tree.Literal(decoded(content(piece, hides)), spans[number]))
        if number < len(holes):
            parts.append(interpolation(reading, holes[number]))
    text = whole(parts, (start, end))
    return _shell(text, span(node), span(node)) if b"`" in token else text


def character(reading: RubyReading, node: Node) -> Expr:
    """`?a`."""
    raw = reading.data[node.start_byte + 1 : node.end_byte]
    return tree.Literal(decoded(content(raw, None)), span(node))
