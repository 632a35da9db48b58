"""Hostile templates: refused with their line and a reason, in bounded time and memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall import rulebook
from seawall.errors import InputError
from seawall.schedules.collect import of_template
from seawall.schedules.facts.document import LIMIT_BYTES, parse
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.facts.reading import WRONG

NOW = datetime(2026, 12, 1, tzinfo=UTC)
RULE = """\
Resources:
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 day)
"""
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 500)
)
PATIENCE_S = 20.0  # the worst of them takes 4 s on a quiet machine


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BOMB + RULE, "line 6: aliases that stand for over 1,000,000 nodes"),
        ("a: &a [*a]\n" + RULE, "line 1: an alias that stands inside itself"),
        ("a: !!python/object/apply:os.getcwd []\n" + RULE, "line 1: the tag !!python/object/apply:os.getcwd is none"),
        ("\na: !!binary aGk=\n" + RULE, "line 2: the tag !!binary is none of a template"),
        ("a: !<tag:example.org,2000:x> 1\n" + RULE, "line 1: the tag tag:example.org,2000:x is none"),
        (RULE + "\tState: ENABLED\n", "line 6, column 1: found a tab character that violates indentation"),
        (RULE + "      X: " + "[" * 100_000, "line 6, column 1006: exceeded maximum nesting depth"),
        ("- " * 100_000, "exceeded maximum nesting depth"),
        ("{a: " * 100_000, "exceeded maximum nesting depth"),
        ("%" + RULE, "line 1"),
        ("{% if live %}\n" + RULE, "line 1, column 2: nothing can begin with '%'"),
        (RULE + "      X: 'open\n", "line 7, column 1: found unexpected end of stream"),
        (RULE + "      X: \0\n", "line 6: a control character stands in the text"),
        ("", "line 1: this is no template of CloudFormation: it has no Resources"),
        ("- a\n", "line 1: this is no template of CloudFormation"),
        ("Resources: []\n", "line 1: this is no template of CloudFormation"),
        ("a: b\n---\n" + RULE, "line 2, column 1: but found another document"),
    ],
)
def test_it_is_refused_with_its_line(text: str, reason: str):
    begun = time.monotonic()
    with pytest.raises(InputError) as wrong:
        of_template("t.yaml", text.encode(), NOW)
    assert reason in wrong.value.what
    assert wrong.value.hint.endswith((".", "?"))
    assert time.monotonic() - begun < PATIENCE_S


def test_what_is_too_large_is_not_parsed():
    with pytest.raises(InputError, match="line 1: 47 MB, and CloudFormation takes 1,048,576 at most"):
        parse("t.yaml", RULE.encode() + b"#" * 50_000_000)
    assert parse("t.yaml", RULE.encode() + b"#" * (LIMIT_BYTES - len(RULE))).is_template


def test_other_encodings_are_refused():
    for data in (RULE.encode("utf-16"), RULE.encode() + "# \u00e9".encode("latin-1")):
        with pytest.raises(InputError, match="no UTF-8 text"):
            parse("t.yaml", data)
    assert parse("t.yaml", RULE.encode("utf-8-sig")).is_template


def filled(line: str, number: int) -> str:
    return RULE + "".join(line.format(n=n) for n in range(number))


@pytest.mark.parametrize(
    "make",
    [
        lambda: RULE + "      X: " + "[" * 900 + "]" * 900 + "\n",
        lambda: RULE + "      X: [" + ", ".join(f"!Ref A{n}" for n in range(50_000)) + "]\n",
        lambda: RULE + "      X: [" + ", ".join(f"!Odd{n} a" for n in range(50_000)) + "]\n",
        lambda: RULE + "      X: [" + ", ".join(f"!ImportValue a{n}" for n in range(15_000)) + "]\n",
        lambda: (
            "Parameters:\n" + "".join(f"  P{n}: {{}}\n" for n in range(20_000)) + filled("      - !Ref Q{n}\n", 9)[:-1]
        ),
        lambda: RULE.replace("rate(1 day)", "cron(" + "1," * 400_000 + "1 1 1 1 ? *)"),
        lambda: RULE.replace("rate(1 day)", "!Sub '" + "${a}" * 100_000 + "'"),
        lambda: RULE.replace("rate(1 day)", "{'Fn::If': [a, " * 300 + "x" + "]}" * 300),
        lambda: filled(
            "  R{n}: {{Type: AWS::Scheduler::Schedule, Properties: {{ScheduleExpression: 'rate(1 day)'}}}}\n", 5_000
        ),
        lambda: RULE + "      Targets: [{Input: '" + "[" * 100_000 + "'}]\n",
        lambda: RULE + "      Targets: [{Input: '" + "1" * 100_000 + "'}]\n",
    ],
)
def test_a_lot_of_it_is_judged_in_bounded_time(make: Callable[[], str]):
    begun = time.monotonic()
    try:
        findings = rulebook.run("schedules", of_template("t.yaml", make().encode(), NOW))
    except InputError:
        return
    finally:
        assert time.monotonic() - begun < PATIENCE_S
    assert sum(f.rule == "SW316" for f in findings) <= WRONG


def read_or_refused(data: bytes) -> TemplateFacts | None:
    """The facts of a template, None where it is refused; then with a line."""
    reason = ""
    try:
        return of_template("t.yaml", data, NOW)
    except InputError as wrong:
        reason = wrong.what
    assert reason.startswith("line ")
    return None


@given(st.text(max_size=60), st.integers(0, len(RULE)))
def test_any_text_in_any_place_is_read_or_refused(text: str, place: int):
    """No exception but ours, and a finding's place lies in the file."""
    whole = RULE[:place] + text + RULE[place:]
    facts = read_or_refused(whole.encode("utf-8", "surrogatepass"))
    for finding in rulebook.run("schedules", facts) if facts else ():
        line, column = (int(finding.where.fields[word] or 0) for word in ("line", "column"))
        assert 1 <= line <= whole.count("\n") + whole.count("\r") + 1
        assert column >= 1


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes):
    read_or_refused(data)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_are_counted_with_either_newline(newline: str):
    text = (
        RULE + "  Later:\n    Type: AWS::Events::Rule\n    Properties: {ScheduleExpression: rate(1 days)}\n"
    ).replace("\n", newline)
    (finding,) = [f for f in rulebook.run("schedules", of_template("t.yaml", text.encode(), NOW)) if f.rule == "SW301"]
    assert (finding.where.fields["line"], finding.where.fields["column"]) == (8, 45)
