"""What the machine lacks: a test skips on a laptop, loudly, and fails where CI is set."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")


def missing(what: str) -> NoReturn:
    """The end of a test that cannot do without it."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed")


def openssl(folder: Path, *arguments: str) -> None:
    """Runs openssl in this folder."""
    program = shutil.which("openssl")
    if program is None:
        missing("openssl")
    subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True, timeout=30)
