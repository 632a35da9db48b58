"""The page language of the room `schedules`: a ```yaml block is a template of CloudFormation, judged at one moment.

Directives are comments:

    # now 2026-12-01T09:00:00+00:00           when it is judged; every block begins with one
    # file network.yaml                       what follows is this template; several make one block

A Bad block must make the page's rule speak, and no other; after a Good block the whole room is silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from seawall import rulebook
from seawall.model import Finding
from seawall.schedules.collect import collect

from .language import Block, PageError

_FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^# file (\S+)\n", re.MULTILINE)
_NOW = re.compile(r"# now (\S+)\n")


def templates(page: str) -> Iterator[Block]:
    """The ```yaml blocks of a page's Bad and Good sections."""
    for section in ("Bad", "Good"):
        text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
        for match in _FENCE.finditer(text):
            yield Block(section, "yaml", match[1])


def findings(block: Block, folder: Path) -> list[Finding]:
    """What the rules of the room say about a block. Raises PageError."""
    now = _NOW.match(block.text)
    if now is None:
        raise PageError(f"a block begins with `# now`:\n{block.text}")
    names = _FILE.split(block.text[now.end() :])
    pairs = zip(names[1::2], names[2::2], strict=True) if len(names) > 1 else [("template.yaml", names[0])]
    written: list[str] = []
    for name, text in pairs:
        (folder / name).write_text(text, encoding="utf-8")
        written.append(str(folder / name))
    facts, missing = collect(written, datetime.fromisoformat(now[1]))
    if missing:
        raise PageError(f"{missing[0].reason}:\n{block.text}")
    return rulebook.run("schedules", facts)
