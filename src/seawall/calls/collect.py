"""From a folder, or a file, to its call sites: reads, parses, finds, and keeps what it found for the next time.

    read_source ──> texts ──> key ──> kept? ── yes ──────────────────────────────> Listed
                               └───── no ───> list_sites (parses what can matter) ──┘ (kept from now on)

Only files that can matter are parsed: 200 of 3,200, which takes 0.3 s of the 3 s for all. So trees are not kept, and no
other process helps: to hand a tree to one takes as long as to parse it again, to read it from a disk half as long.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from seawall.calls import cache as entries
from seawall.calls import languages
from seawall.calls.facts import tree
from seawall.calls.facts.overrides import Overrides
from seawall.calls.facts.sites import Site
from seawall.calls.files import START, Found, Progress, read_source, unseen
from seawall.calls.languages import lua
from seawall.calls.listing import list_sites
from seawall.calls.passing import Look
from seawall.keyspace import printable
from seawall.model import NotChecked

FILE_SECONDS = 5.0  # to parse one: a megabyte that a person wrote takes 1 s, 40 kB of `%(` take the parser 5 s
PARSE_SECONDS = 120.0  # to parse all of a folder: PARSED_BYTES take 6 s
PARSED_BYTES = 16 << 20  # of source that can matter: its trees take 21 times as much
_OUT = "Mend it, or leave it out with --exclude."
_APART = "List the folders in it one by one."


@dataclass(frozen=True, slots=True)
class Listed:
    """The call sites of a folder, by path and line.

    files: that were read; parsed: of them, because they can matter. passed_over: how many files and folders, by why.
    """

    sites: tuple[Site, ...]
    files: int
    parsed: int
    passed_over: Mapping[str, int]
    not_checked: tuple[NotChecked, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What an entry of the cache holds."""

    sites: tuple[Site, ...]
    parsed: int
    not_checked: tuple[NotChecked, ...]


def collect(
    place: Path,
    look: Look | None = None,
    *,
    clock: Callable[[], float],
    cache: Path | None = None,
    progress: Progress = unseen,
    overrides: Overrides | None = None,
) -> Listed:
    """The call sites of a folder, or of one file.

    Args:
        place: the folder or file.
        look: what to look at; all but tests where it is None.
        clock: seconds of this process's own work (`time.process_time`), by which parsing is bounded.
        cache: a folder to keep results in, None for none.
        progress: is told what is being done, and how much of it is done.
        overrides: what a person says of names in this source.

    Raises:
        UsageError: there is no such place, the file is in no language that is read, or the parsers are not installed.
    """
    with _uncollected():
        found = read_source(place, look or Look(), progress)
        return collect_found(found, clock=clock, cache=cache, progress=progress, overrides=overrides)


def collect_found(
    found: Found,
    *,
    clock: Callable[[], float],
    cache: Path | None = None,
    progress: Progress = unseen,
    overrides: Overrides | None = None,
) -> Listed:
    """The call sites of source that was read. For the arguments see `collect`."""
    kept = _kept(found.texts, clock, cache, progress, overrides)
    passed_over = dict(sorted(found.passed_over.items()))
    missing = tuple(sorted((*found.not_checked, *kept.not_checked), key=lambda one: one.target))
    return Listed(kept.sites, len(found.texts), kept.parsed, passed_over, missing)


def _kept(
    texts: Mapping[str, bytes],
    clock: Callable[[], float],
    cache: Path | None,
    progress: Progress,
    overrides: Overrides | None,
) -> _Kept:
    from pydantic import TypeAdapter, ValidationError

    form = TypeAdapter(_Kept)
    key = entries.key_of(texts, repr(overrides) if overrides else "") if cache else ""
    body = entries.load(cache, key) if cache else None
    if body is not None:
        try:
            return form.validate_json(body)
        except ValidationError:  # whole, and not what we write: it is written again
            pass
    reader = _Reader(clock, progress)
    sites = list_sites(texts, reader, lua.commands, overrides=overrides)
    made = _Kept(tuple(sites), len(reader.asked), tuple(reader.broken))
    if cache and not reader.late:
        with suppress(ValueError):  # of a file's name that is not UTF-8: such a folder is not kept
            entries.keep(cache, key, form.dump_json(made))
    return made


@contextmanager
def _uncollected() -> Generator[None]:
    """Without the collector of cycles: with all trees in memory its search doubles the time."""
    was = gc.isenabled()
    gc.disable()
    gc.unfreeze()
    try:
        yield
    finally:
        gc.freeze()  # else the next search, for which everything is new, takes 0.3 s; a later listing thaws it
        if was:
            gc.enable()


@dataclass(slots=True)
class _Reader:
    """Parses files within the limits, each once. late: a limit of time was met, so another run may see more."""

    clock: Callable[[], float]
    progress: Progress
    broken: list[NotChecked] = field(default_factory=list[NotChecked])
    asked: set[str] = field(default_factory=set[str])
    size: int = 0
    end: float = 0.0
    late: bool = False

    def __post_init__(self) -> None:
        self.end = self.clock() + PARSE_SECONDS

    def __call__(self, path: str, data: bytes) -> tree.File | None:
        """The tree of a file, None where it is not to be had."""
        language = languages.front(path, data[:START])
        if language is None or path in self.asked:
            return None
        self.asked.add(path)
        self.progress("files parsed", len(self.asked))
        if self.size + len(data) > PARSED_BYTES:
            return self.miss(path, f"more than {PARSED_BYTES:,} bytes of source can matter", _APART)
        self.size += len(data)
        end = min(self.clock() + FILE_SECONDS, self.end)
        file = languages.parse(language, data, path, lambda: self.clock() > end)
        if self.clock() > end and file.error:
            self.late = True
            return self.miss(path, "it takes the parser too long", _OUT)
        if file.error:
            line, column = file.place(file.error[0])
            what = f"line {line}, column {column} is not understood as {language}; what stands around it was read"
            self.miss(path, what, _OUT)
        return file

    def miss(self, path: str, reason: str, hint: str) -> None:
        """Notes a file that is not checked, or not all of it."""
        self.broken.append(NotChecked(printable(path), reason, hint))
