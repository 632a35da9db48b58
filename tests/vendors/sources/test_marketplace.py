"""AWS Marketplace in its wire format: trials, conversions, renewals, what ended, and what may not be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import botocore.session
import pytest
from tests.fakes.aws import FakeAws, Refusal, fake_aws, model_of

from seawall import rulebook
from seawall.aws import Account
from seawall.errors import BadReply, NotPermitted
from seawall.model import Severity
from seawall.vendors.facts.deadline import notice
from seawall.vendors.facts.row import Observed, Vendor, VendorFacts
from seawall.vendors.sources import Read, paging, parse
from seawall.vendors.sources.marketplace import MarketplaceSource, sources

Reader: TypeAlias = Callable[..., Read]
Seer: TypeAlias = Callable[..., "tuple[date | None, bool | None]"]
START = datetime(2026, 12, 1, 9, tzinfo=UTC)
TRIAL_ENDS = START + timedelta(days=14)
YEAR_END = datetime(2027, 12, 1, tzinfo=UTC)
SEARCH, DESCRIBE, TERMS, CONTACTS = (
    f"marketplace-agreement.{name}"
    for name in ("SearchAgreements", "DescribeAgreement", "GetAgreementTerms", "GetAgreementContacts")
)
USAGE = {"usageBasedPricingTerm": {"type": "UsageBasedPricingTerm", "currencyCode": "USD"}}
TRIAL = {"freeTrialPricingTerm": {"type": "FreeTrialPricingTerm", "duration": "P14D"}}
LEGAL = {"legalTerm": {"type": "LegalTerm"}}
DENIED = Refusal("AccessDeniedException", "User: arn:aws:iam::1:user/ada is not authorized", 400)
NOT_THERE = Refusal("ResourceNotFoundException")


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[FakeAws, Account]]:
    """One for all tests: to make a client takes 0.1 s."""
    with fake_aws({}) as fake, pytest.MonkeyPatch.context() as patch:
        fake.lead(patch)
        yield fake, Account("us-east-1", timeout=20)


@pytest.fixture
def aws(asked: tuple[FakeAws, Account]) -> FakeAws:
    asked[0].requests.clear()
    return asked[0]


@pytest.fixture
def read(asked: tuple[FakeAws, Account], aws: FakeAws) -> Reader:
    def read(given: Mapping[str, Any], rows: Mapping[str, str] | None = None, now: datetime = START) -> Read:
        aws.answers = dict(given)
        return MarketplaceSource(asked[1], {"agmt-1": "jobs"} if rows is None else rows).read(now)

    return read


@pytest.fixture
def seen(read: Reader) -> Seer:
    """The end that is seen, and whether it converts."""

    def seen(*terms: Any, now: datetime = START, **more: Any) -> tuple[date | None, bool | None]:
        found = read(answers(agreement(**more), terms=terms), now=now)
        assert not found.not_checked
        (one,) = found.observed
        assert (one.vendor, one.source, one.at, one.status) == ("jobs", "aws-marketplace agmt-1", now, "active")
        return one.ends, one.converts

    return seen


def agreement(number: str = "agmt-1", **more: Any) -> dict[str, Any]:
    """One that was accepted at START, as pay as you go."""
    return {
        "agreementId": number,
        "acceptanceTime": START,
        "startTime": START,
        "agreementType": "PurchaseAgreement",
        "proposer": {"accountId": "111122223333"},
        "proposalSummary": {"offerId": "offer-1", "resources": [{"id": "prod-1", "type": "SaaSProduct"}]},
        "status": "ACTIVE",
        "includesContactOfType": ["ACCEPTOR"],
        **more,
    }


def renewal(wanted: bool, **more: Any) -> dict[str, Any]:
    return {"renewalTerm": {"type": "RenewalTerm", "configuration": {"enableAutoRenew": wanted}, **more}}


def answers(*agreements: Mapping[str, Any], terms: Any = (), description: Any = NOT_THERE) -> dict[str, Any]:
    if not isinstance(description, Refusal):  # a description has no such member
        description = {name: value for name, value in description.items() if name != "includesContactOfType"}
    accepted = terms if isinstance(terms, Refusal) else {"acceptedTerms": list(terms)}
    return {SEARCH: {"agreementViewSummaries": list(agreements)}, TERMS: accepted, DESCRIBE: description}


def test_a_trial_converts_only_with_usage_based_pricing(seen: Seer):
    assert seen(LEGAL, TRIAL, freeTrialEndTime=TRIAL_ENDS) == (TRIAL_ENDS, False)
    assert seen(LEGAL, TRIAL, USAGE, freeTrialEndTime=TRIAL_ENDS) == (TRIAL_ENDS, True)
    expire = {"endTime": YEAR_END, "endTimeBehaviorType": "EXPIRE"}
    assert seen(TRIAL, USAGE, freeTrialEndTime=TRIAL_ENDS, **expire) == (TRIAL_ENDS, False)
    # the end of the agreement alone never shows the trial
    assert seen(TRIAL, endTime=YEAR_END, endTimeBehaviorType="RENEW", freeTrialEndTime=TRIAL_ENDS) == (
        TRIAL_ENDS,
        False,
    )


def test_after_its_trial_one_with_usage_based_pricing_has_converted(seen: Seer):
    later = TRIAL_ENDS + timedelta(days=1)
    assert seen(TRIAL, USAGE, now=later, freeTrialEndTime=TRIAL_ENDS) == (None, True)
    ends = {"endTime": YEAR_END, "endTimeBehaviorType": "RENEW"}
    assert seen(TRIAL, USAGE, now=later, freeTrialEndTime=TRIAL_ENDS, **ends) == (YEAR_END, True)
    assert seen(TRIAL, now=later, freeTrialEndTime=TRIAL_ENDS) == (TRIAL_ENDS, False)  # active, with nothing after


@pytest.mark.parametrize(("duration", "days"), [("P14D", 14), ("P2W", 14), ("P1W3D", 10), ("P30DT12H", 30.5)])
def test_an_older_boto3_knows_the_trial_by_its_terms(seen: Seer, duration: str, days: float):
    term = {"freeTrialPricingTerm": {"type": "FreeTrialPricingTerm", "duration": duration}}
    assert seen(term) == (START + timedelta(days=days), False)
    assert seen(term, USAGE) == (START + timedelta(days=days), True)


def test_a_boto3_without_the_new_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The model as it was before them, read by the real botocore: what AWS sends of them is dropped."""
    model_of("aws-marketplace")  # of the fake, which is today's
    known = botocore.session.get_session().get_component("data_loader")
    model = known.load_service_model("marketplace-agreement", "service-2")
    for member in ("freeTrialEndTime", "endTimeBehaviorType", "endTimeBehaviorReasonCode", "initialAgreementId"):
        del model["shapes"]["AgreementViewSummary"]["members"][member]
    folder = tmp_path / "marketplace-agreement" / model["metadata"]["apiVersion"]
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(model), encoding="utf-8")
    new = {"freeTrialEndTime": TRIAL_ENDS, "endTime": YEAR_END, "endTimeBehaviorType": "RENEW"}
    with fake_aws(answers(agreement(**new), terms=[TRIAL, renewal(True)])) as aws:
        aws.lead(monkeypatch)
        monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
        account = Account("us-east-1", timeout=20)
        (sent,) = account.call("marketplace-agreement", "search_agreements")["agreementViewSummaries"]
        assert not {"freeTrialEndTime", "endTimeBehaviorType"} & set(sent)
        (one,) = MarketplaceSource(account, {"agmt-1": "jobs"}).read(START).observed
        assert (one.ends, one.converts) == (TRIAL_ENDS, False)
        aws.answers[TERMS] = {"acceptedTerms": [renewal(True)]}
        (one,) = MarketplaceSource(account, {"agmt-1": "jobs"}).read(START).observed
        assert (one.ends, one.converts) == (YEAR_END, None)


@pytest.mark.parametrize("duration", ["P1M", "P", "14D", "P-1D", "forever"])
def test_a_duration_without_certain_days_is_no_end(seen: Seer, duration: str):
    assert seen({"freeTrialPricingTerm": {"type": "FreeTrialPricingTerm", "duration": duration}}) == (None, False)


@pytest.mark.parametrize(("behaviour", "converts"), [("RENEW", True), ("REPLACE", True), ("EXPIRE", False)])
def test_what_happens_at_the_end_of_a_contract(seen: Seer, behaviour: str, converts: bool):
    found = seen(LEGAL, renewal(True), endTime=YEAR_END, endTimeBehaviorType=behaviour)
    assert found == (YEAR_END, converts)


def test_an_older_boto3_knows_that_nothing_renews_but_not_that_it_does(seen: Seer):
    assert seen(LEGAL, endTime=YEAR_END) == (YEAR_END, False)
    assert seen(renewal(False), endTime=YEAR_END) == (YEAR_END, False)
    assert seen(renewal(True), endTime=YEAR_END) == (YEAR_END, None)  # the seller may have opted out
    assert seen(LEGAL, USAGE) == (None, True)  # pay as you go


def test_terms_that_may_not_be_read_are_said_and_leave_it_open(aws: FakeAws, read: Reader):
    two = [agreement(f"agmt-{n}", freeTrialEndTime=TRIAL_ENDS) for n in (1, 2)]
    found = read(answers(*two, terms=DENIED))
    assert [(o.vendor, o.ends, o.converts) for o in found.observed] == [
        ("jobs", TRIAL_ENDS, None),
        ("AWS Marketplace agreement agmt-2", TRIAL_ENDS, None),
    ]
    (missing,) = found.not_checked
    assert missing.target == "aws-marketplace"
    assert "whether trials convert is not known" in missing.reason
    assert "aws-marketplace:GetAgreementTerms" in missing.hint
    assert aws.operations().count(TERMS) == 1
    # neither the end of a contract is known to be followed by anything
    (one,) = read(answers(agreement(endTime=YEAR_END), terms=DENIED)).observed
    assert (one.ends, one.converts) == (YEAR_END, None)


def test_a_list_that_may_not_be_read_is_an_error(read: Reader):
    with pytest.raises(NotPermitted):
        read({SEARCH: DENIED})


def test_a_list_without_its_member_is_no_empty_list(read: Reader):
    with pytest.raises(BadReply):
        read({SEARCH: {}})


def test_no_agreement_at_all_is_what_it_is(read: Reader):
    assert read(answers(), rows={}) == Read((), 0)


def test_every_page_is_read_and_only_active_ones_of_the_buyer_are_asked_for(aws: FakeAws, read: Reader):
    pages: Mapping[Any, Any] = {
        None: {"agreementViewSummaries": [agreement("agmt-1")], "nextToken": "2"},
        "2": {"agreementViewSummaries": [], "nextToken": "3"},
        "3": {"agreementViewSummaries": [agreement("agmt-2")]},
    }
    terms: Mapping[Any, Any] = {
        None: {"acceptedTerms": [LEGAL, TRIAL], "nextToken": "2"},
        "2": {"acceptedTerms": [USAGE]},
    }
    by_page: Callable[[Mapping[Any, Any]], Any] = lambda of: lambda asked: of[asked.get("nextToken")]  # noqa: E731
    found = read({SEARCH: by_page(pages), TERMS: by_page(terms)})
    assert found.vendors == 2
    assert [(o.vendor, o.converts) for o in found.observed] == [
        ("jobs", True),
        ("AWS Marketplace agreement agmt-2", True),
    ]
    asked = aws.requests[0][2]
    assert asked["catalog"] == "AWSMarketplace"
    assert {f["name"]: f["values"] for f in asked["filters"]} == {
        "PartyType": ["Acceptor"],
        "AgreementType": ["PurchaseAgreement"],
        "Status": ["ACTIVE"],
    }


def test_a_list_in_circles_ends(read: Reader, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paging, "PAGES", 3)
    with pytest.raises(BadReply, match="over 3 pages"):
        read({SEARCH: {"agreementViewSummaries": [], "nextToken": "1"}})


@pytest.mark.parametrize("word", ["agmt-2", "agmt-1", "offer-1", "prod-1"])
def test_a_row_names_an_agreement_its_chain_its_offer_or_its_product(read: Reader, word: str):
    found = read(answers(agreement("agmt-2", initialAgreementId="agmt-1")), {word: "jobs"})
    assert [(o.vendor, o.source) for o in found.observed] == [("jobs", f"aws-marketplace {word}")]


def test_an_agreement_of_two_rows_is_seen_by_both(read: Reader):
    found = read(answers(agreement()), {"agmt-1": "jobs", "prod-1": "redis"})
    assert sorted(o.vendor for o in found.observed) == ["jobs", "redis"]
    assert found.vendors == 1


@pytest.mark.parametrize("status", ["CANCELLED", "EXPIRED", "TERMINATED"])
def test_one_that_is_over_has_its_status_and_its_end(read: Reader, status: str):
    found = read(answers(description=agreement(status=status, endTime=START) | {"agreementId": "agmt-1"}))
    assert found == Read(
        (Observed("jobs", "aws-marketplace agmt-1", START, ends=START, converts=False, status=status.lower()),), 0
    )
    facts = VendorFacts(now=START, vendors=(Vendor("jobs", contract="fixed"),), observed=found.observed)
    assert max(f.severity.rank for f in rulebook.run("vendors", facts)) == Severity.CRITICAL.rank


def test_after_a_renewal_the_new_agreement_is_the_row_s(read: Reader):
    new = agreement("agmt-3", initialAgreementId="agmt-0", endTime=YEAR_END, endTimeBehaviorType="RENEW")
    old = agreement(status="RENEWED", initialAgreementId="agmt-0")
    found = read(answers(new, description=old))
    assert [(o.vendor, o.source, o.ends) for o in found.observed] == [("jobs", "aws-marketplace agmt-1", YEAR_END)]


def test_one_that_is_not_there_is_not_checked(read: Reader):
    (missing,) = read(answers()).not_checked
    assert missing.target == "jobs"
    assert "ResourceNotFoundException" in missing.reason
    found = read(answers(agreement()), {"prod-9": "other"})
    assert [(m.target, m.reason) for m in found.not_checked] == [
        ("other", "aws-marketplace: no active agreement is about prod-9")
    ]


def test_the_next_payment_is_the_next_charge(read: Reader):
    days = (-30, 20, 50)
    schedule = [{"chargeDate": START + timedelta(days=d), "chargeAmount": "9.00"} for d in days]
    term = {"paymentScheduleTerm": {"type": "PaymentScheduleTerm", "currencyCode": "USD", "schedule": schedule}}
    (one,) = read(answers(agreement(endTime=YEAR_END), terms=[term])).observed
    assert one.next_charge == START + timedelta(days=20)


def test_the_night_by_what_aws_says(read: Reader):
    """A trial of 14 days without usage-based pricing: critical in its last three days; with it, nothing."""
    row = Vendor("jobs", contract="trial")
    for terms, expected in (((TRIAL,), ["high"] * 11 + ["critical"] * 4), ((TRIAL, USAGE), [None] * 15)):
        levels: list[str | None] = []
        for day in range(15):
            now = START + timedelta(days=day)
            given = answers(agreement(freeTrialEndTime=TRIAL_ENDS), terms=terms)
            facts = VendorFacts(now=now, vendors=(row,), observed=read(given, now=now).observed)
            found = [f.severity.value for f in rulebook.run("vendors", facts) if f.rule == "SW601"]
            levels.append(found[0] if found else None)
        assert levels == expected


def test_rows_of_one_profile_share_a_source():
    words = ["aws-marketplace agmt-1", "aws-marketplace prod-1 profile=billing", "aws-marketplace agmt-2"]
    lines = [line for n, text in enumerate(words) for line in parse(f"row {n}", text)]
    found = sources(lines)
    assert [(s.name, s.account.region, dict(s.rows)) for s in found] == [
        ("aws-marketplace", "us-east-1", {"agmt-1": "row 0", "agmt-2": "row 2"}),
        ("aws-marketplace billing", "us-east-1", {"prod-1": "row 1"}),
    ]


@pytest.mark.parametrize(("lockout", "days"), [("P30D", 30), ("P8W", 56), ("P1DT1H", 2), ("P1M", None), (None, None)])
def test_the_last_day_to_decide_on_a_renewal_is_a_notice(read: Reader, lockout: str | None, days: int | None):
    term = renewal(True, **({"lockoutPeriod": lockout} if lockout else {}))
    ends = {"endTime": YEAR_END, "endTimeBehaviorType": "RENEW"}
    (one,) = read(answers(agreement(**ends), terms=[term])).observed
    assert one.notice_days == days
    vendor = Vendor("jobs", contract="fixed", notice_days=14)
    found = notice(VendorFacts(now=START, vendors=(vendor,), observed=(one,)), vendor)
    assert found is not None
    last = YEAR_END - timedelta(microseconds=1)  # it ends at midnight: its last day is the one before
    assert found.last_day == last.date() - timedelta(days=14 if days is None else days)
    if days == 30:
        by = "aws-marketplace agmt-1, read 2026-12-01"
        assert found.arithmetic == (
            f"2027-11-30 (the last day, by {by}) - 30 days of notice ({by}, seawall.toml has 14) = 2027-10-31"
        )


def test_during_a_trial_the_notice_of_the_contract_does_not_count(read: Reader):
    """It counts from the end of the contract, not from that of the trial."""
    terms = [TRIAL, renewal(True, lockoutPeriod="P30D")]
    (one,) = read(answers(agreement(freeTrialEndTime=TRIAL_ENDS, endTime=YEAR_END), terms=terms)).observed
    assert (one.ends, one.notice_days) == (TRIAL_ENDS, None)


PERSON = {
    "firstName": "Ada",
    "lastName": "L",
    "emailAddress": "ada@team.example",
    "companyName": "T",
    "countryCode": "DE",
}


def test_an_agreement_without_a_person_on_file(aws: FakeAws, read: Reader):
    nobody = {"includesContactOfType": []}
    two = answers(agreement("agmt-1", **nobody), agreement("agmt-2", **nobody), agreement("agmt-3"))
    by_number = {"agmt-1": {}, "agmt-2": {"acceptorContact": PERSON}}
    found = read({**two, CONTACTS: lambda asked: by_number[asked["agreementId"]]})
    assert [o.without_contact for o in found.observed] == [("acceptor",), (), ()]
    assert not found.not_checked
    assert aws.operations().count(CONTACTS) == 2  # of the third the list says that there is one
    assert "ada" not in repr(found)
    facts = VendorFacts(now=START, vendors=(Vendor("jobs", contract="pay-as-you-go"),), observed=found.observed)
    (said,) = [f for f in rulebook.run("vendors", facts) if f.rule == "SW614"]
    assert (said.title, said.severity) == ("jobs has no contact for the agreement", Severity.MEDIUM)


def test_where_contacts_may_not_be_read_the_dates_are_read_all_the_same(aws: FakeAws, read: Reader):
    two = answers(*(agreement(f"agmt-{n}", endTime=YEAR_END, includesContactOfType=[]) for n in (1, 2)))
    found = read({**two, CONTACTS: DENIED})
    assert [(o.ends, o.without_contact) for o in found.observed] == [(YEAR_END, ("unread",))] * 2
    assert not found.not_checked
    assert aws.operations().count(CONTACTS) == 1
    facts = VendorFacts(now=START, vendors=(Vendor("jobs", contract="fixed"),), observed=found.observed)
    (said,) = [f for f in rulebook.run("vendors", facts) if f.rule == "SW614"]
    assert (said.severity, said.title) == (Severity.INFO, "it is not known whether jobs has a contact")
    # a fault of AWS is a fault
    (missing, _) = read({**two, CONTACTS: Refusal("ResourceNotFoundException")}).not_checked
    assert missing.target == "aws-marketplace agmt-1"


def test_terms_that_cannot_be_read_for_a_day_do_not_undo_a_conversion(read: Reader):
    """A false alarm at the highest level: the trial is over, and whether it has converted was known yesterday."""
    trial = agreement(freeTrialEndTime=TRIAL_ENDS)
    days = [TRIAL_ENDS + timedelta(days=n) for n in (1, 2)]
    known = read(answers(trial, terms=[TRIAL, USAGE]), now=days[0]).observed
    unread = read(answers(trial, terms=Refusal("ValidationException")), now=days[1]).observed
    row = Vendor("jobs", contract="trial")

    def lapses(*observed: Observed) -> bool:
        facts = VendorFacts(now=days[1], vendors=(row,), observed=observed)
        return "SW601" in {f.rule for f in rulebook.run("vendors", facts)}

    assert lapses(*unread)
    assert not lapses(*known, *unread)


def test_what_was_said_of_another_term_says_nothing_of_this_one(read: Reader):
    """The old agreement renewed itself; whether the new one will is not known, and unknown is never green."""
    old = agreement(endTime=START + timedelta(days=1), endTimeBehaviorType="RENEW")
    new = agreement("agmt-2", initialAgreementId="agmt-1", endTime=START + timedelta(days=9))
    known = read(answers(old, terms=[renewal(True)])).observed
    later = START + timedelta(days=2)
    unread = read(answers(new, terms=DENIED), now=later).observed
    facts = VendorFacts(now=later, observed=(*known, *unread))
    assert [o.vendor for o in facts.observed] == ["jobs", "jobs"]
    assert facts.converts(Vendor("jobs", contract="fixed")) is None


def test_of_two_agreements_of_a_row_the_longer_notice_and_every_missing_contact_count(read: Reader):
    two = [agreement(f"agmt-{n}", endTime=YEAR_END, includesContactOfType=["ACCEPTOR"] * n) for n in (0, 1)]
    terms = {f"agmt-{n}": {"acceptedTerms": [renewal(True, lockoutPeriod=f"P{30 + n}D")]} for n in (0, 1)}
    given = {SEARCH: {"agreementViewSummaries": two}, TERMS: lambda asked: terms[asked["agreementId"]], CONTACTS: {}}
    for order in (two, two[::-1]):
        (one,) = read({**given, SEARCH: {"agreementViewSummaries": order}}, {"prod-1": "jobs"}).observed
        assert (one.notice_days, one.without_contact) == (31, ("acceptor",))
