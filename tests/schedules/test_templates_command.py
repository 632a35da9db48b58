"""`seawall schedules list` and `lint` as a user runs them: files, folders, globs, forms and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.front_door import Ended, one_line_and_hint

import truth
from seawall.cli import main

GOOD = """\
Resources:
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: cron(0 3 * * ? *)
      Targets: [{Id: sweep, Arn: 'arn:aws:sqs:eu-central-1:111122223333:jobs'}]
"""
BAD = GOOD.replace("0 3 *", "0 25 *")
AT = ("--now", "2026-12-01T09:00:00Z")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "infra/deep").mkdir(parents=True)
    (tmp_path / "infra/.git").mkdir()
    (tmp_path / "infra/node_modules").mkdir()
    (tmp_path / "infra/good.yaml").write_text(GOOD)
    (tmp_path / "infra/deep/bad.template").write_text(BAD)
    (tmp_path / "infra/values.yaml").write_text("image: jobs\n")
    (tmp_path / "infra/notes.txt").write_text("Resources")
    (tmp_path / "infra/.git/bad.yaml").write_text(BAD)
    (tmp_path / "infra/node_modules/bad.yaml").write_text(BAD)
    return tmp_path


@pytest.fixture(autouse=True)
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> Ended:
    """In this process: a start of Python for each would take half a minute."""
    code = main.code_of(["schedules", *words])
    out, err = capsys.readouterr()
    return Ended(code, out, err, 0)


def document(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    ended = run(capsys, *words, *AT, "--format", "json")
    assert ended.code == code, ended.err
    return json.loads(ended.out)


def test_a_folder_is_searched(capsys: pytest.CaptureFixture[str]):
    found = document(capsys, "lint", "infra", code=1)
    assert (found["templates"], found["schedules"], len(found["findings"])) == (2, 2, 1)
    (finding,) = found["findings"]
    assert finding["rule"] == "SW301"
    assert finding["where"] == {
        "kind": "template",
        "path": "infra/deep/bad.template",
        "line": 5,
        "column": 34,
        "resource": "Nightly",
        "part": "Properties.ScheduleExpression",
    }
    assert finding["evidence"]["fault"] == "range"
    assert finding["evidence"]["expression_column"] == 8


@pytest.mark.parametrize(
    ("paths", "templates"),
    [
        (["infra/good.yaml"], 1),
        (["infra/*.yaml"], 1),
        (["infra/**/*.template"], 1),
        (["infra", "infra/good.yaml", "./infra/good.yaml"], 2),
    ],
)
def test_files_and_globs(paths: list[str], templates: int, capsys: pytest.CaptureFixture[str]):
    found = document(capsys, "list", *paths)
    assert found["templates"] == templates


def test_the_list_has_what_a_program_needs(capsys: pytest.CaptureFixture[str]):
    (row,) = document(capsys, "list", "infra/good.yaml")["schedules"]
    assert {
        word: row[word] for word in ("path", "line", "column", "expression", "timezone", "state", "next", "anchored")
    } == {
        "path": "infra/good.yaml",
        "line": 5,
        "column": 27,
        "expression": "cron(0 3 * * ? *)",
        "timezone": "UTC",
        "state": "ENABLED",
        "next": "2026-12-02T03:00:00+00:00",
        "anchored": True,
    }
    assert row["targets"][0]["kind"] == "sqs"
    ended = run(capsys, "list", "infra/good.yaml", "--from", "2027-01-01", "--format", "jsonl")
    assert json.loads(ended.out)["next"] == "2027-01-01T03:00:00+00:00"


def test_the_list_reads_well(capsys: pytest.CaptureFixture[str]):
    ended = run(capsys, "list", "infra", *AT)
    assert ended.code == 0
    first, *rows = ended.out.rstrip("\n").split("\n")
    assert first.split() == ["next", "expression", "zone", "state", "schedule", "starts", "at"]
    assert rows[0].startswith("2026-12-02 03:00  cron(0 3 * * ? *)")
    assert rows[0].endswith("infra/good.yaml:5")
    assert rows[1].startswith("invalid")


def test_the_page_of_lint_names_place_fault_and_cure(capsys: pytest.CaptureFixture[str]):
    ended = run(capsys, "lint", "infra", *AT)
    assert ended.code == 1
    assert ended.out.splitlines()[0] == "2 schedules in 2 templates, 1 finding"
    assert "high  infra/deep/bad.template:5:34" in ended.out
    assert "seawall explain SW301" in ended.out


@pytest.mark.parametrize(("fail_on", "code"), [("high", 1), ("critical", 0), ("never", 0)])
def test_fail_on(fail_on: str, code: int, capsys: pytest.CaptureFixture[str]):
    assert run(capsys, "lint", "infra", *AT, "--fail-on", fail_on).code == code


def test_what_cannot_be_read_is_said_and_the_rest_is_judged(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "infra/broken.yaml").write_text("Resources:\n\tA: b\n")
    (folder / "infra/api.json").write_text('{"Resources": 1, "x": "' + "a" * 1_100_000 + '"}')
    found = document(capsys, "lint", "infra", code=3)
    assert len(found["findings"]) == 1
    (one,) = found["not_checked"]
    assert one["target"] == "infra/broken.yaml"
    assert one["reason"].startswith("line 2, column 1: ")
    assert one["hint"] == "YAML is indented with spaces: replace the tab."
    ended = run(capsys, "list", "infra")
    assert (ended.code, ended.err.startswith("seawall: infra/broken.yaml: line 2")) == (3, True)


def test_a_named_file_must_be_a_template(capsys: pytest.CaptureFixture[str]):
    ended = run(capsys, "lint", "infra/values.yaml")
    assert ended.code == 3
    assert "it has no Resources" in ended.err


@pytest.mark.parametrize(
    "words", [["lint"], ["list"], ["lint", "gone.yaml"], ["lint", "gone/*.yaml"], ["lint", "infra", "--now", "x"]]
)
def test_wrong_usage_is_one_line_and_a_hint(words: list[str], capsys: pytest.CaptureFixture[str]):
    ended = run(capsys, *words)
    assert ended.code == 2
    assert one_line_and_hint(ended.err), ended.err


def test_the_templates_of_the_estate_and_what_is_accepted(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "seawall.toml").write_text(
        '[people.ada]\nname = "Ada"\n[[templates]]\npath = "infra"\n[[accept]]\nrule = "SW301"\n'
        'where = {path = "infra/deep/bad.template", resource = "Nightly"}\nowner = "ada"\nreason = "retired"\n'
        "until = 2027-01-01\n"
    )
    found = document(capsys, "lint")
    assert (found["templates"], found["findings"], len(found["accepted"])) == (2, [], 1)
    later = json.loads(run(capsys, "lint", "--now", "2027-02-01", "--format", "json").out)
    assert len(later["findings"]) == 1
    assert later["notes"] == ["the acceptance of SW301 by ada ended on 2027-01-01: its findings count again"]


def test_sarif_from_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]):
    ended = run(capsys, "lint", "infra", *AT, "--format", "sarif", "--output", "out.sarif")
    assert (ended.code, ended.out) == (1, "")
    (found,) = json.loads((folder / "out.sarif").read_text())["runs"]
    assert [r["ruleId"] for r in found["results"]] == ["SW301"]


def test_a_device_and_a_folder_without_permission_do_not_hang(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "infra/loop.yaml").symlink_to("loop.yaml")
    ended = run(capsys, "lint", "infra")
    assert ended.code == 3
    assert "infra/loop.yaml" in ended.err


def test_exports_of_one_template_serve_another(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "network.yaml").write_text(
        "Resources: {Role: {Type: AWS::IAM::Role}}\n"
        "Outputs: {Role: {Value: a, Export: {Name: !Sub '${AWS::StackName}-role'}}}\n"
    )
    importing = GOOD.replace("cron(0 3 * * ? *)", "cron(0 3 * * ? *)\n      RoleArn: !ImportValue jobs-role")
    (folder / "jobs.yaml").write_text(importing)
    assert document(capsys, "lint", "jobs.yaml")["findings"][0]["rule"] == "SW315"
    assert document(capsys, "lint", "jobs.yaml", "network.yaml")["findings"] == []


def test_the_script_for_templates_of_others(capsys: pytest.CaptureFixture[str]):
    assert truth.main(["infra"]) == 1
    out = capsys.readouterr().out
    assert "SW301 high  infra/deep/bad.template:5: " in out
    assert "2 templates read, 0 refused with a reason" in out
    assert truth.main(["infra/gone"]) == 2


def test_two_faults_of_one_expression_are_two_findings(folder: Path, capsys: pytest.CaptureFixture[str]):
    """They differ in their columns alone, and those are no part of an id."""
    (folder / "two.yaml").write_text(GOOD.replace("0 3 * * ?", "0 22-2 ? * FRI-MON"))
    found = document(capsys, "lint", "two.yaml", "--rule", "SW302")["findings"]
    assert [f["where"]["column"] for f in found] == [34, 43]
    assert len({f["id"] for f in found}) == 2
