"""Lists of AWS that botocore has no paginator for: every page of one, or an error; never a part."""

from __future__ import annotations

from seawall.aws import Account, Record
from seawall.errors import BadReply

PAGES = 100  # of at least 50 entries


def listed(account: Account, service: str, operation: str, key: str, **arguments: object) -> list[Record]:
    """What stands under `key` in all pages. Raises the account's errors, and BadReply where a page has no such list.

    A page that is empty has its list all the same; without it, something that is not AWS may answer.
    """
    found: list[Record] = []
    token = "NextToken" if key[0].isupper() else "nextToken"  # an API writes all its names in one of the two ways
    more: dict[str, object] = {}
    for _ in range(PAGES):
        answer = account.call(service, operation, **arguments, **more)
        if key not in answer:
            raise BadReply(f"AWS {service} {operation}: the answer holds no {key}", "Check AWS_ENDPOINT_URL.")
        found += answer[key]
        if not answer.get(token):
            return found
        if answer[token] == more.get(token):
            break
        more = {token: answer[token]}
    raise BadReply(f"AWS {service} {operation}: the list goes in circles, or has over {PAGES} pages", "Try again.")
