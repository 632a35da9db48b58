"""AWS Signature Version 4, computed from the secret key without any code of AWS.

Source: "Create a signed AWS API request", AWS General Reference.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import quote

EMPTY = hashlib.sha256(b"").hexdigest()


def signature(
    secret: str,
    scope: str,
    date: str,
    *,
    method: str,
    path: str,
    query: Sequence[tuple[str, str]],
    headers: Mapping[str, str],
    signed: Sequence[str],
    payload: str = EMPTY,
) -> str:
    """The signature in hex.

    scope: `20261124/eu-central-1/elasticache/aws4_request`. date: of X-Amz-Date. query: decoded pairs, without the
    signature. headers: by name in lower case. signed: the names of those that are signed. payload: its SHA-256.
    """
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query)
    names = sorted(signed)
    request = "\n".join(
        [
            method,
            quote(path, safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in pairs),
            *(f"{name}:{' '.join(headers[name].split())}" for name in names),
            "",
            ";".join(names),
            payload,
        ]
    )
    text = "\n".join(["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, text.encode(), "sha256").hexdigest()
