"""One AWS account in one region, seen through one profile: calls that end in time, with an answer or one error."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

from seawall.aws.failures import explained
from seawall.errors import UsageError

Record: TypeAlias = Mapping[str, Any]
Result = TypeVar("Result")
ATTEMPTS = 3  # of one request, where AWS throttles or fails; the deadline is over all of them
CONNECT_S = 2.0  # for a connection; it goes to a public endpoint, or to one in the same network


def pages(client: Any, operation: str, key: str, **arguments: object) -> Iterator[Record]:
    """What stands under `key` in all pages of a list, inside of `Account.bounded`."""
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(key, ())


class Account:
    """Calls to AWS. Session and clients are made at their first use and kept: a client takes 0.1 s to make.

    region and profile: empty for those of the environment. timeout: seconds for one call or one piece of work,
    retries included. Every method raises UsageError where boto3 or a profile is missing, and NotPermitted,
    Unreachable or BadReply where AWS does not answer as wished.
    """

    def __init__(self, region: str = "", profile: str = "", *, timeout: float = 10.0) -> None:
        self.region = region
        self.profile = profile
        self.timeout = timeout
        self._lock = threading.Lock()  # a session is not made to be used by several threads; clients are
        self._session: Any = None
        self._clients: dict[str, Any] = {}

    def call(self, service: str, operation: str, **arguments: object) -> Record:
        """The answer to one request. operation: as Python names it, `get_parameter`."""
        return self.bounded(f"{service} {operation}", lambda: getattr(self.client(service), operation)(**arguments))

    def bounded(self, what: str, work: Callable[[], Result]) -> Result:
        """The result of `work`, or one error, within the timeout. Even a credential process that hangs is left behind.

        what: for the message.
        """
        done: list[Result | BaseException] = []

        def put() -> None:
            try:
                done.append(work())
            except BaseException as wrong:
                done.append(wrong)

        thread = threading.Thread(target=put, daemon=True)
        thread.start()
        thread.join(self.timeout)
        outcome = done[0] if done else TimeoutError()
        if isinstance(outcome, BaseException):
            raise explained(outcome, what, region=self.region, timeout=self.timeout) from None
        return outcome

    def session(self) -> Any:
        """The boto3 session; to be used inside of `bounded`."""
        with self._lock:
            return self._made()

    def client(self, service: str) -> Any:
        """The boto3 client; to be used inside of `bounded`. What it raises, `bounded` explains."""
        with self._lock:
            if service not in self._clients:
                config = importlib.import_module("botocore.config").Config(
                    connect_timeout=min(self.timeout, CONNECT_S),
                    read_timeout=self.timeout,
                    retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                    user_agent_extra="seawall",
                )
                self._clients[service] = self._made().client(service, config=config)
            return self._clients[service]

    def _made(self) -> Any:
        if self._session is None:
            try:
                boto3 = importlib.import_module("boto3")
            except ImportError:
                raise UsageError("AWS cannot be asked without boto3", "Run pip install 'seawall[aws]'.") from None
            self._session = boto3.Session(region_name=self.region or None, profile_name=self.profile or None)
        return self._session
