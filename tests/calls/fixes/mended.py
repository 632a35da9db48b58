"""Mends the texts of an application in memory, as the command does it with a folder."""

from __future__ import annotations

from collections.abc import Mapping

from seawall.calls import languages
from seawall.calls.facts import tree
from seawall.calls.facts.sites import Site
from seawall.calls.fixes.mending import Mended, Wish, mend
from seawall.calls.listing import list_sites

RUBY = 'require "redis"\nR = Redis.new\n'
PYTHON = "import redis\n\nr = redis.Redis()\n"


def parse(path: str, data: bytes) -> tree.File | None:
    language = languages.front(path)
    return languages.parse(language, data, path) if language else None


def again(texts: Mapping[str, bytes]) -> list[Site]:
    return list_sites(texts, parse)


def mended(texts: Mapping[str, bytes], *rules: str, unsafe: bool = False, lazy: bool | None = None) -> Mended:
    return mend(texts, again(texts), parse, again, Wish(frozenset(rules), unsafe, lazy))


def one(text: str, path: str = "app.rb", *rules: str, unsafe: bool = True) -> tuple[str, list[str]]:
    """A text behind the usual head after all fixers, and the reasons of what was left."""
    head = PYTHON if path.endswith(".py") else RUBY
    data = (head + text).encode()
    found = mended({path: data}, *rules, unsafe=unsafe)
    after = found.texts.get(path, data).decode()
    return after.removeprefix(head), [f"{r.rule} {r.reason}" for r in found.refused]
