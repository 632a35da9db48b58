"""KEYS to SCAN (SW201), SMEMBERS and HGETALL to SSCAN and HSCAN (SW204): the same collection, read in steps of 1,000.

The result is of the same type and has no duplicates, so the code around it stays as it is. What is lost is the one
moment: what comes or goes during the steps may be in it or not. What is there all the time is in it, once.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.facts import tree
from seawall.calls.fixes.edits import Answer, Edit, Refused
from seawall.calls.fixes.spots import Spot, change
from seawall.calls.fixes.types import without_steps
from seawall.calls.judging import SLICE

CODES = {"keys": "SW201", "smembers": "SW204", "hgetall": "SW204"}
_SCAN = {"keys": "scan", "smembers": "sscan", "hgetall": "hscan"}
_RUBY_END = {"keys": b".uniq", "smembers": b".uniq", "hgetall": b".to_h"}
_PYTHON_AROUND = {"keys": (b"list(set(", b"))"), "smembers": (b"set(", b")"), "hgetall": (b"dict(", b")")}
# What goes through a collection from one end to the other, and asks nothing else of it.
_RUBY_WALKS = frozenset(
    ("each", "each_with_index", "each_with_object", "each_pair", "each_key", "each_value", "each_slice", "each_entry",
     "map", "collect", "flat_map", "filter_map", "select", "filter", "reject", "sum", "inject", "reduce", "partition",
     "group_by", "find", "detect", "any?", "all?", "none?", "sort_by", "to_h", "transform_values", "transform_keys",
     "index_by")
)  # fmt: skip
_PYTHON_WALKS = frozenset(
    ("list", "set", "tuple", "sorted", "sum", "any", "all", "map", "filter", "enumerate", "frozenset")
)
_VIEWS = frozenset(("items", "keys", "values"))


def fix(spot: Spot) -> Answer:
    """The scan that gives the same."""
    command = spot.site.command
    code = CODES[command]
    if spot.call.name != command:
        return Refused(code, spot.site, "the command is sent in words, and a scan takes more than one call")
    reason = without_steps(spot)
    if reason:
        return Refused(code, spot.site, reason)
    args = spot.call.args
    if len(args) > 1 or any(arg.spread or arg.keyword not in ("", "pattern", "name") for arg in args):
        return Refused(code, spot.site, "its arguments are not the usual ones")
    if command != "keys":
        bounded = spot.facts.trimmed(spot.site) or (spot.facts.fields_fixed(spot.site) if command == "hgetall" else "")
        if bounded:
            return Refused(code, spot.site, f"it stays small: {bounded}")
        if not args or not _is_walked(spot):
            return Refused(code, spot.site, "its result is not only iterated")
    return change(code, spot, f"{command.upper()} becomes {_SCAN[command].upper()}", *_edits(spot), safe=False)


def _edits(spot: Spot) -> Iterator[Edit]:
    call, command = spot.call, spot.site.command
    ruby, end = spot.source.ruby, spot.call.span[1]
    yield Edit(*call.name_span, _SCAN[command].encode() + (b"_each" if ruby else b"_iter"))
    count = b"count: %d" % SLICE if ruby else b"count=%d" % SLICE
    match = (b"match: " if ruby else b"match=") if command == "keys" else b""
    opened = call.name_span[1]
    if call.args:
        first, last = call.args[0].value.span
        begins = b"" if spot.bracketed else b"("
        ahead = spot.source.data[opened:first] if spot.bracketed and not call.args[0].keyword else b"("
        yield Edit(opened, first, begins + match if not spot.bracketed else ahead + match)
        yield Edit(last, last, b", " + count + (b"" if spot.bracketed else b")"))
    else:
        yield Edit(opened, end, b"(" + count + b")")
    if ruby:
        yield Edit(end, end, _RUBY_END[command])
        return
    before, after = _PYTHON_AROUND[command]
    if command == "keys" and isinstance(spot.source.parent(call), tree.Loop):
        before, after = b"set(", b")"
    if spot.awaited:
        before, after = _comprehended(spot, before, after)
    yield Edit(spot.head, call.span[0], before)
    yield Edit(end, end, after)


def _comprehended(spot: Spot, before: bytes, after: bytes) -> tuple[bytes, bytes]:
    """The same over an asynchronous iterator: `{key async for key in ...}`."""
    if spot.site.command == "hgetall":
        name, value = spot.source.fresh("field", "name"), spot.source.fresh("value", "content")
        return b"{%s: %s async for %s, %s in " % (name, value, name, value), b"}"
    name = spot.source.fresh("key", "name") if spot.site.command == "keys" else spot.source.fresh("member", "element")
    inner = b"{%s async for %s in " % (name, name)
    return before.removesuffix(b"set(") + inner, b"}" + after.removesuffix(b")")


def _is_walked(spot: Spot) -> bool:
    """Whether all that is done with the result is to go through it."""
    outer = spot.source.parent(spot.call)
    if isinstance(outer, tree.Assign):
        return outer.value is spot.call and outer.op == "=" and _is_name_walked(spot, outer)
    return _walks(spot, spot.call)


def _walks(spot: Spot, expr: tree.Expr) -> bool:
    """Whether an expression stands where a collection is gone through."""
    outer = spot.source.parent(expr)
    match outer:
        case tree.Loop(over=over):
            return over is expr
        case tree.Call(receiver=receiver, name=name) if receiver is expr:
            if spot.source.ruby:
                return name in _RUBY_WALKS
            return name in _VIEWS and spot.site.command == "hgetall" and _walks(spot, outer)
        case tree.Call(receiver=None, name=name):
            return not spot.source.ruby and name in _PYTHON_WALKS
        case _:
            return False


def _is_name_walked(spot: Spot, assign: tree.Assign) -> bool:
    """Whether a local that holds the result is only gone through, in the function that it is in."""
    target = assign.targets[0] if len(assign.targets) == 1 else None
    function = next((one for one in spot.source.around(assign) if isinstance(one, tree.Function)), None)
    if not isinstance(target, tree.Name) or function is None:
        return False
    uses = [
        one
        for one in spot.source.names.get(target.text, ())
        if one is not target and function in spot.source.around(one)
    ]
    return bool(uses) and all(_walks(spot, one) for one in uses)
