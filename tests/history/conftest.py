"""Stores in both databases. Where PostgreSQL is missing its half is skipped on a laptop, and fails when CI is set.

postgres   the private cluster, started for the first test that asks for it
where      the path or URL of a place without a store yet, in each database in turn
history    a new and open store there; `shared` one for the examples of a module, each with names of its own
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seawall.history import History, open_history

from .postgres import Cluster, cluster

DATABASES = ("SQLite", "PostgreSQL")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as ready:
        yield ready


@pytest.fixture(params=DATABASES)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "SQLite":
        return str(tmp_path / "history.db")
    ready: Cluster = request.getfixturevalue("postgres")
    return ready.schema()


@pytest.fixture
def history(where: str) -> Iterator[History]:
    with open_history(where) as store:
        yield store


@pytest.fixture(scope="module", params=DATABASES)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    if request.param == "SQLite":
        where = str(tmp_path_factory.mktemp("shared") / "history.db")
    else:
        where = request.getfixturevalue("postgres").schema()
    with open_history(where) as store:
        yield store
