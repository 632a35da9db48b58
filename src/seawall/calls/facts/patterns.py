"""Abstract strings: what source code says of a string before it runs.

    Text ── a chain of literals and holes          "user:" hole(local `id` is unknown) ":cart"
    merge ── several Texts to one that covers them  feed:home:* and feed:list:*  ->  feed:*:*

A hole says why it is one, so that nothing is ever guessed. Every string that one of the merged Texts can be is matched
by what `merge` gives (an upper bound), and by the KeyPattern made from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from seawall.keyspace import KeyPattern

VARIANTS = 4  # as many Texts are kept apart; more are merged: keys of one line seldom differ in more than that
PARTS = 64  # of one Text; a longer one ends in a hole
LONGEST = 512  # characters of a literal part; keys are shorter
_SEGMENTS = re.compile(r"[:/|]|[^:/|]+")
_SIGNS = ":/|-._#{}"
_WORDS = re.compile(r"[-:/|._#{}]|[^-:/|._#{}]+")
_SEVERAL = "it is one of several"


@dataclass(frozen=True, slots=True)
class Hole:
    """A part that varies. reason: why, as words. parameter: the name of the function's parameter that it is, else "".

    lacks: names, with spaces between, that would have to be defined in what was read for it to be known.
    """

    reason: str = field(compare=False)
    parameter: str = ""
    lacks: str = field(default="", compare=False)


Part: TypeAlias = str | Hole


@dataclass(frozen=True, slots=True)
class Text:
    """A chain of literals and holes; no two literals are neighbours, none is empty."""

    parts: tuple[Part, ...] = ()

    @property
    def literal(self) -> str | None:
        """The string itself where there is no hole."""
        return "".join(p for p in self.parts if isinstance(p, str)) if not self.holes else None

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The holes in order."""
        return tuple(p for p in self.parts if isinstance(p, Hole))

    @property
    def says_something(self) -> bool:
        """Whether a letter or digit of it is known."""
        return any(c.isalnum() for p in self.parts if isinstance(p, str) for c in p)

    def pattern(self, *, glob: bool = False) -> KeyPattern:
        """The key pattern. glob: the text is what KEYS and MATCH take, so that `*`, `?` and `[...]` in it are gaps."""
        parts: list[bytes | None] = []
        for part in self.parts:
            if isinstance(part, Hole):
                parts.append(None)
            elif glob:
                parts.extend(KeyPattern.of_glob(part.encode("utf-8", "surrogateescape")).parts)
            else:
                parts.append(part.encode("utf-8", "surrogateescape"))
        return KeyPattern.of(parts)

    def __str__(self) -> str:
        """The pattern as people write it."""
        return self.pattern().text


def literal(text: str) -> Text:
    """The Text of a string that is known."""
    return concat([Text((text,))])


def hole(reason: str, parameter: str = "", lacks: str = "") -> Text:
    """The Text of which nothing is known but why."""
    return Text((Hole(reason, parameter, lacks),))


def unglobbed(text: Text) -> Text:
    """What a string is that fits this one as KEYS and MATCH take it: `*`, `?` and `[...]` in it are holes."""
    found: list[Text] = []
    for part in text.parts:
        pieces = re.split(r"[*?]+|\[[^\]]*\]", part) if isinstance(part, str) else []
        found += [Text((part,))] if isinstance(part, Hole) else []
        for place, piece in enumerate(pieces):
            found += [hole("it fits a pattern")] if place else []
            found.append(Text((piece,) if piece else ()))
    return concat(found)


def concat(texts: Iterable[Text]) -> Text:
    """One after the other."""
    parts: list[Part] = []
    for part in (part for text in texts for part in text.parts):
        last = parts[-1] if parts else None
        if isinstance(part, str) and isinstance(last, str):
            parts[-1] = last + part
        elif part != "":
            parts.append(part)
    for place, part in enumerate(parts[: PARTS + 1]):
        if isinstance(part, str) and len(part) > LONGEST:
            return Text((*parts[:place], part[:LONGEST], Hole("it is too long to be a key")))
    return Text(tuple(parts) if len(parts) <= PARTS else (*parts[:PARTS], Hole("it has too many parts")))


def product(columns: Sequence[Sequence[Text]]) -> tuple[Text, ...]:
    """Every way of taking one Text of each column and putting them together, at most VARIANTS of them."""
    made: tuple[Text, ...] = (Text(),)
    for column in columns:
        made = few([concat((left, right)) for left in made for right in column])
    return made


def few(texts: Iterable[Text]) -> tuple[Text, ...]:
    """The different ones in their order; merged to one where they are more than VARIANTS."""
    different = tuple(dict.fromkeys(texts))
    return different if len(different) <= VARIANTS else (merge(different),)


def merge(texts: Iterable[Text]) -> Text:
    """The Text that covers all of these: alike segments stay, others become holes. Segments end at `:`, `/` or `|`.

    Of texts with as many segments each is compared with its like; else those at both ends that all share stay. Where
    nothing is left of what all say, the words at both ends that all share stay: words end at any sign.
    """
    different = list(dict.fromkeys(texts))
    if not different:
        return hole("nothing is known")
    merged = different[0]
    for other in different[1:]:
        merged = _merge(_segments(merged), _segments(other))
    if merged.says_something or not all(text.says_something for text in different):
        return merged
    worded = different[0]
    for other in different[1:]:
        worded = _merge(_segments(worded, words=True), _segments(other, words=True))
    return worded if worded.says_something else merged


def _merge(left: list[Text], right: list[Text]) -> Text:
    if left == right:
        return concat(left)
    gap = hole(_SEVERAL)
    if [_divides(s) for s in left] == [_divides(s) for s in right]:
        pairs = zip(left, right, strict=True)
        if all(a == b or not _divides(a) for a, b in zip(left, right, strict=True)):
            return concat(a if a == b else gap for a, b in pairs)
    ahead = _alike(left, right)
    behind = _alike(left[ahead:][::-1], right[ahead:][::-1])
    return concat([*left[:ahead], gap, *left[len(left) - behind :]])


def _alike(left: Sequence[Text], right: Sequence[Text]) -> int:
    for count, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return count
    return min(len(left), len(right))


def _divides(segment: Text) -> bool:
    return len(segment.parts) == 1 and isinstance(segment.parts[0], str) and segment.parts[0] in _SIGNS


def _segments(text: Text, *, words: bool = False) -> list[Text]:
    """Delimiters as Texts of their own, and what stands between them; what was merged before stands alone."""
    found: list[Text] = []
    inside: list[Part] = []
    for part in text.parts:
        for piece in [part] if isinstance(part, Hole) else (_WORDS if words else _SEGMENTS).findall(part):
            alone = piece.reason == _SEVERAL if isinstance(piece, Hole) else piece in (_SIGNS if words else ":/|")
            if alone:
                found += [Text(tuple(inside))] if inside else []
                found.append(Text((piece,)))
                inside = []
            else:
                inside.append(piece)
    return found + ([Text(tuple(inside))] if inside else [])
