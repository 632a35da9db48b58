"""From call sites and the bytes of their files to new bytes. Pure.

    sites of a file ──> spots ──> each fixer ──> changes ──> those that do not overlap ──> new bytes ──> parsed again
                                     └──> refused, with the reason                             └──> broken: refused

A change that overlaps another waits: the new bytes are listed and mended again, until nothing is left to do. So a
second run changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from seawall.calls.facts import tree
from seawall.calls.facts.sites import PIPELINE, Site
from seawall.calls.fixes import FIXERS, Fixer, edits, unlinking
from seawall.calls.fixes.edits import Change, Refused
from seawall.calls.fixes.spots import Source, Spot, importing
from seawall.calls.judging import CodeFacts

Parse: TypeAlias = Callable[[str, bytes], tree.File | None]
List: TypeAlias = Callable[[Mapping[str, bytes]], Iterable[Site]]
PASSES = 4  # a change in a change in a change: a DEL of the KEYS of a pattern takes two
READ = frozenset(("ruby", "python"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What to mend. rules: of these codes only, of all where it is empty. unsafe: also what changes atomicity."""

    rules: frozenset[str] = frozenset()
    unsafe: bool = False
    frees_lazily: bool | None = None

    def wants(self, fixer: Fixer, command: str) -> bool:
        """Whether a fixer is wanted for a command."""
        code = fixer.CODES.get(command)
        return code is not None and (not self.rules or code in self.rules)


@dataclass(slots=True)
class Mended:
    """What came of it. texts: the new bytes of each file that changes; changes and refused by path and place."""

    texts: dict[str, bytes] = field(default_factory=dict[str, bytes])
    changes: list[Change] = field(default_factory=list[Change])
    refused: list[Refused] = field(default_factory=list[Refused])


def mend(texts: Mapping[str, bytes], sites: Sequence[Site], parse: Parse, again: List, wish: Wish) -> Mended:
    """The files as they are after all fixers.

    Args:
        texts: the files by their paths.
        sites: what was found in them.
        parse: the tree of a file, None where it cannot be read.
        again: the sites of changed texts.
        wish: what to mend.
    """
    result = Mended()
    now = dict(texts)
    for turn in range(PASSES):
        changes, refused, waiting = _propose(now, sites, parse, wish)
        result.changes += _apply(now, changes, refused, parse)
        if turn == 0:
            result.refused = refused  # those of a later turn are the same, on other lines
        if not waiting:
            break
        sites = list(again(now))
    result.texts = {path: data for path, data in now.items() if data != texts[path]}
    result.changes.sort(key=lambda one: (one.site.path, one.site.span))
    return result


def _propose(
    texts: Mapping[str, bytes], sites: Sequence[Site], parse: Parse, wish: Wish
) -> tuple[list[Change], list[Refused], bool]:
    """The changes that do not overlap, what is refused, and whether a change waits for another."""
    facts = CodeFacts(tuple(sites), wish.frees_lazily)
    changes: list[Change] = []
    refused: list[Refused] = []
    waiting = False
    by_path: dict[str, list[Site]] = {}
    for site in sites:
        if site.path in texts:
            by_path.setdefault(site.path, []).append(site)
    for path, here in by_path.items():
        file = _needs(here, wish) and parse(path, texts[path])
        if not file:
            continue
        source = Source(file, texts[path])
        taken: list[Change] = []
        for site in here:
            answers = list(_answers(site, source, facts, wish))
            changing = any(isinstance(answer, Change) for answer in answers)
            for answer in answers:
                if isinstance(answer, Refused):
                    waiting |= changing  # it is asked again when the change is made
                    refused += [] if changing else [answer]
                elif any(edits.overlap(answer.edits, other.edits) for other in taken):
                    waiting = True
                else:
                    taken.append(answer)
        changes += taken
    return changes, refused, waiting


def _needs(sites: Iterable[Site], wish: Wish) -> bool:
    return any(not site.through and wish.wants(fixer, site.command) for site in sites for fixer in FIXERS)


def _answers(site: Site, source: Source, facts: CodeFacts, wish: Wish) -> Iterable[Change | Refused]:
    for fixer in FIXERS:
        if site.through or not wish.wants(fixer, site.command):
            continue
        answer = _answer(fixer, site, source, facts, wish)
        if isinstance(answer, Change) and not answer.safe and not wish.unsafe:
            answer = Refused(answer.rule, site, f"only with --unsafe: {answer.says}")
        if answer is not None:
            yield answer


def _answer(fixer: Fixer, site: Site, source: Source, facts: CodeFacts, wish: Wish) -> edits.Answer:
    code = fixer.CODES[site.command]
    if source.file.error is not None:
        return Refused(code, site, "its file is not understood as a whole")
    if fixer is unlinking and wish.frees_lazily:
        return Refused(code, site, "the server frees lazily (lazyfree-lazy-user-del yes): DEL is UNLINK there")
    if site.via == "lua":
        return _lua(fixer, site, source)
    if site.via == "shell":
        return Refused(code, site, "it is a command of a shell")
    call = source.calls.get(site.span)
    if call is None:
        return None
    answer = fixer.fix(Spot(site, call, source, facts))
    if answer is not None and source.file.language not in READ:
        return Refused(code, site, "only Ruby and Python are mended")
    if answer is None or isinstance(answer, Refused):
        return answer
    if site.confidence != "typed":
        return Refused(code, site, f"its receiver is known by {_by(site.confidence)} only")
    others = [other for other in site.others if other != PIPELINE]  # that one sends the same commands
    if others:
        return Refused(code, site, f"its receiver may be another thing: {', '.join(others)}")
    return answer


def _by(confidence: str) -> str:
    return "its name" if confidence == "name" else "what a caller or a library gives"


def _lua(fixer: Fixer, site: Site, source: Source) -> edits.Answer:
    if fixer is not unlinking:
        return None
    code = fixer.CODES[site.command]
    if source.file.language not in READ:
        return Refused(code, site, "only Ruby and Python are mended")
    edit = unlinking.lua(source.data, site.span)
    if isinstance(edit, str):
        return Refused(code, site, edit)
    return Change(code, site, (edit,), "DEL becomes UNLINK in a script")


def _apply(now: dict[str, bytes], changes: list[Change], refused: list[Refused], parse: Parse) -> list[Change]:
    """Puts the changes into the texts; all or none of a file's."""
    made: list[Change] = []
    for path in {one.site.path: None for one in changes}:
        here = [one for one in changes if one.site.path == path]
        data = edits.apply(now[path], [edit for one in here for edit in one.edits])
        name = next((one.imports for one in here if one.imports), b"")
        whole = parse(path, data) if name else None
        top = importing(whole, data, name) if whole is not None else None
        if name and top is None:
            refused += [Refused(one.rule, one.site, "its file has no import to put one beside") for one in here]
            continue
        data = edits.apply(data, [top]) if top is not None else data
        file = parse(path, data)
        if file is None or file.error is not None:
            refused += [Refused(one.rule, one.site, "the file would not be understood any more") for one in here]
            continue
        now[path] = data
        made += here
    return made
