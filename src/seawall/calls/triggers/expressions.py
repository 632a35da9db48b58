"""Small questions to expressions of a tree: what is in them, how they are called, which arguments they have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.facts.walk import parts

DEEPEST = 8  # names that stand for names, imports of imports
Owner: TypeAlias = tree.Function | tree.Class


@dataclass(frozen=True, slots=True)
class At:
    """An expression, and the functions and classes around it, outermost first."""

    node: Expr
    owners: tuple[Owner, ...] = ()

    @property
    def name(self) -> str:
        """The dotted name of a function or class in its file."""
        own = [*self.owners, self.node]
        return ".".join(owner.name if isinstance(owner, tree.Function) else owner.path[-1]
                        for owner in own if isinstance(owner, tree.Function | tree.Class))  # fmt: skip

    @property
    def in_function(self) -> bool:
        """Whether it stands in a function."""
        return any(isinstance(owner, tree.Function) for owner in self.owners)


def walk(body: Body, owners: tuple[Owner, ...] = ()) -> Iterator[At]:
    """All expressions in a body, each before its parts, in the order in which they are written."""
    stack = [At(expr, owners) for expr in reversed(body)]
    while stack:
        at = stack.pop()
        yield at
        node = at.node
        inside = (*at.owners, node) if isinstance(node, tree.Function | tree.Class) else at.owners
        stack += [At(part, inside) for part in reversed(list(parts(node)))]


def tree_parts(expr: Expr) -> Body:
    """The parts of an Unknown."""
    return expr.parts if isinstance(expr, tree.Unknown) else ()


def last(expr: Expr | None) -> str:
    """The last word of a name or of what is called: `crontab` of `schedules.crontab(hour=1)`."""
    match expr:
        case tree.Name():
            return expr.text
        case tree.Member():
            return expr.name
        case tree.Call():
            return expr.name or last(expr.receiver)
        case _:
            return ""


def argument(call: tree.Call, place: int, *keywords: str) -> Expr | None:
    """An argument by its keyword or its place, -1 for none."""
    for arg in call.args:
        if arg.keyword and arg.keyword in keywords:
            return arg.value
    plain = [arg.value for arg in call.args if not arg.keyword]
    spread = any(arg.spread for arg in call.args if not arg.keyword)
    return plain[place] if not spread and 0 <= place < len(plain) else None


def items(expr: Expr | None) -> dict[str, tree.Expr]:
    """The values of a literal map, or of the keywords of `dict(...)`, by keys that are literal strings."""
    if isinstance(expr, tree.Call) and expr.name == "dict":
        return {arg.keyword: arg.value for arg in expr.args if arg.keyword}
    if not isinstance(expr, tree.Sequence) or expr.kind != "map":
        return {}
    pairs = [item for item in expr.items if isinstance(item, tree.Pair)]
    return {pair.key.value: pair.value for pair in pairs
            if isinstance(pair.key, tree.Literal) and isinstance(pair.key.value, str)}  # fmt: skip


def listed(expr: Expr | None) -> list[Expr]:
    """The items of a literal list, tuple or set."""
    if not isinstance(expr, tree.Sequence) or expr.kind == "map":
        return []
    return [item.value for item in expr.items if isinstance(item, tree.Arg) and not item.spread]
