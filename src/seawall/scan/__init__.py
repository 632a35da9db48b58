"""The main job: names the targets, collects, judges, ranks, and hands one `Scan` to a report.

Nodes are read at the same time; one that is slow, dead or hostile holds up no other and costs at most its timeout.
With a store each node's log is booked first, so that what the report says of it is cumulative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from seawall import __version__, rulebook
from seawall.config import Estate
from seawall.errors import InputError, OutputError, SeawallError
from seawall.model import Capture, Finding, NotChecked, Scan, Target
from seawall.nodes.collect import Reading, collect
from seawall.nodes.wording import count
from seawall.scan.accepted import accept, expired
from seawall.scan.pasted import paste
from seawall.scan.ranking import cost, ranked, totals, unreported
from seawall.scan.summary import summary
from seawall.scan.targets import RedisTarget, each, expand, primaries

if TYPE_CHECKING:
    from seawall.history import History
    from seawall.scan.baseline import Baseline
    from seawall.scan.code import CodeRead

__all__ = ["RedisTarget", "Wish", "each", "expand", "primaries", "scan", "summary"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What to scan and how.

    all_nodes: of each server's deployment the replicas and shards too. store: where entries are kept (a path, or a URL
    of PostgreSQL); empty for none. since: seconds back from now that the report covers, from the store; None for what
    is in the logs now. zone: whose days a report of weeks counts in. code: folders of source code. baseline: whose
    findings in code are frozen. cache: where results about code are kept. progress: is told of code what is being done,
    and how much of it is done.
    """

    servers: tuple[RedisTarget, ...] = ()
    pasted: tuple[tuple[str, bytes], ...] = ()  # name and bytes of each --input
    rules: tuple[str, ...] = ()  # codes; empty for all
    timeout: float = 4.0
    keep_arguments: bool = False
    estate: Estate = field(default_factory=Estate)
    all_nodes: bool = False
    store: str = ""
    since: float | None = None
    zone: tzinfo = UTC
    code: tuple[str, ...] = ()
    baseline: Baseline | None = None
    cache: Path | None = None
    progress: Callable[[str, int], None] = lambda _what, _done: None


Result = tuple[Target, Reading | None, NotChecked | None]


def scan(wish: Wish) -> Scan:
    """Reads every target of the wish and judges it. Never raises for a target: that stands under `not_checked`.

    Raises InputError, OutputError or a TargetError for a store that cannot be used, UsageError for a folder of code
    that does not exist.
    """
    if not wish.store:
        return _scan(wish, None)
    from seawall.history import open_history  # SQLAlchemy costs 0.2 s: only who has a store pays

    if not wish.servers:
        open_history(wish.store, read_only=True).close()  # one that is to be read must be there
    with open_history(wish.store) as history:
        return _scan(wish, history)


def _scan(wish: Wish, history: History | None) -> Scan:
    started = datetime.now(UTC)
    code = _code(wish)
    results: list[Result] = [paste(name, data, keep_arguments=wish.keep_arguments) for name, data in wish.pasted]
    names = {p.stream.run_id: p.stream.node for p in history.positions()} if history is not None else {}
    servers, lost = expand(wish.servers, all_nodes=wish.all_nodes, timeout=wish.timeout, names=names)
    results += [_outcome(target, wrong) for target, wrong in lost]
    wish = replace(wish, servers=tuple(servers))
    results += _read_all(wish, history)
    findings: list[Finding] = []
    for target, reading, _ in results:
        if reading is not None:
            findings += [replace(f, owner=target.owner) for f in rulebook.run("nodes", reading.facts, wish.rules)]
    readings = [reading for _, reading, _ in results if reading is not None]
    notes = [note for r in readings for note in (*r.notes, *unreported(r.facts, findings, wish.rules))]
    shown = Scan(
        version=__version__,
        started_at=started,
        finished_at=started,
        targets=tuple(target for target, _, _ in results),
        capture=tuple(r.capture for r in readings if r.capture is not None),
        findings=tuple(findings),
        commands=totals(readings),
        cost=cost(readings),
        not_checked=(*(n for *_, n in results if n is not None), *(n for r in readings for n in r.not_checked)),
        notes=(*notes, *expired(wish.estate, started.date())),
    )
    if history is not None:
        shown = _with_store(shown, wish, history)
    if code is not None:
        shown = _with_code(shown, code, wish.rules, readings)
    open_, accepted = accept(ranked(shown.findings, readings), wish.estate.accepted, started.date())
    frozen: list[Finding] = []
    if wish.baseline is not None:
        open_, frozen = wish.baseline.part(open_)
        shown = replace(shown, notes=(*shown.notes, *_gone(wish.baseline, shown, wish.rules)))
    return replace(
        shown,
        finished_at=datetime.now(UTC),
        findings=tuple(open_),
        accepted=tuple(accepted),
        frozen=tuple(frozen),
    )


# --- code -------------------------------------------------------------------------------------------------------------


def _code(wish: Wish) -> CodeRead | None:
    if not wish.code:
        return None
    from seawall.calls.configured import overrides_of
    from seawall.scan.code import read_code  # the parsers cost 50 ms: only who has code pays

    overrides = overrides_of(wish.estate.calls, str(wish.estate.file))
    return read_code(wish.code, cache=wish.cache, progress=wish.progress, overrides=overrides)


def _with_code(shown: Scan, code: CodeRead, rules: Sequence[str], readings: Sequence[Reading]) -> Scan:
    lazily = {r.facts.server.frees_lazily("lazyfree-lazy-user-del") for r in readings if r.facts.is_live}
    frees_lazily = lazily.pop() if len(lazily) == 1 else None
    return replace(
        shown,
        targets=(*shown.targets, *code.targets),
        findings=(*shown.findings, *code.findings(rules, frees_lazily=frees_lazily)),
        not_checked=(*shown.not_checked, *code.not_checked),
    )


def _gone(baseline: Baseline, shown: Scan, rules: Sequence[str]) -> list[str]:
    """What to say of frozen findings that are no more: nothing where not all was looked at."""
    if rules or shown.not_checked or not any(target.kind == "code" for target in shown.targets):
        return []
    gone = baseline.gone(shown.findings)
    verb = "is" if len(gone) == 1 else "are"
    said = (
        f"{count(len(gone), 'finding')} of the baseline {baseline.name} {verb} gone: take it off with --write-baseline"
    )
    return [said] if gone else []


# --- targets ----------------------------------------------------------------------------------------------------------


def _read_all(wish: Wish, history: History | None) -> list[Result]:
    def read(target: RedisTarget) -> Reading:
        if history is not None:
            from seawall.scan import kept

            return kept.read(history, target, wish.timeout, keep_arguments=wish.keep_arguments)
        return collect(
            target.address,
            timeout=wish.timeout,
            without=target.without,
            keep_arguments=wish.keep_arguments,
            name=target.name,
        )

    answers = each(wish.servers, read, wish.timeout * (1 if history is None else 2))  # then it is read and booked
    for answer in answers:
        if isinstance(answer, InputError | OutputError):
            raise answer  # of the store: no server is to blame
    return [_outcome(target, answer) for target, answer in zip(wish.servers, answers, strict=True)]


def _outcome(target: RedisTarget, answer: Reading | SeawallError) -> Result:
    name = target.name or target.address.name
    if not isinstance(answer, Reading):
        return Target(name, "redis", owner=target.owner), None, NotChecked(name, answer.what, answer.hint)
    facts = answer.facts
    return Target(name, "redis", facts.server.title, summary(facts), target.owner), answer, None


# --- the store --------------------------------------------------------------------------------------------------------


def _with_store(shown: Scan, wish: Wish, history: History) -> Scan:
    """The scan with cumulative positions; with `since`, with what the store knows of that span."""
    from seawall.scan import kept

    now = int(shown.started_at.timestamp())
    names = {target.name or target.address.name for target in wish.servers}
    positions = history.positions(names or None)
    slow, large = kept.captures(positions)
    pasted: Sequence[Capture] = [c for c in shown.capture if c.node not in names]
    shown = replace(shown, capture=(*pasted, *slow), large=large)
    if wish.since is not None:
        span = kept.span(history, now - int(wish.since), now + 1, names or None)
        stored = kept.stored_findings(history, span.since, wish.rules, names or None)
        found, outside = kept.over_time(shown.findings, stored, history.groups(span.since, nodes=names or None), span)
        notes = [f"{count(outside, 'finding')} of the logs of now: none of their entries is in this span"]
        shown = replace(
            shown,
            findings=tuple(found),
            targets=(*shown.targets, *kept.targets_of(positions, {t.name for t in shown.targets})),
            notes=(*shown.notes, *(notes if outside else ())),
            timeline=kept.timeline_of(history, span, names or None, wish.zone),
        )
    with history.writing() as writer:
        writer.record_scan(now)
    return shown
