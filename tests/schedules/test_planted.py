"""The faults that issue 5 lists, each planted in a template of its own: found by its rule, at its line and column."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.schedules.planted import PLANTED, Planted, rule, template

from seawall import rulebook
from seawall.model import Finding, Severity
from seawall.schedules.collect import of_template

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
MARK = "«"


def judge(text: str) -> list[Finding]:
    return rulebook.run("schedules", of_template("infra/jobs.yaml", text.encode(), NOW))


def place_of(text: str) -> tuple[str, int, int]:
    """The text without its mark, and the line and column where that stood."""
    before = text.partition(MARK)[0]
    return text.replace(MARK, ""), before.count("\n") + 1, len(before) - before.rfind("\n")


def the_finding(text: str, code: str) -> Finding:
    (found,) = [f for f in judge(text) if f.rule == code]
    return found


def name_of(planted: Planted) -> str:
    return planted.fault.replace(" ", "-")


def test_they_are_all_there():
    assert len(PLANTED) == 31  # thirty, of which "plural and singular rate" is two
    assert len({p.fault for p in PLANTED}) == 31


@pytest.mark.parametrize("planted", PLANTED, ids=name_of)
def test_the_fault_is_found_where_it_is(planted: Planted):
    text, line, column = place_of(planted.text)
    found = the_finding(text, planted.rule)
    assert (found.where.fields["line"], found.where.fields["column"]) == (line, column)
    assert found.where.fields["path"] == "infra/jobs.yaml"
    assert found.where.fields["resource"] in ("Nightly", "Later")
    if planted.kind:
        assert found.evidence["fault"] == planted.kind
    assert found.fix is not None
    assert found.fix.summary


@pytest.mark.parametrize("planted", PLANTED, ids=name_of)
def test_nothing_else_is_said_of_it(planted: Planted):
    text, _, _ = place_of(planted.text)
    others = {"expression from an unknown parameter": {"SW305"}}  # which is not known either
    assert {f.rule for f in judge(text)} - others.get(planted.fault, set()) == {planted.rule}


@pytest.mark.parametrize("planted", [p for p in PLANTED if p.fault != "duplicate logical id"], ids=name_of)
def test_the_fault_is_found_in_json(planted: Planted):
    """As JSON with the long forms of functions; the place is that of the text, quotes and escapes aside."""
    marked = json.dumps(loaded(planted.text), indent=2, ensure_ascii=False)
    text, line, column = place_of(marked)
    found = the_finding(text, planted.rule)
    if planted.as_json:
        escaped = marked.partition(MARK)[0].rpartition("\n")[2].count('\\"') > 0
        assert found.where.fields["line"] == line
        if not escaped:
            assert found.where.fields["column"] == column


def loaded(text: str) -> Any:
    """A template as Python has it, short forms of functions as long ones; the mark of a tagged value is lost."""

    class Loader(yaml.SafeLoader):
        pass

    def function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
        value = loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else loader.construct_object(node)
        name = suffix if suffix == "Ref" else f"Fn::{suffix}"
        return {name: value.split(".", 1) if name == "Fn::GetAtt" and isinstance(value, str) else value}

    Loader.add_multi_constructor("!", function)
    return yaml.load(text.replace(f"{MARK}!", "!"), Loader=Loader)


@given(above=st.integers(0, 40), planted=st.sampled_from(PLANTED))
def test_lines_above_move_the_place_and_nothing_else(above: int, planted: Planted):
    text, line, column = place_of(planted.text)
    moved = the_finding("# a comment\n" * above + text, planted.rule)
    assert (moved.where.fields["line"], moved.where.fields["column"]) == (line + above, column)
    if planted.fault != "duplicate logical id":  # whose title names the lines
        assert moved.title == the_finding(text, planted.rule).title


def test_a_right_template_is_silent():
    assert judge(template(rule("cron(0 3 * * ? *)"), rule("rate(1 hour)", name="Hourly"))) == []


def test_severities_are_those_of_the_pages():
    found = {p.rule: the_finding(p.text.replace(MARK, ""), p.rule).severity for p in PLANTED}
    low = {code for code, severity in found.items() if severity is Severity.LOW}
    assert low == {"SW308", "SW315", "SW317", "SW318"}
    assert {code for code, severity in found.items() if severity is Severity.MEDIUM} == {"SW302", "SW304", "SW307"}
    assert {severity for code, severity in found.items() if code in ("SW301", "SW316")} == {Severity.HIGH}
