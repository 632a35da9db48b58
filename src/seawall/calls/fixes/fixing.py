"""From a folder to its mended files: reads, lists, mends, and writes where that is asked for.

read_source ──> sites ──> mend ──> diff                        nothing is written
                            └────> clean work tree? ──> write  each file whole or not at all
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from seawall.calls import languages
from seawall.calls.collect import FILE_SECONDS, collect_found
from seawall.calls.facts import tree
from seawall.calls.facts.overrides import Overrides
from seawall.calls.facts.sites import Site
from seawall.calls.files import START, Progress, read_source, unseen
from seawall.calls.fixes import worktree
from seawall.calls.fixes.diffs import diff
from seawall.calls.fixes.mending import Mended, Wish, mend
from seawall.calls.languages import lua
from seawall.calls.listing import list_sites
from seawall.calls.passing import Look
from seawall.errors import UsageError
from seawall.keyspace import printable
from seawall.model import NotChecked

_SHOWN = 3  # of the files that have changes of their own


@dataclass(frozen=True, slots=True)
class Fixed:
    """What is, or would be, mended. old: the bytes that were read; files: how many source files that were."""

    folder: Path
    mended: Mended
    old: Mapping[str, bytes]
    files: int
    not_checked: tuple[NotChecked, ...]

    def diff(self, path: str) -> bytes:
        """The diff of one file."""
        return diff(path, self.old[path], self.mended.texts[path])

    def diffs(self) -> bytes:
        """The diff of all files, by path."""
        return b"".join(self.diff(path) for path in sorted(self.mended.texts))


def fix(
    place: Path,
    look: Look,
    wish: Wish,
    *,
    clock: Callable[[], float],
    cache: Path | None = None,
    progress: Progress = unseen,
    overrides: Overrides | None = None,
) -> Fixed:
    """What would be mended in a folder, or in one file. Nothing is written.

    Raises:
        UsageError: there is no such place, the file is in no language that is read, or the parsers are not installed.
    """
    found = read_source(place, look, progress)
    listed = collect_found(found, clock=clock, cache=cache, progress=progress, overrides=overrides)

    def parse(path: str, data: bytes) -> tree.File | None:
        language = languages.front(path, data[:START])
        end = clock() + FILE_SECONDS
        return languages.parse(language, data, path, lambda: clock() > end) if language else None

    def again(texts: Mapping[str, bytes]) -> list[Site]:
        return list_sites(texts, parse, lua.commands, overrides=overrides)

    mended = mend(found.texts, listed.sites, parse, again, wish)
    folder = place if place.is_dir() else place.parent
    old = {path: found.texts[path] for path in mended.texts}
    missing = tuple(sorted((*found.not_checked, *listed.not_checked), key=lambda one: one.target))
    return Fixed(folder, mended, old, len(found.texts), tuple(dict.fromkeys(missing)))


def apply(fixed: Fixed, *, force: bool = False) -> bool:
    """Writes the mended files. Gives whether git could undo it.

    Raises:
        UsageError: files of the folder have changes that are not committed, and `force` is not given.
        InputError: a file changed since it was read.
        OutputError: a file could not be written.
    """
    dirty = worktree.changed(fixed.folder, fixed.mended.texts.keys())
    if dirty and not force:
        names = ", ".join(printable(name) for name in dirty[:_SHOWN]) + (", ..." if len(dirty) > _SHOWN else "")
        raise UsageError(
            f"the work tree has changes that are not committed: {names}",
            "Commit or stash them, so that git shows the fix alone; or give --force.",
        )
    for path in sorted(fixed.mended.texts):
        worktree.write(fixed.folder, path, fixed.old[path], fixed.mended.texts[path])
    return dirty is not None
