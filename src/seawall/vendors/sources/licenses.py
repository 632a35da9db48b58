"""Licences that AWS License Manager has received for this account: their end and their status.

    ListReceivedLicenses     Validity.End, Status, ReceivedMetadata.ReceivedStatus

A purchase in AWS Marketplace comes with one. Whether it is renewed is not said here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seawall.aws import Account, Record
from seawall.keyspace import printable
from seawall.model import NotChecked
from seawall.vendors.facts.row import Observed
from seawall.vendors.sources import Line, Read
from seawall.vendors.sources.claims import merged
from seawall.vendors.sources.json_date import date_of
from seawall.vendors.sources.paging import listed

REGION = "us-east-1"  # where Marketplace issues them; `region=` names another
_OVER = frozenset({"DISABLED", "DELETED", "REJECTED", "FAILED_WORKFLOW"})  # of the grant: then the licence is none


@dataclass(frozen=True, slots=True)
class LicensesSource:
    """All licences of an account in a region. rows: by ARN, or by the product's SKU."""

    account: Account
    rows: Mapping[str, str]

    @property
    def name(self) -> str:
        """`aws-licenses`, with region and profile where they are named."""
        region = "" if self.account.region == REGION else f" {self.account.region}"
        return f"aws-licenses{region} {self.account.profile}".rstrip()

    def read(self, now: datetime) -> Read:
        """Every licence that was granted to be used. Raises the account's errors."""
        found = listed(self.account, "license-manager", "list_received_licenses", "Licenses", MaxResults=100)
        ours = [one for one in found if _received(one).get("GrantType") != "DelegateGrant"]  # those are resold
        observed: list[Observed] = []
        missing: list[NotChecked] = []
        claimed: set[str] = set()
        for word, vendor in self.rows.items():
            named = [one for one in ours if word in (one.get("LicenseArn"), one.get("ProductSKU"))]
            claimed |= {_arn(one) for one in named}
            if named:
                observed.append(merged([_observe(one, vendor, f"{self.name} {printable(word)}", now) for one in named]))
            else:
                said = f"{self.name}: no licence {printable(word)[:120]} was received"
                missing.append(NotChecked(vendor, said, "It may be over: look into License Manager."))
        for one in ours:
            if _arn(one) not in claimed:
                product = printable(str(one.get("ProductName", "")))[:80]
                vendor = f"AWS licence {_arn(one).rpartition(':')[2]} {product}".rstrip()
                observed.append(_observe(one, vendor, f"{self.name} {_arn(one)}", now))
        return Read(tuple(observed), len(ours), tuple(missing))


def _observe(licence: Record, vendor: str, source: str, now: datetime) -> Observed:
    received = str(_received(licence).get("ReceivedStatus", ""))
    status = (received if received in _OVER else str(licence.get("Status", ""))).lower()
    ends = date_of(licence.get("Validity", {}).get("End"))
    return Observed(vendor, source, now, ends=ends, status=status)


def _arn(licence: Record) -> str:
    return printable(str(licence.get("LicenseArn", "without an ARN")))


def _received(licence: Record) -> Mapping[str, Any]:
    return licence.get("ReceivedMetadata", {})


def sources(lines: Sequence[Line], timeout: float = 10.0) -> list[LicensesSource]:
    """A source for each region and profile that the lines name."""
    places: dict[tuple[str, str], dict[str, str]] = {}
    for line in lines:
        place = (line.option("region", REGION), line.option("profile"))
        places.setdefault(place, {}).update(dict.fromkeys(line.subjects, line.vendor))
    return [LicensesSource(Account(*place, timeout=timeout), rows) for place, rows in places.items()]
