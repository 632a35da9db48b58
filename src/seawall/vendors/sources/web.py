"""One JSON document over HTTP: bounded in time and size, TLS verified, no redirect followed, no proxy used.

A redirect would take the token of the request to a host that the estate does not name.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from seawall.errors import BadReply, NotPermitted, SeawallError, Unreachable, UsageError
from seawall.vendors.sources.within import within
from seawall.wire.failures import hint, reason

LIMIT = 4 << 20  # bytes of a document: a list of 1000 subscriptions has about 1 MB
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_HINT = "Write https://host/path; a token goes into an environment variable, not into the URL."


def parts_of(url: str) -> SplitResult:
    """The parts of a URL that may be asked: https, or http on this machine. Raises UsageError, without the URL."""
    try:
        parts = urlsplit(url)
        known = parts.port is None or parts.port > 0
    except ValueError:
        raise UsageError("the URL of a source cannot be read", _HINT) from None
    if not parts.hostname or not known or parts.username is not None or parts.scheme not in ("https", "http"):
        raise UsageError("the URL of a source is not of the form https://host/path", _HINT)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise UsageError("the URL of a source is http: what it sends can be read on the way", "Write https://.")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise UsageError("the URL of a source has characters that a URL cannot have", "Write them as %XX.")
    return parts


def place(url: str) -> str:
    """Host and path of a URL, for messages: a query may hold a secret."""
    parts = parts_of(url)
    host = parts.netloc.lower()
    return f"{host}{parts.path}".rstrip("/")


def get_json(url: str, headers: Mapping[str, str], *, timeout: float) -> object:
    """The document at this URL, as `json.loads` gives it.

    timeout: seconds for each wait; all of it may take twice that. Raises Unreachable, NotPermitted, BadReply, or
    UsageError for the URL.
    """
    what = place(url)
    status, body = within(2 * timeout, what, lambda: _get(url, headers, timeout))
    if status != http.HTTPStatus.OK:
        raise _refused(what, status)
    if len(body) > LIMIT:
        raise BadReply(f"{what}: the answer is over {LIMIT >> 20} MiB", _CHECK)
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadReply(f"{what}: the answer is not JSON", _CHECK) from None


def _get(url: str, headers: Mapping[str, str], timeout: float) -> tuple[int, bytes]:
    """Status and body, of which a byte more than the limit is read."""
    parts, what = parts_of(url), place(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            host, parts.port, timeout=timeout, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("GET", target, headers={"Accept": "application/json", **headers})
        with connection.getresponse() as answer:
            return answer.status, answer.read(LIMIT + 1)
    except ssl.SSLCertVerificationError as wrong:
        raise Unreachable(
            f"{what}: its certificate is not trusted: {reason(wrong)}",
            "Set SSL_CERT_FILE where a private authority signs it.",
            retry_helps=False,
        ) from None
    except OSError as wrong:
        raise Unreachable(f"{what}: {reason(wrong)}", hint(wrong)) from None
    except (http.client.HTTPException, ValueError):  # ValueError: a token with a line break
        raise BadReply(f"{what}: the answer is not HTTP, or its token cannot be sent", _CHECK) from None
    finally:
        connection.close()


_CHECK = "Check the URL: a page for people or a proxy may answer there."


def _refused(what: str, status: int) -> SeawallError:
    said = f"{what}: HTTP {status}"
    if 300 <= status < 400:
        return BadReply(f"{said}, a redirect, which is not followed", "Write the URL it leads to, if it is right.")
    if status in (401, 403):
        return NotPermitted(said, "The token is missing, has expired, or may not read this.")
    if status == 429 or status >= 500:
        return Unreachable(said, "Try again in a minute.")
    return Unreachable(said, "Check the URL.", retry_helps=False)
