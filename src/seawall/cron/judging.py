"""What is doubtful about an expression that is valid: it never fires, or not when one would think."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from seawall.cron.days import month_length
from seawall.cron.faults import Fault
from seawall.cron.fields import Placed
from seawall.cron.schedule import Schedule
from seawall.cron.services import MONTHS, YEARS, Service
from seawall.cron.transitions import surprise

_BEGINNING = datetime(YEARS[0] - 1, 12, 30, tzinfo=UTC)
_AWS = (Service.RULE, Service.SCHEDULER)


def doubts(schedule: Schedule, parts: Sequence[Placed], now: datetime | None) -> Iterator[Fault]:
    """The warnings of a schedule that has been read. parts: its fields from the minute on, empty where it has none."""
    if schedule.interval is not None:
        return
    upcoming = schedule.next(now or _BEGINNING)
    last = schedule.previous(now) if now is not None and upcoming is None else None
    if upcoming is None and last is None:
        yield _never(schedule, parts)
        return
    if last is not None:
        column, length = (parts[5].column, parts[5].length) if len(parts) > 5 else (1, len(schedule.text))
        said = f"it never runs again: its last time was {last:%Y-%m-%d %H:%M}"
        yield Fault("year-past", said, column, length, "Write a later year, or * for every year.")
        return
    if schedule.fields is not None and parts:
        yield from _short_months(schedule, parts[2])
        if parts[4].field.text == "1-5" and schedule.service in _AWS:
            said, hint = "1-5 is Sunday to Thursday: weekday 1 is Sunday here", "Write 2-6 or MON-FRI for working days."
            yield Fault("weekday-shift", said, parts[4].column, parts[4].length, hint)
    missed = surprise(schedule, now) if now is not None else None
    if missed is not None and missed.skipped:
        column, length = (parts[1].column, parts[1].length) if parts else (1, len(schedule.text))
        yield Fault(
            "dst-skipped", missed.says(), column, length, "Write a time that exists on every day, or run in UTC."
        )


def _never(schedule: Schedule, parts: Sequence[Placed]) -> Fault:
    if schedule.at is not None:
        said = f"{schedule.at:%Y-%m-%d %H:%M} does not exist in {schedule.zone}: it never runs"
        return Fault("never-fires", said, 4, len(schedule.text) - 4, "Write a time that exists.")
    column, length = (parts[2].column, parts[2].length) if parts else (1, len(schedule.text))
    said = "it never runs: what it names comes on no day"
    return Fault("never-fires", said, column, length, "Write another day or month.")


def _short_months(schedule: Schedule, day: Placed) -> Iterator[Fault]:
    """Days that some months which are named have not: each by its own number, not as the end of a range."""
    fields = schedule.fields
    if fields is None or not fields.days.both:
        return
    for value, column, length in day.field.singles:
        short = [month for month in fields.months if value > month_length(2023, month)]
        if short:
            names = ", ".join(MONTHS[month - 1] for month in short) if value > 29 else "February of a common year"
            hint = "Write L for the last day, if that is meant." if schedule.service in _AWS else ""
            said = f"day {value} does not exist in {names}: it does not run there"
            yield Fault("short-month", said, day.place + column, length, hint)
