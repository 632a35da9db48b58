"""Ruby's attributes: attr_reader, mattr_accessor and the like, and what all words that define have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr, Span

Word: TypeAlias = Callable[[tree.Call], "Body | None"]  # what a call defines; None: nothing that is plain


def literals(args: tuple[tree.Arg, ...]) -> list[tree.Literal] | None:
    """The names that are given, None where one is not plain: `:a`, `"a"`, `*%i(a b)`."""
    result: list[tree.Literal] = []
    for arg in args:
        inside = arg.value.items if isinstance(arg.value, tree.Sequence) and arg.spread == "*" else (arg,)
        for item in inside:
            value = item.value
            if isinstance(value, tree.Literal) and isinstance(value.value, str) and not isinstance(item, tree.Pair):
                result.append(value)
            else:
                return None
    return result


def of_class(body: Body) -> Body:
    """What is defined in `class << self`: methods of the class, and `include` there extends it."""
    return tuple(_of_class(part) for part in body)


def _of_class(part: Expr) -> Expr:
    if isinstance(part, tree.Function):
        return replace(part, on_class=True)
    return replace(part, kind="extend") if isinstance(part, tree.Mixin) else part


def positional(call: tree.Call) -> tuple[tree.Arg, ...]:
    """The arguments without a keyword."""
    return tuple(arg for arg in call.args if not arg.keyword)


def option(call: tree.Call, name: str) -> Expr | None:
    """The argument of a keyword."""
    return next((arg.value for arg in call.args if arg.keyword == name), None)


def _getter(scope: str, name: str, where: Span) -> tree.Function:
    return tree.Function(name, (), (tree.Variable(scope, name, where),), where, where)


def _setter(scope: str, name: str, where: Span) -> tree.Function:
    assign = tree.Assign((tree.Variable(scope, name, where),), tree.Name("value", where), where)
    return tree.Function(f"{name}=", (tree.Param("value"),), (assign,), where, where)


def attributes(reads: bool, writes: bool) -> Word:
    """attr_reader, attr_writer, attr_accessor."""

    def word(call: tree.Call) -> Body | None:
        names = literals(positional(call))
        return accessors("instance", names, reads, writes) if names else None

    return word


def accessors(scope: str, names: list[tree.Literal], reads: bool, writes: bool) -> Body:
    """Methods that give and set a Variable of a scope."""
    result: list[Expr] = []
    for literal in names:
        name = str(literal.value).rstrip("?")
        result += (_getter(scope, name, literal.span),) if reads else ()
        result += (_setter(scope, name, literal.span),) if writes else ()
    return tuple(result)


def class_attributes(reads: bool, writes: bool) -> Word:
    """mattr_accessor and the like: of the class and of its objects, with an Assign of the default."""

    def word(call: tree.Call) -> Body | None:
        names = literals(positional(call))
        if not names:
            return None
        functions = accessors("class", names, reads, writes)
        default = option(call, "default")
        if default is None and call.block:
            default = tree.Choice((), (call.block.body,), call.block.span, "try")
        variables = tuple(tree.Variable("class", str(name.value), name.span) for name in names)
        assign = (tree.Assign(variables, default, call.span),) if default else ()
        return (*functions, *of_class(functions), *assign)

    return word
