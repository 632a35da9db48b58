"""A key pattern, a chain of literals and gaps (never an alternation): how it is read, printed, matched, intersected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from seawall.keyspace.printing import printable, unprinted
from seawall.keyspace.tokens import Token, tokenize

_PIECES = re.compile(r"\*|(?:[^*\\]|\\.|\\$)+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the slow log shows it: its bytes (never printed), and whether the server cut it at 128 bytes."""

    name: bytes = field(repr=False)
    cut: bool = False


@dataclass(frozen=True, slots=True)
class KeyPattern:
    """A chain of literals and gaps. `parts` holds bytes, and None where any run of bytes may stand, never two Nones."""

    parts: tuple[Token, ...]

    @classmethod
    def of(cls, parts: Iterable[Token]) -> KeyPattern:
        """The pattern of these parts, neighbours joined."""
        joined: list[Token] = []
        for part in parts:
            if joined and part is None and joined[-1] is None:
                continue
            last = joined[-1] if joined else None
            if joined and part is not None and last is not None:
                joined[-1] = last + part
            elif part != b"":
                joined.append(part)
        return cls(tuple(joined))

    @classmethod
    def parse(cls, text: str) -> KeyPattern:
        r"""The pattern written as text, the inverse of `text`: `*` is a gap, `\*`, `\\` and `\xNN` are characters."""
        return cls.of(None if piece == "*" else unprinted(piece) for piece in _PIECES.findall(text))

    @classmethod
    def of_glob(cls, glob: bytes) -> KeyPattern:
        r"""The pattern of what KEYS and MATCH take: `*`, `?` and `[...]` are gaps, and so are numbers and ids in it."""
        parts: list[Token] = []
        for piece in re.findall(rb"\\.|[*?]|\[(?:\\.|[^\]\\])*\]?|[^\\*?\[]+|\\", glob, re.DOTALL):
            if piece[:1] in (b"*", b"?", b"["):
                parts.append(None)
            else:
                parts.extend(tokenize(piece[1:] if piece[:1] == b"\\" and len(piece) > 1 else piece))
        return cls.of(parts)

    @property
    def text(self) -> str:
        r"""The pattern as people write it, safe to print; `*` and `\` of a key stand as `\*` and `\\`."""
        return "".join(
            "*" if p is None else printable(p.replace(b"\\", b"\\\\").replace(b"*", b"\\*")) for p in self.parts
        )

    @property
    def literal_length(self) -> int:
        """Bytes that are fixed: the more, the more specific."""
        return sum(len(p) for p in self.parts if p is not None)

    def matches(self, key: bytes, *, cut: bool = False) -> bool:
        """Whether the key fits; with `cut`, whether some key that begins with these bytes fits."""
        if cut:
            first = self.parts[0] if self.parts else b""
            if first is None:
                return True
            return first.startswith(key) or (key.startswith(first) and len(self.parts) > 1)
        at = 0
        for place, part in enumerate(self.parts):
            if part is None:
                continue
            if place == len(self.parts) - 1 and place:
                return len(key) - at >= len(part) and key.endswith(part)  # a gap stands before it
            found = key.find(part, at)  # the first place is the best: gaps take whatever is between
            if found < 0 or (not place and found):
                return False
            at = found + len(part)
        return at == len(key) or self.parts[-1:] == (None,)

    def intersects(self, other: KeyPattern) -> bool:
        """Whether some key fits both. O(n m) in the lengths of the two patterns."""
        mine, theirs = self._symbols(), other._symbols()
        above: list[bool] = []
        for i in range(len(mine) + 1):
            row: list[bool] = []
            for j in range(len(theirs) + 1):
                up, left = bool(i) and above[j], bool(j) and row[j - 1]
                if not i and not j:
                    row.append(True)
                elif i and mine[i - 1] is None:
                    row.append(up or left)  # the gap is empty, or takes one symbol more of the other
                elif j and theirs[j - 1] is None:
                    row.append(left or up)
                else:
                    row.append(bool(i and j) and mine[i - 1] == theirs[j - 1] and above[j - 1])
            above = row
        return above[-1]

    def _symbols(self) -> list[int | None]:
        symbols: list[int | None] = []
        for part in self.parts:
            symbols.extend([None] if part is None else part)
        return symbols
