"""One message by one route, through apprise: mail, chat, pagers and phones by one kind of URL.

A route holds secrets, and so may what apprise says of a failure: neither is shown, only the route's kind.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Protocol

from seawall.errors import UsageError
from seawall.vendors.notices.message import Message

PATIENCE_S = 30  # apprise gives a server 4 s to connect and 4 s between two answers: this bounds one that drips
Deliver = Callable[[str, Message], bool]


class _Apprise(Protocol):
    """As much of apprise as is used here."""

    def add(self, services: str) -> bool: ...

    def notify(self, body: str, title: str, *, body_format: str, timeout: float) -> object: ...


_KIND = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30})://")


def kind(route: str) -> str:
    """What may be shown of a route: `mailto`, `json`; empty where it is no URL."""
    found = _KIND.match(route.strip())
    return found[1].lower() if found else ""


def ready() -> None:
    """Raises UsageError where apprise is not installed."""
    with _apprise():
        pass


def understood(route: str) -> bool:
    """Whether apprise knows this kind of route and finds in it what it needs; nothing is sent. Raises UsageError."""
    with _apprise() as sender:
        return sender.add(route)


def deliver(route: str, message: Message) -> bool:
    """Sends a message; whether it was accepted.

    One that is not answered within 30 s counts as not accepted, though it may have been: twice is better than never.
    Raises UsageError without apprise.
    """
    with _apprise() as sender:
        try:
            known = sender.add(route)
            return known and bool(sender.notify(message.body, message.title, body_format="text", timeout=PATIENCE_S))
        except Exception:  # in the code of one of 130 services: the next route is tried, and the next person told
            return False


@contextmanager
def _apprise() -> Generator[_Apprise, None, None]:
    """A sender without a route. What it and its services say of themselves meanwhile goes nowhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from apprise import Apprise, AppriseAsset
        except ModuleNotFoundError:
            hint = "Install it: pip install 'seawall[watch]'."
            raise UsageError("sending needs apprise, which is not installed", hint) from None
        log = logging.getLogger("apprise")  # its lines would go to standard error, where no handler is
        log.propagate = False
        if not log.handlers:
            log.addHandler(logging.NullHandler())
        # No templates: the words of a message are what vendors and teams wrote, and are not to be filled in.
        yield Apprise(asset=AppriseAsset(app_id="Seawall", app_desc="Seawall", app_url="", allow_templates=False))
