"""When a contract lapses and when its data is gone. All times in UTC; the arithmetic is in docs/design/vendors.md.

data lost at = lapse + grace         grace: documented days of an `on_lapse` that is known, else 0
notice by    = last day - notice days
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from seawall.vendors.facts.row import DAY, Observed, Vendor, VendorFacts

CLIENTS_REFUSE = "TLS itself: clients refuse it, nothing is deleted"  # what the lapse of a certificate does
FAR = datetime(9000, 1, 1, tzinfo=UTC)  # 9999-12-31 means never, and there is no day to add to it
RENEWED_BY = timedelta(days=14)  # a certificate renewed by itself has been by then: ACME clients do it 30 days before


@dataclass(frozen=True, slots=True)
class Deadline:
    """The lapse of a vendor.

    at: the first instant at which it is no longer in force. says: where that comes from, in words. ends_in_row: the
    row's date where a source gave another. grace_days: 0 where it is unknown, and `grace_from` says so.
    """

    at: datetime
    says: str
    grace_days: int
    grace_from: str
    ends_in_row: date | None = None

    @property
    def lost_at(self) -> datetime:
        """When the data is gone."""
        return self.at + timedelta(days=self.grace_days)

    def hours_to_data_loss(self, now: datetime) -> float:
        """Hours, 0 once it is lost."""
        return max(0.0, round(hours(self.lost_at - now), 2))

    def hours_left(self, now: datetime) -> float:
        """Hours to the lapse, below 0 after it."""
        return round(hours(self.at - now), 2)


def hours(span: timedelta) -> float:
    """The span in hours."""
    return span / timedelta(hours=1)


def end_of(when: date) -> datetime:
    """The first instant at which it is over: the next midnight for a day, itself for a time. UTC without a zone."""
    if when.year >= FAR.year:
        return FAR
    if isinstance(when, datetime):
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    return datetime(when.year, when.month, when.day, tzinfo=UTC) + DAY


def end_of_month(year: int, month: int) -> datetime:
    """The first instant at which a card valid to this month is not."""
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)


def last_day(when: date) -> date:
    """The last day, in UTC, of which some is before the end."""
    return (end_of(when) - timedelta(microseconds=1)).date()


def grace(vendor: Vendor) -> tuple[int, str]:
    """Days from the lapse to the loss, and who says so; 0 where the behaviour or its days are not known."""
    if vendor.contract == "certificate" and vendor.grace_days is None:
        return 0, CLIENTS_REFUSE
    if vendor.on_lapse == "unknown":
        return 0, "unknown: what a lapse does is not documented; it counts as a deletion at once"
    if vendor.grace_days is None:
        return 0, f"unknown: no days are given by {vendor.terms_from}; it counts as a deletion at once"
    return vendor.grace_days, vendor.terms_from


def end_known(facts: VendorFacts, vendor: Vendor) -> tuple[date, str] | None:
    """When the contract ends, and who says so: the earliest of what the sources say, else the row."""
    seen = [(o.ends, o) for o in facts.newest(vendor) if o.ends is not None]
    if seen:
        ends, observed = min(seen, key=lambda pair: end_of(pair[0]))
        return ends, f"{observed.source}, read {observed.at.date()}"
    return (vendor.ends, "seawall.toml") if vendor.ends is not None else None


def card(facts: VendorFacts, vendor: Vendor) -> tuple[datetime, Observed | None] | None:
    """When the card that pays is over, and who says so; the earliest where sources differ."""
    seen = [(end_of_month(*o.card_ends), o) for o in facts.newest(vendor) if o.card_ends is not None]
    if seen:
        return min(seen, key=lambda pair: pair[0])
    if vendor.contract != "card" or vendor.ends is None:
        return None
    last = last_day(vendor.ends)
    return end_of_month(last.year, last.month), None  # any day of the month means the month


def next_charge(facts: VendorFacts, vendor: Vendor) -> datetime | None:
    """The next charge from now on, where a source gave one."""
    charges = [_start_of(o.next_charge) for o in facts.newest(vendor) if o.next_charge is not None]
    return min((c for c in charges if c + DAY > facts.now), default=None)


def _start_of(when: date) -> datetime:
    return end_of(when) if isinstance(when, datetime) else end_of(when) - DAY


def card_lapse(facts: VendorFacts, vendor: Vendor) -> Deadline | None:
    """The lapse by the card: the charge that it will not pay. None where it pays the next one, or no card is known."""
    found = card(facts, vendor)
    if found is None:
        return None
    over, seen = found
    charge = next_charge(facts, vendor)
    if charge is not None and charge < over:
        return None
    source = f"{seen.source}, read {seen.at.date()}" if seen else "seawall.toml"
    month = f"{over - DAY:%Y-%m}"
    then = f"the next charge is on {charge.date()}" if charge else "the next charge is not known"
    return Deadline(charge or over, f"the card is valid to the end of {month} ({source}), and {then}", *grace(vendor))


def contract_lapse(facts: VendorFacts, vendor: Vendor) -> Deadline | None:
    """The lapse by the contract's end. None where it goes on by itself, or where no end is known."""
    found = end_known(facts, vendor)
    if found is None or vendor.contract == "card":
        return None
    ends, source = found
    at = end_of(ends)
    if facts.converts(vendor) and not (vendor.contract == "certificate" and at - facts.now <= RENEWED_BY):
        return None
    in_row = vendor.ends if vendor.ends is not None and vendor.ends != ends else None
    shown = ends.isoformat() if isinstance(ends, datetime) else f"{ends} (to its end, UTC)"
    return Deadline(at, f"it ends {shown}, by {source}", *grace(vendor), in_row)


def lapse(facts: VendorFacts, vendor: Vendor) -> Deadline | None:
    """The earliest lapse of a vendor, by its contract or by the card that pays."""
    found = [d for d in (contract_lapse(facts, vendor), card_lapse(facts, vendor)) if d is not None]
    return min(found, key=lambda d: (d.lost_at, d.at), default=None)


@dataclass(frozen=True, slots=True)
class Notice:
    """The last day on which notice can be given, and how it was computed.

    either: on that day a renewal can be turned on for the last time too, as a source says.
    """

    last_day: date
    arithmetic: str
    either: bool = False

    @property
    def at(self) -> datetime:
        """The end of that day."""
        return end_of(self.last_day)


def notice_days(facts: VendorFacts, vendor: Vendor) -> tuple[int, str] | None:
    """The days of notice, and who says so: the most that a source says, else the row."""
    seen = [(o.notice_days, o) for o in facts.newest(vendor) if o.notice_days is not None]
    if seen:
        days, observed = max(seen, key=lambda pair: pair[0])
        in_row = f", seawall.toml has {vendor.notice_days}" if vendor.notice_days not in (None, days) else ""
        return days, f" ({observed.source}, read {observed.at.date()}{in_row})"
    return (vendor.notice_days, "") if vendor.notice_days is not None else None


def notice(facts: VendorFacts, vendor: Vendor) -> Notice | None:
    """The last day for a notice; None where no end or no notice period is known."""
    found, period = end_known(facts, vendor), notice_days(facts, vendor)
    if found is None or period is None:
        return None
    (ends, source), (days, says) = found, period
    last = last_day(ends)
    by = last - timedelta(days=days)
    return Notice(by, f"{last} (the last day, by {source}) - {days} days of notice{says} = {by}", either=bool(says))
