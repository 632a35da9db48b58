"""The token of IAM is what the server expects: its signature is computed again, by other code, from the secret key."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.fakes.aws import KEY_ID, REGION, SECRET, FakeAws
from tests.fakes.sigv4 import signature

from seawall.aws import Account
from seawall.aws.caches import Service
from seawall.aws.tokens import token
from seawall.errors import NotPermitted, UsageError


def read(text: str) -> tuple[str, str, dict[str, str]]:
    """Host, path and query of a token."""
    assert "://" not in text
    parts = urlsplit(f"http://{text}")
    return parts.netloc, parts.path, dict(parse_qsl(parts.query, strict_parsing=True))


def verified(text: str, secret: str = SECRET) -> bool:
    host, path, query = read(text)
    stated = query.pop("X-Amz-Signature")
    scope = query["X-Amz-Credential"].partition("/")[2]
    return stated == signature(
        secret,
        scope,
        query["X-Amz-Date"],
        method="GET",
        path=path,
        query=list(query.items()),
        headers={"host": host},
        signed=query["X-Amz-SignedHeaders"].split(";"),
    )


@pytest.mark.parametrize(
    ("service", "serverless"), [("elasticache", False), ("elasticache", True), ("memorydb", False)]
)
def test_the_token_verifies(service: Service, serverless: bool, aws: FakeAws):
    made = token(Account(timeout=20), service, "Jobs-Cache", "app+1", serverless=serverless)
    assert verified(made)
    assert not verified(made, "another key")
    host, path, query = read(made)
    assert (host, path) == ("jobs-cache", "/")
    date = query.pop("X-Amz-Date")
    age = datetime.now(UTC) - datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert abs(age.total_seconds()) < 60
    query.pop("X-Amz-Signature")
    assert query == {
        "Action": "connect",
        "User": "app+1",
        **({"ResourceType": "ServerlessCache"} if serverless else {}),
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{KEY_ID}/{date[:8]}/{REGION}/{service}/aws4_request",
        "X-Amz-Expires": "900",
        "X-Amz-SignedHeaders": "host",
    }
    assert not aws.requests


def test_a_session_token_is_part_of_it(aws: FakeAws, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "t/+=")
    made = token(Account("us-east-2", timeout=20), "elasticache", "jobs", "app")
    _, _, query = read(made)
    assert query["X-Amz-Security-Token"] == "t/+="
    assert "/us-east-2/elasticache/" in query["X-Amz-Credential"]
    assert verified(made)
    assert not aws.requests


def test_without_credentials_or_region_there_is_none(aws: FakeAws, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(UsageError, match="region"):
        token(Account(timeout=20), "elasticache", "jobs", "app")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(NotPermitted, match="unable to locate credentials"):
        token(Account("eu-west-1", timeout=20), "elasticache", "jobs", "app")
    assert not aws.requests
