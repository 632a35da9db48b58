"""One run of `seawall notify`: what is due by the ladder and the receipts, told to each person once.

    for each notice that is due        one transaction, the claim: read the receipts, ask the ladder, write `unknown`
        for each route of the person   send; then one transaction: `delivered`, and the notice is done
                                       or `failed`, and `unknown` for the next route

A run that is killed leaves what is true: nothing, or `unknown` of a message that was under way. Two runs at once send
once, as the later claim reads the earlier one. Where all routes of a person failed the ladder names who stands in, and
those are told in the same run. Nothing is sent inside a transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from seawall.history import History, ReceiptRow
from seawall.model import Finding
from seawall.vendors.ladder import Contact, Duty, Item, Notice, Receipt, Result, due, duties, slot_of
from seawall.vendors.notices.message import message
from seawall.vendors.notices.routes import Deliver

REMEMBERED = timedelta(days=60)  # the longest slot is one of 16 days


@dataclass(frozen=True, slots=True)
class Told:
    """A notice of this run. route: the number of the one tried last in `notice.routes`, from 0. delivered: by that one.

    refused: the numbers of the routes before it that did not deliver.
    """

    notice: Notice
    route: int
    delivered: bool

    @property
    def refused(self) -> range:
        """The numbers of the routes that did not deliver."""
        return range(self.route if self.delivered else self.route + 1)


@dataclass(frozen=True, slots=True)
class Sender:
    """What a run works with. contacts: by key. now: the time of the run and of its receipts, with a zone."""

    history: History
    findings: Sequence[Finding]
    contacts: Mapping[str, Contact] = field(repr=False)
    now: datetime
    deliver: Deliver

    def run(self) -> Iterator[Told]:
        """Sends what is due, one notice after the other; each is given out when its result is stored.

        Raises OutputError and the like of the store; what was under way then stays `unknown`.
        """
        wanted = duties(self.findings)
        by_id = {finding.id: finding for finding in self.findings}
        done: set[tuple[str, str]] = set()
        while (notice := self._claim(wanted, done)) is not None:
            done.add((notice.person, notice.channel))
            words = message(notice, by_id)
            for tried, route in enumerate(notice.routes):
                delivered = self.deliver(route, words)
                last = delivered or tried + 1 == len(notice.routes)
                with self.history.writing() as writer:
                    result = Result.DELIVERED if delivered else Result.FAILED
                    writer.keep_receipts(_rows(notice.receipts(tried, result, self.now)))
                    if not last:
                        writer.keep_receipts(_rows(notice.receipts(tried + 1, Result.UNKNOWN, self.now)))
                if last:
                    yield Told(notice, tried, delivered)
                    break

    def _claim(self, wanted: Sequence[Duty], done: set[tuple[str, str]]) -> Notice | None:
        """The next notice of a person and channel that this run has not told yet, now claimed by it."""
        with self.history.writing() as writer:
            receipts = read(writer.receipts(_since(self.now)))
            for notice in due(wanted, self.contacts, receipts, self.now):
                if (notice.person, notice.channel) not in done:
                    writer.keep_receipts(_rows(notice.receipts(0, Result.UNKNOWN, self.now)))
                    return notice
        return None


def stored(history: History | None, now: datetime) -> list[Receipt]:
    """The receipts that the ladder needs now; none where there is no store."""
    return [] if history is None else read(history.receipts(_since(now)))


def in_doubt(wanted: Sequence[Duty], receipts: Sequence[Receipt], now: datetime) -> list[tuple[Receipt, Item]]:
    """The messages of the slots of now that may have arrived or not, each with what it was about."""
    slots = {duty.finding: (duty, slot.name) for duty in wanted if (slot := slot_of(duty, now)) is not None}
    found: list[tuple[Receipt, Item]] = []
    for receipt in receipts:
        duty, slot = slots.get(receipt.finding, (None, ""))
        if duty is not None and receipt.slot == slot and receipt.result is Result.UNKNOWN:
            found.append((receipt, Item(duty, slot, receipt.attempt)))
    return found


def read(rows: Sequence[ReceiptRow]) -> list[Receipt]:
    """The rows of the store as the ladder has them."""
    return [
        Receipt(
            r.finding,
            None if r.deadline is None else datetime.fromtimestamp(r.deadline, UTC),
            r.slot,
            r.person,
            r.channel,
            r.attempt,
            Result(r.result),
            datetime.fromtimestamp(r.at, UTC),
        )
        for r in rows
    ]


def _rows(receipts: Sequence[Receipt]) -> list[ReceiptRow]:
    return [
        ReceiptRow(
            r.finding,
            None if r.deadline is None else int(r.deadline.timestamp()),
            r.slot,
            r.person,
            r.channel,
            r.attempt,
            r.result.value,
            int(r.at.timestamp()),
        )
        for r in receipts
    ]


def _since(now: datetime) -> int:
    return int((now - REMEMBERED).timestamp())
