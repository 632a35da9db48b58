"""The alternate contacts of an AWS account: to whom AWS writes beside the mailbox of the root user.

    GetAlternateContact      BILLING, OPERATIONS, SECURITY; that there is none is said as ResourceNotFoundException

Names, addresses and telephone numbers are not kept: only which contact has no address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from seawall.aws import Account
from seawall.aws.failures import code, no_answer
from seawall.errors import UsageError
from seawall.vendors.facts.row import Observed
from seawall.vendors.sources import Line, Read

REGION = "us-east-1"  # the API is of the whole account
KINDS = ("BILLING", "OPERATIONS", "SECURITY")
_SERVICE, _OPERATION = "account", "get_alternate_contact"


@dataclass(frozen=True, slots=True)
class ContactsSource:
    """The account of one profile. vendors: the rows that stand for it."""

    account: Account
    vendors: tuple[str, ...]

    @property
    def name(self) -> str:
        """`aws-contacts`, with the profile where one is named."""
        return f"aws-contacts {self.account.profile}".rstrip()

    def read(self, now: datetime) -> Read:
        """Which contacts are empty. Raises the account's errors."""
        empty = tuple(kind.lower() for kind in KINDS if not self._address(kind))
        return Read(tuple(Observed(vendor, self.name, now, without_contact=empty) for vendor in self.vendors), 1)

    def _address(self, kind: str) -> str:
        """The contact's address, empty where there is no contact."""

        def ask() -> dict[str, Any]:
            try:
                return self.account.client(_SERVICE).get_alternate_contact(AlternateContactType=kind)
            except Exception as wrong:
                if code(wrong) == "ResourceNotFoundException":
                    return {"AlternateContact": {"EmailAddress": ""}}
                raise

        contact = self.account.bounded(f"{_SERVICE} {_OPERATION}", ask).get("AlternateContact")
        if not isinstance(contact, dict):
            raise no_answer(f"{_SERVICE} {_OPERATION}")
        return str(cast("dict[str, Any]", contact).get("EmailAddress", "")).strip()


def sources(lines: Sequence[Line], timeout: float = 10.0) -> list[ContactsSource]:
    """A source for each profile that the lines name. Raises UsageError."""
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if line.subjects:
            raise UsageError("the source aws-contacts has no subject: it is of a whole account", "Name a profile=.")
        profile = line.option("profile")
        found[profile] = (*found.get(profile, ()), line.vendor)
    return [ContactsSource(Account(REGION, p, timeout=timeout), vendors) for p, vendors in found.items()]
