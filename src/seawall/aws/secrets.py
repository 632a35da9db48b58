"""Passwords by reference: `secretsmanager:name-or-arn#json_key` and `ssm:/path`. Never printed, never written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, cast

from seawall.aws.account import Account
from seawall.aws.failures import no_answer
from seawall.errors import NotPermitted, UsageError
from seawall.keyspace import printable

_FORM = 'Write "secretsmanager:name-or-arn", with #key for a key of JSON, or "ssm:/path".'


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a secret is. key: of the JSON object that it is, empty where it is the text itself."""

    service: Literal["secretsmanager", "ssm"]
    name: str
    key: str = ""

    @property
    def region(self) -> str:
        """The region in an ARN, `arn:aws:secretsmanager:eu-central-1:...`; empty where it is none."""
        parts = self.name.split(":")
        return parts[3] if len(parts) > 5 and parts[0] == "arn" else ""

    def __str__(self) -> str:
        """As it stands in seawall.toml."""
        return f"{self.service}:{self.name}{f'#{self.key}' if self.key else ''}"


def parse_reference(text: str) -> Reference:
    """The reference of `password_aws`. Raises UsageError, which does not repeat it: it may be the password itself."""
    service, colon, rest = text.partition(":")
    name, mark, key = rest.partition("#")
    if service not in ("secretsmanager", "ssm") or not colon or not name or (mark and not key):
        raise UsageError("the reference to a secret cannot be read", _FORM)
    return Reference(service, name, key)


def fetch(account: Account, reference: Reference) -> str:
    """The secret's text. Raises NotPermitted where it is not of the form that was named; the account's errors."""
    if reference.service == "ssm":
        answer = account.call("ssm", "get_parameter", Name=reference.name, WithDecryption=True)
        text = answer.get("Parameter", {}).get("Value")
    else:
        answer = account.call("secretsmanager", "get_secret_value", SecretId=reference.name)
        text = answer.get("SecretString")
        if text is None and "SecretBinary" in answer:
            text = answer["SecretBinary"].decode("utf-8", "surrogateescape")
    if text is None:
        raise no_answer(printable(str(reference)))
    if reference.key:
        text = _value(text, reference)
    if not text:
        raise NotPermitted(f"the secret {printable(str(reference))} is empty", "Put the password into it.")
    return text


def _value(text: str, reference: Reference) -> str:
    what = f"the secret {printable(str(reference))}"
    try:
        table: object = json.loads(text)
    except (ValueError, RecursionError):
        raise NotPermitted(f"{what} is no JSON", "Leave #key out where the secret is the password itself.") from None
    value = cast("dict[str, object]", table).get(reference.key) if isinstance(table, dict) else None
    if not isinstance(value, str):
        raise NotPermitted(f"{what} has no text under that key", "Check the key behind the #.")
    return value
