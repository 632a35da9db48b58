"""The server programs of this machine: on PATH, and the embedded Valkey."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from seawall import lab
from seawall.errors import SeawallError, UsageError
from seawall.nodes.prove.choose import closest

NAMES = ("redis-server", "valkey-server")
OLDEST = (6, 2)  # COPY, by which a key is renewed


def choose(path: Path | None, product: str, version: str) -> lab.Binary:
    """The program at `path`, else of those that are here the one nearest to a server, else the first of them.

    Raises:
        UsageError: there is none, it is no server, or it is too old for a proof.
    """
    if path is not None:
        program = lab.read_version(path)
    elif product:
        program = closest(installed() or [lab.find_binary()], product, version)
    else:
        program = lab.find_binary()
    if tuple(int(n) for n in program.version.split(".")[:2] if n.isdigit()) < OLDEST:
        raise UsageError(f"{program} is too old for a proof", "It takes Redis 6.2 or newer, or any Valkey.")
    return program


def installed() -> list[lab.Binary]:
    """All that can be run, each once. What lies beside our own Python comes last: it is there by accident."""
    ours = {Path(sys.prefix, "bin"), Path(sys.executable).parent}
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    folders.sort(key=lambda folder: folder in ours)
    paths = [folder / name for folder in folders for name in NAMES if os.access(folder / name, os.X_OK)]
    embedded = lab.find_embedded()
    found: dict[Path, lab.Binary] = {}
    for path in [*paths, *([embedded] if embedded else [])]:
        place = path.resolve()
        if place not in found:
            try:
                found[place] = lab.read_version(path)
            except SeawallError:
                continue  # a wrapper or a broken file: others may do
    return list(found.values())
