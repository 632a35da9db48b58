"""Subscriptions of Redis Cloud: their status, and the card that pays each of them.

    GET /subscriptions          Pro: id, name, status, paymentMethodId
    GET /fixed/subscriptions    Essentials
    GET /payment-methods        id, expirationMonth, expirationYear

The API has no end of a trial or of a contract: those stand in the row, or in the agreement of a marketplace. Its two
keys are read from the environment, under the names that the vendor's Terraform provider uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from seawall import config
from seawall.errors import BadReply
from seawall.keyspace import printable
from seawall.model import NotChecked
from seawall.vendors.facts.row import Observed
from seawall.vendors.sources import Line, Read
from seawall.vendors.sources.web import get_json, parts_of, place

URL = "https://api.redislabs.com/v1"
KEY_ENV, SECRET_ENV = "REDISCLOUD_ACCESS_KEY", "REDISCLOUD_SECRET_KEY"
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class RedisCloudSource:
    """An account. rows: by the id of a subscription; under the empty id, the row of all that no other row names."""

    rows: Mapping[str, str]
    url: str = URL
    key_env: str = KEY_ENV
    secret_env: str = SECRET_ENV
    timeout: float = 10.0

    @property
    def name(self) -> str:
        """`redis-cloud`, with the host where it is not the vendor's own, and the key's variable where it is another."""
        words = [place(self.url)] * (self.url != URL) + [self.key_env] * (self.key_env != KEY_ENV)
        return " ".join(["redis-cloud", *words])

    def read(self, now: datetime) -> Read:
        """Every subscription of the account. Raises ConfigError for a missing key, else an error of what was asked."""
        headers = {
            "x-api-key": config.variable(self.key_env, self.name),
            "x-api-secret-key": config.variable(self.secret_env, self.name),
        }
        cards = {str(m.get("id")): m for m in self._listed("payment-methods", "paymentMethods", headers)}
        found = self._listed("subscriptions", "subscriptions", headers)
        found += self._listed("fixed/subscriptions", "subscriptions", headers)
        if any(subscription.get("id") in (None, "") for subscription in found):
            raise BadReply(f"{self.name}: a subscription without an id", "The API may have changed.")
        observed: list[Observed] = []
        missing: list[NotChecked] = []
        for subscription in found:
            number = printable(str(subscription.get("id")))[:_SHOWN]
            name = printable(str(subscription.get("name", "")))[:_SHOWN]
            vendor = self.rows.get(number) or self.rows.get("") or f"Redis Cloud subscription {number} {name}".rstrip()
            source = f"{self.name} {number}"
            card, fault = _card(subscription, cards)
            if fault:
                missing.append(NotChecked(source, fault, "Look at the payment method in the vendor's console."))
            status = printable(str(subscription.get("status", "")).lower())[:_SHOWN]
            observed.append(Observed(vendor, source, now, status=status, card_ends=card))
        for number in self.rows.keys() - {"", *(str(s.get("id")) for s in found)}:
            missing.append(_absent(self.name, number, self.rows[number]))
        return Read(tuple(observed), len(found), tuple(missing))

    def _listed(self, path: str, key: str, headers: Mapping[str, str]) -> list[Mapping[str, Any]]:
        document = get_json(f"{self.url}/{path}", headers, timeout=self.timeout)
        entries: Any = cast("dict[str, Any]", document).get(key) if isinstance(document, dict) else None
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in cast("list[Any]", entries)):
            raise BadReply(f"{self.name}: {path} holds no list {key}", "The API may have changed, or a proxy answers.")
        return cast("list[Mapping[str, Any]]", entries)


def _absent(source: str, number: str, vendor: str) -> NotChecked:
    said = f"{source}: the account has no subscription {printable(number)[:_SHOWN]}"
    return NotChecked(vendor, said, "It was deleted, or the key is of another account.")


def _card(
    subscription: Mapping[str, Any], cards: Mapping[str, Mapping[str, Any]]
) -> tuple[tuple[int, int] | None, str]:
    """Year and month of the card that pays, or what is wrong with it; neither where a marketplace pays."""
    method = subscription.get("paymentMethodId")
    if method is None or subscription.get("paymentMethodType") == "marketplace":
        return None, ""
    card = cards.get(str(method))
    if card is None:
        return None, f"its payment method {printable(str(method))[:_SHOWN]} is not listed"
    try:
        year, month = int(card["expirationYear"]), int(card["expirationMonth"])
    except (KeyError, TypeError, ValueError, OverflowError):  # 1e400 is a number of JSON
        return None, f"its payment method {printable(str(method))[:_SHOWN]} has no month of expiry"
    if not (1 <= month <= 12 and 2000 <= year < 2200):
        return None, f"its payment method {printable(str(method))[:_SHOWN]} has no possible month of expiry"
    return (year, month), ""


def sources(lines: Sequence[Line], timeout: float = 10.0) -> list[RedisCloudSource]:
    """A source for each account that the lines name. Raises UsageError for a URL."""
    accounts: dict[tuple[str, str, str], dict[str, str]] = {}
    for line in lines:
        url = line.option("url", URL).rstrip("/")
        parts_of(url)
        account = (url, line.option("key_env", KEY_ENV), line.option("secret_env", SECRET_ENV))
        accounts.setdefault(account, {}).update(dict.fromkeys(line.subjects or ("",), line.vendor))
    return [RedisCloudSource(rows, *account, timeout) for account, rows in accounts.items()]
