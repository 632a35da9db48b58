"""Two weeks in which a team fixes one group after another, and its log drops to zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from tests.trend.made import DAY, HOUR, firings, poisson, series

from seawall.logbook import Event
from seawall.model import Scan, Timeline, Trend
from seawall.nodes.facts.trend import timeline

from .scans import NODE, STARTED, typical

UNTIL = int(STARTED.timestamp())
SINCE = UNTIL - UNTIL % DAY - 13 * DAY
FIXED = (11, 9, 7, 4, 2)  # days before the end on which each group was fixed


def two_weeks(last_scan: int | None = UNTIL - 4 * DAY) -> Timeline:
    """Five groups, two of them periodic, fixed one after another; one night in which nobody watched; two events."""
    random = Random(11)
    at = [UNTIL - days * DAY for days in FIXED]
    outage = (SINCE + 5 * DAY, SINCE + 6 * DAY)
    made = {
        ("GEORADIUS", "drivers:geo"): poisson(random, SINCE, at[0], 24),
        ("SMEMBERS", "hour:*"): firings(random, SINCE, at[1], HOUR, (420,), burst=12, jitter=20),
        ("HGETALL", "user:*:cart"): poisson(random, SINCE, at[2], 9),
        ("DEL", "report:*"): firings(random, SINCE, at[3], DAY, (3 * HOUR,), burst=90, jitter=20),
        ("KEYS", None): poisson(random, SINCE, at[4], 3),
    }
    groups = [
        series([e for e in entries if not outage[0] <= e[0] < outage[1]], node=NODE, command=command, key=key)
        for (command, key), entries in made.items()
    ]
    return timeline(
        groups,
        since=SINCE,
        until=UNTIL,
        last_scan=last_scan,
        watched=[(SINCE, outage[0]), (outage[1], UNTIL)],
        zone=UTC,
        events=(
            Event(outage[0], NODE, "unreachable", "no answer within 4 s"),
            Event(outage[1] + 180, NODE, "restart", "another run_id"),
        ),
    )


def scan_of_two_weeks() -> Scan:
    """The typical scan with the two weeks behind it."""
    return replace(typical(), timeline=two_weeks())


def of_many_groups(groups: int, days: int = 14) -> Timeline:
    """That many groups over that many days, none of them watched on the third."""
    per_day = [tuple(None if day == 2 else day + n for day in range(days)) for n in range(groups)]
    made = [
        Trend(
            NODE, "slow", f"COMMAND{n}", f"key:{n}:*", "key", 10 * days, 10**6 // (n + 1), 1, "us", None,
            STARTED, STARTED, per_day[n], "steady", "10 entries a day, 10 before",
        )
        for n in range(groups)
    ]  # fmt: skip
    every = tuple(date(2026, 11, 1) + timedelta(n) for n in range(days))
    return Timeline(STARTED, STARTED, every, (every[2],), tuple(made), (), datetime(2026, 11, 2, 3, tzinfo=UTC))
