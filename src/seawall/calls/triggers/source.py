"""A file of code as the readers of triggers get it: its tree with its bytes."""

from __future__ import annotations

from dataclasses import dataclass, field

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Span
from seawall.calls.facts.triggers import Entry

LONGEST = 200  # characters of a schedule as it is written; a longer one is cut


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its tree and its bytes."""

    file: tree.File
    data: bytes = field(repr=False)

    @property
    def path(self) -> str:
        """Relative to the folder that is read, with `/`."""
        return self.file.path

    def line(self, span: Span) -> int:
        """The line on which a span begins, from 1."""
        return self.file.place(span[0])[0]

    def written(self, span: Span) -> str:
        """The text of a span on one line, cut where it is longer than LONGEST."""
        text = " ".join(self.data[span[0] : span[1]].decode("utf-8", "replace").split())
        return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."

    def inside(self, span: Span) -> Entry:
        """The entry into what is written there."""
        return Entry("inside", path=self.path, span=span)
