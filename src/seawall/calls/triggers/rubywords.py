"""What readers of Ruby's triggers ask of a tree: texts, names, keywords, classes with what is around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.facts.walk import parts
from seawall.calls.triggers.source import Source

NOTHING: Mapping[str, str] = {}


def in_ruby(sources: Sequence[Source]) -> Iterator[Source]:
    """Those in Ruby."""
    return (source for source in sources if source.file.language == "ruby")


def text(expr: Expr | None, known: Mapping[str, str] = NOTHING) -> str | None:
    """The text of a string or symbol, None where it is not plain. known: locals that stand for texts."""
    match expr:
        case tree.Literal(value=str() as value):
            return value
        case tree.Name(text=name):
            return known.get(name)
        case tree.Joined():
            found = [text(part, known) for part in expr.parts]
            return None if None in found else "".join(part or "" for part in found)
        case tree.Call(receiver=of, name="to_s" | "freeze" | "to_sym", args=()) if of is not None:
            return text(of, known)
        case _:
            return None


def texts(expr: Expr | None, known: Mapping[str, str] = NOTHING) -> list[str]:
    """The texts of one, or of a list; what is not plain is left out."""
    if isinstance(expr, tree.Sequence) and expr.kind != "map":
        found = [text(item.value, known) for item in expr.items if isinstance(item, tree.Arg)]
    else:
        found = [text(expr, known)]
    return [each for each in found if each is not None]


def name_of(expr: Expr | None) -> str:
    """The path of a constant, "" of anything else."""
    return "::".join(expr.path) if isinstance(expr, tree.Constant) else ""


def keywords(call: tree.Call) -> dict[str, Expr]:
    """The arguments with a keyword; those of a literal hash too."""
    found = {arg.keyword: arg.value for arg in call.args if arg.keyword}
    for arg in call.args:
        if isinstance(arg.value, tree.Sequence) and arg.value.kind == "map" and not arg.keyword:
            found.update(entries(arg.value))
    return found


def entries(of: Expr | None) -> dict[str, Expr]:
    """The entries of a literal hash whose keys are plain."""
    found: dict[str, Expr] = {}
    if isinstance(of, tree.Sequence) and of.kind == "map":
        for item in of.items:
            if isinstance(item, tree.Pair) and (key := text(item.key)) is not None:
                found[key] = item.value
    return found


def plain(call: tree.Call) -> list[Expr]:
    """The arguments that stand alone."""
    return [arg.value for arg in call.args if not (arg.keyword or arg.spread)]


def every(body: Body, *, functions: bool = True) -> Iterator[Expr]:
    """All expressions in a body, outer ones first, in the order in which they are written."""
    stack = list(reversed(body))
    while stack:
        expr = stack.pop()
        yield expr
        if functions or not isinstance(expr, tree.Function):
            stack += reversed(list(parts(expr)))


def calls(body: Body, *names: str) -> Iterator[tree.Call]:
    """The calls of these names in a body."""
    wanted = frozenset(names)
    return (expr for expr in every(body) if isinstance(expr, tree.Call) and expr.name in wanted)


def classes(body: Body, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], tree.Class]]:
    """The classes and modules in a body with their full paths, outer ones first."""
    stack: list[tuple[Expr, tuple[str, ...]]] = [(expr, above) for expr in reversed(body)]
    while stack:
        expr, outer = stack.pop()
        if isinstance(expr, tree.Class):
            path = (*outer, *expr.path)
            yield path, expr
            stack += [(part, path) for part in reversed(expr.body)]
        elif isinstance(expr, tree.Choice):
            stack += [(part, outer) for option in reversed(expr.options) for part in reversed(option)]
