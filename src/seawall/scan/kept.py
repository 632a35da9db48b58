"""What a store adds to a scan: positions over weeks, groups over time, and findings of groups no longer in the ring.

A stored finding is what the rules said when its group was last judged; how many entries, how long and how often are
counted anew, over the span that was asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import cast

from seawall.errors import TargetError
from seawall.history import History
from seawall.logbook import SLOW, GroupRow, Position
from seawall.model import Capture, Cost, Finding, Fix, Json, NotChecked, Owner, Severity, Target, Timeline, Where
from seawall.nodes.books import Books
from seawall.nodes.collect import Reading, collect
from seawall.nodes.collect.poll import Watch
from seawall.nodes.facts.node import ENOUGH_S
from seawall.nodes.facts.trend import Series, timeline
from seawall.scan.targets import RedisTarget

TIMES = 400  # entries of a group that its period is looked for in, a sample of its whole span
PERIODS = 50  # groups whose period is looked for, those of the largest total

Subject = tuple[str | None, ...]  # node, command, key pattern, shape


@dataclass(frozen=True, slots=True)
class Span:
    """From when on, until when (epoch seconds), and in which parts of it nothing is missing, by node."""

    since: int
    until: int
    watched: Mapping[str, Sequence[tuple[int, int]]]

    def seconds(self, node: str) -> int:
        """How much of it was watched."""
        return sum(end - start for start, end in self.watched.get(node, ()))


def read(history: History, target: RedisTarget, timeout: float, *, keep_arguments: bool) -> Reading:
    """Reads a server for a scan, then books what its logs hold. Raises what `collect` and the store raise.

    Where the booking fails the reading stands, and says so.
    """
    name = target.name or target.address.name
    books = Books(history, target.whole.name)
    reading = collect(
        target.address,
        timeout=timeout,
        without=target.without,
        keep_arguments=keep_arguments,
        name=target.name,
        memory=books.memory,
    )
    watch = Watch(name, target.address, timeout=timeout, without=target.without)
    try:
        watch.open(reading.facts)
        books.write(watch, watch.poll(books.known(watch)))
        return replace(reading, cost=_sum(reading.cost, watch.cost()))
    except TargetError as wrong:
        return replace(reading, not_checked=(*reading.not_checked, NotChecked(name, wrong.what, wrong.hint)))
    finally:
        watch.close()


def _sum(one: Cost, other: Cost) -> Cost:
    known = one.server_us is not None and other.server_us is not None
    return Cost(one.commands + other.commands, (one.server_us or 0) + (other.server_us or 0) if known else None)


def captures(positions: Iterable[Position]) -> tuple[tuple[Capture, ...], tuple[Capture, ...]]:
    """The positions as records of the contract: those of slow logs, and those of large requests and replies."""
    slow: list[Capture] = []
    large: list[Capture] = []
    for position in sorted(positions, key=lambda p: (p.stream.node, p.stream.log, p.polled_at)):
        (slow if position.stream.log == SLOW else large).append(capture(position))
    return tuple(slow), tuple(large)


def capture(position: Position) -> Capture:
    """One position as a record of the contract."""
    since = position.unknown_since
    return Capture(
        position.stream.node,
        position.stream.run_id,
        position.first_id,
        position.last_id,
        position.seen,
        position.lost,
        None if since is None else datetime.fromtimestamp(since, UTC),
        log=position.stream.log,
    )


def span(history: History, since: int, until: int, nodes: Collection[str] | None) -> Span:
    """The span, with what of it each node's log was watched."""
    watched = history.watched(since, until, nodes)
    return Span(since, until, watched)


def timeline_of(history: History, span: Span, nodes: Collection[str] | None, zone: tzinfo) -> Timeline:
    """The groups of the span over time, against the scan before this one."""
    rows = history.groups(span.since, span.until, nodes=nodes)
    hours = history.hours(span.since, span.until)
    series = [
        Series(
            **asdict(row),
            hours=hours.get(row.id, {}),
            times=tuple(history.times(row.id, span.since, every=row.entries // TIMES + 1)) if place < PERIODS else (),
        )
        for place, row in enumerate(rows)
    ]
    return timeline(
        series,
        since=span.since,
        until=span.until,
        last_scan=next(iter(history.scans(1)), None),
        watched=span.watched,
        zone=zone,
        events=history.events(span.since)
        if nodes is None
        else [e for e in history.events(span.since) if e.node in nodes],
    )


def subject_of(finding: Finding) -> Subject:
    """Node, command, key pattern and shape of a finding about a slow log."""
    fields = (finding.where.fields.get(name) for name in ("node", "command", "key_pattern", "shape"))
    return tuple(None if word is None else str(word) for word in fields)


def over_time(
    live: Sequence[Finding], stored: Sequence[Finding], groups: Sequence[GroupRow], span: Span
) -> tuple[list[Finding], int]:
    """The findings of the span, and how many of the live ones have no entry in it.

    Of a subject that both know, the live finding counts: its sizes are those of now. A stored one whose group is no
    more (its key pattern became a wider one) is left out.
    """
    rows: dict[Subject, GroupRow] = {(g.node, g.command, g.key_pattern, g.shape): g for g in groups if g.log == SLOW}
    kept_nodes = {g.node for g in groups} | set(span.watched)
    found: dict[str, Finding] = {}
    outside = 0
    for finding in live:
        if finding.where.kind != "slowlog" or finding.where.fields.get("node") not in kept_nodes:
            found[finding.id] = finding
        elif (row := rows.get(subject_of(finding))) is not None:
            found[finding.id] = counted(finding, row, span)
        else:
            outside += 1
    for finding in stored:
        row = rows.get(subject_of(finding))
        if row is not None and finding.id not in found:
            found[finding.id] = counted(finding, row, span)
    return list(found.values()), outside


def counted(finding: Finding, row: GroupRow, span: Span) -> Finding:
    """The finding with the sums of the span in its evidence."""
    seconds = span.seconds(row.node)
    enough = seconds >= ENOUGH_S
    evidence: dict[str, Json] = {
        **finding.evidence,
        "entries": row.entries,
        "max_us": row.largest,
        "total_us": row.total,
        "ms_per_day": round(row.total / 1000 * 86_400 / seconds, 1) if enough else None,
        "observed_seconds": seconds,
        "first_at": datetime.fromtimestamp(row.first_at, UTC).isoformat(),
        "last_at": datetime.fromtimestamp(row.last_at, UTC).isoformat(),
    }
    return replace(finding, evidence=evidence)


def stored_findings(history: History, since: int, rules: Sequence[str], nodes: Iterable[str] | None) -> list[Finding]:
    """The findings last seen in the span, of these rules (all where none is named) and nodes (all if None)."""
    wanted = None if nodes is None else frozenset(nodes)
    findings = [finding_of(document) for _, document in history.findings(since)]
    return [
        f
        for f in findings
        if (not rules or f.rule in rules) and (wanted is None or f.where.fields.get("node") in wanted)
    ]


def targets_of(positions: Iterable[Position], known: Iterable[str]) -> list[Target]:
    """The nodes of a store that the scan itself did not read."""
    there = frozenset(known)
    names = dict.fromkeys(p.stream.node for p in positions)
    return [Target(name, "history", summary="from the store") for name in names if name not in there]


def finding_of(document: Mapping[str, Json]) -> Finding:
    """The finding that was written as this JSON."""
    where = dict(cast("dict[str, str | int | None]", document["where"]))
    kind = str(where.pop("kind"))
    fix = cast("dict[str, Json] | None", document.get("fix"))
    owner = cast("dict[str, str] | None", document.get("owner"))
    return Finding(
        rule=str(document["rule"]),
        name=str(document["name"]),
        severity=Severity(str(document["severity"])),
        title=str(document["title"]),
        where=Where(kind, where),
        evidence=cast("dict[str, Json]", document["evidence"]),
        why=str(document["why"]),
        fix=_fix(fix) if fix else None,
        owner=Owner(owner["key"], owner["name"]) if owner else None,
    )


def _fix(fix: Mapping[str, Json]) -> Fix:
    instead = cast("list[str]", fix.get("instead") or [])
    words = {name: str(fix.get(name) or "") for name in ("summary", "stall", "work", "sending")}
    return Fix(**words, instead=tuple(instead))
