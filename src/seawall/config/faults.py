"""What is wrong with seawall.toml: every fault with its line, and all of them in one ConfigError."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from seawall.config.form import TABLES, File
from seawall.config.lines import Place, line_index, line_of
from seawall.errors import ConfigError
from seawall.keyspace import printable

SHOWN = 20  # faults in one message
BETWEEN = "; "
_MEND = "Mend that key; see the how-to for an example."


class Faults:
    """What is wrong with a file: (line, what, hint). Raised as one ConfigError, in the order of the lines."""

    def __init__(self, file: Path, text: str) -> None:
        self.file, self._text = file, text
        self._lines: Mapping[Place, int] | None = None  # only who has a fault pays for the scan
        self.found: list[tuple[int, str, str]] = []

    def add(self, place: Place, what: str, hint: str) -> None:
        """Notes a fault at this place of the file."""
        self.found.append((self.line(place), what, hint))

    def line(self, place: Place) -> int:
        """The line of this place, 0 where it has none."""
        if self._lines is None:
            self._lines = line_index(self._text)
        return line_of(self._lines, place)

    @contextmanager
    def at(self, *place: str | int) -> Generator[None]:
        """Notes the ConfigError of the block, and goes on behind it."""
        try:
            yield
        except ConfigError as wrong:
            self.add(place, wrong.what, wrong.hint)

    def end(self) -> None:
        """Raises what was found, if anything was."""
        if not self.found:
            return
        faults = sorted(self.found)
        name = printable(str(self.file))
        if len(faults) == 1:
            line, what, hint = faults[0]
            raise ConfigError(f"{name}:{line}: {what}" if line else f"{name}: {what}", hint) from None
        shown = [f"line {line}: {what}{_aside(hint)}" for line, what, hint in faults[:SHOWN]]
        if len(faults) > SHOWN:
            shown.append(f"and {len(faults) - SHOWN} more")
        raise ConfigError(f"{name} has {len(faults)} faults: {BETWEEN.join(shown)}", "Mend them all, then try again.")


def _aside(hint: str) -> str:
    return "" if hint == _MEND else f" ({hint.rstrip('.')})"


def explain(wrong: ValidationError, faults: Faults) -> None:
    """Each error in words: where it is, what is wrong, and the nearest known key for an unknown one.

    Where a key is misspelt, the right one is missing too: that is one fault.
    """
    meant: set[Place] = set()
    others: list[tuple[Place, str]] = []
    for error in wrong.errors(include_url=False, include_input=False, include_context=False):
        place: Place = error["loc"]
        key = str(place[-1]) if place else ""
        if error["type"] != "extra_forbidden":
            others.append((place, error["msg"].removeprefix("Value error, ")))
            continue
        tables = "people" if place[0] == "people" else ".".join(p for p in place[:-1] if isinstance(p, str))
        form = TABLES.get(tables) if len(place) > 1 else File
        known = form.model_fields if form else {}
        meant.update((*place[:-1], near) for near in get_close_matches(key, list(known), n=1, cutoff=0.4))
        faults.add(place, f"unknown key {_shown(place)}", nearest(key, known))
    for place, message in others:
        if message != "Field required" or place not in meant:
            faults.add(place, f"{_shown(place)}: {printable(message).lower()}", _MEND)


def _shown(place: Place) -> str:
    """`redis.1.url`: of several [[redis]], the first is 1."""
    return printable(".".join(str(p + 1) if isinstance(p, int) else p for p in place))[:200]


def nearest(word: str, known: Mapping[str, object]) -> str:
    """A hint: the known word that is nearest, or all of them."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.4)
    if near:
        return f"Did you mean {printable(near[0])}?"
    return f"Known here: {printable(', '.join(known))[:300] or 'nothing'}."
