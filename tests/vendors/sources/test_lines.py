"""The words in a row's `source`."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.errors import UsageError
from seawall.vendors.sources import KINDS, Line, parse


@pytest.mark.parametrize(
    "text", ["", "  ", "https://cloud.example/contract", "the contract is in the drive", "mail; post"]
)
def test_a_note_for_people_is_none(text: str):
    assert parse("jobs", text) == []


def test_subjects_and_options():
    assert parse("jobs", "JSON https://a.example/?x=1;y=2 a.b token_env=TOKEN") == [
        Line("jobs", "json", ("https://a.example/?x=1;y=2", "a.b"), {"token_env": "TOKEN"})
    ]


def test_several_sources_of_one_row():
    found = parse("jobs", "aws-marketplace agmt-1 profile=p; bought by Ada; redis-cloud 1206;")
    assert found == [
        Line("jobs", "aws-marketplace", ("agmt-1",), {"profile": "p"}),
        Line("jobs", "redis-cloud", ("1206",)),
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("aws-marketplaces agmt-1", "Did you mean aws-marketplace?"),
        ("redis_cloud 1", "Did you mean redis-cloud?"),
        ("tls a:1 host=b", "It has: ca, name."),
        ("tls a:1; aws-licence x", "Did you mean aws-licenses?"),
    ],
)
def test_misspelt_words_are_said(text: str, hint: str):
    with pytest.raises(UsageError) as wrong:
        parse("jobs", text)
    assert wrong.value.hint == hint


@given(
    kind=st.sampled_from(sorted(KINDS)),
    subjects=st.lists(st.from_regex(r"[a-z0-9:/.-]{1,12}", fullmatch=True), max_size=3),
    value=st.from_regex(r"[A-Za-z0-9/=.-]{0,9}", fullmatch=True),
)
def test_what_is_written_is_read(kind: str, subjects: list[str], value: str):
    options = dict.fromkeys(KINDS[kind], value)
    text = " ".join([kind, *subjects, *(f"{name}={value}" for name in options)])
    assert parse("jobs", text) == [Line("jobs", kind, tuple(subjects), options)]


@given(st.text())
def test_any_text_is_read_or_refused(text: str):
    with contextlib.suppress(UsageError):
        assert all(line.kind in KINDS for line in parse("jobs", text))
