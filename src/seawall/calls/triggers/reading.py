"""All triggers of a folder: runs every reader over the files that can matter to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from re import Pattern
from types import ModuleType
from typing import Protocol, cast

from seawall.calls import languages
from seawall.calls.facts import tree
from seawall.calls.facts.triggers import Trigger
from seawall.calls.languages import JAVASCRIPT, PYTHON, RUBY, TYPESCRIPT
from seawall.calls.triggers import (
    beat,
    celery,
    clockwork,
    cronjobs,
    crontab,
    django,
    jobs,
    lambdas,
    programs,
    rake,
    routes,
    rq,
    schedule_hashes,
    schedule_yaml,
    schedulers,
    sinatra,
    thor,
    web,
    whenever,
)
from seawall.calls.triggers.source import Source

START = 128  # bytes of a `#!` line
MOST = 100_000  # triggers of a folder; GitLab has 6,000


class _OfCode(Protocol):
    WORDS: Pattern[bytes]

    def of_trees(self, sources: Sequence[Source]) -> Iterator[Trigger]: ...


class _OfSettings(Protocol):
    def matches(self, path: str) -> bool: ...
    def of_texts(self, texts: Mapping[str, bytes]) -> Iterator[Trigger]: ...


_RUBY = (routes, sinatra, rake, thor, clockwork, whenever, schedule_hashes, jobs)
_PYTHON = (beat, celery, django, lambdas, programs, rq, schedulers, web)
READERS: Mapping[str, tuple[ModuleType, ...]] = {
    RUBY: (*_RUBY, lambdas),
    PYTHON: _PYTHON,
    JAVASCRIPT: (lambdas,),
    TYPESCRIPT: (lambdas,),
}
SETTINGS: tuple[ModuleType, ...] = (schedule_yaml, crontab, cronjobs)


def wanted(path: str) -> bool:
    """Whether a file is one of settings that may hold a schedule."""
    return any(cast("_OfSettings", module).matches(path) for module in SETTINGS)


def find(
    texts: Mapping[str, bytes], settings: Mapping[str, bytes], parse: Callable[[str, bytes], tree.File | None]
) -> list[Trigger]:
    """The triggers of source texts and settings, by path and line.

    parse: the tree of a file, None of what cannot be read; it is asked once for each file.
    """
    matched: dict[ModuleType, list[Source]] = {module: [] for modules in READERS.values() for module in modules}
    for path, data in texts.items():
        modules = READERS.get(languages.front(path, data[:START]) or "", ())
        wanting = [module for module in modules if cast("_OfCode", module).WORDS.search(data)]
        made = parse(path, data) if wanting else None
        if made is not None:
            source = Source(made, data)
            for module in wanting:
                matched[module].append(source)
    found: list[Trigger] = []
    for module, sources in matched.items():
        found += _bounded(cast("_OfCode", module).of_trees(sources))
    for module in SETTINGS:
        of = cast("_OfSettings", module)
        found += _bounded(of.of_texts({path: data for path, data in settings.items() if of.matches(path)}))
    return sorted(dict.fromkeys(found), key=lambda trigger: (trigger.path, trigger.line, trigger.kind, trigger.name))


def _bounded(triggers: Iterator[Trigger]) -> Iterator[Trigger]:
    for _, trigger in zip(range(MOST), triggers, strict=False):
        yield trigger
