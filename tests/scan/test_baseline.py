"""A baseline freezes what was there, and nothing else; what is no baseline is refused in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.errors import InputError
from seawall.model import Finding, Severity, Where
from seawall.rulebook import numbered
from seawall.scan.baseline import Baseline, read, text

FIELDS = st.fixed_dictionaries(
    {
        "path": st.sampled_from(["app/a.rb", "app/b.py", 'odd "name".rb', "é.rb"]),
        "line": st.integers(1, 9),
        "column": st.integers(1, 9),
        "symbol": st.none() | st.sampled_from(["A#b", "c"]),
        "command": st.sampled_from(["KEYS", "DEL"]),
        "key_pattern": st.none() | st.sampled_from(["a:*", "b"]),
    }
)
FINDINGS = st.lists(
    st.builds(
        lambda rule, fields: Finding(rule, "fault", Severity.HIGH, "t", Where("code", fields), {}, "w"),
        st.sampled_from(["SW201", "SW206"]),
        FIELDS,
    ),
    max_size=12,
)


def of_server() -> Finding:
    return Finding("SW105", "fault", Severity.HIGH, "t", Where("slowlog", {"node": "a", "command": "KEYS"}), {}, "w")


def from_text(folder: Path, said: str | bytes) -> Baseline:
    file = folder / "baseline.json"
    file.write_bytes(said if isinstance(said, bytes) else said.encode())
    return read(file)


@given(FINDINGS, st.randoms(use_true_random=False))
def test_what_is_frozen_is_what_was_written(tmp_path_factory: pytest.TempPathFactory, found: list[Finding], order):  # pyright: ignore
    findings = numbered(found)
    shuffled = list(findings)
    order.shuffle(shuffled)  # pyright: ignore
    assert text(shuffled) == text(findings)
    baseline = from_text(tmp_path_factory.mktemp("b"), text(findings))
    assert baseline.part([*findings, of_server()]) == ([of_server()], findings)
    assert baseline.gone(findings) == ()
    assert {one.id for one in baseline.gone([])} == {f.id for f in findings}


@given(FINDINGS)
def test_alike_findings_have_ids_of_their_own_that_no_line_changes(found: list[Finding]):
    made = numbered(found)
    assert len({f.id for f in made}) == len(made)
    moved = [
        Finding(f.rule, f.name, f.severity, f.title, Where("code", {**f.where.fields, "line": 99}), {}, f.why)
        for f in found
    ]
    assert [f.id for f in numbered(moved)] == [f.id for f in made]


def test_a_new_finding_adds_one_line():
    def finding(path: str) -> Finding:
        return Finding("SW201", "fault", Severity.HIGH, "t", Where("code", {"path": path}), {}, "w")

    before = text([finding("a.rb"), finding("c.rb")]).splitlines()
    after = text([finding("c.rb"), finding("b.rb"), finding("a.rb")]).splitlines()
    (added,) = set(after) - set(before)
    assert json.loads(added.strip().rstrip(","))["path"] == "b.rb"
    assert [line for line in after if line != added] == before


def test_nothing_to_freeze_is_a_baseline_too(tmp_path: Path):
    assert from_text(tmp_path, text([of_server()])).frozen == ()


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "[]",
        "null",
        '{"frozen": []}',
        '{"schema": 2, "frozen": []}',
        '{"schema": 1}',
        '{"schema": 1, "frozen": {}}',
        '{"schema": 1, "frozen": [{"id": "a", "rule": "SW201"}]}',
        '{"schema": 1, "frozen": [{"id": 1, "rule": "SW201", "path": "a"}]}',
        "<<<<<<< ours\n{}",
        b"\xff\xfe\x00",
        "[" * 200_000,
        b'{"schema": 1, "frozen": [{"id": "\x1b[2J", "rule": 1, "path": "a"}]}',
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, said: str | bytes):
    with pytest.raises(InputError) as wrong:
        from_text(tmp_path, said)
    assert "baseline.json cannot be used: " in wrong.value.what
    assert "\n" not in wrong.value.what
    assert "\x1b" not in wrong.value.what
    assert wrong.value.hint == "Mend it, or make it anew with --write-baseline."


def test_a_baseline_that_is_not_there_says_how_to_make_it(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be read: no such file") as wrong:
        read(tmp_path / "none.json")
    assert "--write-baseline" in wrong.value.hint
