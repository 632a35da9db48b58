"""Passwords that AWS keeps: references, their fetching, and that nothing of them is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.fakes.aws import FakeAws, Refusal

from seawall.aws import Account
from seawall.aws.kept import KEPT_S, Kept
from seawall.aws.secrets import Reference, fetch, parse_reference
from seawall.errors import NotPermitted, Unreachable, UsageError

SECRET = "s3cr3t"
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:redis-AbCdEf"
GET = "secretsmanager.GetSecretValue"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("secretsmanager:redis", Reference("secretsmanager", "redis")),
        ("secretsmanager:prod/redis#password", Reference("secretsmanager", "prod/redis", "password")),
        (f"secretsmanager:{ARN}#auth#token", Reference("secretsmanager", ARN, "auth#token")),
        ("ssm:/prod/redis/password", Reference("ssm", "/prod/redis/password")),
    ],
)
def test_a_reference(text: str, reference: Reference):
    assert parse_reference(text) == reference
    assert str(reference) == text
    assert reference.region == ("eu-west-1" if ARN in text else "")


@pytest.mark.parametrize("text", ["", SECRET, f"vault:{SECRET}", "ssm:", "secretsmanager:#key", "secretsmanager:a#"])
def test_a_wrong_reference_is_refused_without_being_repeated(text: str):
    with pytest.raises(UsageError, match="reference to a secret") as wrong:
        parse_reference(text)
    assert SECRET not in wrong.value.what + wrong.value.hint


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ({"SecretString": SECRET}, ""),
        ({"SecretBinary": SECRET.encode()}, ""),
        ({"SecretString": json.dumps({"username": "app", "password": SECRET})}, "password"),
    ],
)
def test_a_secret_of_secrets_manager(value: dict[str, Any], key: str, aws: FakeAws):
    aws.answers = {GET: {"Name": "redis", **value}}
    assert fetch(Account(timeout=20), Reference("secretsmanager", "redis", key)) == SECRET
    assert aws.requests == [("secretsmanager", "GetSecretValue", {"SecretId": "redis"})]


def test_a_parameter_of_ssm_is_decrypted(aws: FakeAws):
    aws.answers = {"ssm.GetParameter": {"Parameter": {"Name": "/a", "Type": "SecureString", "Value": SECRET}}}
    assert fetch(Account(timeout=20), Reference("ssm", "/a")) == SECRET
    assert aws.requests == [("ssm", "GetParameter", {"Name": "/a", "WithDecryption": True})]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SECRET, "is no JSON"),
        (json.dumps([SECRET]), "no text under that key"),
        (json.dumps({"pass": SECRET}), "no text under that key"),
        (json.dumps({"password": 5}), "no text under that key"),
        (json.dumps({"password": ""}), "is empty"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_a_secret_of_another_form_is_refused_without_being_shown(text: str, words: str, aws: FakeAws):
    aws.answers = {GET: {"SecretString": text}}
    with pytest.raises(NotPermitted, match=words) as wrong:
        fetch(Account(timeout=20), Reference("secretsmanager", "redis", "password"))
    assert SECRET not in wrong.value.what + wrong.value.hint
    assert wrong.value.__cause__ is None


def test_a_secret_that_is_not_there(aws: FakeAws):
    aws.answers = {GET: Refusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")}
    with pytest.raises(Unreachable, match="can't find the specified secret"):
        fetch(Account(timeout=20), Reference("secretsmanager", "redis"))


def test_an_answer_is_kept_for_a_minute_and_a_failure_is_not():
    now, said = [0.0], iter(["old", "new"])
    kept = Kept(lambda: next(said), lambda: now[0])
    assert [kept(), kept()] == ["old", "old"]
    now[0] = KEPT_S - 0.01
    assert kept() == "old"
    now[0] = KEPT_S
    assert kept() == "new"
    now[0] = 3 * KEPT_S
    with pytest.raises(StopIteration):
        kept()
