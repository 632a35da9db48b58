"""Agreements of AWS Marketplace: when a trial or a contract ends, and whether anything follows.

    SearchAgreements        every active agreement of this account as the buyer: end, end behaviour, end of the trial
    GetAgreementTerms       of each: is there usage-based pricing, a renewal and its deadline, a payment that is due
    GetAgreementContacts    of those of which the list says nothing of it: is there a person on file
    DescribeAgreement       of one that a row names and that is not active any more: its status

A trial converts where the agreement has usage-based pricing too, as AWS's model documents for that pair alone, and
where its end behaviour is not EXPIRE. AWS adds fields over the years, and an older boto3 drops them: without the end
of the trial it is the acceptance plus the trial's duration in the terms; without the end behaviour, the absence of
a renewal is known, its presence is not (the seller may have opted out); without GetAgreementContacts nothing is said
of persons. A trial that was granted outside of
Marketplace is not known to AWS.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from seawall.aws import Account, Record
from seawall.errors import NotPermitted, SeawallError
from seawall.keyspace import printable
from seawall.model import NotChecked
from seawall.vendors.facts.row import UNREAD, Observed
from seawall.vendors.sources import Line, Read
from seawall.vendors.sources.claims import merged
from seawall.vendors.sources.paging import listed

REGION = "us-east-1"  # the API is in this region alone
_SERVICE = "marketplace-agreement"
_ACTIVE: tuple[Mapping[str, object], ...] = (
    {"name": "PartyType", "values": ["Acceptor"]},
    {"name": "AgreementType", "values": ["PurchaseAgreement"]},
    {"name": "Status", "values": ["ACTIVE"]},
)
_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(\d{1,5})H)?", re.ASCII)  # months differ in their days


@dataclass(frozen=True, slots=True)
class MarketplaceSource:
    """All agreements of an account. rows: by what they name: an agreement (also the first of a chain), offer, product.

    An agreement that no row names is a vendor of its own, so that nobody's contract is somebody's finding.
    """

    account: Account
    rows: Mapping[str, str]

    @property
    def name(self) -> str:
        """`aws-marketplace`, with the profile where one is named."""
        return f"aws-marketplace {self.account.profile}".rstrip()

    def read(self, now: datetime) -> Read:
        """Every active agreement, and those that rows name. Raises the account's errors."""
        active = self._listed()
        claims = {word: [one for one in active if word in _words(one)] for word in self.rows}
        observed, missing = self._ended(active, claims, now)
        terms, alone = self._all_terms(active, missing), self._without_contact(active, missing)

        def seen(one: Record, vendor: str, source: str) -> Observed:
            found = observe(one, terms.get(_id(one)), vendor, source, now)
            return replace(found, without_contact=alone.get(_id(one), ()))

        for word, agreements in claims.items():
            vendor, source = self.rows[word], f"{self.name} {printable(word)}"
            if agreements:
                observed.append(merged([seen(one, vendor, source) for one in agreements]))
        claimed = {_id(one) for agreements in claims.values() for one in agreements}
        chains: dict[str, list[Record]] = {}
        for one in active:
            if _id(one) not in claimed:
                chains.setdefault(printable(str(one.get("initialAgreementId") or _id(one))), []).append(one)
        for chain, agreements in chains.items():
            vendor, source = f"AWS Marketplace agreement {chain}", f"{self.name} {chain}"
            observed.append(merged([seen(one, vendor, source) for one in agreements]))
        return Read(tuple(observed), len(active), tuple(missing))

    def _ended(
        self, active: Sequence[Record], claims: dict[str, list[Record]], now: datetime
    ) -> tuple[list[Observed], list[NotChecked]]:
        """What rows name and is not active. `claims` gets what came after it, as after a renewal."""
        observed: list[Observed] = []
        missing: list[NotChecked] = []
        for word, vendor in self.rows.items():
            if claims[word]:
                continue
            if not word.startswith("agmt-"):  # of offers and products only the active agreements tell
                said = f"{self.name}: no active agreement is about {printable(word)[:80]}"
                missing.append(NotChecked(vendor, said, "It may have ended: name the agreement, agmt-..."))
                continue
            try:
                answer = self.account.call(_SERVICE, "describe_agreement", agreementId=word)
            except SeawallError as wrong:
                missing.append(NotChecked(vendor, wrong.what, wrong.hint))
                continue
            first = answer.get("initialAgreementId", word)
            claims[word] = [one for one in active if one.get("initialAgreementId") == first]
            if not claims[word]:
                observed.append(_over(answer, vendor, f"{self.name} {printable(word)}", now))
        return observed, missing

    def _all_terms(self, active: Sequence[Record], missing: list[NotChecked]) -> dict[str, list[Record]]:
        """The terms by agreement, as far as they may be read."""
        found: dict[str, list[Record]] = {}
        for number in map(_id, active):
            try:
                found[number] = listed(
                    self.account, _SERVICE, "get_agreement_terms", "acceptedTerms", agreementId=number
                )
            except NotPermitted as wrong:  # who may not read those of one may read those of none
                said = f"{wrong.what}; whether trials convert is not known"
                missing.append(NotChecked(self.name, said, wrong.hint))
                break
            except SeawallError as wrong:
                missing.append(NotChecked(f"{self.name} {number}", wrong.what, wrong.hint))
        return found

    def _without_contact(self, active: Sequence[Record], missing: list[NotChecked]) -> dict[str, tuple[str, ...]]:
        """What has no person on file, by agreement. Where the list says that there is one, nobody is asked.

        Where it is not permitted, that is what is said: a date that was read is not to look unread for it.
        """
        doubtful = [_id(one) for one in active if "ACCEPTOR" not in one.get("includesContactOfType", ())]
        if not doubtful or not self.account.bounded(_SERVICE, self._knows_contacts):
            return {}
        found: dict[str, tuple[str, ...]] = {}
        for number in doubtful:
            try:
                answer = self.account.call(_SERVICE, "get_agreement_contacts", agreementId=number)
                found[number] = () if answer.get("acceptorContact") else ("acceptor",)
            except NotPermitted:
                return dict.fromkeys(doubtful, (UNREAD,)) | found
            except SeawallError as wrong:
                missing.append(NotChecked(f"{self.name} {number}", wrong.what, wrong.hint))
        return found

    def _knows_contacts(self) -> bool:
        """Whether this boto3 has GetAgreementContacts."""
        return hasattr(self.account.client(_SERVICE), "get_agreement_contacts")

    def _listed(self) -> list[Record]:
        search = {"catalog": "AWSMarketplace", "filters": list(_ACTIVE), "maxResults": 50}
        return listed(self.account, _SERVICE, "search_agreements", "agreementViewSummaries", **search)


def _over(agreement: Record, vendor: str, source: str, now: datetime) -> Observed:
    """What is said of an agreement that is not active, by its description."""
    status = str(agreement.get("status", "")).lower()
    converts = False if status in ("cancelled", "expired", "terminated") else None
    return Observed(vendor, source, now, ends=_utc(agreement.get("endTime")), converts=converts, status=status)


def _words(agreement: Record) -> list[str]:
    """All that a row may name an agreement by: its id, the first id of its chain, its offer, its products."""
    proposal = agreement.get("proposalSummary", {})
    words = [agreement.get("agreementId"), agreement.get("initialAgreementId"), proposal.get("offerId")]
    words += [resource.get("id") for resource in proposal.get("resources", ())]
    return [word for word in words if word]


def observe(agreement: Record, terms: Sequence[Record] | None, vendor: str, source: str, now: datetime) -> Observed:
    """What an active agreement and its terms say. terms: None where they could not be read."""
    by_kind = _by_kind(terms or ())
    trial_ends = _utc(agreement.get("freeTrialEndTime")) or _trial_by_terms(agreement, by_kind)
    usage = None if terms is None else "usageBasedPricingTerm" in by_kind
    ends, converts = _utc(agreement.get("endTime")), _goes_on(agreement, terms, by_kind)
    lockout = _lockout(by_kind)
    if trial_ends is not None and not (trial_ends <= now and usage):  # else it has converted: the contract counts
        expires = agreement.get("endTimeBehaviorType") == "EXPIRE"
        ends, converts, lockout = trial_ends, False if expires else usage, None  # that counts from the contract's end
    return Observed(
        vendor,
        source,
        now,
        ends=ends,
        converts=converts,
        status=str(agreement.get("status", "")).lower(),
        next_charge=_next_charge(by_kind, now),
        notice_days=lockout,
    )


def _goes_on(agreement: Record, terms: Sequence[Record] | None, by_kind: Mapping[str, Record]) -> bool | None:
    """Whether the contract goes on after its end, be it under a public offer; None where nobody knows."""
    if "freeTrialPricingTerm" in by_kind and agreement.get("endTime") is None:
        return "usageBasedPricingTerm" in by_kind
    if behaviour := agreement.get("endTimeBehaviorType"):
        return behaviour != "EXPIRE"
    if agreement.get("endTime") is None:
        return None if terms is None else True  # pay as you go has no end
    if terms is None:
        return None
    renewal = by_kind.get("renewalTerm", {}).get("configuration", {}).get("enableAutoRenew", False)
    return None if renewal else False  # it is only the buyer's wish


def _by_kind(terms: Sequence[Record]) -> dict[str, Record]:
    """The terms by their kind, such as `renewalTerm`. Of two of one kind the later one counts."""
    return {kind: term for entry in terms for kind, term in entry.items() if isinstance(term, dict)}


def _trial_by_terms(agreement: Record, by_kind: Mapping[str, Record]) -> datetime | None:
    accepted = _utc(agreement.get("acceptanceTime"))
    lasts = _duration(by_kind.get("freeTrialPricingTerm", {}).get("duration"))
    return accepted + lasts if accepted is not None and lasts is not None else None


def _lockout(by_kind: Mapping[str, Record]) -> int | None:
    """Whole days before the end on the last of which the renewal can be decided; None where there is no such day."""
    before = _duration(by_kind.get("renewalTerm", {}).get("lockoutPeriod"))
    return None if before is None else math.ceil(before / timedelta(days=1))


def _duration(text: object) -> timedelta | None:
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None or not any(match.groups()):
        return None
    weeks, days, hours = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours)


def _next_charge(by_kind: Mapping[str, Record], now: datetime) -> datetime | None:
    schedule = cast("Sequence[Record]", by_kind.get("paymentScheduleTerm", {}).get("schedule", ()))
    dates = (_utc(payment.get("chargeDate")) for payment in schedule)
    return min((d for d in dates if d is not None and d >= now), default=None)


def _utc(time: Any) -> datetime | None:
    return time.astimezone(UTC) if isinstance(time, datetime) else None


def _id(agreement: Record) -> str:
    return printable(str(agreement.get("agreementId", "without an id")))


def sources(lines: Sequence[Line], timeout: float = 10.0) -> list[MarketplaceSource]:
    """A source for each profile that the lines name."""
    by_profile: dict[str, dict[str, str]] = {}
    for line in lines:
        by_profile.setdefault(line.option("profile"), {}).update(dict.fromkeys(line.subjects, line.vendor))
    return [MarketplaceSource(Account(REGION, p, timeout=timeout), rows) for p, rows in by_profile.items()]
