"""An account or a contract whose vendor has no person to write to."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.vendors.facts.row import UNREAD, VendorFacts
from seawall.vendors.wording import finding, raised

CODE = "SW614"
NAME = "contact-missing"
_OF_MONEY = frozenset({"acceptor", "billing"})  # to whom a contract's end and a failed payment are written

_WORDS = {"acceptor": "the agreement"}


def check(facts: VendorFacts) -> Iterator[Finding]:
    """Vendors of which a source says that there is no contact, or that it may not read whether there is one."""
    for vendor in facts.vendors:
        seen = [o for o in facts.newest(vendor) if o.without_contact]
        said = {kind for o in seen for kind in o.without_contact}
        if not said:
            continue
        absent = sorted(said - {UNREAD})
        sources = " and ".join(sorted({o.source for o in seen}))
        yield finding(
            CODE,
            NAME,
            facts,
            vendor,
            raised(Severity.MEDIUM if _OF_MONEY & said else Severity.LOW, facts, vendor) if absent else Severity.INFO,
            title=f"{vendor.name} has no contact for {_listed([_WORDS.get(kind, kind) for kind in absent])}"
            if absent
            else f"it is not known whether {vendor.name} has a contact",
            why=f"By {sources}. Without one, what the vendor writes about it goes to the mailbox of the account alone, "
            "which often nobody reads.",
            fix="Enter a mailbox that several people read as the contact, and send it a message to see that it arrives"
            if absent
            else "Allow this identity the action aws-marketplace:GetAgreementContacts, or look into the console",
            more={"without_contact": list(absent), "unread": UNREAD in said},
        )


def _listed(words: list[str]) -> str:
    """`billing`, `billing and security`, `billing, operations and security`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
