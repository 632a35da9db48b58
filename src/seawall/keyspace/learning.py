"""How key patterns are learned from keys: what varies by its looks, and what varies because keys differ in it.

Limits: one set of keys is looked at (the caller passes keys that behave alike, such as those of one command); a pattern
is without a literal only where the key itself is nothing but an id.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from seawall.keyspace.pattern import Key, KeyPattern
from seawall.keyspace.tokens import STRONG, WORD, Token, is_word, tokenize

_NUMBERED = re.compile(rb"(.*?[^0-9])\d+", re.DOTALL)

# How many words must stand in one position, all else being alike, before the position is taken to vary.
_INSIDE = 2  # between two literals: user:alice:cart, user:bob:cart
_END = 3  # at an end of the key: two may be two names (queue:low, queue:high)
_KIND = 8  # before an id: app:user:17 and app:order:4 are kinds, not values
_VOCABULARY = 20  # at the end, where each is found with several ids: user:17:cart and user:18:cart name a field
_ANYHOW = 8  # after the same beginning, mostly found once, whatever follows

_ROUNDS = 16  # of learning; realistic keys need two or three
_WORDS = 16  # words of a key that are looked at; what follows is a gap
_RIVALS = 64  # patterns of one beginning that a cut key is compared with

Part = bytes | tuple[bytes] | None  # a literal; a literal with a number that varies (`host*`); a part that varies
Words = tuple[Part, ...]  # of one key, without delimiters and ids


def learn(keys: Iterable[Key], *, kind: int | None = None) -> dict[Key, KeyPattern]:
    """A pattern for each key: numbers, ids and dates by their looks, other positions where keys of one skeleton vary.

    kind: a word that at least so many keys of one skeleton share in its position names a kind and stays, for who sees
    many keys of a keyspace; a handful of keys cannot tell.
    A key that was cut takes the learned pattern that shares most of its beginning, else its own with an open end.
    The order of the keys does not matter. O(n) in the number of keys.
    """
    alike: defaultdict[tuple[bool, tuple[Token, ...]], dict[Key, Words]] = defaultdict(dict)
    for key in keys:
        tokens = _tokens_of(key)
        skeleton = tuple(b"" if is_word(t) else t for t in tokens)
        alike[key.cut, skeleton][key] = tuple(t for t in tokens if is_word(t))
    learned: dict[Key, KeyPattern] = {}
    for (_, skeleton), rows in alike.items():
        varied = _vary(Counter(rows.values()), _kinds(skeleton), kind)
        learned.update({key: _pattern(skeleton, varied[words]) for key, words in rows.items()})
    known: defaultdict[Token, list[KeyPattern]] = defaultdict(list)
    whole = {pattern for key, pattern in learned.items() if not key.cut and len(pattern.parts) > 1}
    for pattern in sorted(whole, key=lambda p: (-p.literal_length, p.text)):
        known[pattern.parts[0]].append(pattern)
    return {key: _whole_pattern(key, known) or pattern if key.cut else pattern for key, pattern in learned.items()}


def _pattern(skeleton: Sequence[Token], words: Words) -> KeyPattern:
    left = iter(words)
    parts: list[Token] = []
    for token in skeleton:
        part = next(left) if token == b"" else token
        parts.extend((part[0], None) if isinstance(part, tuple) else (part,))
    return KeyPattern.of(parts)


def _whole_pattern(key: Key, known: Mapping[Token, Sequence[KeyPattern]]) -> KeyPattern | None:
    """Of the patterns that begin as the cut key does for longest, the one most of whose literals are seen in it."""
    for length in range(len(key.name), 0, -1):
        rivals = known.get(key.name[:length])
        if rivals and WORD.search(key.name[:length]):
            return max(rivals[:_RIVALS], key=lambda pattern: _seen(pattern, key.name))
    return None


def _seen(pattern: KeyPattern, name: bytes) -> int:
    seen = at = 0
    for part in pattern.parts:
        if part is not None:
            found = name.find(part, at)
            if found < 0:
                break
            seen, at = seen + len(part), found + len(part)
    return seen


def _tokens_of(key: Key) -> tuple[Token, ...]:
    """The tokens; of a cut key without the part that the cut went through, which says nothing: a gap stands there."""
    name = key.name
    if key.cut:
        last = max((m.end() for m in STRONG.finditer(name)), default=0)
        name = name[:last] if WORD.search(name[:last]) else name
    tokens = tokenize(name)
    places = [i for i, token in enumerate(tokens) if is_word(token)]
    if len(places) > _WORDS:
        tokens = tokens[: places[_WORDS]]
    return (*tokens, None) if key.cut or len(places) > _WORDS else tokens


def _kinds(skeleton: Sequence[Token]) -> frozenset[int]:
    """The words, by their place among the words, that stand before an id: `user` in `user:17`."""
    kinds: set[int] = set()
    place, near = -1, False
    for token in skeleton:
        if token == b"":
            place, near = place + 1, True
        elif token is None:
            kinds |= {place} if near else set()
            near = False
    return frozenset(kinds)


def _vary(counts: Mapping[Words, int], kinds: frozenset[int], kind: int | None) -> dict[Words, Words]:
    """For keys of one skeleton (with the number of keys of each), the words with the positions that vary made gaps.

    Each round makes at most one gap in a key and leaves a literal beside it, so none ever loses all of them.
    """
    now = {words: words for words in counts}
    fixed = _shared(counts, kind) if kind else frozenset[tuple[int, Part]]()
    for _ in range(_ROUNDS):
        weights: Counter[Words] = Counter()
        for words, count in counts.items():
            weights[now[words]] += count
        table = _Table(weights, kinds, fixed)
        gaps = table.inside() or table.at_the_ends() or table.anyhow()
        if not gaps:
            break
        step = {words: (*words[:i], part, *words[i + 1 :]) for words, (_, i, part) in gaps.items()}
        now = {words: step.get(current, current) for words, current in now.items()}
    return now


def _shared(counts: Mapping[Words, int], kind: int) -> frozenset[tuple[int, Part]]:
    """The words, with their positions, that at least `kind` keys share."""
    shared: Counter[tuple[int, Part]] = Counter()
    for words, count in counts.items():
        for place in enumerate(words):
            shared[place] += count
    return frozenset(place for place, count in shared.items() if count >= kind)


Gap = tuple[int, int, Part]  # how many words stand there, the position, and what takes their place
Gaps = dict[Words, Gap]


class _Table:
    """The words of keys of one skeleton, and which positions of theirs vary."""

    def __init__(self, weights: Mapping[Words, int], kinds: frozenset[int], fixed: frozenset[tuple[int, Part]]) -> None:
        self.weights = weights
        self.kinds = kinds
        self.fixed = fixed
        self.alike: defaultdict[tuple[int, Words], list[Words]] = defaultdict(list)  # all but this position is equal
        for words in weights:
            for i in _literal(words):
                self.alike[i, (*words[:i], *words[i + 1 :])].append(words)

    def need(self, words: Words, i: int, usual: int) -> int:
        """How many words make the position vary: more where an id follows."""
        follows = words[i + 1] if i + 1 < len(words) else b""
        return _KIND if i in self.kinds or not isinstance(follows, bytes) else usual

    def inside(self) -> Gaps:
        """Gaps between two literals, and in words that end in a number wherever they stand."""
        gaps: Gaps = {}
        varying: dict[tuple[int, Words], int] = {}
        for (i, _), same in self.alike.items():
            places = _literal(same[0])
            if places[0] < i < places[-1] and len(same) >= self.need(same[0], i, _INSIDE):
                self.offer(gaps, same, i)
                if len(same) >= _END:
                    beginning = (i, same[0][:i])
                    varying[beginning] = max(varying.get(beginning, 0), len(same))
                continue
            numbered: defaultdict[bytes, list[Words]] = defaultdict(list)
            for words in same if len(same) > 1 else ():
                numbered[_number_cut(words[i])].append(words)
            for prefix, those in numbered.items():
                if prefix and len(those) >= (_INSIDE if len(prefix) > 1 else _END):
                    self.offer(gaps, those, i)
        for words in self.weights if varying else ():
            for i in _literal(words)[1:-1]:
                if (i, words[:i]) in varying and self.need(words, i, _INSIDE) == _INSIDE:
                    self.offer(gaps, [words], i, size=varying[i, words[:i]])
        return gaps

    def at_the_ends(self) -> Gaps:
        """Gaps at the first or the last word; where both vary, at the one with more words, else at the last."""
        first: Gaps = {}
        last: Gaps = {}
        for (i, _), same in self.alike.items():
            places = _literal(same[0])
            if len(places) < 2 or i not in (places[0], places[-1]):
                continue
            if i == places[-1] and len(same) < _VOCABULARY:
                same = [words for words in same if self.weights[words] == 1]
            if same and len(same) >= self.need(same[0], i, _END):
                self.offer(last if i == places[-1] else first, same, i)
        return {**first, **{words: gap for words, gap in last.items() if gap[0] >= first.get(words, (0,))[0]}}

    def anyhow(self) -> Gaps:
        """Gaps where many words follow the same beginning, most of them once."""
        begun: defaultdict[tuple[int, Words], list[Words]] = defaultdict(list)
        for words in self.weights:
            for i in _literal(words)[1:]:
                begun[i, words[:i]].append(words)
        gaps: Gaps = {}
        for (i, _), those in begun.items():
            found = len({words[i] for words in those})
            if found >= _ANYHOW and 2 * found >= sum(self.weights[words] for words in those):
                self.offer(gaps, those, i, size=found)
        return gaps

    def offer(self, gaps: Gaps, those: Sequence[Words], i: int, *, size: int = 0) -> None:
        """As `_offer`, for those whose word there may vary."""
        free = [words for words in those if (i, words[i]) not in self.fixed] if self.fixed else those
        if free:
            _offer(gaps, free, i, size=size)


def _literal(words: Words) -> list[int]:
    """The positions that are still literals."""
    return [i for i, part in enumerate(words) if isinstance(part, bytes)]


def _number_cut(part: Part) -> bytes:
    match = _NUMBERED.fullmatch(part) if isinstance(part, bytes) else None
    return match[1] if match else b""


def _offer(gaps: Gaps, those: Sequence[Words], i: int, *, size: int = 0) -> None:
    """Notes that the position varies in those; of several positions the one with most words wins, then the first.

    Words that differ only in a number at their end keep their beginning: `host1` and `host2` are `host*`.
    """
    prefixes = {_number_cut(words[i]) for words in those}
    part: Part = None if len(prefixes) > 1 or b"" in prefixes else (prefixes.pop(),)
    gap = (size or len(those), i, part)
    for words in those:
        other = gaps.get(words)
        if other is None or (gap[0], -i) > (other[0], -other[1]):
            gaps[words] = gap
