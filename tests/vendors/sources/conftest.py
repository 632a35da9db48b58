"""Certificates of an authority of our own, a fake AWS that boto3 is led to, and a vendor's JSON on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fakes.aws import FakeAws, fake_aws
from tests.fakes.web import FakeWeb, fake_web
from tests.missing import CURVE, openssl

DAYS = {"server": "10", "expired": "-1", "elsewhere": "10"}


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`ca.pem`, and with their keys: `server` and `expired` for 127.0.0.1, `elsewhere` for a name, `selfsigned`."""
    folder = tmp_path_factory.mktemp("certificates")
    new = ("-nodes", "-subj", "/CN=127.0.0.1")
    openssl(folder, "req", "-x509", *CURVE, "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca")
    alone = ("-keyout", "selfsigned.key", "-out", "selfsigned.pem", "-days", "20000")  # beyond 2050, in another form
    openssl(folder, "req", "-x509", *CURVE, *new, *alone, "-addext", "subjectAltName=IP:127.0.0.1")
    for name, days in DAYS.items():
        place = "DNS:elsewhere.example" if name == "elsewhere" else "IP:127.0.0.1"
        (folder / "san").write_text(f"subjectAltName={place}\n", encoding="utf-8")
        openssl(folder, "req", *CURVE, *new, "-keyout", f"{name}.key", "-out", f"{name}.csr")
        signed = ("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial")
        openssl(folder, *signed, "-days", days, "-extfile", "san", "-out", f"{name}.pem")
    return folder


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    """It has no answers yet: a test sets `aws.answers`."""
    with fake_aws({}) as fake:
        fake.lead(monkeypatch)
        yield fake


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    """It has no answers yet: a test sets `web.answers`."""
    with fake_web({}) as fake:
        yield fake
