"""The words of a notice: what ends, when, what then, and why the person is told now. Pure.

Words that came from outside are made printable; no route, endpoint or other secret is among what is written here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from seawall.keyspace import printable
from seawall.model import Finding
from seawall.vendors.ladder import Item, Notice

_RUNGS = {  # by what the name of a slot begins with
    "undated": "No date is known: owner and deputy, once a week",
    "30d": "30 days left: the owner, once",
    "14d": "14 days left: owner and deputy, once",
    "7d": "7 days left: owner and deputy",
    "72h": "72 hours left: owner and deputy, every 4 hours",
    "24h": "24 hours left: everybody, every 4 hours",
    "lapsed": "Lapsed: everybody, once a day to 7 days after the data is lost",
}
_ENDS = "Only evidence ends these notices: a new date, a conversion, a new card."


@dataclass(frozen=True, slots=True)
class Message:
    """A title of one line, and a body of several."""

    title: str
    body: str


def rung(item: Item) -> str:
    """Why it is told now: the rung of the ladder, and whom it reaches how often."""
    name = item.slot.partition("-")[0]
    if name == "7d":
        return f"{_RUNGS[name]}, {'once' if item.duty.kind == 'notice' else 'once a day'}"
    return _RUNGS[name]


def message(notice: Notice, findings: Mapping[str, Finding]) -> Message:
    """The message of a notice. findings: by id, those that its duties are of. A phone gets no body but the titles."""
    items = sorted(notice.items, key=lambda i: -findings[i.duty.finding].severity.rank)
    more = f" (and {len(items) - 1} more)" if len(items) > 1 else ""
    title = printable(f"{findings[items[0].duty.finding].severity.value}: {items[0].duty.title}{more}")
    if notice.channel == "phone":
        return Message(title, "\n".join(printable(f"{i.duty.title}.") for i in items))
    parts = [_part(item, findings[item.duty.finding], notice.person) for item in items]
    return Message(title, "\n\n".join([*parts, _ENDS]))


def _part(item: Item, finding: Finding, person: str) -> str:
    at = item.duty.at
    stands_in = person not in (item.duty.owner, item.duty.deputy) and "everybody" not in rung(item)
    lines = [
        f"{finding.severity.value}: {item.duty.title}",
        finding.why,
        *([f"{finding.fix.summary}."] if finding.fix else []),
        f"Date: {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC." if at else "Date: not known.",
        f"Owner {item.duty.owner or 'nobody'}, deputy {item.duty.deputy or 'nobody'}.",
        f"Told now because: {rung(item)}.",
        *(["Told to you because one of them is not named, or cannot be reached."] if stands_in else []),
        f"More: seawall explain {finding.rule}",
    ]
    return "\n".join(map(printable, lines))
