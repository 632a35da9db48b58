"""Two weeks of the platform's slow log in a store, told from the scan of its harmful forms: simulated, and said so.

Each culprit of the scan is a group with the duration that was measured. It recurs as such a job does (every quarter of
an hour, every hour, nightly, or with the traffic), until its fix is deployed; day by day they are fixed, worst first,
and on the last three days the log is empty. Entries go into a store as a capture writes them, and come out as
`scan --since 14d` reads them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from seawall.history import open_history
from seawall.logbook import Event, Position, Row, Stream
from seawall.model import Finding, Timeline, Verdict
from seawall.scan import kept

NODE = "two simulated weeks"
SIMULATED = "these days are made up from what was measured; each fix is deployed on its day"
DAYS = 14
EMPTY = 3  # days at the end on which nothing is slow any more
DAY, HOUR = 86_400, 3_600
RECURS = (15 * 60, HOUR, DAY, 0)  # seconds between two runs; 0: with the traffic, at any time
TRAFFIC_A_DAY = 40


@dataclass(frozen=True, slots=True)
class Group:
    """A culprit as it recurs: every so many seconds, until so many seconds after the beginning."""

    finding: Finding
    every: int
    until: int


def simulate(findings: Sequence[Finding], folder: Path, now: int, chance: random.Random) -> Timeline:
    """The timeline of fourteen days up to the last midnight before `now` (epoch seconds).

    findings: of the harmful forms. folder: where the store is made. The scan that it is compared with was when half of
    the time had passed.
    """
    end = now - now % DAY
    start = end - DAYS * DAY
    rows = sorted(_entries(_groups(findings), start, chance), key=lambda row: row.at)
    numbered = [
        Row(n, r.at, r.amount, r.command, r.key_pattern, r.shape, r.client, r.elements) for n, r in enumerate(rows)
    ]
    stream = Stream(NODE, "simulated")
    position = Position(stream, 0, len(rows) - 1, len(rows), 0, None, end) if rows else None
    with open_history(folder / "weeks.db") as history:
        with history.writing() as writer:
            if position is not None:
                writer.store(position, numbered)
                writer.cover(position, start)
            writer.note(Event(start, NODE, "simulated", SIMULATED))
            writer.record_scan(start + DAYS * DAY // 2)
        return kept.timeline_of(history, kept.span(history, start, end, None), None, UTC)


def _groups(findings: Sequence[Finding]) -> list[Group]:
    """The culprits, each subject once; the worst is fixed first."""
    culprits = {kept.subject_of(f): f for f in reversed(findings) if f.verdict is Verdict.CULPRIT}
    worst_first = list(reversed(culprits.values()))
    span = (DAYS - EMPTY - 2) * DAY
    return [
        Group(finding, RECURS[place % len(RECURS)], 2 * DAY + span * (place + 1) // len(worst_first))
        for place, finding in enumerate(worst_first)
    ]


def _entries(groups: Sequence[Group], start: int, chance: random.Random) -> Iterator[Row]:
    for place, group in enumerate(groups):
        fields = group.finding.where.fields
        longest, elements = group.finding.evidence.get("max_us"), group.finding.evidence.get("elements")
        for at in _times(group, place, chance):
            yield Row(
                0,
                start + at,
                round((longest if isinstance(longest, int) else 10_000) * chance.uniform(0.7, 1.0)),
                str(fields.get("command")),
                None if fields.get("key_pattern") is None else str(fields.get("key_pattern")),
                str(fields.get("shape") or ""),
                elements=elements if isinstance(elements, int) else None,
            )


def _times(group: Group, place: int, chance: random.Random) -> Iterator[int]:
    """Seconds after the beginning at which the group has an entry."""
    if not group.every:
        for _ in range(TRAFFIC_A_DAY * group.until // DAY):
            yield chance.randrange(group.until)
        return
    first = (place * 7 % 60) * 60 % group.every if group.every < DAY else (2 + place % 4) * HOUR
    for at in range(first, group.until, group.every):
        yield at + chance.randrange(20)
