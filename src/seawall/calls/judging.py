"""What the rules of this room judge, and what they may ask of it: arguments by name, bounds, what else sends to a key.

Pure. A rule says what the code proves: that a read is whole, not that the collection is large. What keeps it small in
the same code (a slice, a LIMIT, a trim of the same keys, fields that are constants) lowers the severity and is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.calls.facts.sites import Argument, Around, Site
from seawall.model import Severity

SLICE = 1000  # elements a call may touch: the slice that the rules of servers recommend, about 1 ms on a slow core
TRIMS = frozenset({"ltrim", "zremrangebyrank", "xtrim"})
_NOT_OVER = frozenset({"", "while", "loop", "until", "cycle"})  # loops that are not over elements
_FIELD_WRITES = frozenset({"hset", "hmset", "hsetnx", "hincrby", "hincrbyfloat"})


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """The call sites of what was read, by path and place.

    frees_lazily: whether every server at hand frees in the background what DEL removes; None where it is not known.
    """

    sites: tuple[Site, ...] = ()
    frees_lazily: bool | None = None

    def each(self, *commands: str) -> Iterator[Site]:
        """The sites of these commands, of all where none is given; a wrapper is judged where it is called from."""
        called = {site.through for site in self.sites if site.through}
        for site in self.sites:
            if site.wrapper and site.around.symbol in called:
                continue
            if not commands or site.command in commands:
                yield site

    def on_same_keys(self, site: Site) -> Iterator[Site]:
        """The other sites of the same key pattern; none of a pattern that is all gaps."""
        if site.key_pattern and any(c.isalnum() for c in site.key_pattern):
            yield from (other for other in self.sites if other.key_pattern == site.key_pattern and other is not site)

    def trimmed(self, site: Site) -> str:
        """Where the keys of a site are cut to a length, in words; empty where nowhere."""
        cut = next((other for other in self.on_same_keys(site) if other.command in TRIMS), None)
        return f"{cut.command.upper()} of the same keys at {cut.path}:{cut.line}" if cut else ""

    def fields_fixed(self, site: Site) -> str:
        """That all fields of a hash are constants of the code, in words; empty where one is not, or none is written."""
        writes = [other for other in self.on_same_keys(site) if other.command in _FIELD_WRITES]
        if not writes or not all(_fields_known(write) for write in writes):
            return ""
        return f"only constant fields are written, first at {writes[0].path}:{writes[0].line}"


def positional(site: Site) -> tuple[Argument, ...]:
    """The arguments without a keyword, the key among them."""
    return tuple(argument for argument in site.args if not argument.keyword)


def option(site: Site, name: str) -> Argument | None:
    """What is given under a name: as a keyword (`count: 9`, `count=9`), or after that word (`"COUNT", 9`)."""
    for argument in site.args:
        if argument.keyword.lower() == name:
            return argument
    given = positional(site)
    for place, argument in enumerate(given[:-1]):
        if (argument.text or "").lower() == name:
            return given[place + 1]
    return None


def says(site: Site, *names: str) -> bool:
    """Whether one of these words is among the arguments, as a keyword or by itself."""
    words = {argument.keyword.lower() for argument in site.args}
    words |= {(argument.text or "").lower() for argument in positional(site)[1 if site.key_pattern else 0 :]}
    return not words.isdisjoint(names)


def over_elements(around: Around) -> bool:
    """Whether a call is repeated over something whose length the code does not say: no constant, no slices."""
    last = around.over.replace("::", ".").rsplit(".", 1)[-1]
    named = bool(last) and not last.isupper()  # a constant of a file that was not read is as short as any other
    return around.loop not in _NOT_OVER and around.count is None and not around.sliced and named


def lowered(severity: Severity, steps: int = 1) -> Severity:
    """So many steps less, not below info."""
    return list(Severity)[max(severity.rank - steps, 0)]


def _fields_known(write: Site) -> bool:
    given = positional(write)[1:]
    if any(argument.spread or (argument.many and argument.count is None) for argument in write.args):
        return False
    fields = given[::2] if write.command in ("hset", "hmset") else given[:1]
    return bool(write.args[1:]) and all(argument.many or is_literal(argument) for argument in fields)


def is_literal(argument: Argument) -> bool:
    """Whether it is a text without a gap, or a number."""
    return argument.number is not None or (argument.text is not None and "*" not in argument.text)
