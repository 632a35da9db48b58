"""Every kind of fault: found, at its column, with what to write instead; and none in what is right."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall import cron
from seawall.cron import Fault, Service
from seawall.errors import ExpressionError

NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SOURCE = Path(cron.__file__).parent
RULE, SCHEDULER, UNIX, FUGIT = Service.RULE, Service.SCHEDULER, Service.UNIX, Service.FUGIT
CELERY, CLOCKWORK = Service.CELERY, Service.CLOCKWORK

# kind, service, expression, and under it the characters that are at fault
ERRORS = [
    ("empty", RULE, "", "^"),
    ("empty", RULE, "cron()", "     ^"),
    ("empty", RULE, "rate()", "     ^"),
    ("empty", SCHEDULER, "at()", "   ^"),
    ("empty", RULE, "cron(0 1-7/2,11-23/2, * * ? *)", "                    ^"),
    ("empty", RULE, "cron(0 ,9 * * ? *)", "       ^"),
    ("empty", RULE, "cron(0 8,,9 * * ? *)", "         ^"),
    ("too-long", RULE, f"cron({'0,' * 126}0 9 * * ? *)", " " * 256 + "^"),
    ("character", RULE, "cron(0 9\t* * ? *)", "        ^"),
    ("character", RULE, "cron(0 9 ? * MON\u2013FRI *)", "                ^"),
    ("character", RULE, "cron(0 9x * * ? *)", "        ^"),
    ("character", RULE, "cron(0 9 3L * ? *)", "          ^"),
    ("character", RULE, "cron(0 9 W * ? *)", "         ^"),
    ("character", RULE, "cron(0 9 1- * ? *)", "          ^"),
    ("character", RULE, "cron(0 9 -5 * ? *)", "         ^"),
    ("character", RULE, "cron(0;9 * * ? *)", "      ^"),
    ("character", RULE, "cron(0 9 L-x * ? *)", "           ^"),
    ("character", UNIX, "0 9 L * *", "    ^"),
    ("padding", RULE, " cron(0 9 * * ? *)", "^"),
    ("padding", RULE, "cron( 0 9 * * ? *)", "     ^"),
    ("padding", RULE, "cron(0 9 * * ? * )", "                ^"),
    ("padding", RULE, "rate( 5 minutes)", "     ^"),
    ("padding", RULE, "rate(5  minutes)", "       ^"),
    ("padding", RULE, "rate(5 minutes )", "              ^"),
    ("padding", SCHEDULER, "at( 2027-01-31T09:00:00)", "   ^"),
    ("form", RULE, "daily", "^"),
    ("form", RULE, "crno(0 9 * * ? *)", "^^^^"),
    ("form", RULE, "CRON(0 9 * * ? *)", "^^^^"),
    ("form", RULE, "cron(0 9 * * ? *", "                ^"),
    ("form", RULE, "cron(0 9 * * ? *) x", "                 ^^"),
    ("form", RULE, "*/5 * * * *", "^"),
    ("form", UNIX, "cron(0 9 * * ? *)", "^"),
    ("at-on-rule", RULE, "at(2027-01-31T09:00:00)", "^^"),
    ("field-count", RULE, "cron(0 9 ? * MON)", "                ^"),
    ("field-count", RULE, "cron(0 9)", "        ^"),
    ("field-count", RULE, "cron(0 0 9 * * ? *)", "                 ^"),
    ("field-count", UNIX, "0 9 * *", "       ^"),
    ("field-count", UNIX, "0 9 * * * root", "          ^^^^"),
    ("range", RULE, "cron(71 9 * * ? *)", "     ^^"),
    ("range", RULE, "cron(0 24 * * ? *)", "       ^^"),
    ("range", RULE, "cron(0 9 0 * ? *)", "         ^"),
    ("range", RULE, "cron(0 9 32W * ? *)", "         ^^"),
    ("range", RULE, "cron(0 9 * 4,13 ? *)", "             ^^"),
    ("range", RULE, "cron(0 9 ? * 1-8 *)", "               ^"),
    ("range", RULE, "cron(0 9 * * ? 1969)", "               ^^^^"),
    ("range", RULE, "cron(0 9 * * ? 2000-2200)", "                    ^^^^"),
    ("range", RULE, "cron(0 9 L-31 * ? *)", "           ^^"),
    ("range", UNIX, "0 9 * * 8", "        ^"),
    ("range", FUGIT, "0 9 -0 * *", "    ^^"),
    ("range", CELERY, "0 9 * * 7", "        ^"),
    ("range-order", UNIX, "0 22-2 * * *", "  ^^^^"),
    ("range-order", RULE, "cron(0 9 * * ? 2030-2027)", "               ^^^^^^^^^"),
    ("name", RULE, "cron(0 9 ? * MONDAY *)", "             ^^^^^^"),
    ("name", RULE, "cron(0 9 * JAN,FBE ? *)", "               ^^^"),
    ("name", CLOCKWORK, "1.week at Moonday 16:20", "          ^^^^^^^"),
    ("step", RULE, "cron(0/0 9 * * ? *)", "       ^"),
    ("step", RULE, "cron(0/ 9 * * ? *)", "      ^"),
    ("step", RULE, "cron(0/5x 9 * * ? *)", "        ^"),
    ("step", CELERY, "5/15 * * * *", "^^^^"),
    ("weekday-zero", RULE, "cron(0 9 ? * 0 *)", "             ^"),
    ("nth", RULE, "cron(0 9 ? * 2#6 *)", "               ^"),
    ("nth", RULE, "cron(0 9 ? * 2# *)", "              ^"),
    ("two-hashes", RULE, "cron(0 9 ? * 3#1,6#3 *)", "                 ^^^"),
    ("two-hashes", RULE, "cron(0 9 ? * MON#1,FRI *)", "                   ^^^"),
    ("two-hashes", RULE, "cron(0 9 ? * MON,FRI#1 *)", "                 ^^^^^"),
    ("question", RULE, "cron(0 9 ?,5 * ? *)", "         ^"),
    ("day-fields", RULE, "cron(0 9 * * * *)", "             ^"),
    ("day-fields", RULE, "cron(0 9 * * MON *)", "         ^"),
    ("day-fields", RULE, "cron(0 9 15 * MON *)", "              ^^^"),
    ("day-fields-open", RULE, "cron(0 9 ? * ? *)", "             ^"),
    ("rate-form", RULE, "rate(5)", "      ^"),
    ("rate-form", RULE, "rate(5minutes)", "      ^"),
    ("rate-form", RULE, "rate(1 hour 30 minutes)", "            ^^^^^^^^^^"),
    ("rate-number", RULE, "rate(five minutes)", "     ^^^^"),
    ("rate-number", RULE, "rate(-5 minutes)", "     ^^"),
    ("rate-number", RULE, "rate(1.5 hours)", "      ^"),
    ("rate-number", RULE, "rate(1000000 days)", "     ^^^^^^^"),
    ("rate-zero", RULE, "rate(0 hour)", "     ^"),
    ("rate-unit", RULE, "rate(5 Minutes)", "       ^^^^^^^"),
    ("rate-unit", RULE, "rate(2 weeks)", "       ^^^^^"),
    ("rate-unit", RULE, "rate(15 mins)", "        ^^^^"),
    ("rate-plural", RULE, "rate(5 minute)", "       ^^^^^^"),
    ("rate-singular", RULE, "rate(1 hours)", "       ^^^^^"),
    ("seconds", RULE, "rate(30 seconds)", "        ^^^^^^^"),
    ("at-zone", SCHEDULER, "at(2027-01-31T09:00:00Z)", "                      ^"),
    ("at-zone", SCHEDULER, "at(2027-01-31T09:00:00+01:00)", "                      ^^^^^^"),
    ("at-time", SCHEDULER, "at(2027-01-31)", "             ^"),
    ("at-time", SCHEDULER, "at(2027-01-31T09:00)", "                   ^"),
    ("at-time", SCHEDULER, "at(2027-01-31 09:00:00)", "             ^"),
    ("at-time", SCHEDULER, "at(tomorrow)", "   ^"),
    ("at-time", CLOCKWORK, "1.day at noon", "         ^^^^"),
    ("at-date", SCHEDULER, "at(2027-02-29T09:00:00)", "           ^^"),
    ("at-date", SCHEDULER, "at(2027-13-01T09:00:00)", "        ^^"),
    ("macro", UNIX, "@reboot", "^^^^^^^"),
    ("macro", UNIX, "@dayly", "^^^^^^"),
    ("macro", CELERY, "@daily", "^^^^^^"),
    ("interval", FUGIT, "@every 5x", "       ^"),
    ("interval", FUGIT, "@every 1h2M", "         ^"),
    ("interval", FUGIT, "every 90 minutes", "      ^^"),
    ("interval", CLOCKWORK, "2.days at 16:30", "^^^^^^"),
    ("interval", CLOCKWORK, "0.minutes", "^^^^^^^^^"),
    ("words", FUGIT, "every full moon", "      ^^^^^^^^^"),
    ("zone-unknown", FUGIT, "0 9 * * * Europe/Berlin", "          ^^^^^^^^^^^^^"),
]
WARNINGS = [
    ("contested-wrap", RULE, "cron(0 22-2 * * ? *)", "       ^^^^"),
    ("contested-step", RULE, "cron(15/65 10 * * ? *)", "        ^^"),
    ("contested-step", UNIX, "5/15 * * * *", "^^^^"),
    ("contested-weekday-step", RULE, "cron(0 9 ? * 2/2 *)", "              ^^"),
    ("contested-l-offset", RULE, "cron(0 9 L-3 * ? *)", "         ^^^"),
    ("contested-l-offset", RULE, "cron(0 9 ? * L-2 *)", "             ^^^"),
    ("contested-lw", RULE, "cron(0 9 LW * ? *)", "         ^^"),
    ("contested-list", RULE, "cron(0 9 1,L * ? *)", "           ^"),
    ("contested-blank", RULE, "cron(0  9 * * ? *)", "       ^"),
    ("rate-singular", SCHEDULER, "rate(1 minutes)", "       ^^^^^^^"),
    ("rate-plural", SCHEDULER, "rate(5 minute)", "       ^^^^^^"),
    ("never-fires", RULE, "cron(0 9 30 2 ? *)", "         ^^"),
    ("short-month", RULE, "cron(0 9 31 * ? *)", "         ^^"),
    ("short-month", RULE, "cron(0 9 1,29 2 ? *)", "           ^^"),
    ("weekday-shift", RULE, "cron(0 9 ? * 1-5 *)", "             ^^^"),
    ("year-past", RULE, "cron(0 9 * * ? 2020-2025)", "               ^^^^^^^^^"),
    ("year-past", SCHEDULER, "at(2025-01-31T09:00:00)", "^^^^^^^^^^^^^^^^^^^^^^^"),
]
IN_BERLIN = [
    ("dst-skipped", SCHEDULER, "cron(30 2 * * ? *)", "        ^"),
    ("never-fires", SCHEDULER, "at(2027-03-28T02:30:00)", "   ^^^^^^^^^^^^^^^^^^^"),
]


def place(fault: Fault) -> str:
    return " " * ((fault.column or 1) - 1) + "^" * fault.length


def kinds_in_source() -> set[str]:
    """The first argument of every Fault that is made, and of `wrong` and `doubt`, which make one."""
    return {
        str(node.args[0].value)
        for path in SOURCE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("Fault", "wrong", "doubt")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_kind_has_an_example():
    shown = {kind for kind, *_ in (*ERRORS, *WARNINGS, *IN_BERLIN)}
    assert kinds_in_source() == shown | {"zone-on-rule", "inexact"}  # their tests stand below and in test_convert.py


@pytest.mark.parametrize(("kind", "service", "text", "where"), ERRORS)
def test_error(kind: str, service: Service, text: str, where: str):
    checked = cron.check(text, service)
    assert checked.schedule is None
    assert (checked.errors[0].kind, place(checked.errors[0])) == (kind, where)
    with pytest.raises(ExpressionError) as raised:
        cron.parse(text, service)
    assert cron.Fault.of(raised.value) == checked.errors[0]


@pytest.mark.parametrize(("kind", "service", "text", "where"), WARNINGS)
def test_warning(kind: str, service: Service, text: str, where: str):
    checked = cron.check(text, service, now=NOW)
    assert checked.schedule is not None
    assert checked.errors == ()
    assert (kind, where) in [(fault.kind, place(fault)) for fault in checked.warnings]


@pytest.mark.parametrize(("kind", "service", "text", "where"), IN_BERLIN)
def test_warning_in_a_zone(kind: str, service: Service, text: str, where: str):
    checked = cron.check(text, service, BERLIN, now=NOW)
    assert [(fault.kind, place(fault)) for fault in checked.warnings] == [(kind, where)]
    assert cron.check(text, service, now=NOW).warnings == ()


@pytest.mark.parametrize(("service", "text"), [row[1:3] for row in (*ERRORS, *WARNINGS)])
def test_a_fault_is_said_as_the_house_says_it(service: Service, text: str):
    checked = cron.check(text, service, now=NOW)
    assert checked.errors or checked.warnings
    for fault in (*checked.errors, *checked.warnings):
        assert not fault.message.endswith(".")
        assert fault.hint == "" or fault.hint.endswith((".", "?"))
        above, below = fault.line(text).split("\n")
        assert above.isprintable()
        assert below.lstrip(" ^") == fault.advice


def test_errors_of_several_fields_are_all_said():
    checked = cron.check("cron(71 25 32 13 ? 1900)", RULE)
    assert [fault.column for fault in checked.errors] == [6, 9, 12, 15, 20]


def test_a_rule_has_no_zone():
    checked = cron.check("cron(0 9 * * ? *)", RULE, BERLIN)
    assert [(fault.kind, fault.column) for fault in checked.errors] == [("zone-on-rule", None)]
    assert cron.check("cron(0 9 * * ? *)", RULE, UTC).errors == ()


def test_the_words_of_the_two_best_known_faults():
    (count,) = cron.check("cron(0 9 ? * MON)", RULE).errors
    assert count.advice == "5 fields: AWS wants a sixth, the year: add *"
    (sunday,) = cron.check("cron(0 9 ? * 0 *)", RULE).errors
    assert "1 is Sunday" in sunday.message


def test_the_caret_stands_under_the_fault_whatever_is_before_it():
    text = "cron(0\x1b 9 * * ? *)"
    (fault,) = cron.check(text, RULE).errors
    above, below = fault.line(text).split("\n")
    assert above[below.index("^") :].startswith("\\x1b")


def test_a_long_text_is_shown_cut():
    text = "cron(" + "1," * 500_000
    (fault,) = cron.check(text, RULE).errors
    assert fault.kind == "too-long"
    assert all(len(line) < 200 for line in fault.line(text).split("\n"))


@given(st.text(max_size=300), st.sampled_from(list(Service)))
def test_no_text_is_too_odd(text: str, service: Service):
    checked = cron.check(text, service, now=NOW)
    assert (checked.schedule is None) == bool(checked.errors)
    for fault in (*checked.errors, *checked.warnings):
        assert fault.line(text).replace("\n", "").isprintable()
        assert fault.column is None or 1 <= fault.column <= len(text) + 1


@given(st.text("0123456789*?/-,#LWMONFRIJA ()", max_size=40), st.sampled_from([RULE, SCHEDULER]), st.booleans())
def test_no_expression_is_too_odd(text: str, service: Service, wrapped: bool):
    checked = cron.check(f"cron({text})" if wrapped else f"rate({text})", service, now=NOW)
    assert (checked.schedule is None) == bool(checked.errors)
    assert all(1 <= (fault.column or 1) <= len(text) + 6 for fault in checked.errors)
