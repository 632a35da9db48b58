"""The contracts of pyproject.toml hold, let later rooms in, and each catches what it forbids."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# The modules of the whole house, those to come included, each with an import that it may have.
HOUSE = {
    "cli/main.py": "import seawall.demo, seawall.mcp",
    "mcp.py": "import seawall.scan",
    "web/__init__.py": "import seawall.history",
    "watch/loop.py": "import time, seawall.scan",
    "assistant/review.py": "import seawall.scan",
    "rebuild/rules/fault.py": "import seawall.model",
    "scan.py": "import time, seawall.joins, seawall.nodes",
    "joins/trace.py": "import seawall.calls.facts, seawall.nodes.facts",
    "calls/facts.py": "import seawall.keyspace",
    "calls/collect.py": "import os, seawall.calls.facts, seawall.config",
    "schedules/facts.py": "import seawall.cron",
    "queues/formats/sidekiq.py": "import json",
    "queues/mover.py": "import seawall.plan, seawall.journal, seawall.wire, seawall.queues.formats.sidekiq",
    "backups/facts.py": "import seawall.model",
    "vendors/facts.py": "import seawall.model",
    "fleet/store.py": "import seawall.wire",
    "config.py": "import os, pydantic",
    "journal.py": "import os, seawall.plan",
    "history.py": "import sqlite3, seawall.config",
    "plan.py": "import seawall.model",
    "cron/expression.py": "import datetime",
}
LAYERS = "imports go down only, and the rooms are strangers"
CIRCLES = "neighbours do not go in circles"
FURNITURE = "in a room, facts know no rule and rules know no collector"
STRANGER = "the demo's sample app is a stranger: it knows nothing of seawall"
PURE = "words, keys, plans, cron, facts, rules and formats touch no network, clock, disk or process"

FAULTS = [
    (LAYERS, "plan.py", "import seawall.journal"),
    (LAYERS, "wire.py", "import seawall.config, seawall.calls"),
    (LAYERS, "nodes/planted.py", "import seawall.calls.facts"),
    (LAYERS, "nodes/planted.py", "import seawall.scan"),
    (LAYERS, "fleet/store.py", "import seawall.nodes.facts"),
    (LAYERS, "history.py", "import seawall.fleet.store"),
    (LAYERS, "model.py", "import seawall.keyspace"),
    (LAYERS, "drawer.py", ""),
    (CIRCLES, "aws/planted.py", "import seawall.config"),
    (FURNITURE, "calls/facts.py", "import seawall.calls.rules.fault"),
    (FURNITURE, "calls/rules/planted.py", "import seawall.calls.collect"),
    (STRANGER, "demo/app/planted.py", "import seawall.errors"),
    (STRANGER, "demo/app/planted.py", "import seawall.demo.planted"),
    (PURE, "model.py", "import time"),
    (PURE, "keyspace/pattern.py", "from os import environ"),
    (PURE, "plan.py", "import pathlib"),
    (PURE, "cron/expression.py", "from urllib.request import urlopen"),
    (PURE, "nodes/rules/planted.py", "import redis"),
    (PURE, "calls/facts.py", "import seawall.config"),
    (PURE, "queues/formats/sidekiq.py", "import seawall.queues.planted"),
]


def lint(house: Path, tmp_path: Path) -> tuple[int, str]:
    command = ["lint-imports", "--config", str(ROOT / "pyproject.toml"), "--no-cache", "--no-logo"]
    environment = {**os.environ, "PYTHONPATH": str(house), "COLUMNS": "200"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, env={**environment, "PATH": path}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def plant(house: Path, module: str, code: str) -> None:
    path = house / "seawall" / module
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in path.relative_to(house).parents:
        if folder != Path():
            (house / folder / "__init__.py").touch()
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{code}\n")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of src, with a module in every drawer that is still empty."""
    copy = tmp_path / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__", "*.json", "*.md"))
    for module, code in HOUSE.items():
        path = copy / "seawall" / module
        if not path.exists() and not path.with_suffix("").exists():
            plant(copy, module, code)
    return copy


def test_the_whole_house_fits(house: Path, tmp_path: Path):
    status, output = lint(house, tmp_path)
    assert status == 0, output


@pytest.mark.parametrize(("contract", "module", "code"), FAULTS, ids=str)
def test_a_planted_fault_breaks_its_contract(contract: str, module: str, code: str, house: Path, tmp_path: Path):
    plant(house, "queues/planted.py", "import socket")
    plant(house, "calls/rules/fault.py", "")
    plant(house, "demo/planted.py", "")
    plant(house, module, code)
    status, output = lint(house, tmp_path)
    assert status == 1, output
    assert f"{contract} BROKEN" in output
