"""Ruby's classes that are made by a call: Struct.new, Data.define, Class.new, Module.new."""

from __future__ import annotations

from dataclasses import replace

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr, Span
from seawall.calls.languages.ruby_attributes import accessors, literals, option, positional


def made_class(path: tuple[str, ...], call: tree.Call, where: Span) -> tree.Class | None:
    """The class that a call makes for a constant: `Struct.new(:a) do`, `Class.new(B)`, `Module.new do`."""
    match call.receiver, call.name:
        case tree.Constant(path=("Class" | "Module" as kind,)), "new":
            bases = tuple(arg.value for arg in call.args if not arg.spread)
            return tree.Class(path, bases, call.block.body if call.block else (), where, kind.lower())
        case tree.Constant(path=("Struct",)), "new":
            return tree.Class(path, (bare(call),), members(call), where)
        case tree.Constant(path=("Data",)), "define":
            return tree.Class(path, (bare(call),), members(call), where)
        case _:
            return None


def bare(call: Expr) -> Expr:
    """The call without its block, whose body stands in the class."""
    return replace(call, block=None) if isinstance(call, tree.Call) else call


def members(call: Expr) -> Body:
    """Of `Struct.new(:a) { }` and `Data.define(:a) { }`: an initialize, accessors; of any call what is in its block."""
    if not isinstance(call, tree.Call):
        return ()
    block = call.block.body if call.block else ()
    names = literals(positional(call))
    if not isinstance(call.receiver, tree.Constant) or call.receiver.path not in {("Struct",), ("Data",)} or not names:
        return block
    assigns = tuple(
        tree.Assign(
            (tree.Variable("instance", str(name.value), name.span),), tree.Name(str(name.value), name.span), name.span
        )
        for name in names
    )
    nothing = tree.Literal(None, call.span)
    by_name = isinstance(named := option(call, "keyword_init"), tree.Literal) and named.value is True
    params = tuple(tree.Param(str(name.value), nothing, keyword=by_name) for name in names)
    made = tree.Function("initialize", params, assigns, call.span, call.name_span)
    return (made, *accessors("instance", names, True, True), *block)
