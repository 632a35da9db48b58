"""Which call sites can have sent what the log shows, the likeliest first, each with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from seawall.calls.facts.sites import CONFIDENCES, Site
from seawall.joins.facts.asked import Asked
from seawall.keyspace import KeyPattern
from seawall.model import Json

MOST = 3  # candidates that are named
_PYTHON = frozenset(("py", "pyw", "pyi"))
_SCRIPT = frozenset(("js", "cjs", "mjs", "jsx", "ts", "cts", "mts", "tsx"))
_LIBRARIES = {"redis-py": "python", "valkey-py": "python", "redis-rb": "ruby", "redis-client": "ruby",
              "node-redis": "javascript", "ioredis": "javascript", "iovalkey": "javascript"}  # fmt: skip


class Rank(NamedTuple):
    """How likely a site is, the smaller the likelier, compared part by part.

    blank: no letter or digit of its pattern is fixed. partly: some of the keys that were seen may not be its own.
    literal: bytes of its pattern that are fixed, negative.
    foreign: its language is not that of the clients. doubt: of its confidence, 0 is `typed`.
    """

    other_command: bool
    blank: bool
    partly: bool
    literal: int
    foreign: bool
    doubt: int


@dataclass(frozen=True, slots=True)
class Sender:
    """A call site that can have sent it. reason: in words."""

    site: Site
    rank: Rank
    reason: str

    def as_json(self) -> dict[str, Json]:
        """The caller of the contract, with the reason."""
        site = self.site
        return {
            "path": site.path,
            "line": site.line,
            "symbol": site.around.symbol or None,
            "confidence": site.confidence,
            "command": site.command,
            "key_pattern": site.key_pattern,
            "reason": self.reason,
        }


def senders(sites: Iterable[Site], asked: Asked) -> tuple[Sender, ...]:
    """The sites that can have sent it, best first, those on one line once. Which are named is the caller's choice."""
    found = [sender for site in sites if (sender := _sender(site, asked)) is not None]
    found = _unless_all(found, lambda rank: rank.other_command)
    found = _unless_all(found, lambda rank: rank.blank)  # a key of nothing but gaps fits any
    found = _unless_all(found, lambda rank: rank.foreign)
    if asked.pattern is not None and not asked.says_something and len(found) > MOST:
        return ()
    lines: dict[tuple[str, int, str], Sender] = {}
    for sender in sorted(found, key=lambda sender: (sender.rank, sender.site.path, sender.site.line)):
        lines.setdefault((sender.site.path, sender.site.line, sender.site.command), sender)
    return tuple(lines.values())


def _unless_all(found: list[Sender], out: Callable[[Rank], bool]) -> list[Sender]:
    """Those that are not out; all of them where that would be none."""
    return [sender for sender in found if not out(sender.rank)] or found


def _sender(site: Site, asked: Asked) -> Sender | None:
    if site.wrapper:
        return None  # it has no key of its own: its callers are sites
    same = not asked.command or site.command == asked.command
    if asked.pattern is None:
        if site.key_pattern is not None or not same:
            return None
        blank, literal, covers, said = False, 0, True, f"sends {site.command.upper()}"
    else:
        fitting = [p for p in _patterns(site) if asked.fits(p)]
        if not fitting:
            return None
        best = max(fitting, key=lambda pattern: (asked.covered(pattern), pattern.literal_length))
        blank = not any(part is not None and re.search(rb"[^\W_]", part) for part in best.parts)
        literal, covers, said = best.literal_length, asked.covered(best), f"its key is {best.text}"
    if asked.command and not same:
        said = f"sends {site.command.upper()}, not {asked.command.upper()}; {said}"
    foreign = _is_foreign(site, asked.libraries)
    rank = Rank(not same, blank, not covers, -literal, foreign, CONFIDENCES.index(site.confidence))
    return Sender(site, rank, said)


def _patterns(site: Site) -> Sequence[KeyPattern]:
    texts = dict.fromkeys((*site.variants, *site.keys, *((site.key_pattern,) if site.key_pattern is not None else ())))
    return [KeyPattern.parse(text) for text in texts]


def language(path: str) -> str:
    """The language of a source file, by its name: what has no ending of another is Ruby (`Rakefile`)."""
    end = path.rsplit(".", 1)[-1].lower()
    return "python" if end in _PYTHON else "javascript" if end in _SCRIPT else "ruby"


def _is_foreign(site: Site, libraries: Sequence[str]) -> bool:
    """Whether the clients' libraries, of those that are known, are all of another language than the site."""
    spoken = {tongue for library in libraries for word, tongue in _LIBRARIES.items() if word in library.lower()}
    return bool(spoken) and language(site.path) not in spoken
