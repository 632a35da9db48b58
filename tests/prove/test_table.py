"""The table in docs/design/slow-log.md is the catalogue's, and is written between its marks only."""

from __future__ import annotations

import re

import pytest

import prove_table
from seawall.nodes.prove.forms import FORMS, NO_FORM
from seawall.nodes.prove.wording import HEADINGS


def section() -> str:
    return prove_table.PAGE.read_text(encoding="utf-8").partition("\n## Old form, new form\n")[2]


def test_every_form_was_proved_on_both_servers():
    tables = section().partition(prove_table.BEGIN)[2].partition(prove_table.END)[0]
    parts = re.findall(r"^(\w+) (\d+)\.\S+, \d+ rounds:\n\n((?:\|.*\n)+)", tables, re.MULTILINE)
    assert [(product, major) for product, major, _ in parts] == list(prove_table.SERVERS)
    for *_, table in parts:
        heading, _, *rows = table.splitlines()
        assert heading == f"| {' | '.join(HEADINGS)} |"
        cells = [row.strip("| ").split(" | ") for row in rows]
        assert [(name, rules, size) for name, rules, size, *_ in cells] == [
            (f"`{form.name}`", ", ".join(form.rules), form.amount(form.size)) for form in FORMS
        ]
        assert not [row for row in rows if "too few rounds" in row]


def test_the_page_names_every_rule_without_a_form():
    assert not [code for code in NO_FORM if code not in section()]


def test_what_stands_around_the_table_stays():
    page = f"before\n{prove_table.BEGIN}old\n{prove_table.END}after\n"
    assert prove_table.written(page, "new\n") == page.replace("old", "new")
    with pytest.raises(ValueError, match="marks"):
        prove_table.written("no marks", "new\n")
