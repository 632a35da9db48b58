"""What the estate says of a vendor, what a source saw of it, and all that the rules of this room judge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType

from seawall.model import Owner
from seawall.vendors.facts.alarm import Alarm

DAY = timedelta(days=1)
UNREAD = "unread"  # in `without_contact`: whether there is one may not be read


@dataclass(frozen=True, slots=True)
class Vendor:
    """A row of the estate, with what the table of behaviours added.

    owner, deputy: keys, be they among the people or not. contract: empty where it is not known. converts: whether it
    goes on by itself after `ends`, None where nobody knows. on_lapse: `delete`, `suspend` or `unknown`. grace_days:
    from the lapse to the deletion, None where it is not known. terms_from: who says both. days: other documented days.
    """

    name: str
    owner: str = ""
    deputy: str = ""
    contract: str = ""
    converts: bool | None = None
    ends: date | None = None  # or a datetime
    notice_days: int | None = None
    on_lapse: str = "unknown"
    grace_days: int | None = None
    terms_from: str = "no document"
    days: str = ""
    endpoints: tuple[str, ...] = ()  # hosts, see `host_of`
    source: str = ""
    last_confirmed: date | None = None
    impact: str = ""


@dataclass(frozen=True, slots=True)
class Observed:
    """What a source said of a vendor at a time, of what is in force. What it did not say is None or empty.

    source: a name of its own for each thing that is read (`tls cache.example:6379`): of one source the newest wins.
    card_ends: year and month of the card that pays. status: the vendor's own word, in lower case. notice_days: from the
    last day on which the renewal can be decided to the contract's last. without_contact: what has no person on file,
    such as `billing`, or `unread`.
    """

    vendor: str
    source: str
    at: datetime
    ends: date | None = None  # or a datetime
    converts: bool | None = None
    status: str = ""
    card_ends: tuple[int, int] | None = None
    next_charge: date | None = None  # or a datetime
    notice_days: int | None = None
    without_contact: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How many vendors a source named this time, and before: the most of the last 30 days, None where it is new.

    alarms: those that it listed, where it lists alarms. They are judged as they are now: what was read before tells
    nothing of them.
    """

    source: str
    vendors: int
    before: int | None = None
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class VendorFacts:
    """All that the rules judge. `observed` may hold older observations: of each source the newest counts.

    now: with a zone. people: by key. in_use: hosts that the team's code and
    configuration connect to, each with the place where it was found.
    """

    now: datetime
    vendors: tuple[Vendor, ...] = ()
    people: Mapping[str, Owner] = field(default_factory=lambda: MappingProxyType({}))
    observed: tuple[Observed, ...] = ()
    in_use: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    readings: tuple[Reading, ...] = ()

    def newest(self, vendor: Vendor) -> list[Observed]:
        """The newest observation of each source of this vendor, oldest first."""
        found: dict[str, Observed] = {}
        for seen in sorted(self.of(vendor), key=lambda o: o.at):
            found[seen.source] = seen
        return sorted(found.values(), key=lambda o: (o.at, o.source))

    def of(self, vendor: Vendor) -> list[Observed]:
        """All observations of this vendor."""
        return [o for o in self.observed if o.vendor == vendor.name]

    def converts(self, vendor: Vendor) -> bool | None:
        """Whether it goes on by itself: as observed, else as written; where sources differ, that it does not."""
        said = [self._said_of_converting(seen) for seen in self.newest(vendor)]
        seen = [word for word in said if word is not None]
        return all(seen) if seen else vendor.converts

    def _said_of_converting(self, newest: Observed) -> bool | None:
        """What the source says, or said last: the terms of a contract may be unreadable for a day.

        What it said before counts for the same contract only: one with the same end, or with an end that was over
        already when it was said (of a trial that has converted, no end is said).
        """
        if newest.converts is not None:
            return newest.converts
        before = [
            old
            for old in self.observed
            if (old.vendor, old.source) == (newest.vendor, newest.source)
            and old.at < newest.at
            and old.converts is not None
            and (old.ends == newest.ends or _was_over(newest.ends, old.at))
        ]
        return max(before, key=lambda o: o.at).converts if before else None


def _was_over(end: date | None, at: datetime) -> bool:
    return isinstance(end, datetime) and end.tzinfo is not None and end <= at


_HOST = re.compile(r"(?:[a-z0-9+.-]+://)?(?:[^/?#]*@)?(\[[0-9a-f:.%]+\]|[^:/?#,]+)", re.IGNORECASE)


def host_of(endpoint: str) -> str:
    """The host of a URL, a `host:port` or a host, in lower case and without a last dot; empty where there is none."""
    match = _HOST.match(endpoint.strip())
    return match[1].lower().rstrip(".") if match else ""
