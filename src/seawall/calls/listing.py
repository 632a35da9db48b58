"""From files to their call sites: which files can matter is found by words, and by the names that turn up.

files with a word of Redis ──> program ──> names that are missing, imports, wrappers ──> more files ──> ... ──> sites
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from seawall.calls.facts import tree
from seawall.calls.facts.indexing import program_of
from seawall.calls.facts.meaning.finding import first_look, sites_of
from seawall.calls.facts.meaning.interpreter import Interpreter
from seawall.calls.facts.meaning.wanting import Wanted, wanted_by
from seawall.calls.facts.scripts import Sent, script_sites
from seawall.calls.facts.sites import Site
from seawall.calls.languages import lua

# A file without any of these has no client of its own; it may still call a wrapper, which the rounds find.
WORDS = re.compile(rb"(?i)redis|valkey|\brdb\b|resque|celery|\bimport rq\b|\bfrom rq\b|\bserver\.p?call\b")
ROUNDS = 3  # of reading what the last one asked for: a wrapper of a wrapper is found in two
RARE = 40  # files that use a name; of a commoner one only those that name its class too
_WORD = re.compile(rb"[A-Za-z_]\w*[?!]?")
Parse: TypeAlias = Callable[[str, bytes], tree.File | None]


def list_sites(
    texts: Mapping[str, bytes], parse: Parse, scan: Callable[[str], Iterable[Sent]] = lua.commands
) -> list[Site]:
    """The sites of a folder's files, given as path and bytes.

    parse: the tree of one file, None of what cannot be read. scan: the commands in a Lua text.
    """
    chosen = {path for path, data in texts.items() if WORDS.search(data)}
    trees: dict[str, tree.File | None] = {}
    engine = Interpreter(program_of(()))
    for turn in range(ROUNDS + 1):
        trees.update({path: parse(path, texts[path]) for path in sorted(chosen - trees.keys())})
        engine = Interpreter(program_of((made for made in trees.values() if made is not None), texts))
        if turn == ROUNDS:
            break
        first_look(engine)
        more = _more(wanted_by(engine), {path: data for path, data in texts.items() if path not in chosen})
        if not more:
            break
        chosen |= more
    found = sites_of(engine)
    read = ((path, made) for path, made in trees.items() if made is not None)
    found += [site for path, made in read for site in script_sites(made, texts[path], scan)]
    return sorted(found, key=lambda site: (site.path, site.span, site.command))


def _more(wanted: Wanted, rest: Mapping[str, bytes]) -> set[str]:
    """The files not read yet that what is wanted may stand in."""
    found = set(wanted.paths & rest.keys())
    called = [(name.encode(), {owner.encode() for owner in owners}) for name, owners in wanted.called]
    mixed = [[word.encode() for word in group if word.isidentifier()] for group in wanted.mixed]
    defined = [name.encode() for name in wanted.defined]
    asked = {*defined, *(word for words in mixed for word in words), *(name for name, _ in called)}
    asked.update(owner for _, owners in called for owner in owners)
    words = {path: hits for path, data in rest.items() if (hits := asked.intersection(_WORD.findall(data)))}
    for name in defined:
        pattern = re.compile(rb"(?m)\b(?:class|module)\s+(?:\w+::)*%s\b|^\s*(?:\w+::)*%s\s*=[^=]" % (name, name))
        found |= {path for path, hits in words.items() if name in hits and pattern.search(rest[path])}
    for group in filter(None, mixed):
        pattern = re.compile(rb"(?m)^\s*(?:include|extend|prepend|class\b[^\n]*[<(,])[ (]*[^\n]*\b%s\b" % group[-1])
        found |= {path for path, hits in words.items() if hits.issuperset(group) and pattern.search(rest[path])}
    for name, owners in called:
        using = {path for path, hits in words.items() if name in hits}
        if len(using) > RARE:
            using = {path for path in using if not words[path].isdisjoint(owners)}
        found |= using
    return found
