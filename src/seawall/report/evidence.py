"""The evidence of a finding as rows of words, for the forms that have room for all of it.

Fields that are known by name get their own words; any other is shown under its name, its unit taken from its ending
(`_us`, `_ms`, `_seconds`, `_bytes`).
"""

from __future__ import annotations

from collections.abc import Mapping

from seawall.keyspace import printable
from seawall.model import Finding, Json
from seawall.report.culprits import number
from seawall.report.words import NOT_KNOWN, count, duration, figure

_LABELS = {
    "entries": "Log entries",
    "max_us": "Longest",
    "total_us": "Total",
    "ms_per_day": "Main thread a day",
    "elements": "Elements",
    "us_per_element": "Per element",
    "calibration_us_per_element": "This server's unit",
    "observed_seconds": "Log covers",
    "verdict": "Verdict",
}
_ELEMENTS_FROM = {
    "arguments": "counted from the arguments",
    "now": "counted at the time of the scan",
    "estimated": "estimated",
}
_VERDICTS = {
    "culprit": "culprit: it held the server by its own work",
    "victim": "victim: the host stretched it",
    "unknown": "unknown: not explained by what was read",
}
_UNITS_IN_US = (("_us", 1.0), ("_ms", 1e3), ("_seconds", 1e6))
_ELSEWHERE = ("elements_from", "example")  # told with the elements, and apart as the example
_BYTES = ("B", "kB", "MB", "GB", "TB")


def evidence_rows(finding: Finding) -> tuple[tuple[str, str], ...]:
    """(label, value) of every field, the known ones first, all safe to print. The example is not among them."""
    names = [n for n in _LABELS if n in finding.evidence]
    names += [n for n in finding.evidence if n not in _LABELS and n not in _ELSEWHERE and finding.evidence[n] != []]
    return tuple((label(name), value_words(name, finding.evidence)) for name in names)


def example(finding: Finding) -> str:
    """The shape of one logged call, safe to print; empty where there is none."""
    said = finding.evidence.get("example")
    return printable(said) if isinstance(said, str) else ""


def label(name: str) -> str:
    """The words for a field of the evidence."""
    if name in _LABELS:
        return _LABELS[name]
    if "-" in name:  # a setting of the server, as it is written there
        return printable(name)
    for ending in ("_us", "_ms", "_seconds", "_bytes"):
        name = name.removesuffix(ending)
    words = printable(name.removeprefix("us_")).replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def value_words(name: str, evidence: Mapping[str, Json]) -> str:
    """The value of a field in words, with its unit."""
    value = evidence[name]
    if name == "elements":
        return _elements(evidence)
    if name == "verdict" and isinstance(value, str):
        return _VERDICTS.get(value, printable(value))
    if name == "ms_per_day" and value is None:
        return "not known: the log covers too short a time"
    many = number(evidence, name)
    if many is None:
        return _plain(value)
    if name == "ms_per_day":
        return duration(many * 1000)
    if name.endswith(("us_per_element", "us_per_call")):
        return duration(many)
    for ending, us in _UNITS_IN_US:
        if name.endswith(ending):
            return duration(many * us)
    return _bytes(many) if name == "bytes" or name.endswith("_bytes") else _plain(value)


def _elements(evidence: Mapping[str, Json]) -> str:
    many, source = number(evidence, "elements"), evidence.get("elements_from")
    if many is None:
        return "the key no longer exists, its size at the time cannot be known" if source == "gone" else NOT_KNOWN
    how = _ELEMENTS_FROM.get(source, "") if isinstance(source, str) else ""
    return f"{many:,.0f}, {how}" if how else f"{many:,.0f}"


def _plain(value: Json) -> str:
    if value is None:
        return NOT_KNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return ", ".join(_plain(v) for v in value) or "none"
    return ", ".join(f"{printable(k)} {_plain(v)}" for k, v in value.items()) or "none"


def _bytes(many: float) -> str:
    for unit in _BYTES:
        if round(many, 3) < 1000 or unit == _BYTES[-1]:
            return f"{figure(many)} {unit}" if unit != "B" else count(many, "byte")
        many /= 1000
    raise AssertionError("the last unit takes any size")
