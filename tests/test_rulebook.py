"""The book of rules: what lies in the folder is in it, it is selected by code, a wrong word gets the nearest one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall import rulebook
from seawall.errors import UsageError
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.server import Server

BOOK = rulebook.all_rules()


def test_every_rule_is_in_the_book_once_and_in_order():
    assert [r.code for r in BOOK] == sorted({r.code for r in BOOK})
    assert len({r.name for r in BOOK}) == len(BOOK)
    assert {"SW101", "SW105", "SW131"} <= {r.code for r in BOOK}
    assert all({rule.code, rule.name} <= set(rule.page.splitlines()[0].split()) for rule in BOOK)


def test_a_room_without_rules_has_none():
    assert rulebook.rules("fleet") == ()


@pytest.mark.parametrize("rule", BOOK, ids=lambda rule: rule.code)
def test_a_rule_is_found_by_code_and_name_in_any_case(rule: rulebook.Rule):
    for word in (rule.code, rule.code.lower(), rule.name, rule.name.upper(), f" {rule.name} "):
        assert rulebook.find(word) is rule


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("keys-walks-everyting", "keys-walks-everything"),
        ("SW1O5", "Did you mean SW1"),
        ("sw999", "SW"),
        ("", "seawall explain"),
    ],
)
def test_a_wrong_word_gets_a_hint(word: str, near: str):
    with pytest.raises(UsageError) as wrong:
        rulebook.find(word)
    assert near in wrong.value.hint


@given(st.text())
def test_no_word_is_too_strange(word: str):
    try:
        found = rulebook.find(word)
    except UsageError as wrong:
        assert wrong.what.isprintable()  # noqa: PT017
    else:
        assert word.strip().lower() in (found.code.lower(), found.name)


def test_codes_are_selected_by_their_beginning():
    assert set(rulebook.select(["SW1"])) == {r.code for r in BOOK if r.code.startswith("SW1")}
    assert rulebook.select(["sw10", "SW105", "keys-walks-everything"]) == tuple(
        r.code for r in BOOK if r.code.startswith("SW10")
    )
    assert rulebook.select([]) == ()
    with pytest.raises(UsageError):
        rulebook.select(["SW1", "SW0"])


def test_only_the_selected_rules_are_run():
    facts = NodeFacts("node", Server(config={"slowlog-log-slower-than": "10000"}))
    assert [f.rule for f in rulebook.run("nodes", facts)] == ["SW130"]
    assert not rulebook.run("nodes", facts, ["SW131"])
    assert [f.rule for f in rulebook.run("nodes", facts, ["SW130", "SW131"])] == ["SW130"]


@pytest.mark.parametrize("rule", rulebook.rules("nodes"), ids=lambda rule: rule.code)
@pytest.mark.parametrize("is_live", [True, False])
def test_a_rule_is_silent_where_nothing_is_known(rule: rulebook.Rule, is_live: bool):
    assert list(rule.check(NodeFacts("node", is_live=is_live))) == []
