"""The dates of the estate as an iCalendar feed (RFC 5545), written by the `icalendar` library. Pure.

Each date is one event of the day, in UTC, of which some is before it: the last day on which the vendor is still ours.
DTEND of such an event is exclusive, so it is the day after. The alarms ring where the ladder's rungs begin, counted
back from the instant itself. What has no date stands on today, each day anew: it may end tonight.

A UID is of the vendor and the kind of date, so a date that moves moves its event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from icalendar import TRANSP, Alarm, Calendar, Event, vText

from seawall.keyspace import printable
from seawall.vendors.facts.deadline import last_day
from seawall.vendors.facts.row import DAY, VendorFacts
from seawall.vendors.notices.dates import Dated, dates
from seawall.vendors.wording import consequence

RUNGS_HOURS = {  # before the date, as seawall.vendors.ladder has them
    "lapse": (720, 336, 168, 72, 24),
    "card": (720, 336, 168, 72, 24),
    "loss": (72, 24),  # the ladder tells of it by the lapse before it, each day
    "notice": (720, 336, 168),
}
_TITLES = {
    "lapse": "{} lapses",
    "card": "The card that pays {} ends before its charge",
    "loss": "The data at {} is gone",
    "notice": "Last day to give notice to {}",
    "unknown": "No end date is known of {}",
}


def feed(facts: VendorFacts, version: str) -> str:
    """The whole calendar, with lines of at most 75 octets that end with CRLF. version: of seawall."""
    calendar = Calendar.new(
        prodid=f"-//seawall//seawall {version}//EN",
        name="Vendors of the estate",
        uid="vendors@seawall",
        subcomponents=[_event(facts, one) for one in dates(facts) if not _said_already(one)],
    )
    return calendar.to_ical().decode()


def uid(vendor: str, kind: str) -> str:
    """The same for the same kind of date of the same vendor, whenever and wherever it is made."""
    name = hashlib.sha256(vendor.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{kind}-{name}@seawall"


def _said_already(one: Dated) -> bool:
    """A loss without a grace is the lapse itself, and its event says so."""
    return one.kind == "loss" and one.deadline is not None and one.deadline.grace_days == 0


def _event(facts: VendorFacts, one: Dated) -> Event:
    day = last_day(one.at) if one.at else facts.now.astimezone(UTC).date()
    alarms: list[Alarm] = []
    if one.at is not None:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        alarms = [_alarm(one, hours, one.at - timedelta(hours=hours) - start) for hours in RUNGS_HOURS[one.kind]]
    return Event.new(
        uid=uid(one.vendor.name, one.kind),
        stamp=facts.now.astimezone(UTC).replace(microsecond=0),
        # Rising by time: whoever imports the file twice takes the later one, and no state is kept for it.
        sequence=int(facts.now.timestamp()) // 3600,
        start=day,
        end=day + DAY,
        summary=printable(_TITLES[one.kind].format(one.vendor.name)),
        description="\n".join(map(printable, _description(facts, one))),
        transparency=TRANSP.TRANSPARENT,  # nobody is busy all day because of it
        subcomponents=alarms,
    )


def _alarm(one: Dated, hours: int, after_start: timedelta) -> Alarm:
    left = f"{hours // 24} days" if hours > 72 else f"{hours} h"
    title = _TITLES[one.kind].format(one.vendor.name)
    alarm = Alarm.new(description=printable(f"{title} in {left}"), uid=uid(one.vendor.name, f"{one.kind}-{hours}h"))
    alarm["ACTION"] = vText("DISPLAY")
    alarm.TRIGGER = after_start
    return alarm


def _description(facts: VendorFacts, one: Dated) -> Iterator[str]:
    vendor = one.vendor
    if one.at is not None:
        yield f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {one.says}."
    else:
        yield f"{one.says[:1].upper()}{one.says[1:]}."
    if one.deadline is not None:
        yield consequence(facts, vendor, one.deadline)
    yield f"Owner {_person(facts, vendor.owner)}, deputy {_person(facts, vendor.deputy)}."


def _person(facts: VendorFacts, key: str) -> str:
    return facts.people[key].name if key in facts.people else "nobody"
