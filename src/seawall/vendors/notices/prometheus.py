"""The dates of the estate as Prometheus text, version 0.0.4: for a textfile collector or a scrape. Pure.

A date that is not known has no seconds: it is a gauge of its own. A file that nobody renews keeps its numbers, so the
time at which they were computed is a gauge too: alert on its age, or on `seawall_vendor_deadline_timestamp_seconds -
time()`, which goes on falling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from seawall.vendors.facts.row import VendorFacts
from seawall.vendors.notices.dates import Dated, dates


def exposition(facts: VendorFacts) -> str:
    """All gauges, each family with its HELP and TYPE, ended by a line feed."""
    found = dates(facts)
    known = [(date, date.at) for date in found if date.at is not None]
    unknown = {date.vendor.name for date in found if date.kind == "unknown"}
    lines = [
        *_family(
            "seawall_vendor_deadline_seconds",
            "Seconds to a date of a vendor, below 0 after it.",
            ((_labels(date), (at - facts.now).total_seconds()) for date, at in known),
        ),
        *_family(
            "seawall_vendor_deadline_timestamp_seconds",
            "A date of a vendor in epoch seconds.",
            ((_labels(date), at.timestamp()) for date, at in known),
        ),
        *_family(
            "seawall_vendor_date_unknown",
            "1 where no date is known of a vendor that must have one.",
            (({"vendor": v.name, "owner": v.owner}, float(v.name in unknown)) for v in facts.vendors),
        ),
        *_family("seawall_vendors", "Vendors that are listed.", [({}, float(len(facts.vendors)))]),
        *_family(
            "seawall_vendors_judged_timestamp_seconds",
            "When these numbers were computed, in epoch seconds.",
            [({}, facts.now.timestamp())],
        ),
    ]
    return "".join(f"{line}\n" for line in lines)


def _labels(date: Dated) -> dict[str, str]:
    return {"vendor": date.vendor.name, "owner": date.vendor.owner, "kind": date.kind}


def _family(name: str, says: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Sequence[str]:
    return [f"# HELP {name} {says}", f"# TYPE {name} gauge", *(_sample(name, *one) for one in samples)]


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    written = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{written}}} {value:.0f}" if written else f"{name} {value:.0f}"


def _escaped(text: str) -> str:
    """A label's value as the format has it; what has no UTF-8 form (a lone surrogate) becomes a question mark."""
    text = text.encode("utf-8", "replace").decode()
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
