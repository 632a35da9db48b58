"""Which rows an estate lacks: every file of `proposers` is asked, in the order of their names."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TypeAlias

from seawall.config import Estate
from seawall.survey import proposers
from seawall.survey.found import Surveyed
from seawall.survey.rows import Row

Proposer: TypeAlias = Callable[[Surveyed, Estate, Mapping[str, str]], Iterator[Row]]


def propose(surveyed: Surveyed, estate: Estate, variables: Mapping[str, str]) -> tuple[Row, ...]:
    """The rows that this estate lacks. variables: the environment, which a row may name in the place of a secret."""
    return tuple(row for proposer in _proposers() for row in proposer(surveyed, estate, variables))


@cache
def _proposers() -> tuple[Proposer, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(proposers.__path__))
    return tuple(importlib.import_module(f"{proposers.__name__}.{name}").propose for name in names)
