"""IAM authentication: a signed request that is never sent, but given to the server as the password.

It is the SigV4 presigned GET of `http://<name>/?Action=connect&User=<user>`, without its scheme, signed for the
service `elasticache` or `memorydb`; a serverless cache adds `ResourceType=ServerlessCache`. It is good for a log-in
within 15 minutes; the server ends such a connection after 12 hours. Source: "Authenticating with IAM" in the user
guides of ElastiCache and MemoryDB.
"""

from __future__ import annotations

import importlib
from typing import Any
from urllib.parse import urlencode

from seawall.aws.account import Account
from seawall.aws.caches import Service

LIFE_S = 900
_SCHEME = "http://"


def token(account: Account, service: Service, cache: str, user: str, *, serverless: bool = False) -> str:
    """A new token for this user of this cache; nothing is sent, unless the credentials themselves must be fetched.

    cache: the name of the replication group, serverless cache or MemoryDB cluster, not an endpoint. Raises the
    account's errors.
    """
    return account.bounded(
        f"{service} token for IAM", lambda: _signed(account.session(), service, cache, user, serverless=serverless)
    )


def _signed(session: Any, service: Service, cache: str, user: str, *, serverless: bool) -> str:
    exceptions = importlib.import_module("botocore.exceptions")
    credentials = session.get_credentials()
    if credentials is None:
        raise exceptions.NoCredentialsError
    if not session.region_name:
        raise exceptions.NoRegionError
    signer = importlib.import_module("botocore.signers").RequestSigner(
        importlib.import_module("botocore.model").ServiceId(service),
        session.region_name,
        service,
        "v4",
        credentials,
        session.events,
    )
    query = {"Action": "connect", "User": user, **({"ResourceType": "ServerlessCache"} if serverless else {})}
    request: dict[str, object] = {
        "method": "GET",
        "url": f"{_SCHEME}{cache.lower()}/?{urlencode(query)}",  # AWS keeps the names in lower case
        "body": {},
        "headers": {},
        "context": {},
    }
    url: str = signer.generate_presigned_url(request, operation_name="connect", expires_in=LIFE_S)
    return url.removeprefix(_SCHEME)
