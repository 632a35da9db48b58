"""The page language of the room `calls`: a ```ruby or ```python block is a file of an application, read and judged.

A Bad block must make the page's rule speak, and no other; after a Good block the whole room is silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seawall import rulebook
from seawall.calls import languages
from seawall.calls.facts import tree
from seawall.calls.facts.sites import Site
from seawall.calls.judging import CodeFacts
from seawall.calls.listing import list_sites
from seawall.model import Finding

from .language import Block

_FENCE = re.compile(r"^```(ruby|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SUFFIX = {"ruby": "rb", "python": "py"}


def files(page: str) -> Iterator[Block]:
    """The ```ruby and ```python blocks of a page's Bad and Good sections."""
    for section in ("Bad", "Good"):
        text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
        for match in _FENCE.finditer(text):
            yield Block(section, match[1], match[2])


def sites(texts: dict[str, str]) -> list[Site]:
    """The call sites of an application, given as path and text."""
    return list_sites({path: text.encode() for path, text in texts.items()}, _parse)


def findings(block: Block) -> list[Finding]:
    """What the rules of the room say about a block."""
    path = f"app/page.{_SUFFIX[block.language]}"
    return rulebook.run("calls", CodeFacts(tuple(sites({path: block.text}))))


def _parse(path: str, data: bytes) -> tree.File | None:
    language = languages.front(path)
    found = languages.parse(language, data, path) if language else None
    assert found is None or found.error is None, data.decode()
    return found
