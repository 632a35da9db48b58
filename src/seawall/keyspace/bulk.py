"""Names of keys sorted by pattern in bulk, a microsecond a key: for who walks a keyspace of millions.

    names ──sort──> a number each: the place of its pattern, or UNKNOWN
    names that are UNKNOWN, gathered ──grow──> new patterns, by `learn`: those that a scan would show

A name is sorted by one regular expression made of the commonest patterns; only what that does not match is taken apart
as `learn` does. A word that very many names share is told from one that varies, which a scan with its few names cannot.
And two things are stricter, because a whole name that varies must not be shown: a part with bytes that cannot be
printed is a gap, and names that share nothing but their form (more than NAMES of one skeleton, none like another)
become the form itself: `*`, `*:*`.

Limits: at most `limit` patterns are kept, further names are sorted under OTHER, whose pattern is `*`. Every pattern
matches each of its names.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from seawall.keyspace.learning import learn
from seawall.keyspace.pattern import Key, KeyPattern
from seawall.keyspace.tokens import WORD, Token, is_word, tokenize

UNKNOWN = -1
OTHER = 0
NAMES = 64  # gap-free patterns of one skeleton: a service has this many named keys of one form, not more
LONGEST = 256  # bytes of a name that are looked at; what follows is a gap

_DELIMITERS = rb":/|.#,;=@ &?{}\[\]()<>"
_GAPS = (rb"[0-9]+", rb"[^%s_-]+" % _DELIMITERS, rb"[^%s]+" % _DELIMITERS)  # narrow first
_UNPRINTED = re.compile(rb"[^\x20-\x7e]")
_DELIMITER = re.compile(rb"[%s_-]" % _DELIMITERS)
_STAND_IN = b"000000"  # a number: a gap by its looks
_ALIKE = 3
_KIND, _KIND_LEAST = (
    200,
    20,
)  # a word that one in 200 names share is a kind: `user` in `user:17:cart`, whatever others are
_FAST = 200  # patterns in the regular expression: each costs a name about 15 ns
_EXAMPLES = 200  # names of a pattern that its part of the expression is tried on
_NEVER = re.compile(rb"(?!)")

Skeleton = tuple[Token, ...]


class Classifier:
    """Sorts names by the patterns it has learned so far. `patterns[i]` is the pattern of the number i."""

    def __init__(self, limit: int = 1000) -> None:
        self.patterns: list[KeyPattern] = [KeyPattern((None,))]
        self._limit = limit
        self._places: dict[KeyPattern, int] = {self.patterns[OTHER]: OTHER}
        self._forms: defaultdict[Skeleton, list[int]] = defaultdict(list)
        self._examples: defaultdict[int, list[bytes]] = defaultdict(list)
        self._learned: Counter[int] = Counter()
        self._binary = _Binary()
        self._fast = _NEVER
        self._of_group: list[int] = []

    @property
    def full(self) -> bool:
        """Whether no further pattern is kept: what is UNKNOWN is OTHER."""
        return len(self.patterns) >= self._limit

    def sort(self, names: Sequence[bytes]) -> list[int]:
        """The number of each name's pattern, UNKNOWN where none of those learned so far is its own."""
        table = self._of_group
        places = [table[m.lastindex or 0] if m else UNKNOWN for m in map(self._fast.fullmatch, names)]
        if UNKNOWN in places:
            for i, place in enumerate(places):
                if place == UNKNOWN:
                    places[i] = self._slow(names[i])
        return places

    def grow(self, names: Sequence[bytes]) -> list[int]:
        """Learns the patterns of names that are UNKNOWN: the more at once, the better. Returns the number of each."""
        self._binary.learn(names)
        readable = [self._binary.readable(name) for name in names]
        learned = learn(map(Key, readable), kind=max(_KIND_LEAST, len(names) // _KIND))
        skeletons = {key.name: _skeleton(key.name) for key in learned}
        named: defaultdict[Skeleton, set[KeyPattern]] = defaultdict(set)
        for key, pattern in learned.items():
            if None not in pattern.parts:
                named[skeletons[key.name]].add(pattern)
        patterns = {
            key.name: _form(skeletons[key.name])
            if None not in pattern.parts and len(named[skeletons[key.name]]) > NAMES
            else pattern
            for key, pattern in learned.items()
        }
        places: list[int] = []
        weights = Counter(patterns[name] for name in readable)
        for pattern, _ in weights.most_common():  # where room is short, the commonest stay
            if pattern not in self._places and not self.full:
                self._places[pattern] = len(self.patterns)
                self.patterns.append(pattern)
        for name, shown in zip(names, readable, strict=True):
            place = self._places.get(patterns[shown], OTHER)
            places.append(place)
            self._note(place, name, skeletons[shown])
        self._compile()
        return places

    def _note(self, place: int, name: bytes, skeleton: Skeleton) -> None:
        if place == OTHER and self.patterns[OTHER] != _form(skeleton):
            return  # no room was left for its pattern
        self._learned[place] += 1
        if place not in self._forms[skeleton]:
            self._forms[skeleton].append(place)
            self._forms[skeleton].sort(key=lambda p: -self.patterns[p].literal_length)
        if len(self._examples[place]) < _EXAMPLES:
            self._examples[place].append(name)

    def _slow(self, name: bytes) -> int:
        forms = self._forms.get(_skeleton(self._binary.readable(name)), ())
        known = next((place for place in forms if self.patterns[place].matches(name)), UNKNOWN)
        return OTHER if known == UNKNOWN and self.full else known

    def _compile(self) -> None:
        """One expression of the commonest patterns; a part that took a name of another pattern is left out again."""
        parts: dict[int, bytes] = {}
        for place, _ in self._learned.most_common(_FAST):
            part = _expression(self.patterns[place], self._examples[place])
            if part:
                parts[place] = part
        while True:
            order = sorted(parts, key=lambda place: (-self.patterns[place].literal_length, place))
            fast = re.compile(b"|".join(b"%s()" % parts[p] for p in order), re.DOTALL) if order else _NEVER
            table = [UNKNOWN, *order]
            wrong = {
                taken
                for place, names in self._examples.items()
                for match in map(fast.fullmatch, names)
                if match and (taken := table[match.lastindex or 0]) != place
            }
            if not wrong:
                self._fast, self._of_group = fast, table
                return
            for place in wrong:
                del parts[place]


def _expression(pattern: KeyPattern, names: Sequence[bytes]) -> bytes:
    """The pattern as a regular expression with the narrowest gaps that fit all these names; empty if none does."""
    if None not in pattern.parts:
        return b""
    for gap in _GAPS if pattern.literal_length else _GAPS[:1]:
        text = b"".join(gap if part is None else re.escape(part) for part in pattern.parts)
        if all(map(re.compile(text, re.DOTALL).fullmatch, names)):
            return text
    return b""


def _skeleton(readable: bytes) -> Skeleton:
    return tuple(b"" if is_word(token) else token for token in tokenize(readable))


def _form(skeleton: Skeleton) -> KeyPattern:
    return KeyPattern.of(None if token == b"" else token for token in skeleton)


class _Binary:
    """Names made readable: a number stands for what cannot be printed, from delimiter to delimiter.

    What stands beside it stays as far as enough names share it. The rest is chance: random bytes hold delimiters.
    """

    def __init__(self) -> None:
        self._heads: set[bytes] = set()
        self._tails: set[bytes] = set()

    def learn(self, names: Sequence[bytes]) -> None:
        """Finds out which beginnings and ends binary names share."""
        heads: Counter[bytes] = Counter()
        tails: Counter[bytes] = Counter()
        for name in names:
            if not _is_text(name[:LONGEST]):
                before, after = _beside(name)
                heads.update(before)
                tails.update(after)
        enough = max(_ALIKE, len(names) // _KIND)
        self._heads |= {head for head, many in heads.items() if many >= enough and WORD.search(head)}
        self._tails |= {tail for tail, many in tails.items() if many >= enough and WORD.search(tail)}

    def readable(self, name: bytes) -> bytes:
        """The name itself where all of it can be printed."""
        if len(name) > LONGEST:
            last = max((m.end() for m in _DELIMITER.finditer(name, 0, LONGEST)), default=0)
            return self.readable(name[:last]) + _STAND_IN
        if _is_text(name):
            return name
        before, after = _beside(name)
        head = next((head for head in before if head in self._heads), b"")
        return head + _STAND_IN + next((tail for tail in after if tail in self._tails), b"")


def _beside(name: bytes) -> tuple[list[bytes], list[bytes]]:
    """What stands before and after that which cannot be printed, up to each delimiter; the longest first."""
    found = [m.start() for m in _UNPRINTED.finditer(name)]
    before = [name[: m.end()] for m in _DELIMITER.finditer(name, 0, found[0])]
    return before[::-1], [name[m.start() :] for m in _DELIMITER.finditer(name, found[-1])]


def _is_text(name: bytes) -> bool:
    try:
        return name.decode().isprintable()
    except UnicodeDecodeError:
        return False
