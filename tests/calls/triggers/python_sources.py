"""Python files as the readers of triggers get them."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from types import ModuleType

from seawall.calls import languages
from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers.source import Source


def sources(files: Mapping[str, str], reader: ModuleType | None = None) -> list[Source]:
    """The sources of these files, of a reader those with its words."""
    found: list[Source] = []
    for path, text in files.items():
        data = dedent(text).lstrip("\n").encode()
        if reader is None or reader.WORDS.search(data):
            language = languages.front(path, data[:128])
            assert language is not None
            found.append(Source(languages.parse(language, data, path), data))
    return found


def read(reader: ModuleType, files: Mapping[str, str]) -> list[Trigger]:
    """What a reader finds in these files."""
    return list(reader.of_trees(sources(files, reader)))


def enters(files: Mapping[str, str], entry: Entry) -> str:
    """What stands at the span of an entry; of others their name."""
    if entry.span == (0, 0):
        return entry.name
    data = dedent(files[entry.path]).lstrip("\n").encode()
    return data[slice(*entry.span)].decode()
