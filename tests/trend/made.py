"""Groups made for the tests: the entries of a process, and what a history would say of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from random import Random

from seawall.nodes.facts.trend import Series

HOUR, DAY, WEEK = 3_600, 86_400, 604_800
MONDAY = 1_764_547_200  # 2025-12-01 00:00 UTC
Entries = list[tuple[int, int]]  # epoch seconds, microseconds


def series(
    entries: Iterable[tuple[int, int]], *, node: str = "n", log: str = "slow", command: str = "SMEMBERS",
    key: str | None = "hour:*", elements: int | None = None, newest: int = 2_000,
) -> Series:  # fmt: skip
    """The record of these entries, of which there is at least one."""
    ordered = sorted(entries)
    hours: dict[int, tuple[int, int, int]] = {}
    for at, us in ordered:
        many, total, largest = hours.get(at - at % HOUR, (0, 0, 0))
        hours[at - at % HOUR] = (many + 1, total + us, max(largest, us))
    return Series(
        node, log, command, key, "key", len(ordered), sum(us for _, us in ordered), max(us for _, us in ordered),
        elements, ordered[0][0], ordered[-1][0], hours=hours, times=tuple(at for at, _ in ordered[-newest:]),
    )  # fmt: skip


def duration(random: Random) -> int:
    """Around 20 ms; one in a hundred takes five times as long or more."""
    return int(random.lognormvariate(math.log(20_000), 0.7))


def poisson(random: Random, start: int, end: int, an_hour: float, burst: int = 1) -> Entries:
    """Entries that follow no clock, `burst` of them together, one a second."""
    made: Entries = []
    at = float(start)
    while (at := at + random.expovariate(an_hour / burst / HOUR)) < end:
        made += [(int(at) + n, duration(random)) for n in range(burst) if at + n < end]
    return made


def firings(
    random: Random, start: int, end: int, step: int, phases: Sequence[int], *,
    jitter: int = 60, burst: int = 1, seen: float = 1.0,
) -> Entries:  # fmt: skip
    """Entries of a schedule: at `phases` seconds after each step since Monday, up to `jitter` late, some missing."""
    made: Entries = []
    for step_start in range(start - (start - MONDAY) % step, end, step):
        for phase in phases:
            at = step_start + phase + random.randrange(jitter)
            if random.random() < seen:
                made += [(at + n, duration(random)) for n in range(burst) if start <= at + n < end]
    return made
