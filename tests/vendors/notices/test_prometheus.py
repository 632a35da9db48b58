"""The gauges: parsed as the text format is written down, and never a fine number for what is not known."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings

from seawall.vendors.facts.row import Vendor, VendorFacts
from seawall.vendors.notices.prometheus import exposition

from .test_calendar import VENDORS

NOW = datetime(2026, 12, 1, tzinfo=UTC)
SECONDS = "seawall_vendor_deadline_seconds"
SAMPLE = re.compile(r'(?P<name>[a-z_]+)(?:\{(?P<labels>(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (?P<value>-?\d+)')
LABEL = re.compile(r'([a-z]+)="((?:[^"\\]|\\.)*)"')
Samples = dict[str, dict[tuple[str, ...], float]]


def parsed(text: str) -> Samples:
    """By name, then by the values of the labels. Each family has its HELP and TYPE before its samples, once."""
    assert text.endswith("\n")
    found: Samples = {}
    family = ""
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
            assert family not in found
            found[family] = {}
        elif line.startswith("#"):
            assert line == f"# TYPE {family} gauge"
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            assert match["name"] == family
            values = tuple(unescaped(value) for _, value in LABEL.findall(match["labels"] or ""))
            assert values not in found[family]
            found[family][values] = float(match["value"])
    return found


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)


def test_seconds_to_each_date_and_what_has_none_apart():
    rows = (
        Vendor("Redis Cloud", "ada", contract="trial", converts=False, ends=date(2026, 12, 10)),
        Vendor("Heroku", "ben", contract="fixed", converts=True, ends=date(2027, 1, 31), notice_days=30),
        Vendor("Gone", contract="domain", ends=date(2026, 11, 29), on_lapse="delete", grace_days=30),
        Vendor("Odd", "ada", contract="fixed"),
    )
    found = parsed(exposition(VendorFacts(now=NOW, vendors=rows)))
    day = 86_400
    assert found[SECONDS] == {
        ("Redis Cloud", "ada", "lapse"): 10 * day,
        ("Redis Cloud", "ada", "loss"): 10 * day,  # what a lapse does is not known: it counts as a deletion at once
        ("Heroku", "ben", "notice"): 32 * day,
        ("Gone", "", "lapse"): -day,
        ("Gone", "", "loss"): 29 * day,
    }
    ends = {key: value - NOW.timestamp() for key, value in found["seawall_vendor_deadline_timestamp_seconds"].items()}
    assert ends == found[SECONDS]
    unknown = {("Redis Cloud", "ada"): 0, ("Heroku", "ben"): 0, ("Gone", ""): 0, ("Odd", "ada"): 1}
    assert found["seawall_vendor_date_unknown"] == unknown
    assert found["seawall_vendors"] == {(): 4}
    assert found["seawall_vendors_judged_timestamp_seconds"] == {(): NOW.timestamp()}


def test_the_seconds_fall_with_the_time():
    row = Vendor("Redis Cloud", "ada", contract="trial", converts=False, ends=date(2026, 12, 10))
    key = ("Redis Cloud", "ada", "lapse")
    hours = [
        parsed(exposition(VendorFacts(now=NOW + timedelta(hours=h), vendors=(row,))))[SECONDS][key] for h in range(3)
    ]
    assert hours == [864_000, 860_400, 856_800]


@settings(max_examples=60, deadline=None)
@given(VENDORS)
def test_whatever_vendors_write_it_is_parsed_back(vendors: list[Vendor]):
    found = parsed(exposition(VendorFacts(now=NOW, vendors=tuple(vendors))))
    shown = {name for name, *_ in found["seawall_vendor_date_unknown"]}
    assert shown == {v.name.encode("utf-8", "replace").decode() for v in vendors}
