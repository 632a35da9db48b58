"""A row of a schedule, whatever file it stands in: `cleanup: {cron: "0 4 * * *", class: Cleanup}`.

sidekiq-scheduler has cron, every, interval, at or in; sidekiq-cron and good_job cron; resque-scheduler cron or every;
solid_queue has schedule, and a command in the place of a class.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from seawall.calls.facts.triggers import Entry, Timing, Trigger
from seawall.calls.triggers import timing
from seawall.calls.triggers.commandline import calls_of

CLASS = re.compile(r"(?:::)?[A-Z]\w*(?:(?:::|/)[A-Z]\w*)*")
WHEN = ("cron", "schedule", "every", "interval", "at", "in")
WHAT = ("class", "job_class", "job", "klass", "custom_job_class")
OFF = frozenset(("false", "off", "no", "disabled", "0"))


@dataclass(frozen=True, slots=True)
class Value:
    """What a row says for a key. text: as it is meant, of the first item where it is a list. made: at run time."""

    text: str
    written: str
    made: bool = False


def trigger(name: str, row: Mapping[str, Value], path: str, line: int, kind: str = "") -> Trigger | None:
    """The trigger of a row, None where it is no row of a schedule, or one that is switched off."""
    when = next((key for key in WHEN if key in row and row[key].text), "")
    entries = _entries(row)
    if not when or not entries or _is_off(row):
        return None
    value = row[when]
    shown = value.written if when in ("cron", "schedule") else f"{when}: {value.written}"
    zone = next((row[key].text for key in ("timezone", "time_zone", "tz") if key in row), "")
    timed = None if value.made else _timing(when, value.text, zone)
    return Trigger(kind or kind_of(when, path), name, path, line, shown, timed, entries)


def _entries(row: Mapping[str, Value]) -> tuple[Entry, ...]:
    for key in WHAT:
        if key in row and CLASS.fullmatch(row[key].text):
            return (Entry("method", row[key].text.removeprefix("::"), "perform"),)
    return tuple(calls_of(row["command"].text)) if "command" in row else ()


def _is_off(row: Mapping[str, Value]) -> bool:
    return any(row[key].text.lower() in OFF for key in ("enabled", "status", "active") if key in row)


def _timing(when: str, text: str, zone: str) -> Timing | None:
    match when:
        case "cron":
            return timing.expression(text.strip(), zone=zone) or timing.sentence(text, zone)
        case "schedule":
            return timing.written(text, zone)
        case "every" | "interval":
            return timing.length(text)
        case _:
            return None  # once


def kind_of(when: str, path: str) -> str:
    """What runs a row, by the file that it stands in and the key that says when."""
    name = path.rpartition("/")[2]
    if "resque" in path:
        return "resque-scheduler"
    if name.startswith("recurring") or when == "schedule":
        return "solid_queue"
    return "sidekiq-cron" if when == "cron" and not name.startswith("sidekiq.") else "sidekiq-scheduler"
