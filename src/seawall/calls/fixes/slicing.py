"""A write of unknown size to slices of 1,000 (SW206): the same elements in the same order, in several calls.

Ruby: `xs.each_slice(1000) { |slice| redis.sadd(key, slice) }`, with `.sum` where the number is used, as the replies add
up. Python: a `for` over a range, where the call is a statement. An empty collection sends nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.fixes.edits import Answer, Edit, Refused
from seawall.calls.fixes.spots import MOVING, Spot, change, is_steady, is_unused
from seawall.calls.judging import SLICE
from seawall.calls.rules.write_of_unknown_size import elements, is_unbounded

CODE = "SW206"
_OF_KEYS = ("del", "unlink")
_ADDED = ("sadd", "srem", "zrem", "hdel", "zadd")  # the replies of slices add up to that of the whole
_LISTED = ("rpush", "lpush", "pfadd")
_PAIRED = ("hset", "hmset", "mset", "msetnx", "geoadd", "rpushx", "lpushx")
CODES: dict[str, str] = dict.fromkeys((*_OF_KEYS, *_ADDED, *_LISTED, *_PAIRED), CODE)
_METHODS = {"del": ("del", "delete")}
_ATOMS = (tree.Name, tree.Variable, tree.Constant, tree.Call, tree.Member, tree.Item, tree.Sequence, tree.Self)
_SAYS = f"one write becomes writes of {SLICE:,}"


def fix(spot: Spot) -> Answer:
    """The slices."""
    site = spot.site
    if site.around.sliced or not any(map(is_unbounded, elements(site))):
        return None
    reason = _unfit(spot)
    if reason:
        return Refused(CODE, site, reason)
    place = 0 if site.command in _OF_KEYS else 1
    many = spot.call.args[place:]
    if site.command not in _OF_KEYS and len(many) != 1:
        return Refused(CODE, site, "its elements are more than one argument")
    if not all(is_steady(arg.value) for arg in spot.call.args[:place]):
        return Refused(CODE, site, "its key is made by a call, which would be made for each slice")
    if site.command == "zadd" and many[0].spread:
        return Refused(CODE, site, "its elements come in pairs")
    edits = _ruby(spot, many) if spot.source.ruby else _python(spot, many)
    return edits if isinstance(edits, Refused) else change(CODE, spot, _SAYS, *edits, safe=False)


def _unfit(spot: Spot) -> str:
    """Why the call cannot be made in slices; empty where it can."""
    site, call = spot.site, spot.call
    if site.command in _PAIRED:
        return "its elements come in pairs, or its reply does not add up"
    if call.name not in _METHODS.get(site.command, (site.command,)):
        return "the command is sent in words"
    if any(arg.keyword or arg.spread not in ("", "*") for arg in call.args) or call.block is not None:
        return "it has options" if call.block is None else "it has a block"
    if site.around.mode == "transaction" or (site.around.mode != "client" and not spot.source.ruby):
        return "it is put into a transaction, which holds the server for all its slices"
    if spot.heredoc():
        return "text stands in it that begins on a later line"
    receiver = call.receiver
    if receiver is None or not (is_steady(receiver) or _is_getter(receiver)):
        return "its client is made by a call, which would be made for each slice"
    return ""


def _is_getter(expr: tree.Expr) -> bool:
    """`redis()`, `self.redis()`: a call without arguments that makes nothing new, as far as its name says."""
    if not isinstance(expr, tree.Call) or expr.args or expr.block is not None:
        return False
    made = MOVING.fullmatch(expr.name) or expr.name[:1].isupper()
    return not made and (expr.receiver is None or is_steady(expr.receiver))


def _whole(spot: Spot, many: Sequence[tree.Arg]) -> bytes:
    """All elements as one expression."""
    text = spot.source.text
    if len(many) == 1:
        value = many[0].value
        return text(value) if isinstance(value, _ATOMS) else b"(" + text(value) + b")"
    return b"[" + b", ".join(arg.spread.encode() + text(arg.value) for arg in many) + b"]"


def _region(spot: Spot, many: Sequence[tree.Arg]) -> tuple[int, int]:
    """The bytes of these arguments, the signs before them included."""
    before = spot.source.data[: many[0].value.span[0]]
    sign = re.search(rb"\*[\s(]*\Z", before) if many[0].spread else None
    end = spot.call.span[1] - 1 if spot.bracketed else spot.call.span[1]
    return (sign.start() if sign else many[0].value.span[0]), end


def _ruby(spot: Spot, many: Sequence[tree.Arg]) -> tuple[Edit, ...] | Refused:
    site, (start, end) = spot.site, spot.call.span
    if spot.source.body_of(spot.call) is None and site.command not in (*_OF_KEYS, *_ADDED):
        return Refused(CODE, site, "its reply is used")
    used = not spot.unused()
    if site.around.mode == "pipeline" and (used or _is_reply_used(spot)):
        return Refused(CODE, site, "the replies of its pipeline are used by their places")
    if used and site.command not in (*_OF_KEYS, *_ADDED):
        return Refused(CODE, site, "its reply may be used, and those of slices do not add up")
    name = spot.source.fresh("slice", "part", "batch")
    how = b".each_slice(%d)%s { |%s| " % (SLICE, b".sum" if used else b"", name)
    sign = b"*" if len(many) > 1 or many[0].spread else b""
    return Edit(start, start, _whole(spot, many) + how), Edit(*_region(spot, many), sign + name), Edit(end, end, b" }")


def _is_reply_used(spot: Spot) -> bool:
    """Whether the replies of the pipeline around it may be used."""
    for outer in spot.source.around(spot.call):
        if isinstance(outer, tree.Call) and outer.name == "pipelined":
            return not is_unused(spot.source, outer)
        if isinstance(outer, tree.Function):
            break
    return True


def _python(spot: Spot, many: Sequence[tree.Arg]) -> tuple[Edit, ...] | Refused:
    if not spot.alone() or not spot.unused():
        return Refused(CODE, spot.site, "it is no statement of its own")
    if not spot.bracketed:
        return Refused(CODE, spot.site, "its arguments are not in parentheses")
    return tuple(_loop(spot, many))


def _loop(spot: Spot, many: Sequence[tree.Arg]) -> Iterator[Edit]:
    source = spot.source
    mapped = spot.site.command == "zadd"
    name, start = source.fresh("members", "elements", "values"), source.fresh("start", "begin", "offset")
    text = source.text(many[0].value) if len(many) == 1 else _whole(spot, many)
    value = many[0].value
    listed = len(many) > 1 or (isinstance(value, tree.Loop) and value.comprehension == "list")
    whole = b"list(%s.items())" % _whole(spot, many) if mapped else text if listed else b"list(%s)" % text
    indent = source.indent(spot.head)
    step = b"\t" if b"\t" in indent else b"    "
    lines = (
        b"%s = %s" % (name, whole),
        b"%sfor %s in range(0, len(%s), %d):" % (indent, start, name, SLICE),
        indent + step,
    )
    yield Edit(spot.head, spot.head, source.newline().join(lines))
    part = b"%s[%s : %s + %d]" % (name, start, start, SLICE)
    sign = b"" if mapped or not (many[0].spread or len(many) > 1) else b"*"
    yield Edit(*_region(spot, many), b"dict(%s)" % part if mapped else sign + part)
