"""The main job: names the targets, collects, judges, ranks, and hands one `Scan` to a report.

Nodes are read at the same time; one that is slow, dead or hostile holds up no other and costs at most its timeout.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TypeVar

from seawall import __version__, rulebook
from seawall.config import Accept, Estate
from seawall.errors import BadReply, InputError, SeawallError, TargetError, Unreachable
from seawall.keyspace import printable
from seawall.model import Capture, CommandTotal, Cost, Finding, NotChecked, Owner, Scan, Target
from seawall.nodes import inputs
from seawall.nodes.catalogue import generated
from seawall.nodes.collect import Reading, collect
from seawall.nodes.collect.session import CLIENT_NAME
from seawall.nodes.facts.command import Catalogue
from seawall.nodes.facts.group import group, reduce
from seawall.nodes.facts.node import ENOUGH_S, NodeFacts
from seawall.nodes.facts.server import Server
from seawall.nodes.facts.work import Keyspace
from seawall.nodes.wording import count, ms
from seawall.wire import Address


@dataclass(frozen=True, slots=True)
class RedisTarget:
    """A server to read. name: what findings call it (its address where empty). without: commands not to send."""

    address: Address
    name: str = ""
    owner: Owner | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What to scan and how."""

    servers: tuple[RedisTarget, ...] = ()
    pasted: tuple[tuple[str, bytes], ...] = ()  # name and bytes of each --input
    rules: tuple[str, ...] = ()  # codes; empty for all
    timeout: float = 4.0
    keep_arguments: bool = False
    estate: Estate = field(default_factory=Estate)


def scan(wish: Wish) -> Scan:
    """Reads every target of the wish and judges it. Never raises for a target: that stands under `not_checked`."""
    started = datetime.now(UTC)
    results: list[tuple[Target, Reading | None, NotChecked | None]] = [
        _paste(name, data, wish) for name, data in wish.pasted
    ]
    results += _read_all(wish)
    findings: list[Finding] = []
    for target, reading, _ in results:
        if reading is not None:
            findings += [replace(f, owner=target.owner) for f in rulebook.run("nodes", reading.facts, wish.rules)]
    readings = [reading for _, reading, _ in results if reading is not None]
    open_, accepted = _accept(_ranked(findings, readings), wish.estate.accepted, started.date())
    return Scan(
        version=__version__,
        started_at=started,
        finished_at=datetime.now(UTC),
        targets=tuple(target for target, _, _ in results),
        capture=tuple(r.capture for r in readings if r.capture is not None),
        findings=tuple(open_),
        commands=_totals(readings),
        cost=_cost(readings),
        not_checked=(*(n for *_, n in results if n is not None), *(n for r in readings for n in r.not_checked)),
        notes=(
            *(note for r in readings for note in (*r.notes, *_unreported(r.facts, findings, wish))),
            *_expired(wish.estate, started.date()),
        ),
        accepted=tuple(accepted),
    )


# --- targets ----------------------------------------------------------------------------------------------------------


Answer = TypeVar("Answer")


def each(
    targets: Sequence[RedisTarget], ask: Callable[[RedisTarget], Answer], timeout: float
) -> list[Answer | SeawallError]:
    """What `ask` says of every server, each in a thread of its own; in its place the error of one that said nothing.

    A thread that hangs beyond its timeout (in the resolver) is left behind. Only a bug is raised.
    """
    outcomes: dict[int, Answer | BaseException] = {}

    def put(place: int, target: RedisTarget) -> None:
        try:
            outcomes[place] = ask(target)
        except BaseException as wrong:
            outcomes[place] = wrong

    threads = [threading.Thread(target=put, args=item, daemon=True) for item in enumerate(targets)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + timeout + 0.2
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0.01))
    answers: list[Answer | SeawallError] = []
    for place, target in enumerate(targets):
        answer = outcomes.get(place, TimeoutError())
        if isinstance(answer, TimeoutError | MemoryError):
            answer = _no_answer(target.name or target.address.name, answer, timeout)
        if isinstance(answer, BaseException) and not isinstance(answer, SeawallError):
            raise answer
        answers.append(answer)
    return answers


def _no_answer(name: str, wrong: TimeoutError | MemoryError, timeout: float) -> TargetError:
    if isinstance(wrong, MemoryError):
        return BadReply(f"what {name} sent does not fit into memory", "Scan it alone, on a machine with more of it.")
    return Unreachable(
        f"{name} did not answer within {timeout:g} s", "Its name could not be resolved in time, or the route is down."
    )


def _read_all(wish: Wish) -> list[tuple[Target, Reading | None, NotChecked | None]]:
    def read(target: RedisTarget) -> Reading:
        return collect(
            target.address,
            timeout=wish.timeout,
            without=target.without,
            keep_arguments=wish.keep_arguments,
            name=target.name,
        )

    answers = each(wish.servers, read, wish.timeout)
    return [_outcome(target, answer) for target, answer in zip(wish.servers, answers, strict=True)]


def _outcome(target: RedisTarget, answer: Reading | SeawallError) -> tuple[Target, Reading | None, NotChecked | None]:
    name = target.name or target.address.name
    if not isinstance(answer, Reading):
        return Target(name, "redis", owner=target.owner), None, NotChecked(name, answer.what, answer.hint)
    facts = answer.facts
    return Target(name, "redis", facts.server.title, summary(facts), target.owner), answer, None


_SKIPPED = "What could be read is judged. Give the log whole, as redis-cli prints it."


def _paste(name: str, data: bytes, wish: Wish) -> tuple[Target, Reading | None, NotChecked | None]:
    """A pasted log as a reading: no server, so sizes, settings and the host are unknown. Raises InputError."""
    try:
        pasted = inputs.parse(data)
    except MemoryError:
        raise InputError(f"{name} does not fit into memory", "Give the newest part of it.") from None
    catalogue = Catalogue(generated())
    ours = [r for r in pasted.entries if r.client == CLIENT_NAME]
    entries = [
        reduce(r, catalogue, keep_arguments=wish.keep_arguments) for r in pasted.entries if r.client != CLIENT_NAME
    ]
    ids = [r.id for r in pasted.entries if r.id is not None]
    times = [r.at for r in pasted.entries if r.at is not None]
    total = max(pasted.databases.values(), default=0)
    facts = NodeFacts(
        node=name,
        server=Server(info=pasted.info, stats=pasted.stats, databases=pasted.databases),
        groups=group(entries),
        keyspace=Keyspace(keys=total or None),
        is_live=False,
        seen=len(pasted.entries),
        oldest=min(times, default=None),
        newest=max(times, default=None),
        first_id=min(ids, default=None),
        slowlog_read=pasted.form != "INFO",
    )
    notes = [
        f"{name} was read as {pasted.form}: sizes, settings and the host are not known, so some causes cannot be told "
        "apart"
    ]
    unread = NotChecked(
        f"{name}, a part", f"{count(pasted.skipped, 'entry or line', 'entries or lines')} not understood", _SKIPPED
    )
    if ours:
        notes.append(f"{name}: {len(ours):,} entries of seawall itself were left out")
    capture = Capture(name, None, min(ids, default=None), max(ids, default=None), len(pasted.entries), None)
    return (
        Target(name, "input", facts.server.title, summary(facts)),
        Reading(
            facts, capture if pasted.entries else None, Cost(0, 0), (unread,) if pasted.skipped else (), tuple(notes)
        ),
        None,
    )


def summary(facts: NodeFacts) -> str:
    """One line on a slow log: entries, threshold, time covered."""
    if not facts.slowlog_read:
        return "no slow log" if not facts.is_live else "slow log not readable"
    ring, threshold, covered = facts.server.ring, facts.server.threshold_us, facts.observed_s
    parts = [f"{facts.seen:,} of {ring:,} slow-log entries" if ring is not None else f"{facts.seen:,} slow-log entries"]
    if threshold is not None:
        parts.append(
            "the log is off"
            if threshold < 0
            else "every command is logged"
            if threshold == 0
            else f"threshold {ms(threshold)}"
        )
    if covered is not None and facts.seen:
        parts.append(f"covering {_span(covered)}")
    return ", ".join(parts)


def _span(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


# --- one ranking ------------------------------------------------------------------------------------------------------


def _ranked(findings: Sequence[Finding], readings: Sequence[Reading]) -> list[Finding]:
    """By milliseconds of main thread a day; what has no such figure follows, by severity."""
    seconds = {r.facts.node: r.facts.observed_s or 86_400.0 for r in readings}

    def weight(finding: Finding) -> tuple[float, int, str]:
        evidence = finding.evidence
        per_day, total = evidence.get("ms_per_day"), evidence.get("total_us")
        node = str(finding.where.fields.get("node", ""))
        if isinstance(per_day, int | float):
            rate = float(per_day)
        else:
            rate = total / 1000 * 86_400 / seconds.get(node, 86_400.0) if isinstance(total, int) else 0.0
        return (-rate, -finding.severity.rank, finding.rule)

    return sorted(findings, key=weight)


def _totals(readings: Iterable[Reading]) -> tuple[CommandTotal, ...]:
    rows: list[CommandTotal] = []
    for reading in readings:
        server = reading.facts.server
        whole = sum(s.us for s in server.stats) or 1
        uptime = server.uptime_s
        for stat in server.stats:
            per_day = stat.us / 1000 * 86_400 / uptime if uptime and uptime >= ENOUGH_S else None
            rows.append(CommandTotal(reading.facts.node, stat.command, stat.calls, stat.us, per_day, stat.us / whole))
    return tuple(
        sorted(rows, key=lambda r: (-(r.ms_per_day if r.ms_per_day is not None else r.total_us / 1000), r.command))
    )


def _cost(readings: Sequence[Reading]) -> Cost:
    live = [r.cost for r in readings if r.facts.is_live]
    known = [c.server_us for c in live if c.server_us is not None]
    return Cost(sum(c.commands for c in live), sum(known) if len(known) == len(live) else None)


def _unreported(facts: NodeFacts, findings: Sequence[Finding], wish: Wish) -> list[str]:
    """Every entry is accounted for: those in no finding are counted here."""
    if wish.rules:
        return [
            f"{facts.node}: only the rules {', '.join(wish.rules)} were asked for; what others would say is not known"
        ]
    shown = {
        (f.where.fields.get("command"), f.where.fields.get("key_pattern"), f.where.fields.get("shape"))
        for f in findings
        if f.where.kind == "slowlog" and f.where.fields.get("node") == facts.node
    }
    rest = [g for g in facts.groups if (g.command, g.key_pattern, g.worst.arguments.shape) not in shown]
    entries = sum(len(g.entries) for g in rest)
    if not entries:
        return []
    longest = max(rest, key=lambda g: g.max_us)
    subject = f"{longest.command} {longest.key_pattern or ''}".strip()
    return [
        f"{facts.node}: {count(entries, 'entry', 'entries')} of small work, in {count(len(rest), 'group')}, in no "
        f"finding; the longest is {subject}, {ms(longest.max_us)}"
    ]


# --- what the team has accepted ---------------------------------------------------------------------------------------


def _accept(
    findings: Sequence[Finding], accepted: Sequence[Accept], today: date
) -> tuple[list[Finding], list[Finding]]:
    still = [a for a in accepted if a.until >= today]
    open_: list[Finding] = []
    closed: list[Finding] = []
    for finding in findings:
        (closed if any(_covers(a, finding) for a in still) else open_).append(finding)
    return open_, closed


def _covers(accept: Accept, finding: Finding) -> bool:
    if accept.rule not in (finding.rule, finding.name):
        return False
    fields = finding.where.as_json()
    return all(fields.get(name) == value for name, value in accept.where.items())


def _expired(estate: Estate, today: date) -> list[str]:
    return [
        f"the acceptance of {printable(a.rule)} by {printable(a.owner)} ended on {a.until}: its findings count again"
        for a in estate.accepted
        if a.until < today
    ]
