"""Invoices of AWS that are due: the next charge of the account.

    ListInvoiceSummaries     DueDate; of those issued in the last 55 days, asked for in two parts

One month is what the API gives at once, and the shortest has 28 days; terms of 30 or 45 days are longer than that.

Whether one has been paid is not said, so a due date that has passed says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from seawall.aws import Account, Record
from seawall.vendors.facts.row import Observed
from seawall.vendors.sources import Line, Read, one_subject
from seawall.vendors.sources.paging import listed

REGION = "us-east-1"
WINDOW = timedelta(days=28)
WINDOWS = 2


@dataclass(frozen=True, slots=True)
class InvoicesSource:
    """The invoices of one account. number: its twelve digits."""

    vendor: str
    number: str
    account: Account

    @property
    def name(self) -> str:
        """`aws-invoices ACCOUNT`."""
        return f"aws-invoices {self.number}"

    def read(self, now: datetime) -> Read:
        """The next date on which an invoice is due, if there is one. Raises the account's errors."""
        end = now + timedelta(days=1)
        found = [one for n in range(WINDOWS) for one in self._issued(end - (n + 1) * WINDOW, end - n * WINDOW)]
        due = [date for invoice in found if (date := _due(invoice)) is not None and date >= now]
        return Read((Observed(self.vendor, self.name, now, next_charge=min(due, default=None)),), 1)

    def _issued(self, start: datetime, end: datetime) -> list[Record]:
        return listed(
            self.account,
            "invoicing",
            "list_invoice_summaries",
            "InvoiceSummaries",
            Selector={"ResourceType": "ACCOUNT_ID", "Value": self.number},
            Filter={"TimeInterval": {"StartDate": start, "EndDate": end}},
            MaxResults=100,
        )


def _due(invoice: Record) -> datetime | None:
    date = invoice.get("DueDate")
    payable = invoice.get("InvoiceType", "INVOICE") == "INVOICE" and invoice.get("TaxAuthorityStatus") != "CANCELLED"
    return date.astimezone(UTC) if isinstance(date, datetime) and payable else None


def from_line(line: Line, timeout: float = 10.0) -> InvoicesSource:
    """The source of a row's line. Raises UsageError."""
    number = one_subject(line, "ACCOUNT")
    return InvoicesSource(line.vendor, number, Account(REGION, line.option("profile"), timeout=timeout))
