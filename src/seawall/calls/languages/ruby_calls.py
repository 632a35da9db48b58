"""Ruby's calls: receivers, arguments, blocks, lambdas, super, parameters."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr, Span
from seawall.calls.languages.reading import span
from seawall.calls.languages.ruby_literals import HASH_SPLAT, PAIR, SPLAT, pair, spread
from seawall.calls.languages.ruby_reading import (
    ARGUMENTS,
    BLOCK,
    BODY,
    IDENTIFIER,
    METHOD,
    NAME,
    OBJECT,
    OPERATOR,
    PARAMETERS,
    RECEIVER,
    SKIPPED,
    VALUE,
    RubyReading,
    Scope,
    kind,
    named,
)

BLOCK_ARGUMENT, FORWARD_ARGUMENT = map(kind, ("block_argument", "forward_argument"))
OPTIONAL, KEYWORD, DESTRUCTURED, FORWARD = map(
    kind, ("optional_parameter", "keyword_parameter", "destructured_parameter", "forward_parameter")
)
SPREADS = {kind("splat_parameter"): "*", kind("hash_splat_parameter"): "**", kind("block_parameter"): "&"}
LOCALS = named("locals")
REST = "..."  # the name of the parameter that forwards all


def call(reading: RubyReading, node: Node) -> Expr:
    """`receiver.name(args) { block }`; `lambda { }` and `proc { }` are Blocks."""
    receiver_node, name_node = node.child_by_field_id(RECEIVER), node.child_by_field_id(METHOD)
    receiver = reading.expr(receiver_node) if receiver_node else None
    args_node, block_node = node.child_by_field_id(ARGUMENTS), node.child_by_field_id(BLOCK)
    args = arguments(reading, args_node.named_children) if args_node else ()
    where, name = span(node), reading.text(name_node) if name_node else ""
    safe = False
    if receiver:
        operator = node.child_by_field_id(OPERATOR)
        safe = operator is not None and operator.end_byte - operator.start_byte == 2 and operator.type == "&."
    made = _block_of(reading, block_node, receiver, name) if block_node else None
    if made and not args and name in MAKERS and _is_maker(receiver, name):
        return made
    value = tree.Call(receiver, name, args, where, span(name_node) if name_node else where, made, safe)
    return tree.Return(value, where, "raise") if name == "raise" and receiver is None else value


CLASS_BODIES = frozenset(("class_eval", "class_exec", "module_eval", "module_exec"))
CLASS_MAKERS = frozenset((("Class",), ("Module",), ("Struct",), ("Data",)))


def _block_of(reading: RubyReading, node: Node, receiver: Expr | None, name: str) -> tree.Block:
    """The block of a call. Of `class_eval` and `Class.new` it is the body of a class, be it in a method."""
    makes = name in ("new", "define") and isinstance(receiver, tree.Constant) and receiver.path in CLASS_MAKERS
    if not makes and name not in CLASS_BODIES:
        return block(reading, node, None)
    outer = reading.scope
    reading.scope = Scope(outer.owner)
    made = block(reading, node, None)
    reading.scope = outer
    return made


MAKERS = frozenset(("lambda", "proc", "new"))


def _is_maker(receiver: Expr | None, name: str) -> bool:
    """`lambda {}`, `proc {}`, `Proc.new {}`."""
    return isinstance(receiver, tree.Constant) and receiver.path == ("Proc",) if name == "new" else receiver is None


def arguments(reading: RubyReading, nodes: Iterable[Node]) -> tuple[tree.Arg, ...]:
    """The arguments of a call; pairs whose keys are no symbols are one map."""
    result: list[tree.Arg] = []
    pairs: list[tree.Pair] = []
    where: list[int] = []
    for child in nodes:
        number = child.kind_id
        if number in SKIPPED:
            continue
        if number == PAIR:
            entry = pair(reading, child)
            if isinstance(entry.key, tree.Literal) and entry.key.symbol and isinstance(entry.key.value, str):
                result.append(tree.Arg(entry.value, keyword=entry.key.value))
            else:
                pairs.append(entry)
                where += span(child)
        elif number in SPREADING:
            result.append(spread(reading, child))
        elif number == FORWARD_ARGUMENT:
            result.append(tree.Arg(tree.Name(REST, span(child)), spread="*"))
        else:
            result.append(tree.Arg(reading.expr(child)))
    if pairs:
        entries = tree.Arg(tree.Sequence("map", tuple(pairs), (where[0], where[-1])))
        first = next((n for n, arg in enumerate(result) if arg.keyword or arg.spread in {"**", "&"}), len(result))
        result.insert(first, entries)
    return tuple(result)


SPREADING = frozenset((SPLAT, HASH_SPLAT, BLOCK_ARGUMENT))


def element_reference(reading: RubyReading, node: Node) -> Expr:
    """`of[key]`; of several keys the key is a tuple."""
    of_node = node.child_by_field_id(OBJECT)
    block_node = node.child_by_field_id(BLOCK)
    inner = [c for c in node.named_children if c != of_node and c != block_node]
    of = reading.expr(of_node) if of_node else tree.Self(span(node))
    args, where = arguments(reading, inner), span(node)
    if block_node:
        return tree.Call(of, "[]", args, where, (of.span[1], of.span[1] + 1), block(reading, block_node, None))
    if len(args) == 1 and not args[0].keyword and not args[0].spread:
        return tree.Item(of, args[0].value, where)
    return tree.Item(of, tree.Sequence("tuple", args, where), where)


def block(reading: RubyReading, node: Node, params_node: Node | None) -> tree.Block:
    """`{ |a| }` or `do |a| end`. params_node: of a lambda, whose parameters stand before its block."""
    params_node = params_node or node.child_by_field_id(PARAMETERS)
    params = parameters(reading, params_node)
    used: set[str] | None = set() if params_node is None else None
    reading.scope.implicit.append(used)
    shadowed = {name: reading.bound.pop(name) for name in names(params) if name in reading.bound}
    body = reading.body(node.child_by_field_id(BODY))
    reading.bound.update(shadowed)
    reading.scope.implicit.pop()
    if used:
        count = max((int(name[1:]) for name in used if name != "it"), default=0)
        words = [f"_{number}" for number in range(1, count + 1)] if count else ["it"]
        params = tuple(tree.Param(word) for word in words)
    return tree.Block(params, body, span(node))


def names(params: Iterable[tree.Param]) -> Iterable[str]:
    """All names that the parameters bind."""
    return chain.from_iterable((param.name, *names(param.parts)) for param in params)


def lambda_(reading: RubyReading, node: Node) -> Expr:
    """`->(a) { }`."""
    body = node.child_by_field_id(BODY)
    params = node.child_by_field_id(PARAMETERS)
    if body is None:
        return tree.Block(parameters(reading, params), (), span(node))
    made = block(reading, body, params)
    return tree.Block(made.params, made.body, span(node))


def parameters(reading: RubyReading, node: Node | None) -> tuple[tree.Param, ...]:
    """The parameters of a method, block or lambda, without a block's own locals."""
    if node is None:
        return ()
    locals_ = {child.start_byte for child in node.children_by_field_id(LOCALS)}
    children = [child for child in node.named_children if child.kind_id not in SKIPPED]
    return tuple(parameter(reading, child) for child in children if child.start_byte not in locals_)


def parameter(reading: RubyReading, node: Node) -> tree.Param:
    """A parameter; one without a name is named by its sign, `...` too."""
    number = node.kind_id
    if number == IDENTIFIER:
        return tree.Param(reading.text(node))
    name_node, value_node = node.child_by_field_id(NAME), node.child_by_field_id(VALUE)
    name = reading.text(name_node) if name_node else ""
    if number in SPREADS:
        return tree.Param(name or SPREADS[number], spread=SPREADS[number])
    if number in (OPTIONAL, KEYWORD):
        default = reading.expr(value_node) if value_node else None
        return tree.Param(name, default, keyword=number == KEYWORD)
    if number == FORWARD:
        return tree.Param(REST, spread="*")
    if number == DESTRUCTURED and reading.depth < DEEPEST_PATTERN:
        reading.depth += 1
        param = tree.Param("", parts=parameters(reading, node))
        reading.depth -= 1
        return param
    return tree.Param("")


DEEPEST_PATTERN = 100  # `((((a))))`; below the bound of expressions, whose parts stand in no Param


def super_(reading: RubyReading, node: Node) -> Expr:
    """`super` alone passes on what the method was given."""
    where = span(node)
    params = reading.scope.method[1] if reading.scope.method else ()
    args = tuple(_passed(param, where) for param in params if param.name)
    return tree.Call(None, "super", args, where, where)


def _passed(param: tree.Param, where: Span) -> tree.Arg:
    return tree.Arg(tree.Name(param.name, where), param.name if param.keyword else "", param.spread)


def yield_(reading: RubyReading, node: Node) -> Expr:
    """`yield a, b`: several values are a tuple."""
    return tree.Return(values(reading, node, "tuple"), span(node), "yield")


def values(reading: RubyReading, node: Node, several: str) -> Expr | None:
    """What a jump takes with it."""
    lists = [child for child in node.named_children if child.kind_id not in SKIPPED]
    args = arguments(reading, lists[0].named_children) if lists else ()
    if not args:
        return None
    if len(args) == 1 and not args[0].keyword and not args[0].spread:
        return args[0].value
    return tree.Sequence(several, args, span(lists[0]))
