"""DEL to UNLINK (SW220): the same keys go, the same number comes back, and the memory is freed beside the service.

redis-rb's `del` sends nothing where its list is empty, and gives 0; its `unlink` sends, and fails. So where a list may
be empty the call is guarded. redis-py's `delete` and a command in words fail in both forms, and are only renamed.
"""

from __future__ import annotations

import re

from seawall.calls.facts import tree
from seawall.calls.facts.commands import SPOKEN
from seawall.calls.facts.sites import Argument
from seawall.calls.fixes.edits import Answer, Edit, Refused
from seawall.calls.fixes.spots import Spot, change, is_steady

CODE = "SW220"
CODES = {"del": CODE}
GUARDED = "DEL becomes UNLINK, and is not sent without keys"
_EMPTY = {"empty?": False, "blank?": False, "none?": False, "any?": True, "present?": True}  # True: it is not empty
_SLICERS = frozenset(("each_slice", "in_groups_of", "each_batch"))
_LUA = re.compile(rb"""call\s*\(\s*(\\?['"])(del)\1""", re.IGNORECASE)
_SHA = re.compile(rb"""['"][0-9a-f]{40}['"]""")


def fix(spot: Spot) -> Answer:
    """The rename, with a guard where the list of keys may be empty."""
    call = spot.call
    if call.name.lower() in SPOKEN:
        return _spoken(spot)
    if call.name != ("del" if spot.source.ruby else "delete"):
        return Refused(CODE, spot.site, f"`{call.name}` is called by a name in words")
    rename = Edit(*call.name_span, b"unlink")
    if not spot.source.ruby or not _may_be_empty(spot):
        return change(CODE, spot, "DEL becomes UNLINK", rename)
    return _guarded(spot, rename)


def lua(data: bytes, spot_at: tuple[int, int]) -> Edit | str:
    """The edit of a `redis.call("DEL", ...)` in Lua text, or why there is none. spot_at: of the word `call`."""
    found = _LUA.match(data, spot_at[0])
    if found is None:
        return "the command is not written as a plain word in the script"
    if _SHA.search(data):
        return "a script's digest is written out in this file, and would be another one"
    return Edit(*found.span(2), _cased(found[2]))


def _cased(word: bytes) -> bytes:
    return b"unlink" if word.islower() else b"UNLINK" if word.isupper() else b"Unlink"


def _spoken(spot: Spot) -> Answer:
    """`call("DEL", key)`, `call_v([:del, key])`, `execute_command("DEL", key)`."""
    place, _ = SPOKEN[spot.call.name.lower()]
    expr = spot.call.args[place].value if place < len(spot.call.args) else None
    if isinstance(expr, tree.Sequence) and expr.items and isinstance(expr.items[0], tree.Arg):
        expr = expr.items[0].value
    text = spot.source.text(expr) if isinstance(expr, tree.Literal) else b""
    found = re.fullmatch(rb"(?i)([:'\"]*)(del)['\"]?", text)
    if expr is None or found is None:
        return Refused(CODE, spot.site, "the command is not written as a plain word in the call")
    start = expr.span[0] + found.start(2)
    return change(CODE, spot, "DEL becomes UNLINK", Edit(start, start + 3, _cased(found[2])))


def _given(spot: Spot) -> list[tuple[tree.Arg, Argument]]:
    given = [arg for arg in spot.call.args if arg.spread != "&" and not isinstance(arg.value, tree.Block)]
    facts = spot.site.args
    return list(zip(given, facts, strict=True)) if len(given) == len(facts) else [(a, Argument()) for a in given]


def _may_be_empty(spot: Spot) -> bool:
    """Whether redis-rb's `del` may be given no key at all."""
    return all(
        (arg.spread == "*" or fact.many) and not fact.count and not _is_filled(spot, arg.value)
        for arg, fact in _given(spot)
    )


def _is_filled(spot: Spot, expr: tree.Expr) -> bool:
    """Whether a list has an element: it is a slice, written out, or asked for just before."""
    if isinstance(expr, tree.Sequence):
        return any(not isinstance(item, tree.Arg) or not item.spread for item in expr.items)
    if isinstance(expr, tree.Operation) and expr.op == "+":
        return _is_filled(spot, expr.left) or _is_filled(spot, expr.right)
    if isinstance(expr, tree.Call) and expr.name in ("map", "collect") and expr.receiver is not None:
        expr = expr.receiver
    text = spot.source.text(expr)
    inner: tree.Expr = spot.call
    for outer in spot.source.around(spot.call):
        if isinstance(outer, tree.Choice) and outer.kind == "if" and len(outer.tests) == 1:
            for place, option in enumerate(outer.options):
                if any(one is inner for one in option) and _tells(spot, outer.tests[0], text) is (place == 0):
                    return True
        if isinstance(outer, tree.Block) and isinstance(owner := spot.source.parent(outer), tree.Call):
            names = [param.name.encode() for param in outer.params]
            of = owner.receiver if owner.name in ("sum", "map", "flat_map", "with_index") else owner
            if isinstance(of, tree.Call) and of.name in _SLICERS and names[:1] == [text]:
                return True
        if isinstance(outer, tree.Function):
            return any(_leaves(spot, one, text) for one in outer.body if one.span[1] <= spot.call.span[0])
        inner = outer
    return False


def _tells(spot: Spot, test: tree.Expr, text: bytes) -> bool | None:
    """Whether a test says of a list that it has elements (True), or that it has none (False)."""
    if not isinstance(test, tree.Call) or test.receiver is None or test.args or test.block is not None:
        return None
    return _EMPTY.get(test.name) if spot.source.text(test.receiver) == text else None


def _leaves(spot: Spot, expr: tree.Expr, text: bytes) -> bool:
    """`return if keys.empty?`."""
    if not isinstance(expr, tree.Choice) or expr.kind != "if" or len(expr.tests) != 1:
        return False
    full = _tells(spot, expr.tests[0], text)
    gone = expr.options[full] if full is not None and len(expr.options) == 2 else ()
    return any(isinstance(one, tree.Return) and one.kind == "return" for one in gone)


def _guarded(spot: Spot, rename: Edit) -> Answer:
    """The rename, and nothing sent where the list is empty."""
    call, source = spot.call, spot.source
    unsure = Refused(CODE, spot.site, "its list of keys may be empty: `del` then sends nothing, `unlink` fails")
    if len(call.args) != 1 or call.block is not None or spot.heredoc() or not spot.bracketed:
        return unsure
    expr = call.args[0].value
    if isinstance(expr, tree.Name | tree.Variable) and is_steady(expr):
        ahead, after = _around(spot, source.text(expr))
        return change(CODE, spot, GUARDED, ahead, rename, after)
    if not spot.alone():
        return unsure
    name = source.fresh("keys", "names", "old_keys")
    ahead, after = _around(spot, name)
    before = name + b" = " + source.text(expr) + source.newline() + source.indent(call.span[0]) + ahead.text
    given = Edit(call.name_span[1] + 1, call.span[1] - 1, call.args[0].spread.encode() + name)
    return change(CODE, spot, GUARDED, Edit(ahead.start, ahead.end, before), rename, given, after)


def _around(spot: Spot, name: bytes) -> tuple[Edit, Edit]:
    """What stands before and behind the call so that it is not made with an empty list; it is 0 then, as `del` is."""
    start, end = spot.call.span
    if spot.alone() and spot.unused():
        return Edit(start, start, b""), Edit(end, end, b" unless %s.empty?" % name)
    if spot.alone():
        return Edit(start, start, b"%s.empty? ? 0 : " % name), Edit(end, end, b"")
    return Edit(start, start, b"(%s.empty? ? 0 : " % name), Edit(end, end, b")")
