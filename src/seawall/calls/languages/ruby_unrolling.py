"""Ruby's loops over names that define methods: `%i(a b).each { |name| define_method(name) { } }`."""

from __future__ import annotations

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.languages.ruby_reading import BLOCK, BODY, RubyReading


def unrolled(reading: RubyReading, node: Node, loop: tree.Call, words: frozenset[str]) -> Body:
    """The loop, or what it defines for each name where its body has nothing but calls of such words."""
    rows, block = _rows(reading, loop.receiver), loop.block
    block_node = node.child_by_field_id(BLOCK)
    body_node = block_node.child_by_field_id(BODY) if block_node else None
    if not rows or block is None or body_node is None or reading.bound or not _only_defines(block.body, words):
        return (loop,)
    names = [param.name for param in block.params]
    size = len(rows) * (body_node.end_byte - body_node.start_byte)
    if any(len(row) != len(names) for row in rows) or size > reading.unrolling:
        return (loop,)
    reading.unrolling -= size
    result: list[Expr] = []
    for row in rows:
        reading.bound = dict(zip(names, row, strict=True))
        result += reading.body(body_node)
    reading.bound = {}
    return tuple(result)


def _only_defines(body: Body, words: frozenset[str]) -> bool:
    return bool(body) and all(
        isinstance(part, tree.Call) and part.receiver is None and part.name in words for part in body
    )


def _rows(reading: RubyReading, over: Expr | None) -> list[tuple[tree.Literal, ...]]:
    """What a loop runs over: literals, or pairs of them; empty where they are not known."""
    if isinstance(over, tree.Constant):
        return [(literal,) for literal in reading.lists.get(over.path[-1], ())]
    if not isinstance(over, tree.Sequence):
        return []
    rows: list[tuple[tree.Literal, ...]] = []
    for item in over.items:
        values = (item.key, item.value) if isinstance(item, tree.Pair) else (item.value,)
        row = tuple(value for value in values if isinstance(value, tree.Literal))
        if len(row) != len(values):
            return []
        rows.append(row)
    return rows
