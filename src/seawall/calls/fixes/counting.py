"""A COUNT of thousands to 1,000 (SW205), at the call alone: a constant keeps its value for all others that use it."""

from __future__ import annotations

from seawall.calls.facts import tree
from seawall.calls.facts.commands import SPOKEN
from seawall.calls.fixes.edits import Answer, Edit, Refused
from seawall.calls.fixes.spots import Spot, change
from seawall.calls.judging import SLICE, option

CODE = "SW205"
CODES: dict[str, str] = dict.fromkeys(("scan", "sscan", "hscan", "zscan"), CODE)


def fix(spot: Spot) -> Answer:
    """The number at the call becomes 1000."""
    count = option(spot.site, "count")
    if count is None or count.number is None or count.number <= SLICE:
        return None
    expr = _written(spot.call)
    if expr is None or not _is_constant(spot, expr):
        return Refused(CODE, spot.site, "its COUNT is not written at the call")
    return change(CODE, spot, f"COUNT {count.number:,.0f} becomes {SLICE:,}", Edit(*expr.span, b"%d" % SLICE))


def _written(call: tree.Call) -> tree.Expr | None:
    """What the call gives as COUNT: under that name, or after that word."""
    for arg in call.args:
        if arg.keyword.lower() == "count":
            return arg.value
    if call.name.lower() in SPOKEN:
        for place, arg in enumerate(call.args[:-1]):
            word = arg.value.value if isinstance(arg.value, tree.Literal) else None
            if isinstance(word, str) and word.lower() == "count":
                return call.args[place + 1].value
    return None


def _is_constant(spot: Spot, expr: tree.Expr) -> bool:
    """Whether it is a number, a constant, or a product of some; not what the function is given."""
    match expr:
        case tree.Literal() | tree.Constant():
            return True
        case tree.Name(text=text):
            functions = (outer for outer in spot.source.around(spot.call) if isinstance(outer, tree.Function))
            return not any(param.name == text for outer in functions for param in outer.params)
        case tree.Member(of=of):
            return isinstance(of, tree.Self | tree.Name)
        case tree.Operation(left=left, right=right):
            return _is_constant(spot, left) and _is_constant(spot, right)
        case _:
            return False
