"""What sources said at other times, in the history: what a failed reading is judged by, and a status that worsened.

    before = recall(history, now)                  what was observed up to now, and how many vendors each source named
    remember(history, observed, readings, now)     keeps what was read now

What was observed after `now` is not recalled, so a run with a `--now` of next year does not decide about today.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from seawall.history import History, ObservationRow
from seawall.vendors.facts.row import Observed, Reading

COMPARED = timedelta(days=30)  # with the most vendors that a source named in so many days
_KEYS = frozenset({"vendor", "source", "at"})  # columns of the store
_NAMES = frozenset(f.name for f in fields(Observed)) - _KEYS
_TIMES = frozenset({"ends", "next_charge"})


@dataclass(frozen=True, slots=True)
class Before:
    """observed: each word of a source at its first and its last time. named: by source."""

    observed: tuple[Observed, ...] = ()
    named: Mapping[str, int] = field(default_factory=dict[str, int])

    def counted(self, readings: Sequence[Reading]) -> tuple[Reading, ...]:
        """The readings, each with what its source named before."""
        return tuple(replace(one, before=self.named.get(one.source)) for one in readings)


def recall(history: History, now: datetime) -> Before:
    """What was known before now."""
    at = int(now.timestamp())
    observed: list[Observed] = []
    for row in history.observations(at):
        for time in sorted({row.first_at, row.last_at}):
            observed.append(_observed(row, datetime.fromtimestamp(time, UTC)))
    return Before(tuple(observed), history.named(at - int(COMPARED.total_seconds()), at))


def remember(history: History, observed: Sequence[Observed], readings: Sequence[Reading], now: datetime) -> None:
    """Keeps what was read now, in one transaction."""
    at = int(now.timestamp())
    rows = [ObservationRow(seen.vendor, seen.source, at, at, _document(seen)) for seen in observed]
    named: dict[str, int] = {}
    for reading in readings:
        named[reading.source] = max(reading.vendors, named.get(reading.source, 0))
    with history.writing() as writer:
        writer.observe(at, rows, named)


def _document(seen: Observed) -> str:
    """What was said, without its time: what a source does not say is left out, so a later field changes no row."""
    said = {name: getattr(seen, name) for name in _NAMES}
    said = {name: value for name, value in said.items() if value is not None and value not in ("", ())}
    return json.dumps(said, default=_text, sort_keys=True)


def _text(value: object) -> str:
    assert isinstance(value, date), value
    return value.isoformat()


def _observed(row: ObservationRow, at: datetime) -> Observed:
    said: dict[str, Any] = {name: _frozen(value) for name, value in json.loads(row.document).items() if name in _NAMES}
    for name in _TIMES & said.keys():
        text = said[name]
        said[name] = date.fromisoformat(text) if len(text) == len("2026-12-10") else datetime.fromisoformat(text)
    return Observed(row.vendor, row.source, at, **said)


def _frozen(value: Any) -> Any:
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value
