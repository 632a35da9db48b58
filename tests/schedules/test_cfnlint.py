"""The plug-in in a real cfn-lint: the same rules at the same places, beside those of cfn-lint."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from tests.missing import missing
from tests.schedules.planted import PLANTED, Planted, rule, schedule, template
from tests.schedules.test_planted import MARK, place_of

ENDS_IT = ("duplicate logical id",)  # cfn-lint stops at it with an error of its own
OTHERS = ("missing export",)  # needs the other templates
QUICK = ("range", "DST-skipped hour", "disabled state")  # one of each letter; a run of cfn-lint takes a second


@pytest.fixture(scope="module", autouse=True)
def there():
    if importlib.util.find_spec("cfnlint") is None:
        missing("cfn-lint")


def cfn_lint(path: Path) -> list[tuple[str, int, int]]:
    """(rule, line, column) of what cfn-lint says with the plug-in, informational ones too."""
    words = ["--append-rules", "seawall.schedules.cfnlint", "--include-checks", "I", "--format", "parseable"]
    start = "import sys; from cfnlint.runner import main; sys.exit(main())"
    command = [sys.executable, "-c", start, *words, "--template", path.name]
    done = subprocess.run(command, capture_output=True, text=True, cwd=path.parent, timeout=60, check=False)
    assert not done.stderr, done.stderr
    assert (done.returncode == 0) == (not done.stdout), done.returncode
    found: list[tuple[str, int, int]] = []
    for line in done.stdout.splitlines():
        _, first, column, _, _, code, _ = line.split(":", 6)
        found.append((code, int(first), int(column)))
    return found


def chosen(planted: Planted) -> object:
    slow = () if planted.fault in QUICK else (pytest.mark.prove,)
    return pytest.param(planted, id=planted.fault.replace(" ", "-"), marks=slow)


@pytest.mark.parametrize("planted", [chosen(p) for p in PLANTED if p.fault not in (*ENDS_IT, *OTHERS)])
def test_a_planted_fault_is_found_in_cfn_lint_too(planted: Planted, tmp_path: Path):
    text, line, column = place_of(planted.text)
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
    assert (planted.rule[2:], line, column) in {
        (c[2:], at, col) for c, at, col in cfn_lint(tmp_path / "t.yaml") if c[1] == "9"
    }


def test_a_right_template_is_silent(tmp_path: Path):
    (tmp_path / "t.yaml").write_text(template(rule("cron(0 3 * * ? *)"), schedule("rate(1 hour)", name="Hourly")))
    assert cfn_lint(tmp_path / "t.yaml") == []


def test_a_file_that_is_not_read_is_left_to_cfn_lint(tmp_path: Path):
    (tmp_path / "t.yaml").write_text("Resources: {A: {\n")
    assert {code for code, _, _ in cfn_lint(tmp_path / "t.yaml")} == {"E0000"}


def test_the_mark_is_in_no_template():
    assert all(p.text.count(MARK) == 1 for p in PLANTED)
