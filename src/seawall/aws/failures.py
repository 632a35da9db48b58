"""Whatever boto3 raises, as one error of the house: what AWS was asked, why it did not answer, and what mends it.

no credentials, or refused ones   NotPermitted  which chain was tried
AccessDenied                      NotPermitted  the action that the policy lacks
not found                         Unreachable   region and account may be others; a retry does not help
throttled, 5xx, no connection     Unreachable   a retry helps
no such profile, no region        UsageError
"""

from __future__ import annotations

import re
from typing import Any, cast

from seawall.errors import BadReply, NotPermitted, SeawallError, Unreachable, UsageError
from seawall.keyspace import printable

_SHOWN = 200  # characters of AWS's own message
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"})
_REFUSED = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_THROTTLED = re.compile(r"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown")
_NOT_FOUND = re.compile(r"NotFound")
_SETTINGS = frozenset(
    {
        "ConfigNotFound",
        "ConfigParseError",
        "InvalidConfigError",
        "InvalidRegionError",
        "NoRegionError",
        "ParamValidationError",
        "ProfileNotFound",
    }
)
_IAM_PREFIXES = {"marketplace-agreement": "aws-marketplace"}  # where it is not the name of the service
_NOT_AWS = "Check AWS_ENDPOINT_URL: something that is not AWS may answer there."
_CREDENTIALS = (
    "Set AWS_PROFILE or `profile` in seawall.toml, log in with `aws sso login`, or attach a role to this host."
)


def explained(wrong: BaseException, what: str, *, region: str, timeout: float) -> BaseException:
    """The error of the house for `wrong`; what is none of AWS's comes back as it is. what: the service and operation.

    botocore's exceptions are told by their names: so nothing of it is imported here.
    """
    names = {kind.__name__ for kind in type(wrong).__mro__}
    asked = f"AWS {what}"
    if isinstance(wrong, SeawallError):
        return wrong
    if isinstance(wrong, TimeoutError):
        return Unreachable(
            f"{asked}: no answer within {timeout:g} s", "Its endpoint or a credential process may hang; try again."
        )
    if "ClientError" in names:
        return _refusal(wrong, asked, what)
    text = printable(str(wrong))[:_SHOWN].rstrip(".")
    text = text[:1].lower() + text[1:]
    if names & _SETTINGS or ("ValueError" in names and text.startswith("invalid endpoint")):
        return UsageError(
            f"{asked}: {text}", "Set `region` and `profile` in seawall.toml, or AWS_DEFAULT_REGION, AWS_PROFILE."
        )
    if names & {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "TokenRetrievalError"}:
        return NotPermitted(f"{asked}: {text}", _CREDENTIALS)
    if names & {"SSOError", "UnauthorizedSSOTokenError", "SSOTokenLoadError", "LoginRefreshRequired"}:
        return NotPermitted(f"{asked}: {text}", "Log in again with `aws sso login`.")
    if names & {"HTTPClientError", "ConnectionError", "EndpointConnectionError", "ConnectionClosedError"}:
        return Unreachable(
            f"{asked}: {text}", f"Check the region{f' ({region})' if region else ''}, the route and AWS_ENDPOINT_URL."
        )
    if "ResponseParserError" in names:  # its text repeats what was received, which may be a secret
        return BadReply(f"{asked}: the answer is not of AWS's form", _NOT_AWS)
    if "BotoCoreError" in names:
        return BadReply(f"{asked}: {text}", _NOT_AWS)
    return wrong


def no_answer(what: str) -> BadReply:
    """The error for an answer without the part that makes it one; botocore lets that pass."""
    return BadReply(f"AWS {what}: the answer holds nothing of what was asked", _NOT_AWS)


def code(wrong: BaseException) -> str:
    """AWS's own code of a refusal, empty where there is none."""
    response = cast("dict[str, Any]", getattr(wrong, "response", None) or {})
    return str(response.get("Error", {}).get("Code", ""))


def _refusal(wrong: BaseException, asked: str, what: str) -> SeawallError:
    response = cast("dict[str, Any]", getattr(wrong, "response", {}))
    error, name = response.get("Error", {}), code(wrong)
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    said = f"{asked}: {printable(name)[:60]}: {printable(str(error.get('Message', '')))[:_SHOWN]}".rstrip(": .")
    if name in DENIED:
        operation = str(getattr(wrong, "operation_name", ""))
        asked = what.partition(" ")[0]
        service = "sts" if operation.startswith("AssumeRole") else _IAM_PREFIXES.get(asked, asked)
        action = f"{service}:{operation}"
        return NotPermitted(said, f"The policy of this identity needs the action {action}.")
    if name in _REFUSED:
        return NotPermitted(said, f"The credentials are refused, or this clock is wrong. {_CREDENTIALS}")
    if _THROTTLED.search(name):
        return Unreachable(said, "AWS asks for fewer requests; try again in a minute.")
    if _NOT_FOUND.search(name):
        return Unreachable(
            said, "Check its name, and that region and profile are those where it is.", retry_helps=False
        )
    if status >= 500:
        return Unreachable(said, "AWS itself has a fault; try again.")
    return NotPermitted(said, "AWS's own words say what it wants.")
