"""A property's text as far as a template fixes it, and where each character of it is written."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import yaml

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Value:
    """A text with the place of each of its characters.

    text: where a part is not known before deployment, that part's name in braces: `${AWS::Region}`. origin: for each
    character its index in the template. start: where the property's value begins. holes: the spans of `text` that are
    not known. unresolved: why not, of the first of them; empty where all is known.
    """

    text: str
    source: str = field(repr=False, compare=False)
    start: int
    origin: Sequence[int] = field(repr=False)
    holes: tuple[tuple[int, int], ...] = ()
    unresolved: str = ""

    @property
    def known(self) -> bool:
        """Whether the whole text is known."""
        return not self.holes

    def place(self, column: int | None = None) -> tuple[int, int]:
        """Line and column in the template, from 1, of this column (from 1) of the text; of its beginning by default."""
        index = self.start
        if column is not None and self.origin:
            inside = min(column, len(self.origin)) - 1
            index = self.origin[inside] + (column > len(self.origin))
        return place(self.source, index)

    def filled(self, word: str) -> str:
        """The text with `word` in each hole."""
        parts: list[str] = []
        at = 0
        for begin, end in self.holes:
            parts += [self.text[at:begin], word]
            at = end
        return "".join([*parts, self.text[at:]])


def place(source: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of an index of the template's text."""
    ends = _line_ends(source)
    line = bisect_left(ends, index)
    return line + 1, index - (ends[line - 1] if line else -1)


@lru_cache(maxsize=2)
def _line_ends(source: str) -> list[int]:
    """Where the lines end: counting them anew for each of 60,000 places of a megabyte took 10 s."""
    return [match.start() for match in re.finditer("\n", source)]


def literal(source: str, node: yaml.ScalarNode) -> Value:
    """The value of a scalar: plain, quoted or a block. A word that holds escapes gets the place of the word before."""
    start, end = node.start_mark.index, node.end_mark.index
    text = str(node.value)
    start += source[start : start + 1] == "!" and _tag_length(source, start, end)
    quoted = source[start : start + 1] in ("'", '"')
    begin = start + quoted
    if source.startswith(text, begin):
        return Value(text, source, begin, range(begin, begin + len(text)))
    first = source.find("\n", begin) + 1 if node.style in ("|", ">") else begin  # no word of a block is in its head
    return Value(text, source, begin, _aligned(source[:end], first, text))


def _tag_length(source: str, start: int, end: int) -> int:
    """The characters of the tag of a node and of the space after it."""
    match = re.compile(r"!\S*\s*").match(source, start, end)
    return len(match[0]) if match else 0


def _aligned(source: str, begin: int, text: str) -> list[int]:
    """The index of each character of a folded, escaped or block scalar: word by word, gaps at the word before."""
    origin = [begin] * len(text)
    at = begin
    for word in _WORD.finditer(text):
        found = source.find(word[0], at)
        if found < 0:
            continue
        origin[word.start() : word.end()] = range(found, found + len(word[0]))
        at = found + len(word[0])
        origin[word.end() :] = [at] * (len(text) - word.end())
    return origin


def unknown(source: str, index: int, name: str, reason: str) -> Value:
    """A value that only a deployment knows, by the name that stands for it."""
    text = f"${{{name}}}"
    return Value(text, source, index, [index] * len(text), ((0, len(text)),), reason)


def joined(source: str, start: int, parts: Sequence[Value]) -> Value:
    """The parts one after the other as one value."""
    holes: list[tuple[int, int]] = []
    origin: list[int] = []
    for part in parts:
        holes += [(begin + len(origin), end + len(origin)) for begin, end in part.holes]
        origin += part.origin
    reason = next((part.unresolved for part in parts if part.unresolved), "")
    return Value("".join(part.text for part in parts), source, start, origin, tuple(holes), reason)


def cut(value: Value, begin: int, end: int) -> Value:
    """The part of a literal value between two of its indices."""
    origin = value.origin[begin:end]
    return Value(value.text[begin:end], value.source, origin[0] if origin else value.start, origin)


def at(value: Value, index: int) -> Value:
    """The value as it shows at the place that refers to it."""
    return Value(value.text, value.source, index, [index] * len(value.text), value.holes, value.unresolved)
