"""The catalogue's contract: a form or a reason for every rule; both forms do one job, and the old one is the fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.servers import Running

from seawall import lab, rulebook
from seawall.errors import UsageError
from seawall.nodes.prove.choose import Subject, choose
from seawall.nodes.prove.collect.prover import KEY, Prover
from seawall.nodes.prove.form import Form, Outcome
from seawall.nodes.prove.forms import FORMS, NO_FORM

SMALL = 2300  # two slices and a part of one
OTHER = 2100
BYTES = 200_000  # three pieces and a part of one
# The answer says that it is done, not how much it was; or the size is no amount of data (COUNT).
SAME_AT_ANY_SIZE = {
    "scan-with-a-large-count",
    "collection-scan-with-a-large-count",
    "some-members-of-an-area",
    "delete-a-collection",
    "read-of-an-expired-value",
    "flush-everything",
    "first-page-in-order",
    "a-part-of-a-large-hash",
    "a-bit-far-behind-the-end",
}
form = pytest.mark.parametrize("form", FORMS, ids=lambda f: f.name)


def small(form: Form, size: int = SMALL) -> int:
    return size * BYTES // SMALL if form.size_is == "bytes" else size


def outcomes(server: Running, form: Form, size: int) -> tuple[Outcome, Outcome]:
    prover = Prover(server.app, form, size)
    prover.seed()
    return prover.outcome(form.old), prover.outcome(form.new)


def test_every_rule_has_a_form_or_a_reason_and_never_both():
    with_form = {code for f in FORMS for code in f.rules}
    assert with_form | set(NO_FORM) == {rule.code for rule in rulebook.rules("nodes")}
    assert not with_form & set(NO_FORM)


def test_names_are_unique_and_say_the_work():
    names = [f.name for f in FORMS]
    assert len(set(names)) == len(names)
    assert not [n for n in names if n.strip("abcdefghijklmnopqrstuvwxyz-") or n.startswith("sw")]


@form
def test_a_finding_about_its_own_command_gets_it(form: Form):
    command = form.old.sends.split()[0]
    for code in form.rules:
        chosen = choose(Subject("0" * 16, code, "", command, "k", form.size * form.each, form.size))
        assert (chosen.form, chosen.size, chosen.remarks) == (form, form.size, ())


@form
def test_both_forms_do_the_same_job(form: Form, server: Running):
    old, new = outcomes(server, form, small(form))
    assert form.same(old, new)


@form
def test_the_comparison_sees_another_job(form: Form, any_server: Running):
    """Else `same` could be true of anything."""
    old, _ = outcomes(any_server, form, small(form))
    _, new = outcomes(any_server, form, small(form, OTHER))
    assert form.same(old, new) == (form.name in SAME_AT_ANY_SIZE)


# Their rules speak from 10 ms on, whatever the count: large enough for that on a fast machine too.
FAULT_AT = {"trim-of-a-sorted-set": 300_000, "some-members-of-an-area": 300_000}
CARD = {"zset": "ZCARD", "set": "SCARD", "hash": "HLEN", "list": "LLEN", "stream": "XLEN", "string": "STRLEN"}


@form
def test_at_its_own_size_the_key_is_as_it_says_and_the_old_form_is_the_fault(
    form: Form, find_server: Callable[[str], lab.Binary], start: Callable[[lab.Binary], Running]
):
    """By the rules themselves, on a server that frees nothing lazily and deprecates what Redis 7 does."""
    server = start(find_server("Redis 7"))
    server.set("slowlog-max-len", "50000")  # the loop of a script fills a shorter one
    size = FAULT_AT.get(form.name, form.size)
    prover = Prover(server.app, form, size)
    assert prover.seed() == ", ".join(filter(None, (form.type, form.encoding)))
    if form.type and form.size_is == "elements":
        assert server.send(CARD[form.type], KEY) == size
    rules = {code for code in form.rules if code != "SW132"}  # of the counters, where the log has no entry
    for side, expected in ((form.old, rules), (form.new, set[str]())):
        prover.run(side, 0)
        assert {f.rule for f in server.findings(*rules)} == expected


@pytest.mark.parametrize(
    ("rule", "command", "said"),
    [
        ("SW130", "", "no form proves SW130: it is about the slow log's threshold"),
        ("SW143", "", "no form proves SW143: it is about the expiry cycle"),
        ("SW116", "GET", "no form of the catalogue does what GET of SW116 does"),  # the host's, not a large value's
        ("SW117", "LINSERT", "no form of the catalogue does what LINSERT of SW117 does"),
        ("SW999", "GET", "no form of the catalogue does what GET of SW999 does"),
    ],
)
def test_a_finding_without_a_form_is_told_why(rule: str, command: str, said: str):
    with pytest.raises(UsageError, match=said):
        choose(Subject("0" * 16, rule, "", command, "", None, None))
