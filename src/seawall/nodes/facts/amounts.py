"""The numbers of a change in a few words: entries, rates, main-thread time, bytes."""

from __future__ import annotations

from seawall.nodes.facts.series import DAY, HOUR


def many(entries: int) -> str:
    """`1 entry`, `1,204 entries`."""
    return f"{entries:,} {'entry' if entries == 1 else 'entries'}"


def number(value: float) -> str:
    """`0.4`, `2`, `37`, `1,204`."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")


def long(span: int) -> str:
    """`3 hours`, `13 days` for seconds."""
    size, unit = (span / DAY, "day") if span >= DAY else (span / HOUR, "hour")
    said = number(size)
    return f"{said} {unit}{'' if said == '1' else 's'}"


def rates(was: float, now: float) -> str:
    """Entries a second as an hour's, or a day's where they are fewer."""
    per, unit = (HOUR, "an hour") if min(was, now) * HOUR >= 1 else (DAY, "a day")
    return f"{number(now * per)} entries {unit}, {number(was * per)} before"


def totals(was: float, now: float, log: str) -> str:
    """What a second took, in time or bytes, as a day's."""
    return f"{quantity(now * DAY, log)} a day, {quantity(was * DAY, log)} before"


def quantity(amount: float, log: str) -> str:
    """Microseconds or bytes as people read them."""
    if log == "slow":
        units = ((86_400e6, "d"), (3_600e6, "h"), (60e6, "min"), (1e6, "s"), (1e3, "ms"), (1.0, "\N{MICRO SIGN}s"))
    else:
        units = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "bytes"))
    size, unit = next((one for one in units if amount >= one[0]), units[-1])
    return f"{number(amount / size)} {unit}"
