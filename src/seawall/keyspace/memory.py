"""Patterns over weeks: what was learned from earlier keys holds for later ones, and a wider pattern takes over.

One poll may show `user:alice:cart` and the next `user:bob:cart`; each alone is a literal. A memory keeps the keys of
late and the patterns that it has given out, so that the two become one group, and says which pattern became which.

Limits: `KEYS` keys of one subject are remembered, and of patterns from before a restart only those of a single key.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain

from seawall.keyspace.learning import learn
from seawall.keyspace.pattern import Key, KeyPattern
from seawall.keyspace.tokens import Token, is_word, tokenize

KEYS = 512  # of one subject; learning is O(n), 512 keys take 5 ms
PATTERNS = 2_000  # of one command


class Memory:
    """What was learned so far. known: the patterns of each command that were given out before this process began."""

    def __init__(self, known: Mapping[str, Iterable[str]] | None = None) -> None:
        self._keys: dict[Hashable, dict[Key, None]] = {}
        self._given: dict[str, dict[str, KeyPattern]] = {
            command: {text: KeyPattern.parse(text) for text in texts if " " not in text}
            for command, texts in (known or {}).items()
        }
        self._widened: dict[str, dict[str, str]] = {}

    def learn(self, command: str, use: Hashable, keys: Sequence[Key]) -> dict[Key, KeyPattern]:
        """A pattern for each of these keys of a command and one use of it, in the light of those seen before."""
        late = self._keys.setdefault((command, use), {})
        for key in keys:
            late.pop(key, None)
            late[key] = None
        while len(late) > max(KEYS, len(set(keys))):
            del late[next(iter(late))]
        given = self._given.setdefault(command, {})
        before = (Key(p.parts[0]) for p in given.values() if len(p.parts) == 1 and p.parts[0] is not None)
        learned = learn(chain(late, before))
        chosen = {key: self._settle(command, given, learned[key]) for key in keys}
        while len(given) > PATTERNS:
            del given[next(iter(given))]
        return chosen

    def widened(self, command: str) -> dict[str, str]:
        """The patterns of this command that became others since this was last asked, each with what it is now."""
        changes = self._widened.pop(command, {})
        return {old: _end_of(changes, old) for old in changes}

    def commands(self) -> list[str]:
        """The commands some pattern of which became another since they were last asked about."""
        return [command for command, changes in self._widened.items() if changes]

    def _settle(self, command: str, given: dict[str, KeyPattern], pattern: KeyPattern) -> KeyPattern:
        """The pattern, or a wider one that was given before; narrower ones that it takes over are noted."""
        text = pattern.text
        if text in given:
            return given[text]
        wider = [p for p in given.values() if covers(p, pattern)]
        if wider:
            return max(wider, key=lambda p: (p.literal_length, p.text))
        for old in [old for old, p in given.items() if covers(pattern, p)]:
            del given[old]
            self._widened.setdefault(command, {})[old] = text
        given[text] = pattern
        return pattern


def covers(wide: KeyPattern, narrow: KeyPattern) -> bool:
    """Whether the wide pattern is the narrow one with more parts that vary: `user:*:cart` covers `user:bob:cart`.

    Part by part: `user:*` does not cover `user:*:cart`, though it matches its keys. A pattern without a literal covers
    only itself. O(n).
    """
    if wide == narrow:
        return True
    mine, theirs = _tokens(wide), _tokens(narrow)
    if not any(is_word(token) for token in mine):
        return False
    i = j = 0
    while i < len(mine) and j < len(theirs):
        one, other = mine[i], theirs[j]
        if one is None:
            if not _varies_or_word(other):
                return False
            while j < len(theirs) and _varies_or_word(theirs[j]):
                j += 1
        elif one == other:
            j += 1
        elif other is not None and _numbered(mine[i : i + 2], other):  # host* and host1
            i, j = i + 1, j + 1
        else:
            return False
        i += 1
    return i == len(mine) and j == len(theirs)


def _varies_or_word(token: Token) -> bool:
    return token is None or is_word(token)


def _numbered(those: Sequence[Token], word: bytes) -> bool:
    if len(those) < 2 or those[0] is None or those[1] is not None:
        return False
    return is_word(word) and word.startswith(those[0]) and word[len(those[0]) :].isdigit()


def _tokens(pattern: KeyPattern) -> list[Token]:
    return [token for part in pattern.parts for token in ((None,) if part is None else tokenize(part))]


def _end_of(changes: Mapping[str, str], text: str) -> str:
    """Where a chain of changes ends: each is to a wider pattern, so it does."""
    while text in changes:
        text = changes[text]
    return text
