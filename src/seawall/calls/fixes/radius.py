"""GEORADIUS and GEORADIUSBYMEMBER (SW203): to GEOSEARCH; where the circle is the earth, to pages of all members.

GEOSEARCH gives the same reply, is a read, and needs Redis 6.2. A circle around the earth is a listing: ZSCAN gives the
members, GEOPOS their positions, 1,000 a call; a member that is gone meanwhile is left out. redis-rb has no `geosearch`:
the command is sent in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seawall.calls.facts import tree
from seawall.calls.fixes.edits import Answer, Edit, Refused
from seawall.calls.fixes.spots import Spot, change, is_steady
from seawall.calls.fixes.types import without_steps
from seawall.calls.judging import SLICE, positional

CODE = "SW203"
CODES: dict[str, str] = dict.fromkeys(("georadius", "georadiusbymember", "georadius_ro", "georadiusbymember_ro"), CODE)
METERS = {"m": 1.0, "km": 1000.0, "mi": 1609.34, "ft": 0.3048}
ALL_METERS = 20_015_115.0  # half of the earth's circumference as the server has it, pi * 6372797.560856 m, rounded down
_WORDS = frozenset(("withcoord", "withdist", "withhash", "asc", "desc"))
_OPTIONS = frozenset(("unit", "withdist", "withcoord", "withhash", "count", "sort", "any"))  # of redis-py's geosearch
_NAMES = {  # of redis-py's geosearch, by place
    "georadius": ("", "longitude", "latitude", "radius", "unit"),
    "georadiusbymember": ("", "member", "radius", "unit"),
}


def fix(spot: Spot) -> Answer:
    """The listing where it is one, else the newer command."""
    reason = _unfit(spot)
    if reason:
        return Refused(CODE, spot.site, reason)
    if _is_listing(spot):
        return _listing(spot)
    edits = _ruby(spot) if spot.source.ruby else _python(spot)
    if isinstance(edits, str):
        return Refused(CODE, spot.site, edits)
    return change(CODE, spot, f"{spot.site.command.upper()} becomes GEOSEARCH", *edits, safe=False)


def _unfit(spot: Spot) -> str:
    call = spot.call
    if call.name not in _NAMES:
        return "the command is sent in words"
    if call.block is not None or any(arg.spread for arg in call.args) or not spot.bracketed or spot.heredoc():
        return "its arguments are not written out"
    if len([arg for arg in call.args if not arg.keyword]) < len(_NAMES[call.name]) - 1:
        return "its arguments are not the usual ones"
    return ""


def _python(spot: Spot) -> tuple[Edit, ...] | str:
    names = _NAMES[spot.call.name]
    edits = [Edit(*spot.call.name_span, b"geosearch")]
    for place, arg in enumerate(spot.call.args):
        start = arg.value.span[0]
        if arg.keyword:
            if arg.keyword not in _OPTIONS:
                return f"`{arg.keyword}` is no option of geosearch"
        elif place >= len(names):
            return "its options are not given by name"
        elif names[place]:
            edits.append(Edit(start, start, names[place].encode() + b"="))
    return tuple(edits)


def _ruby(spot: Spot) -> tuple[Edit, ...] | str:
    if spot.site.namespace:
        return "its client has a namespace, which a command in words does not get"
    call, data = spot.call, spot.source.data
    quote = b"'" if b"'" in spot.source.text(call) or b'"' not in spot.source.text(call) else b'"'

    def word(text: bytes) -> bytes:
        return quote + text + quote + b", "

    by_member = call.name == "georadiusbymember"
    radius = 2 if by_member else 3
    opened = call.name_span[1] + 1
    origin, circle = call.args[1].value.span[0], call.args[radius].value.span[0]
    edits = [
        Edit(*call.name_span, b"call"),
        Edit(opened, opened, word(b"GEOSEARCH")),
        Edit(origin, origin, word(b"FROMMEMBER" if by_member else b"FROMLONLAT")),
        Edit(circle, circle, word(b"BYRADIUS")),
    ]
    for arg in call.args:
        if not arg.keyword:
            continue
        if arg.keyword not in ("count", "sort", "options"):
            return f"`{arg.keyword}` is no option that is known"
        found = re.search(rb"%s:\s*\Z" % arg.keyword.encode(), data[: arg.value.span[0]])
        if found is None or not isinstance(arg.value, tree.Literal | tree.Name | tree.Constant):
            return "its options are not written out"
        edits.append(Edit(found.start(), arg.value.span[0], word(b"COUNT") if arg.keyword == "count" else b""))
    return tuple(edits)


def _words(spot: Spot) -> set[str]:
    """The options that a call gives, in lower case."""
    given = {arg.keyword.lower() for arg in spot.call.args if arg.keyword}
    texts = {(fact.text or "").lower() for fact in spot.site.args}
    return given | (texts & _WORDS)


def _is_listing(spot: Spot) -> bool:
    """Whether everybody is in the circle, and nothing of the distance is asked for."""
    given = positional(spot.site)
    place = 2 if spot.call.name == "georadiusbymember" else 3
    unit = next((fact.text for fact in spot.site.args if fact.keyword == "unit"), None)
    unit = unit or (given[place + 1].text if len(given) > place + 1 else "m")
    radius = given[place].number if len(given) > place else None
    if radius is None or unit is None or unit.lower() not in METERS or spot.call.name == "georadiusbymember":
        return False
    plain = _words(spot).issubset({"unit", "withcoord"})
    return plain and len(given) <= place + 3 and radius * METERS[unit.lower()] >= ALL_METERS


def _listing(spot: Spot) -> Answer:
    key, receiver = spot.call.args[0].value, spot.call.receiver
    reason = without_steps(spot)
    if reason:
        return Refused(CODE, spot.site, reason)
    if not is_steady(key) or receiver is None or not is_steady(receiver):
        return Refused(CODE, spot.site, "its key or its client is made by a call, which would be made for each page")
    if spot.awaited:
        return Refused(CODE, spot.site, "a listing in pages that are awaited is not written")
    edits = tuple(_pages_ruby(spot) if spot.source.ruby else _pages_python(spot))
    if not edits:
        return Refused(CODE, spot.site, "it is no statement that a loop could stand before")
    return change(CODE, spot, f"a listing by {spot.site.command.upper()} becomes ZSCAN and GEOPOS", *edits, safe=False)


def _pages_ruby(spot: Spot) -> Iterator[Edit]:
    receiver, key = spot.receiver, spot.source.text(spot.call.args[0].value)
    text = b"%szscan_each(%s, count: %d).map(&:first).uniq" % (receiver, key, SLICE)
    if "withcoord" in _words(spot):
        text += b".each_slice(%d).flat_map { |members| members.zip(%sgeopos(%s, members)).select(&:last) }" % (
            SLICE,
            receiver,
            key,
        )
    yield Edit(*spot.call.span, text)


def _pages_python(spot: Spot) -> Iterator[Edit]:
    source, receiver = spot.source, spot.receiver
    key = source.text(spot.call.args[0].value)
    member = source.fresh("member", "element")
    names = b"{%s for %s, _ in %szscan_iter(%s, count=%d)}" % (member, member, receiver, key, SLICE)
    if "withcoord" not in _words(spot):
        yield Edit(*spot.call.span, b"list(%s)" % names)
        return
    statement = _statement(spot)
    if statement is None:
        return
    start = source.line_start(statement)
    indent = source.indent(statement)
    step = b"\t" if b"\t" in indent else b"    "
    members, offset = source.fresh("members", "elements"), source.fresh("start", "begin")
    page, place = source.fresh("page", "part"), source.fresh("position", "place")
    positions = source.fresh("positions", "places")
    lines = (
        indent + b"%s = list(%s)" % (members, names),
        indent + b"%s = []" % positions,
        indent + b"for %s in range(0, len(%s), %d):" % (offset, members, SLICE),
        indent + step + b"%s = %s[%s : %s + %d]" % (page, members, offset, offset, SLICE),
        indent + step + b"%s += [" % positions,
        indent + step * 2 + b"[%s, %s]" % (member, place),
        indent + step * 2 + b"for %s, %s in zip(%s, %sgeopos(%s, *%s))" % (member, place, page, receiver, key, page),
        indent + step * 2 + b"if %s is not None" % place,
        indent + step + b"]",
        b"",
    )
    yield Edit(start, start, source.newline().join(lines))
    yield Edit(*spot.call.span, positions)


def _statement(spot: Spot) -> int | None:
    """Where the statement begins that asks for the call first: `x = `, `return`, `for x in`; None of another."""
    outer = spot.source.parent(spot.call)
    match outer:
        case tree.Assign(value=value) | tree.Return(value=value) | tree.Loop(over=value, comprehension=""):
            whole = value is spot.call
        case _:
            whole = False
    if not whole or outer is None or spot.source.body_of(outer) is None:
        return None
    before = spot.source.data[spot.source.line_start(outer.span[0]) : outer.span[0]]
    return None if before.strip() else outer.span[0]
