"""How fast a census may go: a share of the server's time, and a pause where the server answers slowly.

What a call takes of the server is measured from here: its time less that of an empty round trip. So it contains the
wait behind other clients' commands, and a busy server is asked less by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_EVERY_S = 0.1  # between two looks at the latency
_DEBT_S = 0.002  # a shorter sleep is mostly overshoot
_SLOW_S = 0.002  # above the usual round trip: others wait
_SLOW_TIMES = 4
_PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8)  # between the looks; then it goes on, or a server that is always slow holds us
_NAP_S = 0.2  # the longest sleep at once


class Pace:
    """Keeps the census to `share` of the server's time. `spent_s`: what it took so far; `paused_s`: how long it waited.

    ping: an empty round trip. share: 0 to 1; 1 is without a limit.
    """

    def __init__(self, ping: Callable[[], object], share: float) -> None:
        self.spent_s = 0.0
        self.paused_s = 0.0
        self._ping = ping
        self._share = share
        self._debt_s = 0.0
        self._usual_s = min(self._round_trip() for _ in range(5))
        self._looked = time.monotonic()

    @property
    def limited(self) -> bool:
        """Whether there is a limit to keep to."""
        return self._share < 1

    @property
    def due(self) -> bool:
        """Whether it is time to `look`."""
        return time.monotonic() - self._looked >= _EVERY_S

    def took(self, seconds: float) -> float:
        """Books a call that took so long from here; sleeps as the share asks. Returns the server's part of it."""
        busy = max(seconds - self._usual_s, 0.0)
        self.spent_s += busy
        if self.limited:
            self._debt_s += busy * (1 / self._share - 1)
            while self._debt_s >= _DEBT_S:
                begun = time.monotonic()
                time.sleep(min(self._debt_s, _NAP_S))
                self._debt_s -= time.monotonic() - begun
        return busy

    def look(self) -> None:
        """Now and then, with nothing outstanding: how fast the server answers; waits while that is slow."""
        if not self.due:
            return
        for pause in _PAUSES_S:
            trip = min(self._round_trip(), self._round_trip())  # one slow round trip may be our own machine's
            self._usual_s = min(self._usual_s, trip)
            if trip < max(_SLOW_TIMES * self._usual_s, self._usual_s + _SLOW_S):
                break
            time.sleep(pause)
            self.paused_s += pause
        self._looked = time.monotonic()

    def _round_trip(self) -> float:
        begun = time.perf_counter()
        self._ping()
        return time.perf_counter() - begun
