"""What both commands over templates do first: which paths, what time, the facts, and what could not be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.errors import UsageError

if TYPE_CHECKING:
    from seawall.config import Estate
    from seawall.model import NotChecked
    from seawall.schedules.facts.judged import TemplateFacts

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATHS", help="Templates: files, folders, globs. Default: the [[templates]] of seawall.toml."
    ),
]


def found(
    paths: list[str] | None, config: Path | None, now: str | None
) -> tuple[Estate, TemplateFacts, tuple[NotChecked, ...]]:
    """The estate, the facts about its templates or those of `paths`, and what could not be read. Raises UsageError."""
    from seawall import config as configuration
    from seawall.cli.vendors.judged import time_of
    from seawall.schedules.collect import collect

    estate = configuration.load(config)
    asked = tuple(paths or ()) or estate.templates
    if not asked:
        raise UsageError(
            "no templates are named", "Give files, folders or globs, or add [[templates]] path to seawall.toml."
        )
    return (estate, *collect(asked, time_of(now)))
