"""SET and EXPIRE to one SET with its time (SW903): no crash in between leaves a key that never goes.

Only of two statements next to each other, with nothing but white space between them. The key must be the same each time
it is evaluated, and the time surely above 0: EXPIRE with 0 deletes, SET with 0 fails.
"""

from __future__ import annotations

from itertools import pairwise

from seawall.calls.facts import tree
from seawall.calls.facts.sites import PIPELINE, Site
from seawall.calls.fixes.edits import Answer, Edit, Refused
from seawall.calls.fixes.spots import Spot, change, is_steady
from seawall.calls.judging import positional
from seawall.calls.lifetimes import set_then_expire

CODE = "SW903"
CODES = {"set": CODE}
_OPTION = {"expire": b"ex", "pexpire": b"px", "expireat": b"exat", "pexpireat": b"pxat"}  # codespell:ignore exat
_UNITS = frozenset(("second", "minute", "hour", "day", "week", "fortnight", "month", "year"))


def fix(spot: Spot) -> Answer:
    """The two as one."""
    site = spot.site
    here = [one for one in spot.facts.sites if one.path == site.path and one.command in ("set", *_OPTION)]
    expire = next((second for first, second in set_then_expire(here) if first is site), None)
    call = spot.source.calls.get(expire.span) if expire is not None else None
    if expire is None or call is None:
        return None
    reason = _unfit(spot, expire, call)
    if reason:
        return Refused(CODE, site, reason)
    time = spot.source.text(call.args[1].value)
    option = _OPTION[expire.command]
    given = b", %s: %s" % (option, time) if spot.source.ruby else b", %s=%s" % (option, time)
    last = spot.call.span[1] - 1 if spot.bracketed else spot.call.span[1]
    put = len(spot.source.data[:last].rstrip().rstrip(b",").rstrip()) if spot.bracketed else last
    return change(
        CODE,
        spot,
        f"SET and {expire.command.upper()} become one SET",
        Edit(put, put, given),
        Edit(spot.call.span[1], call.span[1], b""),
    )


def _unfit(spot: Spot, expire: Site, call: tree.Call) -> str:
    """Why the two cannot be one; empty where they can."""
    source, first = spot.source, spot.call
    if first.name != "set" or call.name != expire.command or any(arg.spread for arg in (*first.args, *call.args)):
        return "a command is sent in words, or with arguments that are not written out"
    body = source.body_of(first)
    following = body is not None and any(one is first and two is call for one, two in pairwise(body))
    second = Spot(expire, call, source, spot.facts)
    if not following or not spot.alone() or not second.alone():
        return "the two are not statements next to each other"
    between = source.data[first.span[1] : second.head]
    if between.strip():
        return "a comment stands between the two"
    if (
        spot.awaited != second.awaited
        or spot.receiver != second.receiver
        or source.text(first.args[0].value) != source.text(call.args[0].value)
    ):
        return "the two keys are not written alike"
    if not is_steady(first.args[0].value):
        return "its key is made by a call, which may give another one the second time"
    if spot.site.around.mode != "client" or PIPELINE in spot.site.others:
        return "they are put into a pipeline, whose replies would be one less"
    if expire.command.endswith("at"):
        return "its time is a date, which may be over"
    return "" if _is_positive(expire, call) else "its time is not surely above 0"


def _is_positive(expire: Site, call: tree.Call) -> bool:
    """Whether a time is a whole number above 0, or a duration of the language."""
    number = positional(expire)[1].number
    if number is not None:
        return number >= 1 and number == int(number)
    return _is_duration(call.args[1].value)


def _is_duration(expr: tree.Expr) -> bool:
    """`1.hour`, `2.days.to_i`, `timedelta(hours=1)`."""
    match expr:
        case tree.Call(name=("to_i" | "in_seconds" | "seconds"), receiver=inner, args=()) if isinstance(
            inner, tree.Call
        ):
            return _is_duration(inner)
        case tree.Call(name=name, receiver=tree.Literal(value=int(value)), args=()):
            return name.removesuffix("s") in _UNITS and value > 0
        case tree.Call(name="timedelta", args=args):
            values = [arg.value.value for arg in args if isinstance(arg.value, tree.Literal)]
            whole = all(arg.keyword in ("seconds", "minutes", "hours", "days", "weeks") for arg in args)
            return whole and len(values) == len(args) > 0 and all(isinstance(v, int) and v > 0 for v in values)
        case _:
            return False
