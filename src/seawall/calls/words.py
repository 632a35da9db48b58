"""Which files of a folder may matter, by the words in them: of Redis itself, and of what turns up later.

All of a folder is looked at, so this is about bytes per second: 6 MB of Ruby take 0.04 s for the words of Redis, 0.05 s
each time that names are asked for which were not asked for before, and nothing otherwise.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

# A file without any of these has no client of its own; it may still call a wrapper, which the rounds find.
WORDS = re.compile(rb"(?i)redis|valkey|\brdb\b|resque|celery|\bimport rq\b|\bfrom rq\b|\bserver\.p?call\b")
HINTS = (b"redis", b"valkey", b"rdb", b"resque", b"celery", b" rq", b"server.")  # one is in all that WORDS finds
_WORD = re.compile(rb"[A-Za-z_]\w*[?!]?")
_BLANKED = bytes(c if chr(c).isascii() and (chr(c).isalnum() or chr(c) == "_") else ord(" ") for c in range(256))


def has_word(data: bytes) -> bool:
    """Whether a text has a word of Redis. Most have not even a hint of it, which is seven times as fast to see."""
    low = data.lower()
    return any(hint in low for hint in HINTS) and WORDS.search(data) is not None


class Uses:
    """Which files use which names, and which define or mix in a class; each is looked for once."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        self._texts = texts
        self._using: defaultdict[bytes, set[str]] = defaultdict(set)
        self._asked: set[bytes] = set()
        self._tried: set[tuple[bytes, ...]] = set()

    def ask(self, names: Iterable[bytes], chosen: set[str]) -> None:
        """Looks for names in all files but those chosen."""
        new = set(names) - self._asked
        self._asked |= new
        stems = {name.rstrip(b"?!") for name in new}
        for path, data in self._texts.items() if new else ():
            if path in chosen:
                continue
            found = stems.intersection(data.translate(_BLANKED).split())
            if any(stem + b"?" in data or stem + b"!" in data for stem in found):
                found = new.intersection(_WORD.findall(data))
            for name in found & new:
                self._using[name].add(path)

    def of(self, name: bytes) -> set[str]:
        """The files that use a name."""
        return self._using[name]

    def defining(self, name: bytes) -> set[str]:
        """The files that define a class or constant of a name, the first time; none from then on."""
        pattern = rb"(?m)\b(?:class|module)\s+(?:\w+::)*%s\b|^\s*(?:\w+::)*%s\s*=[^=]" % (name, name)
        return self._matching((b"", name), self._using[name], pattern)

    def mixing(self, words: tuple[bytes, ...]) -> set[str]:
        """The files that mix in a module, or inherit from a class, of this path; none the second time."""
        pattern = rb"(?m)^\s*(?:include|extend|prepend|class\b[^\n]*[<(,])[ (]*[^\n]*\b%s\b" % words[-1]
        using = set[str].intersection(*(self._using[word] for word in words))
        return self._matching(words, using, pattern)

    def _matching(self, asked: tuple[bytes, ...], using: set[str], pattern: bytes) -> set[str]:
        if asked in self._tried:
            return set()
        self._tried.add(asked)
        search = re.compile(pattern).search
        return {path for path in using if search(self._texts[path])}
