"""How many elements a command worked on, and how we know.

The kinds of work are ours (a map from command to what makes it slow, as every fix needs one); the counts come from the
arguments or from the server. `now` is the size of the key when the scan asked, in O(1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from seawall.keyspace import Key
from seawall.nodes.facts.arguments import THOUSANDS, Arguments
from seawall.nodes.facts.group import Entry

SLICE = THOUSANDS  # elements a call may touch: the slice that every fix recommends, about 1 ms on a slow core

_FAR_M = 1e9  # what an infinite radius counts as
LISTING_M = 5_000_000.0  # a quarter of the way to the far side of the earth: no service area is that large
_UNIT_M = {"M": 1.0, "KM": 1000.0, "FT": 0.3048, "MI": 1609.34}


class Work(StrEnum):
    """What makes a command slow."""

    WHOLE = "whole collection"
    RANGE = "range"
    RADIUS = "radius"
    KEYSPACE = "keyspace"
    CURSOR = "cursor"
    SETS = "set operation"
    SORT = "sort"
    SCRIPT = "script"
    FLUSH = "flush"
    NAMED = "named in the arguments"
    CONSTANT = "constant"
    OTHER = "other"


_WHOLE = frozenset({"SMEMBERS", "HGETALL", "HKEYS", "HVALS"})
_RANGES = ("LRANGE", "ZRANGE", "ZREVRANGE", "XRANGE", "XREVRANGE")  # and the forms that begin so: BYSCORE, STORE
_INDEXED = frozenset({"LRANGE", "ZRANGE", "ZREVRANGE", "ZRANGESTORE"})  # by place, unless BYSCORE or BYLEX is given
_SET_OPERATIONS = ("SINTER", "SUNION", "SDIFF", "ZINTER", "ZUNION", "ZDIFF")
# As many elements as COUNT says, one without it.
_DRAWS = frozenset({"SRANDMEMBER", "HRANDFIELD", "ZRANDMEMBER"})
_POPS = frozenset(
    {"SPOP", "LPOP", "RPOP", "ZPOPMIN", "ZPOPMAX", "BZPOPMIN", "BZPOPMAX", "LMPOP", "BLMPOP", "ZMPOP", "BZMPOP"}
)
_STREAM_READS = frozenset({"XREAD", "XREADGROUP", "XPENDING", "XAUTOCLAIM"})  # at most COUNT entries
_SHRINKS = re.compile("removed|popped|evicted")  # in a complexity: what was worked on is no longer there


def work_of(entry: Entry) -> Work:
    """The kind of work of a command with these arguments."""
    command, spec = entry.command, entry.spec
    if command in _WHOLE:
        return Work.WHOLE
    if command.startswith(_RANGES):
        return Work.RANGE
    if command.startswith(("GEORADIUS", "GEOSEARCH")):
        return Work.RADIUS
    if command == "KEYS":
        return Work.KEYSPACE
    if command in ("SCAN", "SSCAN", "HSCAN", "ZSCAN", "CLUSTERSCAN"):
        return Work.CURSOR
    if command.startswith(_SET_OPERATIONS):
        return Work.SETS
    if command in ("SORT", "SORT_RO"):
        return Work.SORT
    if entry.is_script:
        return Work.SCRIPT
    if command in ("FLUSHALL", "FLUSHDB"):
        return Work.FLUSH
    if command == "XADD" and entry.arguments.tokens & {"MAXLEN", "MINID"}:
        return Work.OTHER
    if spec is not None and spec.constant:
        return Work.NAMED if entry.arguments.items > 1 else Work.CONSTANT
    return Work.OTHER


@dataclass(frozen=True, slots=True)
class Size:
    """What a key holds now. type: `none` where it is gone. elements: None where they are not counted. bytes: memory.

    sure: False where several databases hold such a key, and the entry does not say which of them it met.
    """

    type: str
    elements: int | None = None
    bytes: int | None = None
    encoding: str = ""
    sure: bool = True

    @property
    def gone(self) -> bool:
        """Whether there is no such key."""
        return self.type == "none"


@dataclass(frozen=True, slots=True)
class Elements:
    """A count, None when it cannot be known, and where it is from: `arguments`, `now`, `estimated` or `gone`."""

    count: int | None
    source: str | None

    @property
    def exact(self) -> bool:
        """Whether the count is one, not an estimate."""
        return self.count is not None and self.source in ("arguments", "now")


UNKNOWN = Elements(None, None)


@dataclass(frozen=True, slots=True)
class Keyspace:
    """What the scan asked about keys: sizes by key, and how many keys a walk of the keyspace touches."""

    sizes: Mapping[Key, Size] = field(default_factory=dict[Key, Size])
    keys: int | None = None
    keys_exact: bool = True  # False where several databases hold keys and the entry does not say which it walked

    def card(self, key: Key) -> Elements:
        """The elements of a key now."""
        size = self.sizes.get(key)
        if size is None:
            return UNKNOWN
        if size.gone:
            return Elements(None, "gone")
        return Elements(size.elements, "now" if size.sure else "estimated") if size.elements is not None else UNKNOWN


def radius_m(entry: Entry) -> float | None:
    """The radius (or half the diagonal of the box) in metres; None where it is not among the arguments shown."""
    arguments = entry.arguments
    unit = next((_UNIT_M[t] for t in arguments.tokens if t in _UNIT_M), None)
    radius = arguments.number("radius")
    if radius is None:
        width, height = arguments.number("width"), arguments.number("height")
        if width is None or height is None:
            return None
        radius = (width * width + height * height) ** 0.5 / 2
    return min(radius * unit, _FAR_M) if unit is not None else None


def elements_of(entry: Entry, keyspace: Keyspace) -> Elements:
    """How many elements the command worked on, exact or not at all; estimates are made elsewhere."""
    work, arguments = work_of(entry), entry.arguments
    if work is Work.KEYSPACE:
        if keyspace.keys is None:
            return UNKNOWN
        return Elements(keyspace.keys, "now" if keyspace.keys_exact else "estimated")
    if work is Work.CURSOR:
        count = arguments.whole("count")
        if count is None and not arguments.complete:
            return UNKNOWN
        return Elements(10 if count is None else count, "arguments")
    if work is Work.NAMED:
        return Elements(arguments.items, "arguments")
    if work is Work.CONSTANT:
        return Elements(1, "arguments")
    if work is Work.SETS:
        return _operands(entry, keyspace)
    if work in (Work.FLUSH, Work.SCRIPT) or not entry.keys:
        return Elements(None, "gone") if work is Work.FLUSH else UNKNOWN
    card = keyspace.card(_read(entry)[0])
    if work is Work.RANGE:
        return _range(entry, card)
    if work is Work.RADIUS:
        return _radius(entry, card)
    if work is Work.OTHER:
        return _other(entry, card)
    return card if work in (Work.WHOLE, Work.SORT) else UNKNOWN


def _radius(entry: Entry, card: Elements) -> Elements:
    """All members for a radius that leaves nobody out, COUNT of them with ANY; else it is not known."""
    count = entry.arguments.whole("count")
    if count is not None and "ANY" in entry.arguments.tokens:
        return Elements(count, "arguments")
    metres = radius_m(entry)
    return card if card.source == "gone" or (metres is not None and metres >= LISTING_M) else UNKNOWN


def _other(entry: Entry, card: Elements) -> Elements:
    """What the arguments say, else what the key holds, unless the command itself has changed that."""
    command, arguments = entry.command, entry.arguments
    count = arguments.whole("count")
    if command in _DRAWS | _POPS:
        if not arguments.complete:
            return UNKNOWN
        taken = 1 if count is None else abs(count)
        return _at_most(card, taken) if command in _DRAWS and taken == count else Elements(taken, "arguments")
    if command in _STREAM_READS and count is not None and count >= 0:
        most = count * max(len(entry.keys) + entry.more_keys, 1)
        return Elements(most if card.count is None else min(most, card.count), "estimated")
    if entry.spec is not None and _SHRINKS.search(entry.spec.complexity) and card.source != "gone":
        return UNKNOWN
    return Elements(card.count, "estimated") if card.count is not None else card


def _read(entry: Entry) -> list[Key]:
    """The keys that are read. Redis 7 calls the destination of SINTERSTORE one that is read and changed: it is not."""
    uses = entry.keys[1:] if entry.command.endswith("STORE") else entry.keys
    return [use.key for use in uses if "OW" not in use.flags] or [use.key for use in entry.keys[:1]]


def _operands(entry: Entry, keyspace: Keyspace) -> Elements:
    """What a set operation looks at, by the complexities that the servers document.

    A union: all elements. An intersection: those of the smallest operand, once for each operand. A difference: the
    cheaper of all elements and those of the first, once for each operand.
    """
    cards = [keyspace.card(key) for key in _read(entry)]
    counts = [card.count for card in cards if card.count is not None]
    if cards and all(card.source == "gone" for card in cards):
        return Elements(None, "gone")
    if not cards or entry.more_keys or "LIMIT" in entry.arguments.tokens or len(counts) < len(cards):
        return UNKNOWN
    exact = all(card.source == "now" for card in cards)
    total = sum(counts)
    if "INTER" in entry.command:
        total = min(counts) * len(counts)
    elif "DIFF" in entry.command:
        total = min(total, counts[0] * len(counts))
    return Elements(total, "now" if exact else "estimated")


def _range(entry: Entry, card: Elements) -> Elements:
    """Elements between two ends: of an index range exactly, of a score or lexical range only when it is unbounded."""
    arguments = entry.arguments
    if not arguments.complete:
        return UNKNOWN
    low, high = _ends(arguments)
    if _is_by_score(entry):
        limit = arguments.whole("count")
        most = None if limit is None or limit < 0 else limit + max(arguments.whole("offset") or 0, 0)
        if low in _OPEN and high in _OPEN:
            return _at_most(card, most)
        return Elements(most, "arguments") if most is not None and most <= SLICE else UNKNOWN
    first, last = _whole(low), _whole(high)
    if first is None or last is None:
        return UNKNOWN
    most = max(last - first + 1, 0) if (first < 0) == (last < 0) else None
    if card.count is None:
        return _at_most(card, most)
    first = first if first >= 0 else max(card.count + first, 0)
    last = last if last >= 0 else card.count + last
    count = max(min(last, card.count - 1) - first + 1, 0)
    return Elements(count, "arguments" if count == most else "now")


def _at_most(card: Elements, most: int | None) -> Elements:
    """What the key holds, at most `most`: a small bound is as good as the count, also when the key is gone."""
    if most is None:
        return card
    if card.count is None:
        return Elements(most, "arguments") if card.source is None or most <= SLICE else card
    return card if card.count < most else Elements(most, "arguments")


_OPEN = frozenset({b"-inf", b"+inf", b"inf", b"-", b"+"})


def _ends(arguments: Arguments) -> tuple[bytes, bytes]:
    for low, high in (("start", "stop"), ("min", "max"), ("start", "end")):
        if low in arguments.steering and high in arguments.steering:
            return arguments.steering[low].lower(), arguments.steering[high].lower()
    return b"", b""


def _whole(word: bytes) -> int | None:
    return int(word) if re.fullmatch(rb"-?\d{1,18}", word) else None


def _is_by_score(entry: Entry) -> bool:
    """Whether a range is one of scores, names or ids, not of places."""
    return entry.command not in _INDEXED or bool({"BYSCORE", "BYLEX"} & entry.arguments.tokens)


def is_open_ended(entry: Entry) -> bool:
    """Whether nothing in the arguments bounds the work: the whole collection, or all of it from one end on."""
    arguments = entry.arguments
    work = work_of(entry)
    if work is Work.RADIUS:
        return (radius_m(entry) or 0) >= LISTING_M and "ANY" not in arguments.tokens
    if work is not Work.RANGE:
        return work in (Work.WHOLE, Work.KEYSPACE, Work.SORT, Work.SETS)
    if not arguments.complete or (arguments.whole("count") or -1) >= 0:
        return False
    low, high = _ends(arguments)
    if _is_by_score(entry):
        return low in _OPEN or high in _OPEN
    return (_whole(low) or 0) >= 0 > (_whole(high) or 0)
