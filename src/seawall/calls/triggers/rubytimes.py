"""Times as Ruby's schedulers write them: `1.day`, `5.minutes`, `:hour`, `"0 4 * * *"`, with `at: "4:30 am"`."""

from __future__ import annotations

import re

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.triggers import Timing
from seawall.calls.triggers import timing
from seawall.calls.triggers.rubywords import text
from seawall.cron import Service

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "fortnight": 1_209_600}
WORDS = {f":{name}": count for name, count in UNITS.items()}
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def seconds(expr: Expr | None) -> int:
    """The seconds of `5.minutes`, `1.day`, `90` and `:hour`; 0 of what has no fixed length."""
    match expr:
        case tree.Literal(value=bool()):
            return 0
        case tree.Literal(value=int() as number):
            return max(0, number)
        case tree.Literal(value=str() as word, symbol=True):
            return UNITS.get(word, 0)
        case tree.Call(receiver=tree.Literal(value=int() as number), name=name, args=()):
            return max(0, number) * UNITS.get(name.removesuffix("s"), 0)
        case _:
            return 0


def clockwork(period: Expr | None, at: str | None, zone: str) -> Timing | None:
    """The timing of clockwork's `every(period, ..., at:)`."""
    length = seconds(period)
    if not length:
        return None
    if at is None:
        return timing.every(length)
    unit = next((unit for unit in ("week", "day", "hour") if UNITS[unit] == length), "")
    if unit == "hour" and re.fullmatch(r"\*\*?:\d\d", at):
        return timing.cron(f"{int(at[-2:])} * * * *", zone)
    return timing.expression(f"1.{unit} at {at}", Service.CLOCKWORK, zone) if unit else None


def whenever(period: Expr | None, at: str | None, zone: str = "") -> Timing | None:
    """The timing of whenever's `every period, at:`: it writes a crontab, so all is aligned to the clock."""
    word = text(period)
    if word is not None and not (isinstance(period, tree.Literal) and period.symbol):
        return timing.cron(word, zone)
    if word in ("reboot", "month", "year"):
        fields = {"month": "0 0 1 * *", "year": "0 0 1 1 *"}.get(word) if at is None else None
        return timing.cron(fields, zone) if fields else None
    named = str(_DAYS.index(word)) if word in _DAYS else {"weekday": "1-5", "weekend": "0,6"}.get(word or "")
    length = UNITS["week"] if named is not None else seconds(period)
    time = timing.clock(at) if at is not None else (0, 0)
    if time is None or length < 60 or length % 60:
        return None
    minute, hour = time[1], time[0]
    if named is not None:
        return timing.cron(f"{minute} {hour} * * {named}", zone)
    if length == UNITS["day"]:
        return timing.cron(f"{minute} {hour} * * *", zone)
    if length == UNITS["week"]:
        return timing.cron(f"{minute} {hour} * * 0", zone)
    if at is not None:
        return None
    if length < UNITS["hour"] and UNITS["hour"] % length == 0:
        return timing.cron(f"*/{length // 60} * * * *" if length > 60 else "* * * * *", zone)
    if length < UNITS["day"] and UNITS["day"] % length == 0:
        return timing.cron(f"0 */{length // 3600} * * *" if length > 3600 else "0 * * * *", zone)
    return None
