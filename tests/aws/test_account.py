"""Every way in which AWS does not answer is one error with a hint, in time; and the fake AWS sees what is wrong."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest
from tests.fakes.aws import KEY_ID, SECRET, FakeAws, Refusal, fake_aws
from tests.strangers import answers, stranger

from seawall.aws import Account
from seawall.aws.caches import describe
from seawall.aws.secrets import Reference, fetch
from seawall.errors import BadReply, NotPermitted, TargetError, Unreachable, UsageError

GET = "ssm.GetParameter"
FOUND = {"Parameter": {"Name": "/a", "Value": "b"}}


def ask(account: Account | None = None) -> object:
    account = account or Account(timeout=20)
    return account.call("ssm", "get_parameter", Name="/a", WithDecryption=True)["Parameter"]["Value"]


@pytest.mark.parametrize(
    ("code", "status", "kind", "hint", "retry"),
    [
        ("AccessDeniedException", 400, NotPermitted, "needs the action ssm:GetParameter", False),
        ("ExpiredTokenException", 400, NotPermitted, "credentials are refused", False),
        ("UnrecognizedClientException", 400, NotPermitted, "credentials are refused", False),
        ("ParameterNotFound", 400, Unreachable, "Check its name", False),
        ("InternalServerError", 500, Unreachable, "AWS itself has a fault", True),
        ("ThrottlingException", 400, Unreachable, "fewer requests", True),
        ("InvalidKeyId", 400, NotPermitted, "AWS's own words", False),
    ],
)
def test_a_refusal(code: str, status: int, kind: type[TargetError], hint: str, retry: bool, aws: FakeAws):
    aws.answers = {GET: Refusal(code, "no \x1b[31m.", status)}
    with pytest.raises(kind, match=f"^AWS ssm get_parameter: {code}: no ") as wrong:
        ask()
    assert hint in wrong.value.hint
    assert wrong.value.retry_helps is retry
    assert (wrong.value.what + wrong.value.hint).isprintable()
    assert not wrong.value.what.endswith(".")


def test_one_that_throttles_is_asked_again(aws: FakeAws):
    aws.answers = {GET: [Refusal("ThrottlingException"), FOUND]}
    assert ask() == "b"
    assert aws.operations() == [GET, GET]


def test_without_boto3_its_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "boto3", None)  # as where it is not installed
    with pytest.raises(UsageError, match="without boto3") as wrong:
        ask()
    assert "pip install 'seawall[aws]'" in wrong.value.hint


def test_what_is_imported_does_not_bring_boto3_along():
    code = "import sys, seawall.aws.caches, seawall.aws.secrets, seawall.aws.tokens; print('boto' in str(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout == "False\n"


def test_no_credentials(aws: FakeAws, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(NotPermitted, match="unable to locate credentials") as wrong:
        ask()
    assert "AWS_PROFILE" in wrong.value.hint
    assert not aws.requests


@pytest.mark.parametrize("profile", ["", "none"])
def test_no_region_and_no_such_profile(profile: str, aws: FakeAws, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    said = "profile .none. could not be found" if profile else "you must specify a region"
    with pytest.raises(UsageError, match=said):
        ask(Account(profile=profile, timeout=20))
    assert not aws.requests


@pytest.mark.parametrize(
    ("url", "config", "said"),
    [
        ("no url", "", "invalid endpoint"),
        ("", "[profile ours", "unable to parse config file"),
        ("", "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = none\n", "none"),
    ],
)
def test_settings_that_are_wrong(
    url: str, config: str, said: str, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    file = tmp_path / "config"
    file.write_text(config)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("AWS_ENDPOINT_URL", url or aws.url)
    if config.startswith("[default]"):
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(UsageError, match=said):
        ask()
    assert not aws.requests


def test_a_role_that_may_not_be_assumed_is_named(aws: FakeAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    file = tmp_path / "config"
    keys = f"aws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n"
    file.write_text(
        f"[profile up]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = me\n[profile me]\n{keys}"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    aws.answers = {"sts.AssumeRole": Refusal("AccessDenied", "not you", 403)}
    with pytest.raises(NotPermitted, match="AccessDenied: not you") as wrong:
        ask(Account(profile="up", timeout=20))
    assert "sts:AssumeRole" in wrong.value.hint


def test_region_and_profile_are_those_that_were_named(aws: FakeAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    file = tmp_path / "config"
    keys = f"aws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n"
    file.write_text(f"[profile ours]\nregion = eu-west-1\n{keys}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    aws.answers = {GET: FOUND}
    for account, region in (
        (Account(profile="ours", timeout=20), "eu-west-1"),
        (Account("us-east-2", timeout=20), "us-east-2"),
    ):
        assert ask(account) == "b"
        assert account.client("ssm").meta.region_name == region


@pytest.mark.usefixtures("aws")
def test_an_endpoint_that_refuses_and_one_that_is_silent(monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(Unreachable, match=r"no answer within 0\.5 s|read timeout"):
            ask(Account(timeout=0.5))
        assert time.monotonic() - began < 5
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(Unreachable, match="could not connect to the endpoint URL") as wrong:
        ask(Account("eu-west-1", timeout=20))
    assert "eu-west-1" in wrong.value.hint


@pytest.mark.usefixtures("aws")
def test_what_is_not_aws(monkeypatch: pytest.MonkeyPatch):
    page = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"
    with stranger(answers(page, then_closes=True)) as port:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        reference = Reference("ssm", "/a")
        for question in (
            lambda: fetch(Account(timeout=20), reference),
            lambda: describe(Account(timeout=20), "elasticache", "jobs"),
            lambda: describe(Account(timeout=20), "memorydb", "jobs"),
        ):
            with pytest.raises(BadReply) as wrong:
                question()
            assert "AWS_ENDPOINT_URL" in wrong.value.hint


def test_a_bug_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        Account(timeout=20).bounded("nothing", lambda: 1 // 0)


# ---- the fake itself ------------------------------------------------------------------------------------------------


def test_the_fake_refuses_an_answer_of_another_form(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(AssertionError, match="Unknown parameter"), fake_aws({GET: {"Answer": {}}}) as aws:  # noqa: PT012
        aws.lead(monkeypatch)
        with pytest.raises(TargetError):
            ask()


def test_the_fake_refuses_a_request_that_is_signed_with_another_key(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(AssertionError, match="signature does not fit"), fake_aws({GET: FOUND}) as aws:  # noqa: PT012
        aws.lead(monkeypatch)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
        with pytest.raises(TargetError):
            ask()


def test_the_fake_reads_and_writes_what_boto3_does(aws: FakeAws):
    """Lists, structures, numbers and truths of the query protocol, there and back."""
    filters = [{"Name": "engine", "Values": ["redis", "valkey"]}, {"Name": "b", "Values": ["1"]}]
    aws.answers = {
        "elasticache.DescribeUsers": {"Users": [{"UserName": "a<b", "Authentication": {"PasswordCount": 2}}]}
    }
    answer = boto3.client("elasticache").describe_users(Engine="redis", Filters=filters, MaxRecords=20)
    assert answer["Users"] == [{"UserName": "a<b", "Authentication": {"PasswordCount": 2}}]
    assert aws.requests == [("elasticache", "DescribeUsers", {"Engine": "redis", "Filters": filters, "MaxRecords": 20})]
