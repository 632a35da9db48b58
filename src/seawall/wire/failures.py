"""A failed connection in words: what was refused, by whom, and what mends it."""

from __future__ import annotations

import socket
import ssl

from seawall.errors import NotPermitted, Unreachable, UsageError
from seawall.keyspace import printable
from seawall.wire.address import Address
from seawall.wire.reply import ServerError


def reason(wrong: BaseException) -> str:
    """Why it failed, in lower case."""
    if isinstance(wrong, TimeoutError):
        return "no answer in time"
    if isinstance(wrong, ssl.SSLError):
        return printable((wrong.reason or "the handshake failed").lower().replace("_", " "))
    return printable((getattr(wrong, "strerror", None) or str(wrong) or type(wrong).__name__).lower().rstrip("."))


def hint(wrong: BaseException) -> str:
    """What mends it."""
    if isinstance(wrong, ConnectionRefusedError):
        return "Nothing listens there: check host and port, and that the server runs."
    if isinstance(wrong, socket.gaierror):
        return "The host's name is not known here: check its spelling, or the VPN."
    if isinstance(wrong, FileNotFoundError):
        return "There is no such socket: check the path, or the server's unixsocket setting."
    if isinstance(wrong, PermissionError):
        return "This user may not open the socket: check its group and mode."
    if isinstance(wrong, TimeoutError):
        return "A firewall or security group may drop the packets; check the route to the port."
    if isinstance(wrong, ssl.SSLError):
        return "It may ask for a client certificate: add ssl_certfile and ssl_keyfile to the URL."
    return "Try again; if it stays so, look at the server's own log."


def tls_context(address: Address) -> ssl.SSLContext:
    """The context of the URL's ssl_* options. Raises UsageError for files that cannot be used."""
    get = address.options.get
    wanted = "ssl_ca_certs"
    try:
        context = ssl.create_default_context(cafile=get(wanted))
        wanted = "ssl_certfile"
        if certificate := get(wanted):  # without a password OpenSSL would ask for one on the terminal
            context.load_cert_chain(certificate, get("ssl_keyfile"), password=get("ssl_password", ""))
    except (OSError, ValueError) as wrong:
        raise UsageError(
            f"{wanted} of the URL of {address.name} cannot be used: {printable(get(wanted, ''))}: {reason(wrong)}",
            "Give PEM files; a certificate needs its ssl_keyfile, and a locked key its ssl_password.",
        ) from None
    if get("ssl_check_hostname", "").lower() in ("false", "no", "0"):
        context.check_hostname = False
    if get("ssl_cert_reqs", "").lower() in ("none", "cert_none", "0"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def tls_error(address: Address, wrong: OSError | ValueError) -> Unreachable:
    """A failed handshake."""
    if isinstance(wrong, ssl.SSLCertVerificationError):
        return Unreachable(
            f"the certificate of {address.name} is not trusted: {printable(wrong.verify_message.lower().rstrip('.'))}",
            "If its authority is a private one, name its file with ?ssl_ca_certs=/path/to/ca.pem in the URL.",
            retry_helps=False,
        )
    return Unreachable(
        f"no TLS with {address.name}: {reason(wrong)}",
        "If the server has no TLS, write redis:// instead of rediss:// in the URL.",
        retry_helps=not isinstance(wrong, ssl.SSLError),
    )


def auth_error(address: Address, reply: ServerError) -> NotPermitted:
    """A refused AUTH."""
    if reply.code == "WRONGPASS" or "invalid password" in reply.text:
        return NotPermitted(
            f"{address.name} refused the password",
            "Check user and password: those of the URL, else of --password-file, else of REDISCLI_AUTH.",
        )
    return NotPermitted(f"{address.name} refused the log-in: {reply.shown}", "Check user and password of the URL.")
