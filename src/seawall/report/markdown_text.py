r"""Text from outside, made harmless for Markdown: CommonMark and what GitHub and GitLab add to it.

Names (commands, keys, nodes, paths) become code spans: nothing in one is markup, a mention or a link. A backtick or a
pipe would end the span or the table cell, so they stand as `\x60` and `\x7c`, as control characters do. Sentences keep
their look: what could be markup gets a backslash. A word that turns into a link, a mention or a picture by itself
(`https://`, `@name`, `#12`, the `:key:` of `cache:key:1`) becomes a code span, because no backslash stops that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from seawall.keyspace import printable

_MARKUP = re.compile(r"[\\`*_\[\]<>|~&$^{}]")
_TURNS_BY_ITSELF = re.compile(r"@|#\d|://|www\.|:(?!\d\d:)[\w+-]+:", re.IGNORECASE)
_STARTS_A_BLOCK = re.compile(r"[#+\-=:]|\d+[.)](?= |$)")


def code(outside: str) -> str:
    """A name as a code span; `-` where it is empty."""
    safe = printable(outside).replace("`", r"\x60").replace("|", r"\x7c").strip()
    return f"`{safe}`" if safe else "-"


def prose(outside: str) -> str:
    """A sentence that reads as it did and holds no markup, safe at the start of a line and in a table cell."""
    text = " ".join(_word(word) for word in printable(outside).strip().split(" "))
    block = _STARTS_A_BLOCK.match(text)
    if not block:
        return text
    return f"{text[: block.end() - 1]}\\{text[block.end() - 1 :]}"


def _word(word: str) -> str:
    if not _TURNS_BY_ITSELF.search(word):
        return _MARKUP.sub(lambda found: "\\" + found[0], word)
    name = word.rstrip(".,:;!?)")
    return code(name) + word[len(name) :]


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()) -> list[str]:
    """The lines of a table; cells are Markdown already. right: the titles of the columns that hold numbers."""
    rule = ["---:" if title in right else "---" for title in titles]
    return [_row(titles), _row(rule), *(_row(cells) for cells in rows), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
