"""What an expression is made of, for those who walk trees: its parts in the order in which they are written."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr


def parts(expr: Expr) -> Iterator[Expr]:
    """The expressions directly in this one. A Function's and a Class's body are parts too."""
    match expr:
        case tree.Joined() | tree.Unknown():
            yield from expr.parts
        case tree.Member():
            yield expr.of
        case tree.Item():
            yield expr.of
            yield expr.key
        case tree.Call():
            yield from _some(expr.receiver)
            yield from (arg.value for arg in expr.args)
            yield from _some(expr.block)
        case tree.Operation():
            yield expr.left
            yield expr.right
        case tree.Sequence():
            for item in expr.items:
                if isinstance(item, tree.Pair):
                    yield item.key
                yield item.value
        case tree.Choice():
            yield from expr.tests
            yield from (label for labels in expr.labels for label in labels)
            yield from (part for option in expr.options for part in option)
        case tree.Assign():
            yield from _some(expr.value)
            yield from expr.targets
        case tree.Return():
            yield from _some(expr.value)
        case tree.Loop():
            yield from (part for part in (expr.over, expr.target, expr.test) if part is not None)
            yield from expr.body
        case tree.With():
            for value, target in expr.items:
                yield value
                yield from _some(target)
            yield from expr.body
        case tree.Block() | tree.Function():
            yield from (param.default for param in expr.params if param.default is not None)
            yield from expr.decorators if isinstance(expr, tree.Function) else ()
            yield from expr.body
        case tree.Class():
            yield from expr.bases
            yield from expr.body
        case tree.Mixin():
            yield from expr.names
        case _:
            return


def _some(expr: Expr | None) -> tuple[Expr, ...]:
    return () if expr is None else (expr,)


def block_of(call: tree.Call) -> tree.Block | None:
    """The block that a call is given, written after it or among its arguments."""
    if call.block is not None:
        return call.block
    return next((arg.value for arg in call.args if isinstance(arg.value, tree.Block)), None)


def is_rest(arg: tree.Arg) -> bool:
    """Whether it is `...`: all that the function was given, its block too."""
    return arg.spread == "*" and isinstance(arg.value, tree.Name) and arg.value.text == "..."
