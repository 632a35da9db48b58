"""Runs `seawall` as a user does, and holds what every run promises: see `Ended`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

COMMAND = (sys.executable, "-W", "error", "-m", "seawall")
SEVERAL_CAPABILITIES = "-dac_override,-dac_read_search"  # by which root writes where the mode forbids it


@dataclass(frozen=True)
class Ended:
    """How a run ended. Whatever it was asked: no traceback, no bug, and no control character but line feeds."""

    code: int
    out: str
    err: str
    seconds: float

    def __post_init__(self) -> None:
        for text in (self.out, self.err):
            assert "Traceback" not in text, text
            assert "bug in seawall" not in text, text
            assert text.replace("\n", "").isprintable(), [c for c in text if not c.isprintable()][:9]
        assert self.code in range(5), self.code


def seawall(
    *arguments: str | Path,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    before: Sequence[str] = (),
) -> Ended:
    """Runs it to its end. before: the command and its arguments that runs it, such as `setpriv`."""
    begun = time.monotonic()
    done = subprocess.run(
        [*before, *COMMAND, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env={**variables(), **(environment or {})},
        cwd=cwd or "/",
        timeout=60,
    )
    seconds = time.monotonic() - begun
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode(), seconds)


def variables() -> dict[str, str]:
    """Our environment without what would change a run."""
    return {k: v for k, v in os.environ.items() if k not in ("REDISCLI_AUTH", "COLUMNS", "NO_COLOR", "FORCE_COLOR")}


def in_shell(line: str, *arguments: str | Path) -> Ended:
    """As `seawall`, by a shell: `$0` and `"$@"` of the line are its command line."""
    return seawall(*arguments, before=("/bin/sh", "-c", line))


def bound_by_modes() -> tuple[str, ...]:
    """What runs a command so that file modes bind it, even if we are root."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return ()
    assert setpriv, "root needs setpriv (util-linux) to give up its power over file modes"
    return (setpriv, f"--bounding-set={SEVERAL_CAPABILITIES}", f"--inh-caps={SEVERAL_CAPABILITIES}")


def one_line_and_hint(text: str) -> bool:
    """Whether this is one error as the house writes it."""
    lines = text.split("\n")
    return (
        len(lines) == 3
        and lines[0].startswith("seawall: ")
        and lines[0][9:10] == lines[0][9:10].lower()
        and not lines[0].endswith(".")
        and lines[1].startswith("  ")
        and lines[1].endswith((".", "?"))
        and not lines[2]
    )
