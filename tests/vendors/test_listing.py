"""The rows of an estate by urgency, each with its state."""

from __future__ import annotations

from datetime import UTC, date, datetime

from seawall import rulebook
from seawall.model import Owner
from seawall.vendors.facts.row import Vendor, VendorFacts
from seawall.vendors.listing import listed

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_the_most_urgent_first_and_what_has_no_date_before_what_is_in_order():
    def row(name: str, contract: str, ends: date | None = None, converts: bool | None = None, grace: int = 0) -> Vendor:
        return Vendor(name, "ada", "ben", contract, converts, ends, None, "delete", grace, last_confirmed=NOW.date())

    rows = (
        row("far", "fixed", date(2028, 1, 1)),
        row("used", "pay-as-you-go"),
        row("renews", "fixed", date(2026, 12, 9), converts=True),
        row("undated", "fixed"),
        row("renews some day", "fixed", converts=True),
        row("soon", "fixed", date(2026, 12, 9)),
        row("off", "fixed", date(2026, 11, 20), grace=30),
        row("gone", "trial", date(2026, 11, 20)),
    )
    people = {key: Owner(key, key) for key in ("ada", "ben")}
    facts = VendorFacts(NOW, rows, people)
    found = listed(facts, rulebook.run("vendors", facts))
    assert [(r.vendor.name, r.state, r.severity) for r in found] == [
        ("gone", "lost", "critical"),
        ("off", "lapsed", "critical"),
        ("soon", "lapses", "high"),
        ("undated", "no date known", "high"),
        ("renews some day", "no date known", "low"),
        ("far", "lapses", None),
        ("renews", "renews", None),
        ("used", "as used", None),
    ]
    assert found[0].as_json()["rules"] == ["SW601"]
