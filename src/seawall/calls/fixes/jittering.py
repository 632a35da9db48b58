"""A fixed time to live to one with a random part of up to a tenth (SW904): keys of one moment do not expire in one.

The time becomes longer, never shorter. A lock (SET NX), a counter and what lives less than a minute keep their time.
"""

from __future__ import annotations

from seawall.calls.facts import tree
from seawall.calls.fixes.edits import Answer, Edit, Refused
from seawall.calls.fixes.spots import Spot, change
from seawall.calls.judging import option
from seawall.calls.lifetimes import fixed_ttl

CODE = "SW904"
CODES: dict[str, str] = dict.fromkeys(("expire", "pexpire", "setex", "psetex", "set"), CODE)
PART = 10  # a tenth
LEAST_S = 60
_COUNTS = frozenset(("incr", "incrby", "incrbyfloat", "decr", "decrby", "pfadd", "hincrby", "zincrby", "bitfield"))


def fix(spot: Spot) -> Answer:
    """The random part behind the time."""
    ttl = fixed_ttl(spot.site)
    if ttl is None or ttl.number is None or ttl.number != int(ttl.number):
        return None
    milliseconds = spot.site.command.startswith("p") or ttl.keyword.lower() == "px"
    if ttl.number < LEAST_S * (1000 if milliseconds else 1):
        return None
    if option(spot.site, "get") is not None or any(
        one.command in _COUNTS for one in spot.facts.on_same_keys(spot.site)
    ):
        return Refused(CODE, spot.site, "its time is a window in which something is counted, or done once")
    if spot.call.name != spot.site.command or len(spot.call.args) != len(spot.site.args):
        return Refused(CODE, spot.site, "the command is sent in words")
    arg = spot.call.args[next(place for place, one in enumerate(spot.site.args) if one is ttl)]
    if arg.spread:
        return Refused(CODE, spot.site, "its time is not written out")
    part = int(ttl.number) // PART
    if spot.source.ruby:
        added = b" + rand(%d)" % part
    elif spot.source.names.get("random") and not _imports_random(spot):
        return Refused(CODE, spot.site, "`random` is another thing in this file")
    else:
        added = b" + random.randint(0, %d)" % part
    start, end = arg.value.span
    opened, closed = (b"", b"") if _is_atom(arg.value) else (b"(", b")")
    edits = (Edit(start, start, opened), Edit(end, end, closed + added))
    imports = b"" if spot.source.ruby or _imports_random(spot) else b"random"
    return change(CODE, spot, f"the time gets a random part of up to {part:,}", *edits, safe=False, imports=imports)


def _imports_random(spot: Spot) -> bool:
    return any(
        isinstance(one, tree.Import) and (one.module, one.name, one.alias) == ("random", "", "random")
        for one in spot.source.file.body
    )


def _is_atom(expr: tree.Expr) -> bool:
    kinds = tree.Literal | tree.Name | tree.Constant | tree.Member | tree.Variable | tree.Call
    return isinstance(expr, kinds) or (isinstance(expr, tree.Operation) and expr.op in ("+", "-", "*"))
