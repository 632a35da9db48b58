"""The server of the deployments: Redis 7 in `make test`, the others in `make prove`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seawall import lab

OTHERS = ("Redis 6.2", "Redis 8", "Valkey 9")


@pytest.fixture(params=["Redis 7", *(pytest.param(name, marks=pytest.mark.prove) for name in OTHERS)])
def program(request: pytest.FixtureRequest, find_server: Callable[[str], lab.Binary]) -> lab.Binary:
    """One of the four servers."""
    return find_server(request.param)
