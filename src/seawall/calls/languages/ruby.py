"""Ruby source to the neutral form."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from tree_sitter import Node, Parser, Query, QueryCursor

from seawall.calls.facts import tree
from seawall.calls.languages import ruby_assignments as assignments
from seawall.calls.languages import ruby_calls as calls
from seawall.calls.languages import ruby_definitions as definitions
from seawall.calls.languages import ruby_literals as literals
from seawall.calls.languages import ruby_statements as statements
from seawall.calls.languages import ruby_strings as strings
from seawall.calls.languages import ruby_words as words
from seawall.calls.languages.parsing import root
from seawall.calls.languages.reading import first_error, lines
from seawall.calls.languages.ruby_reading import LANGUAGE, RubyReading, kind

if TYPE_CHECKING:
    from seawall.calls.languages.ruby_reading import Handler, Lowering

HANDLERS: dict[str, Handler] = {
    "identifier": literals.identifier,
    "constant": literals.constant,
    "scope_resolution": literals.scope_resolution,
    "self": literals.self_,
    "instance_variable": literals.variable,
    "class_variable": literals.variable,
    "global_variable": literals.variable,
    "string": strings.string,
    "chained_string": strings.chained,
    "string_array": strings.words,
    "symbol_array": strings.words,
    "simple_symbol": literals.simple_symbol,
    "delimited_symbol": strings.delimited_symbol,
    "hash_key_symbol": literals.hash_key,
    "heredoc_beginning": strings.heredoc,
    "subshell": strings.subshell,
    "regex": strings.regex,
    "character": strings.character,
    "integer": literals.number,
    "float": literals.decimal,
    "true": literals.true,
    "false": literals.false,
    "nil": literals.nil,
    "array": literals.array,
    "hash": literals.hash_,
    "call": calls.call,
    "element_reference": calls.element_reference,
    "lambda": calls.lambda_,
    "super": calls.super_,
    "yield": calls.yield_,
    "method": definitions.method,
    "singleton_method": definitions.singleton_method,
    "class": definitions.class_,
    "module": definitions.module,
    "singleton_class": definitions.singleton_expr,
    "alias": definitions.alias,
    "undef": definitions.undef,
    "if": statements.if_,
    "elsif": statements.if_,
    "unless": statements.unless,
    "if_modifier": statements.if_modifier,
    "unless_modifier": statements.unless_modifier,
    "conditional": statements.conditional,
    "rescue_modifier": statements.rescue_modifier,
    "case": statements.case,
    "case_match": statements.case,
    "match_pattern": statements.match,
    "test_pattern": statements.match,
    "while": statements.loop,
    "until": statements.loop,
    "while_modifier": statements.loop,
    "until_modifier": statements.loop,
    "for": statements.for_,
    "begin": statements.begin,
    "begin_block": statements.begin,
    "end_block": statements.begin,
    "parenthesized_statements": statements.begin,
    "assignment": assignments.assignment,
    "operator_assignment": assignments.operator_assignment,
    "right_assignment_list": assignments.right_list,
    "splat_argument": assignments.splat,
    "binary": statements.binary,
    "unary": statements.unary,
    "range": statements.range_,
    "return": statements.return_,
    "next": statements.next_,
    "break": statements.break_,
    "redo": statements.break_,
    "retry": statements.break_,
}
BY_KIND = {kind(name): handler for name, handler in HANDLERS.items()}
LOWERINGS: dict[int, Lowering] = {
    kind("call"): words.call_statement,
    kind("singleton_class"): definitions.singleton_class,
}
OPENS_HEREDOC = re.compile(rb"<<[~-]?[\"'`A-Za-z_\x80-\xff]")
HEREDOCS = Query(LANGUAGE, "(heredoc_beginning) @opening (heredoc_body) @body")


def parse(data: bytes, path: str, stop: Callable[[], bool] | None = None) -> tree.File:
    """A Ruby file in the neutral form.

    Never raises: what the parser does not understand is in `error`, and what could be read around it is there. What
    is nested deeper than reading.DEEPEST levels stands flat in an Unknown. Of a file that was stopped (see `parsing`)
    nothing is there, and all of it is the error.
    """
    top = root(Parser(LANGUAGE), data, stop)
    if top is None:
        return tree.File(path, "ruby", (), lines(data), (0, len(data)))
    reading = RubyReading(data, BY_KIND, LOWERINGS, heredocs(top) if OPENS_HEREDOC.search(data) else {})
    return tree.File(path, "ruby", reading.body(top), lines(data), first_error(top))


def heredocs(top: Node) -> dict[int, Node]:
    """The bodies of heredocs by the offset of the word that opens each.

    A body belongs to the first word before it that has none yet; words in the interpolations of a body are its own.
    """
    found = QueryCursor(HEREDOCS).captures(top)
    bodies = {node.start_byte for node in found.get("body", ())}
    result: dict[int, Node] = {}
    waiting: list[tuple[int, deque[int]]] = [(top.end_byte, deque())]
    for node in sorted((node for nodes in found.values() for node in nodes), key=lambda node: node.start_byte):
        while len(waiting) > 1 and node.start_byte >= waiting[-1][0]:
            waiting.pop()
        if node.start_byte not in bodies:
            waiting[-1][1].append(node.start_byte)
            continue
        if waiting[-1][1]:
            result[waiting[-1][1].popleft()] = node
        waiting.append((node.end_byte, deque()))
    return result
