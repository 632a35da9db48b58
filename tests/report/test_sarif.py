"""Findings as SARIF 2.1.0: what the standard requires of each object, and what code scanning reads.

The official schema is not in this project, as its licence is OASIS's own. What is tested here is what it demands of the
objects that are written: required properties, no others, their types and words.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from seawall import rulebook
from seawall.model import Finding, Fix, NotChecked, Severity, Where
from seawall.report.sarif import to_sarif

RULES = {  # object: (required, optional)
    "run": ({"tool", "results"}, {"columnKind", "invocations"}),
    "driver": ({"name"}, {"version", "rules"}),
    "rule": ({"id"}, {"name", "shortDescription", "help", "defaultConfiguration", "properties"}),
    "result": (
        {"message"},
        {"ruleId", "ruleIndex", "level", "locations", "partialFingerprints", "properties"},
    ),
    "location": (set[str](), {"physicalLocation", "logicalLocations"}),
    "region": (set[str](), {"startLine", "startColumn"}),
    "invocation": ({"executionSuccessful"}, {"toolExecutionNotifications"}),
    "notification": ({"message"}, {"level"}),
}


def made(where: Where, severity: Severity = Severity.HIGH, code: str = "SW301", fix: str = "Mend it") -> Finding:
    return Finding(code, "expression-invalid", severity, "wrong", where, {"n": 1}, "It hurts.", Fix(fix, "", ""))


def place(path: str = "infra/a.yaml", line: int = 5, column: int = 3) -> Where:
    return Where("template", {"path": path, "line": line, "column": column, "resource": "Nightly"})


def the_run(*findings: Finding, not_checked: tuple[NotChecked, ...] = ()) -> Any:
    log = json.loads(to_sarif(findings, "1.2.3", not_checked=not_checked))
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    checked(run)
    return run


def checked(run: Any) -> None:
    """What the standard demands of each object, and that references inside the log lead somewhere."""

    def shape(kind: str, value: Any) -> Any:
        required, optional = RULES[kind]
        assert required <= set(value) <= required | optional, kind
        return value

    driver = shape("driver", shape("run", run)["tool"]["driver"])
    codes = [shape("rule", rule)["id"] for rule in driver["rules"]]
    assert len(set(codes)) == len(codes)
    for rule in driver["rules"]:
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
        assert rule["shortDescription"]["text"]
        assert 0 < float(rule["properties"]["security-severity"]) <= 10
    for result in run["results"]:
        shape("result", result)
        assert codes[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("note", "warning", "error")
        assert result["message"]["text"]
        assert all(isinstance(v, str) for v in result["partialFingerprints"].values())
        for location in result["locations"]:
            shape("location", location)
            if "physicalLocation" in location:
                region = location["physicalLocation"].get("region", {"startLine": 1})
                assert shape("region", region)["startLine"] >= 1
                assert region.get("startColumn", 1) >= 1
    for invocation in run["invocations"]:
        assert isinstance(shape("invocation", invocation)["executionSuccessful"], bool)
        for one in invocation["toolExecutionNotifications"]:
            assert shape("notification", one)["message"]["text"]


def test_a_finding_in_a_file_has_its_place():
    run = the_run(made(place()))
    (result,) = run["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "infra/a.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 5, "startColumn": 3},
    }
    assert result["message"]["text"] == "wrong. It hurts. Mend it."
    assert run["columnKind"] == "unicodeCodePoints"
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["name"] == "ExpressionInvalid"
    assert rule["help"]["markdown"] == rulebook.find("SW301").page


def test_a_finding_elsewhere_has_its_subject():
    (result,) = the_run(made(Where("slowlog", {"node": "jobs:6379", "command": "KEYS"})))["results"]
    assert result["locations"] == [{"logicalLocations": [{"fullyQualifiedName": "jobs:6379 KEYS", "kind": "slowlog"}]}]


def test_the_fingerprint_survives_an_edit_above_and_nothing_else():
    def prints(where: Where) -> str:
        return the_run(made(where))["results"][0]["partialFingerprints"]["seawall/v1"]

    assert prints(place()) == prints(place(line=90, column=1))
    assert prints(place()) != prints(place(path="infra/b.yaml"))


def test_levels_are_those_of_the_severities():
    findings = [made(place(line=n + 1), severity) for n, severity in enumerate(Severity)]
    run = the_run(*findings)
    assert [r["level"] for r in run["results"]] == ["note", "note", "warning", "error", "error"]
    assert run["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == "9.5"


def test_what_was_not_checked_makes_the_run_a_failed_one():
    assert the_run()["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    (invocation,) = the_run(not_checked=(NotChecked("a.yaml", "line 2: no", "Mend it."),))["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == (
        "a.yaml was not checked: line 2: no. Mend it."
    )


def test_a_rule_of_another_version_has_its_name():
    (rule,) = the_run(made(place(), code="SW399"))["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "expression-invalid."


@given(
    st.lists(
        st.builds(
            made,
            st.builds(place, st.text(min_size=1, max_size=20), st.integers(0, 9), st.integers(0, 9)),
            st.sampled_from(Severity),
            st.sampled_from(["SW301", "SW105", "SW607"]),
            st.text(max_size=20),
        ),
        max_size=5,
    )
)
def test_any_findings_make_a_log(findings: list[Finding]):
    run = the_run(*findings)
    assert len(run["results"]) == len(findings)
    for finding, result in zip(findings, run["results"], strict=True):
        path = str(finding.where.fields["path"])
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        if not path.startswith("/"):
            assert unquote(uri) == path or path.strip("./") == "" or "/" in path
