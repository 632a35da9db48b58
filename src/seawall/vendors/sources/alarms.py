"""The metric alarms of CloudWatch in one region: what they watch, and what they make of missing data.

    DescribeAlarms      MetricAlarms, also those by an expression

Alarms over other alarms, over logs and by PromQL have no TreatMissingData, and are not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from seawall.aws import Account
from seawall.errors import UsageError
from seawall.vendors.facts.alarm import alarm
from seawall.vendors.sources import Line, Read
from seawall.vendors.sources.paging import listed


@dataclass(frozen=True, slots=True)
class AlarmsSource:
    """The alarms of an account in a region. vendor: the row whose owner answers for them."""

    account: Account
    vendor: str

    @property
    def name(self) -> str:
        """`aws-alarms`, with region and profile where they are named."""
        return " ".join(filter(None, ("aws-alarms", self.account.region, self.account.profile)))

    def read(self, now: datetime) -> Read:  # noqa: ARG002 (what an alarm is set to has no time)
        """Every metric alarm; of the account itself nothing is said. Raises the account's errors."""
        found = listed(self.account, "cloudwatch", "describe_alarms", "MetricAlarms", MaxRecords=100)
        return Read((), 1, alarms=tuple(alarm(one, self.vendor, self.name) for one in found))


def sources(lines: Sequence[Line], timeout: float = 10.0) -> list[AlarmsSource]:
    """A source for each region and profile that the lines name; of several rows the first is the owner's.

    Raises UsageError.
    """
    places: dict[tuple[str, str], str] = {}
    for line in lines:
        if line.subjects:
            raise UsageError("the source aws-alarms has no subject: it is of a whole region", "Name a region=.")
        places.setdefault((line.option("region"), line.option("profile")), line.vendor)
    return [AlarmsSource(Account(*place, timeout=timeout), vendor) for place, vendor in places.items()]
