"""The alternate contacts of an AWS account, in its wire format: who is written to beside the root mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.fakes.aws import FakeAws, Refusal, fake_aws

from seawall import rulebook
from seawall.aws import Account
from seawall.errors import BadReply, NotPermitted, Unreachable, UsageError
from seawall.vendors.facts.row import Observed, Vendor, VendorFacts
from seawall.vendors.sources import Read, contacts, parse
from seawall.vendors.sources.contacts import ContactsSource

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
GET = "account.GetAlternateContact"
NOBODY = Refusal("ResourceNotFoundException", "No contact of the inputted alternate contact type found.", 404)
ADDRESS = "ada@team.example"


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[FakeAws, Account]]:
    """One for all tests: to make a client takes 0.1 s."""
    with fake_aws({}) as fake, pytest.MonkeyPatch.context() as patch:
        fake.lead(patch)
        yield fake, Account("us-east-1", timeout=20)


def person(kind: str, address: str = ADDRESS) -> dict[str, Any]:
    contact = {"Name": "Ada", "Title": "Lead", "EmailAddress": address, "PhoneNumber": "1"}
    return {"AlternateContact": {**contact, "AlternateContactType": kind}}


def read(asked: tuple[FakeAws, Account], **kinds: Any) -> Read:
    """What is read of an account with these contacts, by kind; a kind that is not named has none."""
    asked[0].answers = {GET: lambda given: kinds.get(given["AlternateContactType"], NOBODY)}
    return ContactsSource(asked[1], ("AWS",)).read(NOW)


def test_a_contact_for_each_kind_of_mail(asked: tuple[FakeAws, Account]):
    full = {kind: person(kind) for kind in contacts.KINDS}
    assert read(asked, **full) == Read((Observed("AWS", "aws-contacts", NOW),), 1)
    assert [r[2] for r in asked[0].requests[-3:]] == [{"AlternateContactType": kind} for kind in contacts.KINDS]
    assert ADDRESS not in repr(read(asked, **full))


def test_a_contact_that_is_not_there_or_has_no_address_is_named(asked: tuple[FakeAws, Account]):
    (one,) = read(asked, OPERATIONS=person("OPERATIONS"), SECURITY=person("SECURITY", " ")).observed
    assert one.without_contact == ("billing", "security")
    (one,) = read(asked).observed
    assert one.without_contact == ("billing", "operations", "security")


def test_only_aws_itself_says_that_there_is_none(asked: tuple[FakeAws, Account]):
    """A page of a proxy with 404, an expired token, throttling: nobody knows, and that is no empty contact."""
    for refusal, error in (
        (Refusal("", "<html>not found", 404), NotPermitted),
        (Refusal("ExpiredTokenException", "The security token included in the request is expired", 403), NotPermitted),
        (Refusal("AccessDeniedException", "not authorized", 403), NotPermitted),
        (Refusal("TooManyRequestsException", "slow down", 429), Unreachable),
    ):
        with pytest.raises(error):
            read(asked, BILLING=person("BILLING"), SECURITY=refusal)
    with pytest.raises(BadReply):
        read(asked, BILLING={})


def test_billing_weighs_more_than_the_others_and_most_before_a_lapse(asked: tuple[FakeAws, Account]):
    def level(row: Vendor, **kinds: Any) -> str | None:
        facts = VendorFacts(now=NOW, vendors=(row,), observed=read(asked, **kinds).observed)
        found = [f for f in rulebook.run("vendors", facts) if f.rule == "SW614"]
        return found[0].severity.value if found else None

    row = Vendor("AWS", contract="pay-as-you-go")
    full = {kind: person(kind) for kind in contacts.KINDS}
    assert level(row, **full) is None
    assert level(row, **full | {"SECURITY": NOBODY}) == "low"
    assert level(row, **full | {"BILLING": NOBODY}) == "medium"
    near = Vendor("AWS", contract="fixed", ends=NOW + timedelta(days=20))
    assert level(near, **full | {"SECURITY": NOBODY}) == "high"


def test_an_account_is_asked_once_for_all_of_its_rows():
    words = ["aws-contacts", "aws-contacts profile=p", "aws-contacts"]
    found = contacts.sources([line for n, text in enumerate(words) for line in parse(f"row {n}", text)])
    assert [(s.name, s.vendors) for s in found] == [
        ("aws-contacts", ("row 0", "row 2")),
        ("aws-contacts p", ("row 1",)),
    ]
    with pytest.raises(UsageError, match="has no subject"):
        contacts.sources(parse("row", "aws-contacts 111122223333"))
