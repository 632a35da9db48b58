"""Which notices are due now: pure. Whoever sends them writes receipts, and asks again with those.

    time left   to whom             slots
    30 days     owner               one
    14 days     owner and deputy    one
    7 days      owner and deputy    one a day
    72 hours    owner and deputy    one every 4 hours
    24 hours    everybody, phones   one every 4 hours
    lapsed      everybody, phones   one a day, to 7 days after the data is lost

A *slot* is one turn of a rung for one date of one finding; nobody is told twice for a slot. Where nothing is lost on
the date (a notice period) there are three: 30, 14 and 7 days. A finding without a date is told once a week.

What is due to a person is one message. Where each slot in it lasts for days (30 days, 14 days, a notice period, no
date) it waits until the person has heard nothing for 4 days, unless a slot would be over by then.

Who cannot be reached (no owner, no route, or all of them failed) is stood in for by everybody who can. Only evidence
ends it: the finding goes, or its date moves by a day or more. Receipts are written in two steps, `unknown` before a
message leaves and its result after, so a sender that was killed between them leaves what is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil, floor

from seawall.model import Finding

HOUR = timedelta(hours=1)
SAME_DATE = timedelta(days=1)  # sources give seconds, rows give days: a smaller move is the same date
AFTER_LOSS = timedelta(days=7)
QUIET = timedelta(days=4)  # between two messages with nothing urgent: two a week at most
_WEEK_HOURS = 168


class Result(StrEnum):
    """What became of a message. `unknown`: it was about to be sent, and nobody could note what came of it."""

    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a person is told, in the order in which routes are tried. A route holds a secret and is never printed."""

    messages: tuple[str, ...] = field(default=(), repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)

    def routes(self, channel: str) -> tuple[str, ...]:
        """Those of `message` or of `phone`."""
        return self.phones if channel == "phone" else self.messages


@dataclass(frozen=True, slots=True)
class Duty:
    """What people must be told of: a finding about a date. kind: `lapse`, `notice` or `unknown` (no date)."""

    finding: str
    title: str
    kind: str
    at: datetime | None
    lost_at: datetime | None = None
    owner: str = ""
    deputy: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One attempt to tell one person of one slot. (finding, deadline, slot, person, channel, attempt) is its key."""

    finding: str
    deadline: datetime | None
    slot: str
    person: str
    channel: str  # message | phone
    attempt: int
    result: Result
    at: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """One turn of a rung. who: `owner`, `both` or `everybody`. rings: phones too."""

    name: str
    who: str
    rings: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """What a notice says of one duty. attempt: the number of the first route that is tried for it, from 1."""

    duty: Duty
    slot: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one person: everything that is due to them. routes: in the order to try, until one delivers."""

    person: str
    channel: str
    items: tuple[Item, ...]
    routes: tuple[str, ...] = field(repr=False)

    def receipts(self, tried: int, result: Result, at: datetime) -> tuple[Receipt, ...]:
        """The receipts of the attempt on `routes[tried]`."""
        return tuple(
            Receipt(i.duty.finding, i.duty.at, i.slot, self.person, self.channel, i.attempt + tried, result, at)
            for i in self.items
        )


def duties(findings: Iterable[Finding]) -> list[Duty]:
    """The findings that are about a date, as the rules of this room mark them in `evidence.date`."""
    return [
        Duty(
            finding=found.id,
            title=found.title,
            kind=kind,
            at=_time(found.evidence.get("deadline")) if kind != "unknown" else None,
            lost_at=_time(found.evidence.get("data_lost_at")),
            owner=found.owner.key if found.owner else "",
            deputy=str(found.evidence.get("deputy") or ""),
        )
        for found in findings
        if isinstance(kind := found.evidence.get("date"), str)
    ]


def _time(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def slot_of(duty: Duty, now: datetime) -> Slot | None:
    """The slot that a duty is in at this time; None where it is far away, or long over."""
    if duty.at is None:
        return Slot(f"undated-{floor(now.astimezone(UTC).timestamp() / 3600 / _WEEK_HOURS)}", "both")
    left = (duty.at - now) / HOUR
    if left > 720:
        return None
    if left > 336:
        return Slot("30d", "owner")
    if left > _WEEK_HOURS:
        return Slot("14d", "both")
    if duty.kind == "notice":
        return Slot("7d", "both") if left > 0 else None
    if left > 72:
        return Slot(f"7d-{ceil(left / 24)}", "both")
    if left > 24:
        return Slot(f"72h-{ceil(left / 4)}", "both")
    if left > 0:
        return Slot(f"24h-{ceil(left / 4)}", "everybody", rings=True)
    if now >= (duty.lost_at or duty.at) + AFTER_LOSS:
        return None
    return Slot(f"lapsed-{floor(-left / 24)}", "everybody", rings=True)


def due(
    duties: Sequence[Duty], contacts: Mapping[str, Contact], receipts: Iterable[Receipt], now: datetime
) -> list[Notice]:
    """The notices to send now, one for each person and channel, by person. contacts: by key, whoever may be told."""
    sent: dict[tuple[str, str, str, str], list[Receipt]] = {}
    heard: dict[str, datetime] = {}
    for receipt in receipts:
        sent.setdefault((receipt.finding, receipt.slot, receipt.person, receipt.channel), []).append(receipt)
        if receipt.result is not Result.FAILED:
            heard[receipt.person] = max(receipt.at, heard.get(receipt.person, receipt.at))
    waiting: dict[tuple[str, str], list[Item]] = {}
    urgent: set[tuple[str, str]] = set()
    for duty in sorted(duties, key=lambda d: (d.at or now, d.finding)):
        slot = slot_of(duty, now)
        if slot is None:
            continue
        for channel in ("message", "phone") if slot.rings else ("message",):
            failures = {
                person: _failures(sent.get((duty.finding, slot.name, person, channel), ()), duty) for person in contacts
            }
            for person in _told(duty, slot, channel, contacts, failures):
                failed = failures[person]
                if failed is None:
                    continue
                waiting.setdefault((person, channel), []).append(Item(duty, slot.name, 1 + failed))
                if not _can_wait(duty, slot, heard.get(person), now):
                    urgent.add((person, channel))
    return [
        Notice(person, channel, tuple(items), _rotated(contacts[person].routes(channel), items[0].attempt - 1))
        for (person, channel), items in sorted(waiting.items())
        if (person, channel) in urgent
    ]


def _can_wait(duty: Duty, slot: Slot, heard: datetime | None, now: datetime) -> bool:
    """Whether it may wait for the end of the quiet time: its slot is one of days, with a day to spare after that."""
    if heard is None or now >= heard + QUIET:
        return False
    return slot_of(duty, heard + QUIET + timedelta(days=1)) == slot


def _told(
    duty: Duty, slot: Slot, channel: str, contacts: Mapping[str, Contact], failures: Mapping[str, int | None]
) -> list[str]:
    """Who is told on this channel: those of the rung, and everybody where one of them cannot be reached."""
    reachable = [person for person, contact in contacts.items() if contact.routes(channel)]
    if slot.who == "everybody":
        return reachable
    wanted = [duty.owner] if slot.who == "owner" else [duty.owner, duty.deputy]
    if len(set(wanted)) < len(wanted) or not set(wanted) <= set(reachable):
        return reachable
    exhausted = [p for p in wanted if (failures[p] or 0) >= len(contacts[p].routes(channel))]
    return reachable if exhausted else wanted


def _failures(receipts: Sequence[Receipt], duty: Duty) -> int | None:
    """How many attempts for this date failed; None where one was delivered, or may have been."""
    here = [r for r in receipts if _same_date(r.deadline, duty.at)]
    return len(here) if all(r.result is Result.FAILED for r in here) else None


def _same_date(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < SAME_DATE


def _rotated(routes: tuple[str, ...], failed: int) -> tuple[str, ...]:
    """The routes from the one after those that failed."""
    start = failed % len(routes)
    return routes[start:] + routes[:start]
