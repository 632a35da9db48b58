"""How many schedule expressions are checked a second, and how long the next 1,000 fires of an awkward one take.

Bounds: 10,000 expressions a second; 50 ms for the 1,000 fires of each of AWKWARD, or for all where it has fewer.
Peer: croniter on the crontab expressions, in the same run and zone; it is no dependency, so where it is not installed
the ratios are left out and the run says so.
"""

from __future__ import annotations

import importlib
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from seawall import cron

EXPRESSIONS = 10_000
CHECKS_BOUND = 10_000  # a second
FIRES = 1_000
FIRES_BOUND_MS = 50.0
ROUNDS = 5
START = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)
BERLIN, HOWE, CASABLANCA = "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca"

AWKWARD = (
    ("cron(* * * * ? *)", "scheduler", BERLIN),
    ("cron(*/7 */5 31W */2 ? *)", "rule", "UTC"),
    ("cron(30 2 ? * SUNL *)", "scheduler", BERLIN),
    ("cron(45 1 L-30 * ? *)", "scheduler", HOWE),
    ("cron(0 0 29 2 ? *)", "rule", "UTC"),
    ("cron(0 12 ? 2 1#5 *)", "rule", "UTC"),  # a fifth Sunday in February: one in 28 years
    ("cron(0 12 LW * ? 2100-2199)", "scheduler", CASABLANCA),
    ("cron(59 23 31 12 ? 2199)", "rule", "UTC"),
    ("cron(0 0 30 2 ? *)", "rule", "UTC"),  # never
    ("cron(0 0 29 2 ? 2097-2103)", "rule", "UTC"),  # never: 2100 has none
    ("* * * * *", "unix", HOWE),
    ("*/7 */5 31 */2 *", "unix", BERLIN),
    ("0 0 13 * 5", "unix", BERLIN),
    ("30 2 1-7 * */7", "unix", BERLIN),
    ("0 0 29 2 *", "unix", "UTC"),
    ("0 0 29 2 */7", "unix", "UTC"),  # both: one in 28 years
    ("0 0 31 4,6,9,11 *", "unix", "UTC"),  # never
)


def expressions(service: str) -> list[list[str]]:
    """A list for each round; all different, and always the same."""
    random = Random(1)

    def field(low: int, high: int) -> str:
        first = random.randint(low, high)
        last = random.randint(first, high)
        return random.choice(("*", f"{first}", f"*/{random.randint(2, 9)}", f"{first}-{last}", f"{low},{first},{high}"))

    made: dict[str, None] = {}
    while len(made) < EXPRESSIONS * ROUNDS:
        minute, hour, date, month = field(0, 59), field(0, 23), field(1, 31), field(1, 12)
        if service == "unix":
            made[f"{minute} {hour} {date} {month} {field(0, 6)}"] = None
        else:
            days = random.choice((f"{date} {month} ?", f"? {month} {random.choice(('MON-FRI', '2#1', '6L', '1,7'))}"))
            made[f"cron({minute} {hour} {days} {random.choice(('*', '2026-2030'))})"] = None
    texts = list(made)
    return [texts[n::ROUNDS] for n in range(ROUNDS)]


def seconds(rounds: Iterable[Callable[[], object]]) -> float:
    """The median."""
    times: list[float] = []
    for work in rounds:
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def checking(check: Callable[[str], object], rounds: list[list[str]]) -> float:
    """Expressions a second."""
    return EXPRESSIONS / seconds((lambda texts=texts: [check(text) for text in texts]) for texts in rounds)


def checks(croniter: Any) -> float:
    """Prints the checks a second of each service; the least."""
    rates: list[float] = []
    for service in (cron.Service.RULE, cron.Service.UNIX):
        rounds = expressions(service)
        rates.append(checking(partial(cron.check, service=service), rounds))
        print(f"checked {service}: {rates[-1]:,.0f} expressions a second (bound {CHECKS_BOUND:,})", end="")
        if croniter and service == cron.Service.UNIX:
            peer = checking(croniter.is_valid, rounds)
            print(f"; croniter {peer:,.0f}, ratio {rates[-1] / peer:.1f} times as fast", end="")
        print()
    return min(rates)


def walk(text: str, service: str, zone: str) -> int:
    """Reads the expression and counts its fires, up to FIRES."""
    schedule = cron.parse(text, cron.Service(service), None if service == "rule" else ZoneInfo(zone))
    return sum(1 for _ in islice(schedule.fires(START), FIRES))


def fires(croniter: Any) -> float:
    """Prints the milliseconds of each awkward expression, reading it included; the most."""
    worst = 0.0
    for text, service, zone in AWKWARD:
        found = walk(text, service, zone)
        ms = seconds([partial(walk, text, service, zone)] * ROUNDS) * 1000
        worst = max(worst, ms)
        print(f"  {text:27} {zone:19} {found:5,} fires in {ms:5.1f} ms", end="")
        if croniter and service == "unix" and found:
            print(peer_fires(croniter, text, zone, found, ms), end="")
        print()
    return worst


def peer_fires(croniter: Any, text: str, zone: str, count: int, ms: float) -> str:
    """What croniter takes for as many."""

    def walk() -> None:
        times = croniter(text, START.astimezone(ZoneInfo(zone)), ret_type=datetime)
        for _ in range(count):
            times.get_next()

    peer = seconds([walk] * ROUNDS) * 1000
    return f"; croniter {peer:5.1f} ms, ratio {peer / ms:.1f} times as fast"


def main() -> int:
    croniter = None
    if importlib.util.find_spec("croniter"):
        croniter = importlib.import_module("croniter").croniter
    else:
        print("croniter is not installed: no ratios")
    rate = checks(croniter)
    print(f"the next {FIRES:,} fires, to the end where there are fewer (bound {FIRES_BOUND_MS:g} ms):")
    worst = fires(croniter)
    print(f"least {rate:,.0f} checks a second, most {worst:.1f} ms for {FIRES:,} fires")
    return 0 if rate >= CHECKS_BOUND and worst <= FIRES_BOUND_MS else 1


if __name__ == "__main__":
    sys.exit(main())
