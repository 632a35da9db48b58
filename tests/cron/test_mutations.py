"""One character of a valid expression is changed: the error stands where the change was made."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall import cron
from seawall.cron import Fault, Service

VALID = [
    "cron(0 9 * * ? *)",
    "cron(15,45 6-18/2 ? JAN,MAR-MAY MON-FRI 2027-2030)",
    "cron(0/5 8-17 ? * FRIL *)",
    "cron(5 0 15W 1/3 ? 2028/4)",
    "cron(30 23 L * ? *)",
    "cron(30 23 LW 12 ? *)",
    "cron(30 23 L-3 12 ? *)",
    "cron(0 12 ? 6 2#3 *)",
    "cron(0 12 ? 6 WED#1 *)",
    "cron(*/10 */6 ? * 7L 2199)",
]
OTHER = ["rate(1 minute)", "rate(15 minutes)", "rate(7 days)", "at(2027-02-28T23:59:59)"]
HIGHEST = (59, 23, 31, 12, 7, 2199)


def first_fault(text: str, service: Service = Service.SCHEDULER) -> Fault:
    checked = cron.check(text, service)
    assert checked.errors, text
    return checked.errors[0]


@pytest.mark.parametrize("text", VALID)
def test_a_strange_character_is_found_where_it_stands(text: str):
    """Every character in turn, those of the frame as well."""
    assert cron.check(text, Service.SCHEDULER).schedule is not None
    for place in range(len(text)):
        for strange in "!%;":
            fault = first_fault(text[:place] + strange + text[place + 1 :])
            assert fault.column == place + 1, (text[:place] + strange + text[place + 1 :], fault)


@pytest.mark.parametrize("text", OTHER)
def test_a_strange_character_of_a_rate_is_in_what_is_marked(text: str):
    """A unit and a time are marked whole."""
    for place in range(len(text)):
        fault = first_fault(text[:place] + "!" + text[place + 1 :])
        assert fault.column is not None
        assert fault.column <= place + 1 <= max(fault.column + fault.length, fault.column + 1)


def spots(pattern: str) -> list[tuple[str, int, int]]:
    """Each place of a pattern in the valid expressions: the expression, start and end."""
    found = [(text, *match.span()) for text in VALID for match in re.finditer(pattern, text)]
    assert found
    return found


@given(st.sampled_from(spots(r"(?<=[( ,])\d+|(?<=\d-)\d+")), st.integers(1, 10**12))
def test_a_number_out_of_range_is_marked_whole(spot: tuple[str, int, int], above: int):
    """Any number that is a value is put above its range; steps, `#n` and `L-n` have other bounds."""
    text, start, end = spot
    number = str(HIGHEST[text[:start].count(" ")] + above)
    fault = first_fault(text[:start] + number + text[end:])
    assert (fault.kind, fault.column, fault.length) == ("range", start + 1, len(number))


@pytest.mark.parametrize(("text", "start", "end"), spots(r"JAN|MAR|MAY|MON|FRI(?!L)|WED"))
@pytest.mark.parametrize("name", ["FOO", "MO", "JANU", "x"])
def test_a_name_that_is_none_is_marked_whole(text: str, start: int, end: int, name: str):
    fault = first_fault(text[:start] + name + text[end:])
    assert (fault.kind, fault.column, fault.length) == ("name", start + 1, len(name))


@pytest.mark.parametrize(("text", "start", "end"), spots(r"(?<=/)\d+"))
def test_a_step_of_nothing(text: str, start: int, end: int):
    fault = first_fault(text[:start] + "0" + text[end:])
    assert (fault.kind, fault.column) == ("step", start + 1)


@given(st.sampled_from(VALID), st.integers(0, 5))
def test_a_field_that_is_missing_is_missed_at_the_end(text: str, which: int):
    fields = text[5:-1].split(" ")
    del fields[which]
    mutant = f"cron({' '.join(fields)})"
    fault = first_fault(mutant)
    assert (fault.kind, fault.column) == ("field-count", len(mutant))


@given(st.sampled_from(VALID), st.integers(0, 6), st.sampled_from(["0", "*", "?"]))
def test_a_field_too_much_is_the_last(text: str, which: int, extra: str):
    fields = text[5:-1].split(" ")
    fields.insert(which, extra)
    fault = first_fault(f"cron({' '.join(fields)})")
    assert (fault.kind, fault.column) == ("field-count", 6 + len(" ".join(fields[:6])) + 1)
