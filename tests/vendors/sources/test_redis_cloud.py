"""Redis Cloud by the documents of its API: which card pays, what its status is, which subscription is gone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.fakes.web import FakeWeb, Raw

from seawall import rulebook
from seawall.errors import BadReply, ConfigError, NotPermitted
from seawall.vendors.facts.row import Observed, Vendor, VendorFacts
from seawall.vendors.sources import Read, parse
from seawall.vendors.sources.redis_cloud import RedisCloudSource, sources

NOW = datetime(2026, 12, 1, tzinfo=UTC)
KEYS = {"REDISCLOUD_ACCESS_KEY": "account-key", "REDISCLOUD_SECRET_KEY": "user-key"}
CARD = {"id": 123, "type": "Visa", "creditCardEndsWith": 9876, "expirationMonth": 1, "expirationYear": 2027}
PRO = {
    "id": 1206,
    "name": "jobs",
    "status": "active",
    "deploymentType": "single-region",
    "paymentMethodType": "credit-card",
    "paymentMethodId": 123,
    "numberOfDatabases": 1,
}
FIXED = {"id": 77, "name": "small", "status": "active", "creationDate": "2026-01-02T03:04:05Z"}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


def tell(web: FakeWeb, *pro: object, fixed: tuple[object, ...] = (), cards: tuple[object, ...] = (CARD,)) -> None:
    web.needs = {"x-api-key": "account-key", "x-api-secret-key": "user-key"}
    web.answers = {
        "/payment-methods": {"accountId": 1, "paymentMethods": list(cards), "_links": {}},
        "/subscriptions": {"accountId": 1, "subscriptions": list(pro)},
        "/fixed/subscriptions": {"accountId": 1, "subscriptions": list(fixed)},
    }


def read(web: FakeWeb, **rows: str) -> Read:
    by_id = {number.removeprefix("n"): vendor for number, vendor in rows.items()}
    return RedisCloudSource(by_id, web.url).read(NOW)


def name(web: FakeWeb) -> str:
    return f"redis-cloud {web.url.removeprefix('http://')}"


def test_status_and_the_card_that_pays(web: FakeWeb):
    tell(web, PRO, fixed=(FIXED,), cards=({"id": 9, "expirationMonth": 2, "expirationYear": 2022}, CARD))
    assert read(web, n1206="jobs") == Read(
        (
            Observed("jobs", f"{name(web)} 1206", NOW, status="active", card_ends=(2027, 1)),
            Observed("Redis Cloud subscription 77 small", f"{name(web)} 77", NOW, status="active"),
        ),
        2,
    )
    assert {method for method, _, _ in web.requests} == {"GET"}


def test_one_row_for_all_of_an_account(web: FakeWeb):
    tell(web, PRO, fixed=(FIXED,))
    found = RedisCloudSource({"": "redis", "77": "small"}, web.url).read(NOW)
    assert [(o.vendor, o.source.rpartition(" ")[2]) for o in found.observed] == [("redis", "1206"), ("small", "77")]
    assert not found.not_checked


def test_deleting_is_critical_at_once(web: FakeWeb):
    tell(web, PRO | {"status": "deleting"})
    facts = VendorFacts(now=NOW, vendors=(Vendor("jobs", contract="card"),), observed=read(web, n1206="jobs").observed)
    (found,) = [f for f in rulebook.run("vendors", facts) if f.name == "status-worsened"]
    assert (found.severity.value, found.evidence["status"]) == ("critical", "deleting")


def test_a_subscription_that_is_not_there_any_more_is_not_checked(web: FakeWeb):
    tell(web, PRO)
    found = read(web, n1206="jobs", n9="gone")
    assert [(m.target, m.reason) for m in found.not_checked] == [
        ("gone", f"{name(web)}: the account has no subscription 9")
    ]


@pytest.mark.parametrize(
    "cards",
    [
        (),
        (CARD | {"id": 5},),
        ({"id": 123, "type": "Visa"},),
        (CARD | {"expirationMonth": 13},),
        (CARD | {"expirationYear": None},),
        (CARD | {"expirationMonth": "x"},),
    ],
)
def test_a_card_whose_month_is_not_known_is_said(web: FakeWeb, cards: tuple[object, ...]):
    tell(web, PRO, cards=cards)
    found = read(web, n1206="jobs")
    assert found.observed[0].card_ends is None
    assert [m.target for m in found.not_checked] == [f"{name(web)} 1206"]
    assert "payment method 123" in found.not_checked[0].reason


def test_where_a_marketplace_pays_there_is_no_card(web: FakeWeb):
    tell(web, PRO | {"paymentMethodType": "marketplace"}, {**PRO, "id": 2, "paymentMethodId": None}, cards=())
    found = read(web)
    assert [o.card_ends for o in found.observed] == [None, None]
    assert not found.not_checked


def test_numbers_may_be_texts(web: FakeWeb):
    tell(web, PRO | {"id": "1206"}, cards=(CARD | {"id": "123", "expirationMonth": "01", "expirationYear": "2027"},))
    (one,) = read(web, n1206="jobs").observed
    assert (one.vendor, one.card_ends) == ("jobs", (2027, 1))


@pytest.mark.parametrize("path", ["/payment-methods", "/subscriptions", "/fixed/subscriptions"])
@pytest.mark.parametrize(
    "answer", [{}, [], None, {"subscriptions": None, "paymentMethods": {}}, {"subscriptions": [1]}]
)
def test_a_document_without_its_list_is_no_empty_list(web: FakeWeb, path: str, answer: object):
    tell(web, PRO)
    web.answers[path] = answer
    with pytest.raises(BadReply, match="holds no list"):
        read(web)


def test_one_part_that_fails_is_an_error_of_the_whole(web: FakeWeb):
    tell(web, PRO)
    web.answers["/fixed/subscriptions"] = Raw(403)
    with pytest.raises(NotPermitted):
        read(web)


def test_keys_that_are_missing_or_wrong(web: FakeWeb, monkeypatch: pytest.MonkeyPatch):
    tell(web, PRO)
    monkeypatch.setenv("REDISCLOUD_SECRET_KEY", "another")
    with pytest.raises(NotPermitted):
        read(web)
    monkeypatch.delenv("REDISCLOUD_SECRET_KEY")
    with pytest.raises(ConfigError, match="REDISCLOUD_SECRET_KEY is not set"):
        read(web)


def test_rows_of_one_account_share_a_source():
    words = ["redis-cloud 1", "redis-cloud 2", "redis-cloud key_env=K secret_env=S", "redis-cloud 3 4"]
    lines = [line for n, text in enumerate(words) for line in parse(f"row {n}", text)]
    first, second = sources(lines)
    assert (first.name, dict(first.rows)) == ("redis-cloud", {"1": "row 0", "2": "row 1", "3": "row 3", "4": "row 3"})
    assert (second.name, dict(second.rows), second.secret_env) == ("redis-cloud K", {"": "row 2"}, "S")
