"""Licences that were received, and invoices that are due, in AWS's wire format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.fakes.aws import FakeAws, fake_aws

from seawall import rulebook
from seawall.aws import Account
from seawall.errors import UsageError
from seawall.vendors.facts.row import Observed, Vendor, VendorFacts
from seawall.vendors.sources import Read, invoices, licenses, parse
from seawall.vendors.sources.invoices import InvoicesSource
from seawall.vendors.sources.licenses import LicensesSource

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LICENSES, INVOICES = "license-manager.ListReceivedLicenses", "invoicing.ListInvoiceSummaries"
ARN = "arn:aws:license-manager::111122223333:license:l-"
ACCOUNT = "111122223333"


def licence(number: str, received: str = "ACTIVE", grant: str = "BuyerGrant", **more: Any) -> dict[str, Any]:
    return {
        "LicenseArn": f"{ARN}{number}",
        "ProductName": "Redis Cloud",
        "ProductSKU": f"prod-{number}",
        "Status": "AVAILABLE",
        "Validity": {"Begin": "2026-12-01T00:00:00Z", "End": "2027-03-01T00:00:00Z"},
        "ReceivedMetadata": {"ReceivedStatus": received, "GrantType": grant},
        **more,
    }


def invoice(days: int, **more: Any) -> dict[str, Any]:
    """One that is due so many days from NOW."""
    return {"AccountId": ACCOUNT, "InvoiceId": f"1-{days}", "DueDate": NOW + timedelta(days=days), **more}


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[FakeAws, Account]]:
    """One for all tests: to make a client takes 0.1 s."""
    with fake_aws({}) as fake, pytest.MonkeyPatch.context() as patch:
        fake.lead(patch)
        yield fake, Account("us-east-1", timeout=20)


def received(asked: tuple[FakeAws, Account], rows: Mapping[str, str], *found: dict[str, Any]) -> Read:
    asked[0].answers = {LICENSES: {"Licenses": list(found)}}
    return LicensesSource(asked[1], rows).read(NOW)


def test_the_end_and_the_status_of_a_licence(asked: tuple[FakeAws, Account]):
    end = datetime(2027, 3, 1, tzinfo=UTC)
    found = received(asked, {"prod-1": "jobs"}, licence("1"), licence("2", Status="EXPIRED"))
    assert found == Read(
        (
            Observed("jobs", "aws-licenses prod-1", NOW, ends=end, status="available"),
            Observed("AWS licence l-2 Redis Cloud", f"aws-licenses {ARN}2", NOW, ends=end, status="expired"),
        ),
        2,
    )


@pytest.mark.parametrize(
    ("state", "status"), [("ACTIVE", "available"), ("DISABLED", "disabled"), ("DELETED", "deleted")]
)
def test_a_grant_that_is_over_ends_the_licence(asked: tuple[FakeAws, Account], state: str, status: str):
    (one,) = received(asked, {f"{ARN}1": "jobs"}, licence("1", state)).observed
    assert (one.vendor, one.status) == ("jobs", status)


def test_licences_that_are_resold_are_not_ours_and_open_ends_are_none(asked: tuple[FakeAws, Account]):
    open_end = licence("2", Validity={"Begin": "2026-12-01T00:00:00Z"})
    found = received(asked, {}, licence("1", grant="DelegateGrant"), open_end)
    assert [(o.source, o.ends) for o in found.observed] == [(f"aws-licenses {ARN}2", None)]
    assert found.vendors == 1


def test_of_two_licences_of_a_product_the_first_end_and_the_worst_status_count(asked: tuple[FakeAws, Account]):
    soon = {"Begin": "2026-12-01T00:00:00Z", "End": "2026-12-09T00:00:00Z"}
    two = [licence("1"), licence("2", ProductSKU="prod-1", Validity=soon, Status="SUSPENDED")]
    (one,) = received(asked, {"prod-1": "jobs"}, *two).observed
    assert (one.ends, one.status) == (datetime(2026, 12, 9, tzinfo=UTC), "suspended")


def test_a_licence_that_is_not_there_is_not_checked(asked: tuple[FakeAws, Account]):
    (missing,) = received(asked, {"prod-9": "jobs"}, licence("1")).not_checked
    assert (missing.target, missing.reason) == ("jobs", "aws-licenses: no licence prod-9 was received")


def test_sources_by_region_and_profile():
    words = ["aws-licenses a", "aws-licenses b region=eu-west-1", "aws-licenses c profile=p"]
    found = licenses.sources([line for text in words for line in parse("x", text)])
    assert [s.name for s in found] == ["aws-licenses", "aws-licenses eu-west-1", "aws-licenses p"]


def due(asked: tuple[FakeAws, Account], *found: dict[str, Any]) -> Observed:
    asked[0].answers = {INVOICES: {"InvoiceSummaries": list(found)}}
    (one,) = InvoicesSource("AWS", ACCOUNT, asked[1]).read(NOW).observed
    return one


def test_the_next_charge_is_the_next_due_date(asked: tuple[FakeAws, Account]):
    found = due(asked, invoice(30), invoice(-2), invoice(12), invoice(3, InvoiceType="CREDIT_MEMO"))
    assert found == Observed("AWS", f"aws-invoices {ACCOUNT}", NOW, next_charge=NOW + timedelta(days=12))
    sent = asked[0].requests[-1][2]
    assert sent["Selector"] == {"ResourceType": "ACCOUNT_ID", "Value": ACCOUNT}
    assert due(asked).next_charge is None
    assert due(asked, invoice(5, TaxAuthorityStatus="CANCELLED")).next_charge is None


def test_a_card_of_the_row_that_ends_before_the_invoice_is_due(asked: tuple[FakeAws, Account]):
    row = Vendor("AWS", contract="card", ends=datetime(2026, 12, 1, tzinfo=UTC).date())
    for days, rules in ((40, {"SW603"}), (12, set[str]())):
        facts = VendorFacts(now=NOW, vendors=(row,), observed=(due(asked, invoice(days)),))
        assert {f.rule for f in rulebook.run("vendors", facts) if f.rule == "SW603"} == rules


def test_the_account_is_named():
    (line,) = parse("AWS", f"aws-invoices {ACCOUNT} profile=billing")
    found = invoices.from_line(line)
    assert (found.vendor, found.number, found.account.profile) == ("AWS", ACCOUNT, "billing")
    (nothing,) = parse("AWS", "aws-invoices")
    with pytest.raises(UsageError, match="needs ACCOUNT"):
        invoices.from_line(nothing)


def test_no_time_that_is_asked_for_is_longer_than_the_shortest_month_and_none_is_left_out(
    asked: tuple[FakeAws, Account],
):
    """AWS refuses more than one month: in March it would have been refused for 30 days."""
    before = len(asked[0].requests)
    due(asked)
    spans = [sent["Filter"]["TimeInterval"] for _, _, sent in asked[0].requests[before:]]
    starts, ends = (sorted(float(span[key]) for span in spans) for key in ("StartDate", "EndDate"))
    assert all(end - start <= timedelta(days=28).total_seconds() for start, end in zip(starts, ends, strict=True))
    assert starts[1:] == ends[:-1]
    assert starts[0] <= (NOW - timedelta(days=50)).timestamp()
    assert ends[-1] >= NOW.timestamp()
