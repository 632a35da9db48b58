"""Certificates of real TLS servers on loopback: expiring, expired, for another host, self-signed."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.tls import FakeTls, fake_tls
from tests.fakes.web import FakeWeb

from seawall.errors import BadReply, Unreachable, UsageError
from seawall.vendors.facts.row import Observed
from seawall.vendors.sources import parse
from seawall.vendors.sources.certificate import not_after
from seawall.vendors.sources.tls import TlsSource, endpoint, from_line

NOW = datetime.now(UTC)


@contextmanager
def served(folder: Path, name: str) -> Iterator[FakeTls]:
    with fake_tls(folder / f"{name}.pem", folder / f"{name}.key") as server:
        yield server


def source(words: str) -> TlsSource:
    (line,) = parse("cache", f"tls {words}")
    return from_line(line)


def seen(words: str, now: datetime = NOW) -> Observed:
    (found,) = source(words).read(now).observed
    return found


def by_openssl(file: Path) -> datetime:
    """The end of a certificate as openssl prints it: `notAfter=Dec  4 14:10:22 2026 GMT`."""
    told = subprocess.run(["openssl", "x509", "-in", file, "-noout", "-enddate"], check=True, capture_output=True)
    text = told.stdout.decode().strip().removeprefix("notAfter=")
    return datetime.strptime(text, "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "status"),
    [("server", "active"), ("expired", "expired"), ("elsewhere", "wrong_host"), ("selfsigned", "self_signed")],
)
def test_what_clients_of_the_endpoint_find(certificates: Path, name: str, status: str):
    with served(certificates, name) as server:
        found = seen(f"127.0.0.1:{server.port} ca={certificates}/ca.pem")
    ends = by_openssl(certificates / f"{name}.pem") + timedelta(seconds=1)
    assert found == Observed("cache", f"tls 127.0.0.1:{server.port}", NOW, ends=ends, status=status)
    assert not server.sent


def test_without_its_authority_it_is_untrusted_and_still_has_a_date(certificates: Path):
    with served(certificates, "server") as server:
        found = seen(f"127.0.0.1:{server.port}")
    assert found.status == "untrusted"
    assert found.ends == by_openssl(certificates / "server.pem") + timedelta(seconds=1)


def test_settings_of_the_clients_count(certificates: Path):
    with served(certificates, "elsewhere") as server:
        place = f"127.0.0.1:{server.port}"
        assert seen(f"{place} ca={certificates}/ca.pem name=elsewhere.example").status == "active"
        assert seen(f"rediss://:secret@{place}?ssl_cert_reqs=none").status == "active"
        assert seen(f"rediss://{place}?ssl_ca_certs={certificates}/ca.pem").status == "wrong_host"


def test_at_a_later_time_it_has_expired(certificates: Path):
    with served(certificates, "server") as server:
        words = f"127.0.0.1:{server.port} ca={certificates}/ca.pem"
        ends = by_openssl(certificates / "server.pem")
        assert [seen(words, ends - timedelta(seconds=1)).status, seen(words, ends + timedelta(seconds=1)).status] == [
            "active",
            "expired",
        ]


def test_what_does_not_speak_tls(web: FakeWeb):
    with pytest.raises(Unreachable, match=r"tls 127\.0\.0\.1:\d+: it takes the connection, and no TLS comes about: "):
        source(web.url.removeprefix("http://")).read(NOW)


def test_a_host_that_cannot_be():
    with pytest.raises(Unreachable):
        source(f"{'a' * 64}.example:6379").read(NOW)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cache.example:6380", "tls cache.example:6380"),
        ("https://shop.example/a?b", "tls shop.example:443"),
        ("HTTPS://u:p@shop.example:8443/", "tls shop.example:8443"),
        ("rediss://u:p@cache.example/3", "tls cache.example:6379"),
        ("[::1]:7000", "tls [::1]:7000"),
    ],
)
def test_endpoints(text: str, name: str):
    found = endpoint(text, "x")
    assert found.name == name
    assert (found.address.user, found.address.password) == ("", "")


@pytest.mark.parametrize("text", ["cache.example", "", ":6379", "rediss://:p@:1", "::1", "a:b", "cache:6379 more"])
def test_no_endpoint(text: str):
    with pytest.raises(UsageError):
        source(text)


def test_every_end_of_a_certificate_is_read_as_openssl_prints_it(certificates: Path):
    for file in certificates.glob("*.pem"):
        der = ssl.PEM_cert_to_DER_cert(file.read_text(encoding="utf-8"))
        assert not_after(der) == by_openssl(file)


@given(data=st.data())
def test_what_is_no_certificate_is_said_and_nothing_else(certificates: Path, data: st.DataObject):
    der = ssl.PEM_cert_to_DER_cert((certificates / "server.pem").read_text(encoding="utf-8"))
    cut = data.draw(st.integers(0, len(der) - 1))
    with pytest.raises(BadReply):
        not_after(der[:cut])
    place, byte = data.draw(st.integers(0, 150)), data.draw(st.integers(0, 255))
    changed = der[:place] + bytes([byte]) + der[place + 1 :]
    with contextlib.suppress(BadReply):
        assert not_after(changed).tzinfo is UTC
