"""What every form of a timeline shares: names, words, days put together, and entries a day as a row of blocks.

Words here are safe to print; the forms escape them. `None` in a row of days is a day that was not watched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from seawall.keyspace import printable
from seawall.model import Happening, Timeline, Trend
from seawall.report import words
from seawall.report.evidence import value_words

BLOCKS = "▁▂▃▄▅▆▇█"
ZERO, NOT_WATCHED = ".", "?"
NOT_COMPARED = "not compared"
SINCE = "since the last scan"
CHANGES = ("new", "worse", "better", "gone", "steady")
Days = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A group as it is printed: command, key pattern (empty where there is no key), and what tells it from others."""

    command: str
    key_pattern: str
    aside: str

    @property
    def plain(self) -> str:
        """All of it on one line."""
        return " ".join(filter(None, (self.command, self.key_pattern or words.NO_KEY, self.aside)))


def names(trends: Sequence[Trend]) -> tuple[Name, ...]:
    """Each group's name; its log, shape and node where the rest does not tell it from the others."""
    twins = Counter((t.node, t.log, t.command, t.key_pattern) for t in trends)
    nodes = {t.node for t in trends}
    made: list[Name] = []
    for trend in trends:
        log = "" if trend.log == "slow" else f"({printable(trend.log).replace('-', ' ')})"
        shape = printable(trend.shape) if twins[trend.node, trend.log, trend.command, trend.key_pattern] > 1 else ""
        node = f"on {printable(trend.node)}" if len(nodes) > 1 else ""
        aside = " ".join(filter(None, (log, shape, node)))
        made.append(Name(printable(trend.command), printable(trend.key_pattern or ""), aside))
    return tuple(made)


def title(timeline: Timeline) -> str:
    """`14 days by group`."""
    return f"{words.count(len(timeline.days), 'day')} by group"


def leads(timeline: Timeline) -> tuple[str, ...]:
    """What must be known to read it, a sentence each: what it is compared with, what was not watched."""
    last = timeline.compared_with
    said = [f"Compared with the scan of {when(last)}." if last else "There is no earlier scan to compare with."]
    missing, many = len(timeline.not_watched), len(timeline.days)
    if missing:
        which = "None of these days was watched" if missing == many else f"{missing} of {many} days were not watched"
        if missing == 1 < many:
            which = f"1 of {many} days was not watched"
        said.append(f"{which}: what was logged then is not known.")
    if not timeline.trends:
        said.append("The history holds no entry of these days.")
    return tuple(said)


def when(at: datetime) -> str:
    """A time to the minute with the name of its zone."""
    return f"{at:%Y-%m-%d %H:%M} {printable(at.tzname() or '')}".strip()


def change(trend: Trend) -> str:
    """The word of the change."""
    return trend.change if trend.change in CHANGES else NOT_COMPARED


def recurs(trend: Trend) -> str:
    """The period in words, with the share that it explains where that is not all; empty where there is none."""
    if not trend.period:
        return ""
    share = "" if trend.period.share >= 0.995 else f" ({words.percent(trend.period.share)})"
    return f"{printable(trend.period.says)}{share}"


def total(trend: Trend) -> str:
    """Main-thread time or bytes."""
    return words.duration(trend.total) if trend.unit == "us" else value_words("bytes", {"bytes": trend.total})


def happening(one: Happening) -> str:
    """`2026-11-20 03:12 UTC node: restart, run_id changed`."""
    said = ", ".join(printable(word) for word in (one.kind, one.detail) if word)
    return f"{when(one.at)} {printable(one.node)}: {said}"


# --- days -------------------------------------------------------------------------------------------------------------


def added(trends: Sequence[Trend]) -> Days:
    """The entries of all of them on each day; None where none of them was watched."""
    return tuple(_sum(day) for day in zip(*(t.per_day for t in trends), strict=True))


def together(days: int, room: int) -> int:
    """How many days must stand for one so that all of them fit into `room`."""
    return -(-days // room) if days else 1


def put_together(per_day: Days, size: int) -> Days:
    """The days in lots of `size`, the last lot perhaps smaller; None where none of a lot was watched."""
    return tuple(_sum(per_day[n : n + size]) for n in range(0, len(per_day), size))


def lots(days: Sequence[date], size: int) -> tuple[tuple[date, date], ...]:
    """The first and the last day of each lot."""
    return tuple((days[n], days[min(n + size, len(days)) - 1]) for n in range(0, len(days), size))


def _sum(many: Sequence[int | None]) -> int | None:
    known = [m for m in many if m is not None]
    return sum(known) if known else None


def blocks(per_day: Days) -> str:
    """A character for each: a block as high as its share of the most, `.` for zero, `?` for not watched."""
    most = max((many for many in per_day if many), default=0)
    return "".join(NOT_WATCHED if m is None else BLOCKS[-(-m * 8 // most) - 1] if m else ZERO for m in per_day)


def legend(rows: Sequence[str], size: int) -> str:
    """What the characters of these rows mean."""
    said = ["the highest block is the group's own most"]
    said += [f"{ZERO} none"] if any(ZERO in row for row in rows) else []
    said += [f"{NOT_WATCHED} not watched"] if any(NOT_WATCHED in row for row in rows) else []
    said += [f"each stands for {size} days"] if size > 1 else []
    return "; ".join(said)
