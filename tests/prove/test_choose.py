"""From the JSON of a scan to a form, a size and a server; a document from outside breaks nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.errors import InputError, SeawallError, UsageError
from seawall.lab import Binary
from seawall.nodes.prove.choose import choose, closest, find, form_named, sized


def finding(rule: str, command: str, pattern: str, number: int = 1, **evidence: object) -> dict[str, object]:
    where = {"kind": "slowlog", "node": "cache", "command": command, "key_pattern": pattern, "shape": "key"}
    return {"id": f"{number:04x}" * 4, "rule": rule, "title": f"{command} of it", "where": where, "evidence": evidence}


def scan(*findings: dict[str, object], server: str = "Redis 7.2.4") -> str:
    targets = [{"name": "other", "server": "Valkey 9.1.2"}, {"name": "cache", "server": server}]
    return json.dumps({"schema": 1, "targets": targets, "findings": list(findings)})


SCAN = scan(
    finding("SW130", "", "", 0xBBBB),
    finding("SW103", "GEORADIUS", "drivers:positions", 0xAAA1, elements=15_000),
    finding("SW101", "GEORADIUS", "drivers:positions", 0xAAA2, elements=15_000),
    finding("SW107", "DEL", "trips:*", 0xCCCC, elements=None, **{"lazyfree-lazy-user-del": "no"}),
    finding("SW111", "SINTER", "online:*", 0xDDDD, elements=5000),
    finding("SW115", "GET", "report:*", 0xEEEE, elements=None, bytes=32_000_000),
    finding("SW104", "HKEYS", "r", 0xFFFF, elements=3_000_000),
)


@pytest.mark.parametrize(
    ("wanted", "form", "size", "remarks"),
    [
        ("aaa1", "a-deprecated-name", 15_000, 0),
        ("AAA2", "geo-listing", 15_000, 0),
        ("georadius drivers:positions", "a-deprecated-name", 15_000, 0),  # the first of the ranking
        ("DEL trips:2025", "delete-a-collection", 100_000, 1),  # a key of the pattern; no count
        ("DEL trips:*", "delete-a-collection", 100_000, 1),
        ("del", "delete-a-collection", 100_000, 1),
        ("dddd", "members-of-two-sets", 2500, 0),  # 5,000 looked up in two sets of 2,500
        ("eeee", "a-large-string", 32_000_000, 0),
        ("ffff", "fields-of-a-hash", 1_000_000, 2),  # HKEYS is not HGETALL; more than is proved
    ],
)
def test_a_finding_chooses_form_and_size(wanted: str, form: str, size: int, remarks: int):
    choice = choose(find(SCAN, wanted))
    assert (choice.form.name, choice.size, len(choice.remarks)) == (form, size, remarks)


def test_a_finding_brings_its_server_and_settings():
    subject = find(SCAN, "cccc")
    assert (subject.product, subject.version, subject.server) == ("Redis", "7.2.4", "Redis 7.2.4")
    assert subject.settings == {"lazyfree-lazy-user-del": "no"}
    assert find(scan(finding("SW107", "DEL", "k"), server=""), "DEL k").server == ""


@pytest.mark.parametrize(
    ("wanted", "said", "hint"),
    [
        ("aaa", "no finding of the scan is aaa", "It has bbbbbbbb"),  # too short for an id
        ("aaaa", "no finding of the scan is aaaa", "and 4 more"),
        ("DEL other", "no finding of the scan is DEL other", "It has"),
        ("", "no finding of the scan is ", "It has"),
        ("\x1b[31m", r"no finding of the scan is \\x1b", "It has"),
    ],
)
def test_what_is_not_in_the_scan_is_said(wanted: str, said: str, hint: str):
    with pytest.raises(UsageError, match=said) as caught:
        find(SCAN, wanted)
    assert hint in caught.value.hint


def test_an_id_that_begins_several_is_refused():
    twins = scan(finding("SW107", "DEL", "a", 0x1234), finding("SW104", "SMEMBERS", "b", 0x12345))
    document = twins.replace("12345" * 4, "1234ffff")
    with pytest.raises(UsageError, match="1234 begins the ids of 2 findings"):
        find(document, "1234")


@pytest.mark.parametrize("document", ["", "{}", "[]", "null", '{"findings": 1, "targets": []}', "[" * 100_000, "\x00"])
def test_another_document_is_refused(document: str):
    with pytest.raises(InputError, match="not the JSON of a scan"):
        find(document, "aaaa")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("id", "rule", "title", "where", "evidence", "node", "command", "key_pattern", "elements", "bytes")
RECORD = st.dictionaries(st.sampled_from(FIELDS), JSON | st.dictionaries(st.sampled_from(FIELDS), JSON), max_size=6)


@settings(max_examples=50)
@given(st.lists(RECORD, max_size=3), st.just([]) | JSON, st.text(max_size=12))
def test_a_hostile_scan_ends_in_an_error_of_ours(findings: list[object], targets: object, wanted: str):
    try:
        choose(find(json.dumps({"findings": findings, "targets": targets}), wanted))
    except SeawallError as wrong:
        said = wrong.what + wrong.hint
    else:
        said = ""
    assert not said or said.isprintable()


def binary(name: str) -> Binary:
    product, version = name.split()
    return Binary(Path(product), product, version)


@pytest.mark.parametrize(
    ("wanted", "programs", "chosen"),
    [
        ("Redis 7.2.4", "Valkey 7.2.4, Redis 6.2.4, Redis 8.2.4", "Redis 8.2.4"),  # the product first; then the newer
        ("Redis 7.2.4", "Valkey 7.2.4, Redis 7.0.15, Redis 8.2.3", "Redis 7.0.15"),
        ("Redis 8.0.1", "Redis 7.0.15, Redis 8.2.3", "Redis 8.2.3"),
        ("Redis 7.0.0", "Redis 6.0.0, Redis 8.0.0", "Redis 8.0.0"),  # as near: the newer
        ("Valkey 8.1.0", "Redis 8.1.0, Valkey 9.1.2", "Valkey 9.1.2"),
        ("Valkey 8.1.0", "Redis 7.0.15, Redis 8.2.3", "Redis 8.2.3"),
        ("KeyDB 6.3.4", "Redis 6.2.14, Valkey 9.1.2", "Redis 6.2.14"),
        ("Redis unstable", "Redis 6.2.14, Redis 8.2.3", "Redis 6.2.14"),
    ],
)
def test_the_closest_server(wanted: str, programs: str, chosen: str):
    product, version = wanted.split()
    assert str(closest([binary(p) for p in programs.split(", ")], product, version)) == chosen


def test_a_form_by_name():
    assert form_named(" Geo-Listing ").name == "geo-listing"
    with pytest.raises(UsageError, match="no form is called geolisting") as caught:
        form_named("geolisting")
    assert caught.value.hint == "Did you mean geo-listing?"
    for size in (1, 10**9):
        with pytest.raises(UsageError, match="cannot be proved with"):
            sized(form_named("geo-listing"), size)
