"""The dates of the estate, as the calendar and the gauges show them. Pure.

    kind      when
    lapse     the contract ends and does not go on by itself
    card      the charge that the card will not pay, or the card's end
    loss      the data is gone: the first lapse and its documented grace
    notice    the last day for a notice is over
    unknown   the row has no date, and should have one

Times are UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from seawall.vendors.facts.deadline import Deadline, card, card_lapse, contract_lapse, end_known, notice
from seawall.vendors.facts.row import Vendor, VendorFacts


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a vendor. at: the first instant after it, None for the kind `unknown`. says: how it is known."""

    vendor: Vendor
    kind: str
    at: datetime | None
    says: str
    deadline: Deadline | None = None  # of a lapse, a card or a loss

    def seconds(self, now: datetime) -> float | None:
        """Seconds to it, below 0 after it; None where there is no date."""
        return None if self.at is None else (self.at - now).total_seconds()


def dates(facts: VendorFacts) -> list[Dated]:
    """Every date of every row, the next one first, before them what has none."""
    found = [one for vendor in facts.vendors for one in _of(facts, vendor)]
    return sorted(found, key=lambda d: (d.at is not None, d.at or facts.now, d.vendor.name, d.kind))


def _of(facts: VendorFacts, vendor: Vendor) -> Iterator[Dated]:
    lapses = [("lapse", contract_lapse(facts, vendor)), ("card", card_lapse(facts, vendor))]
    known = [(kind, deadline) for kind, deadline in lapses if deadline is not None]
    for kind, deadline in known:
        yield Dated(vendor, kind, deadline.at, deadline.says, deadline)
    if known:
        first = min((deadline for _, deadline in known), key=lambda d: (d.lost_at, d.at))
        says = f"{first.grace_days} days after the lapse (grace {first.grace_from})"
        yield Dated(vendor, "loss", first.lost_at, says, first)
    last = notice(facts, vendor)
    if last is not None and (last.either or facts.converts(vendor) is not False):
        yield Dated(vendor, "notice", last.at, last.arithmetic)
    if vendor.contract != "pay-as-you-go" and not _end_known(facts, vendor):
        then = "it goes on by itself" if facts.converts(vendor) else "it may end tonight"
        yield Dated(vendor, "unknown", None, f"no source and no row gives a date; {then}")


def _end_known(facts: VendorFacts, vendor: Vendor) -> bool:
    return (card if vendor.contract == "card" else end_known)(facts, vendor) is not None
