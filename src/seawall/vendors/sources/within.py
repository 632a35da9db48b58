"""One piece of work that ends in time, also where the other side sends a byte now and then and never ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from seawall.errors import Unreachable

Result = TypeVar("Result")


def within(seconds: float, what: str, work: Callable[[], Result]) -> Result:
    """The result of `work`, or what it raises. Raises Unreachable after so many seconds; the work is left behind."""
    done: list[Result | BaseException] = []

    def put() -> None:
        try:
            done.append(work())
        except BaseException as wrong:
            done.append(wrong)

    thread = threading.Thread(target=put, daemon=True)
    thread.start()
    thread.join(seconds)
    if not done:
        raise Unreachable(f"{what}: no whole answer within {seconds:g} s", "It may be slow, or hang; try again.")
    if isinstance(done[0], BaseException):
        raise done[0]
    return done[0]
