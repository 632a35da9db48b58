"""What a search for call sites takes from around it: where results are kept, and who watches how far it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path


def cache_folder() -> Path | None:
    """The folder for results, by XDG_CACHE_HOME or the home; None where there is neither."""
    place = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        above = place if place.is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return above / "seawall" / "calls"


@contextmanager
def progress_line() -> Generator[Callable[[str, int], None]]:
    """How far it is, on standard error, only where that is a terminal; wiped off at the end."""
    import time

    if not sys.stderr.isatty():
        yield lambda _what, _done: None
        return
    drawn = time.monotonic()

    def draw(what: str, done: int) -> None:
        nonlocal drawn
        now = time.monotonic()
        if now - drawn > 0.1:
            drawn = now
            sys.stderr.write(f"\r\x1b[K{what}: {done:,}")
            sys.stderr.flush()

    try:
        yield draw
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
