"""From files to their call sites: which files can matter is found by words, and by the names that turn up.

files with a word of Redis ──> program ──> names that are missing, imports, wrappers ──> more files ──> ... ──> sites
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from seawall.calls.facts import tree
from seawall.calls.facts.indexing import add, program_of
from seawall.calls.facts.meaning.finding import first_look, sites_of
from seawall.calls.facts.meaning.interpreter import Interpreter
from seawall.calls.facts.meaning.wanting import Wanted, wanted_by
from seawall.calls.facts.overrides import Overrides
from seawall.calls.facts.scripts import Sent, script_sites
from seawall.calls.facts.sites import Site
from seawall.calls.languages import lua
from seawall.calls.words import Uses, has_word

ROUNDS = 8  # of reading what the last one asked for: each finds one more wrapper around a wrapper
RARE = 40  # files that use a name; of a commoner one only those that name its class too
Parse: TypeAlias = Callable[[str, bytes], tree.File | None]


def list_sites(
    texts: Mapping[str, bytes],
    parse: Parse,
    scan: Callable[[str], Iterable[Sent]] = lua.commands,
    *,
    overrides: Overrides | None = None,
) -> list[Site]:
    """The sites of a folder's files, given as path and bytes.

    parse: the tree of one file, None of what cannot be read. scan: the commands in a Lua text. overrides: what a person
    says of names.
    """
    return list_program(texts, parse, scan, overrides=overrides)[0]


def list_program(
    texts: Mapping[str, bytes],
    parse: Parse,
    scan: Callable[[str], Iterable[Sent]] = lua.commands,
    *,
    overrides: Overrides | None = None,
) -> tuple[list[Site], Interpreter]:
    """The sites, with the settled interpreter of the program that they are in. For the arguments see `list_sites`."""
    chosen = {path for path, data in texts.items() if has_word(data)}
    chosen |= _said(overrides, texts) if overrides else set()
    uses = Uses(texts)
    trees: dict[str, tree.File | None] = {}
    program = program_of((), texts)
    engine = Interpreter(program, overrides)
    for turn in range(ROUNDS + 1):
        new = {path: parse(path, texts[path]) for path in sorted(chosen - trees.keys())}
        trees.update(new)
        program.has_shell |= any(b"redis-cli" in texts[path] or b"valkey-cli" in texts[path] for path in new)
        for made in filter(None, new.values()):
            add(program, made)
        program.forget()
        engine = Interpreter(program, overrides)
        if turn == ROUNDS:
            break
        first_look(engine)
        more = _more(wanted_by(engine), uses, chosen)
        if not more:
            break
        chosen |= more
    found = sites_of(engine)
    read = ((path, made) for path, made in trees.items() if made is not None)
    found += [site for path, made in read for site in script_sites(made, texts[path], scan, program.runs)]
    placed = (_in_characters(site, texts[site.path]) for site in found)
    return sorted(placed, key=lambda site: (site.path, site.span, site.command)), engine


def _in_characters(site: Site, data: bytes) -> Site:
    ahead = data[site.span[0] - site.col + 1 : site.span[0]]
    return site if ahead.isascii() else replace(site, wide=sum(byte & 0xC0 == 0x80 for byte in ahead))


def _said(overrides: Overrides, texts: Mapping[str, bytes]) -> set[str]:
    """The files that may use what a person said: by its name; of a common name, by the name before that too."""
    found: set[str] = set()
    for word, owner in overrides.wanted():
        using = {path for path, data in texts.items() if word.encode() in data}
        found |= using if len(using) <= RARE else {path for path in using if owner.encode() in texts[path]}
    return found


def _more(wanted: Wanted, uses: Uses, chosen: set[str]) -> set[str]:
    """The files not chosen yet that what is wanted may stand in."""
    called = [(name.encode(), [owner.encode() for owner in owners]) for name, owners in wanted.called]
    mixed = [tuple(word.encode() for word in group if word.isidentifier()) for group in wanted.mixed]
    defined = [name.encode() for name in wanted.defined]
    names = (name for name, owners in called for name in (name, *owners))
    uses.ask((*defined, *(word for words in mixed for word in words), *names), chosen)
    found = set(wanted.paths)
    for name in defined:
        found |= uses.defining(name)
    for words in filter(None, mixed):
        found |= uses.mixing(words)
    for name, owners in called:
        using = uses.of(name) - chosen
        found |= using if len(using) <= RARE else using & set[str]().union(*map(uses.of, owners))
    return found - chosen
