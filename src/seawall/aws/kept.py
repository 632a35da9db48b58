"""What AWS said, kept for a minute: a change is noticed so soon, and AWS is asked no more often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

KEPT_S = 60.0
Answer = TypeVar("Answer")


class Kept(Generic[Answer]):
    """An answer that is asked for again when KEPT_S have passed. clock: seconds, only ever forward.

    A call raises what the asking raises, also where an older answer is at hand: it may be wrong by now.
    """

    def __init__(self, ask: Callable[[], Answer], clock: Callable[[], float]) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[Answer, float] | None = None

    def __call__(self) -> Answer:
        """The answer; one caller asks, the others wait for it."""
        with self._lock:
            if self._kept is None or self._clock() - self._kept[1] >= KEPT_S:
                self._kept = (self._ask(), self._clock())
            return self._kept[0]
