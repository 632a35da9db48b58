"""Reads an HTML page as its tags, attributes and text, with the parser of the standard library."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

BLOCKS = {"p", "h1", "h2", "h3", "h4", "li", "tr", "pre", "dt", "dd", "figcaption", "caption", "article", "section"}


@dataclass
class Page:
    """tags: every opening tag in order. attributes: (tag, name, value). lines: the text, a block a line."""

    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    left_open: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)  # comments, declarations, processing instructions


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.lines = [said for line in "".join(reader.text).split("\n") if (said := " ".join(line.split()))]
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append(tag)
        self.page.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag != "meta":
            self.page.left_open.append(tag)
        self.text.append("\n" if tag in BLOCKS else " ")

    def handle_endtag(self, tag: str) -> None:
        assert self.page.left_open.pop() == tag
        self.text.append("\n" if tag in BLOCKS else " ")

    def handle_data(self, data: str) -> None:
        if "style" not in self.page.left_open:
            self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.page.strange.append(data)

    def handle_decl(self, decl: str) -> None:
        if decl != "doctype html":
            self.page.strange.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.page.strange.append(data)

    def handle_pi(self, data: str) -> None:
        self.page.strange.append(data)
