"""The certificate that a TLS endpoint presents: when it ends, and whether clients accept it.

Two handshakes, and nothing is sent in them: one that accepts anything, for the date; one that checks as the clients
of the endpoint do, for what is wrong. Of the chain only the server's own certificate is dated. What begins in plain
text and then turns to TLS (PostgreSQL, SMTP) is not read.

    active          a client with these settings connects
    expired         its time is over, or that of an authority above it
    not_yet_valid   its time has not come
    wrong_host      it is for another name
    self_signed     it vouches for itself, and the settings do not name it
    untrusted       no authority of the settings vouches for it
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from seawall.errors import Unreachable, UsageError
from seawall.keyspace import printable
from seawall.vendors.facts.row import Observed
from seawall.vendors.sources import Line, Read, one_subject
from seawall.vendors.sources.certificate import not_after
from seawall.wire.address import Address, parse_url
from seawall.wire.failures import hint, reason, tls_context

NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
# OpenSSL's X509_V_ERR_* of a failed check.
_WORDS = {9: "not_yet_valid", 10: "expired", 18: "self_signed", 62: "wrong_host", 64: "wrong_host"}


@dataclass(frozen=True, slots=True)
class TlsSource:
    """One endpoint. vendors: the rows that its certificate belongs to. via: host and port of a tunnel to it."""

    address: Address
    vendors: tuple[str, ...]
    via: tuple[str, int] | None = None
    timeout: float = 5.0

    @property
    def name(self) -> str:
        """`tls host:port`, with the name that is asked for where it is another."""
        asked = f" as {printable(self.address.tls_name)}" if self.address.tls_name else ""
        return f"tls {self.address.name.partition('/')[0]}{asked}"

    def read(self, now: datetime) -> Read:
        """The end of the certificate, and whether it is accepted. Raises Unreachable, BadReply or UsageError."""
        ends = not_after(self._certificate())
        status = self._status()
        if status == "active" and ends <= now:
            status = "expired"
        # it is valid to that second inclusive, and `ends` is the first instant at which it is not; after that of
        # RFC 5280 for a certificate without an end, there is none
        over = ends + timedelta(seconds=1) if ends < NEVER else ends
        seen = tuple(Observed(vendor, self.name, now, ends=over, status=status) for vendor in self.vendors)
        return Read(seen, 1)

    def _certificate(self) -> bytes:
        context = tls_context(self.address)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with self._handshake(context) as secure:
            found = secure.getpeercert(binary_form=True)
        if not found:
            raise Unreachable(f"{self.name}: no certificate is presented", "Look at the server's TLS settings.")
        return found

    def _status(self) -> str:
        try:
            with self._handshake(tls_context(self.address)):
                return "active"
        except ssl.SSLCertVerificationError as wrong:
            return _WORDS.get(wrong.verify_code, "untrusted")

    def _handshake(self, context: ssl.SSLContext) -> ssl.SSLSocket:
        """Raises Unreachable, and of ssl's errors only the one that tells what is wrong with the certificate."""
        try:
            plain = socket.create_connection(self.via or (self.address.host, self.address.port), self.timeout)
        except (OSError, ValueError) as wrong:  # ValueError: a host's name that is none
            raise Unreachable(f"{self.name}: {reason(wrong)}", hint(wrong)) from None
        try:
            return context.wrap_socket(plain, server_hostname=self.address.tls_name or self.address.host)
        except ssl.SSLCertVerificationError:
            raise
        except (OSError, ValueError) as wrong:
            raise Unreachable(
                f"{self.name}: it takes the connection, and no TLS comes about: {reason(wrong)}",
                "It may speak plain text first, or ask for a client certificate.",
                retry_helps=not isinstance(wrong, ssl.SSLError),
            ) from None
        finally:
            plain.close()  # nothing is left of it once TLS has taken it over


def of_address(address: Address, addresses: Mapping[str, str] | None = None, vendor: str = "") -> TlsSource:
    """The source of a server. addresses: where a node is reached, by its name, as of a `[[redis]]`."""
    bare = Address(host=address.host, port=address.port, tls=True, tls_name=address.tls_name, options=address.options)
    host, _, port = (addresses or {}).get(bare.name, "").rpartition(":")
    return TlsSource(bare, (vendor,), (host.strip("[]"), int(port)) if host else None)


def endpoint(text: str, vendor: str) -> TlsSource:
    """The source of an endpoint: `host:port`, `https://host`, `rediss://host?ssl_ca_certs=...`. Raises UsageError."""
    scheme, slashes, rest = text.rpartition("://")
    if scheme.lower() == "https":
        host = rest.partition("/")[0].rpartition("@")[2]
        return endpoint(host if _has_port(host) else f"{host}:443", vendor)
    if not slashes and not _has_port(rest):
        raise UsageError("a TLS endpoint without a port", "Write host:port.")
    return of_address(parse_url(text if slashes else f"rediss://{text}"), vendor=vendor)


def from_line(line: Line) -> TlsSource:
    """The source of a row's line. Raises UsageError."""
    found = endpoint(one_subject(line, "HOST:PORT"), line.vendor)
    options = dict(found.address.options) | ({"ssl_ca_certs": line.option("ca")} if line.option("ca") else {})
    return replace(found, address=replace(found.address, tls_name=line.option("name"), options=options))


def _has_port(text: str) -> bool:
    return bool(re.search(r"(?:\]|^[^:]+):\d+$", text))
