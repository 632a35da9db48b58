"""Clockwork: `every(1.hour, "sweep", at: "**:15") { Sweep.perform_async }`, or a handler for all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers import rubytimes
from seawall.calls.triggers.rubywords import calls, every, in_ruby, keywords, name_of, plain, text, texts
from seawall.calls.triggers.source import Source

WORDS = re.compile(rb"\bClockwork\b|\bclockwork\b")
_JOBS = frozenset(("perform_async", "perform_later", "perform_in", "enqueue", "delay"))


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The events of all files."""
    for source in in_ruby(sources):
        body = source.file.body
        handler = next((call.block for call in calls(body, "handler") if call.block and not call.args), None)
        for call in calls(body, "every"):
            period = next(iter(plain(call)), None)
            if call.receiver is None and rubytimes.seconds(period):
                yield from _event(source, call, handler)


def _event(source: Source, call: tree.Call, handler: tree.Block | None) -> Iterator[Trigger]:
    period, *jobs = plain(call)
    options = keywords(call)
    named = [item.value for item in jobs[0].items] if jobs and isinstance(jobs[0], tree.Sequence) else jobs[:1]
    times = texts(options.get("at")) or [None]
    zone = text(options.get("tz")) or ""
    for job in named or [None]:
        name = text(job) or name_of(job) or source.written(period.span)
        if call.block:
            entries: tuple[Entry, ...] = (source.inside(call.block.span),)
        else:
            entries = tuple(_handled(source, job, handler))
        for at in times if entries else ():
            shown = source.written(period.span) + (f", at: {at}" if at else "")
            timed = rubytimes.clockwork(period, at, zone) if "if" not in options else None
            yield Trigger("clockwork", name, source.path, source.line(call.span), shown, timed, entries)


def _handled(source: Source, job: tree.Expr | None, handler: tree.Block | None) -> Iterator[Entry]:
    """What a handler does with a job: the branch for its name, the method that it sends to a class."""
    if handler is None or not handler.params:
        if name_of(job):
            yield Entry("method", name_of(job), "call")
        return
    for expr in every(handler.body):
        if isinstance(expr, tree.Choice) and expr.kind == "case" and text(job) is not None:
            for labels, option in zip(expr.labels, expr.options, strict=False):
                if option and text(job) in [text(label) for label in labels]:
                    yield source.inside((option[0].span[0], option[-1].span[1]))
                    return
        of = expr.receiver if isinstance(expr, tree.Call) else None
        if name_of(job) and isinstance(of, tree.Name) and of.text == handler.params[0].name:
            name = expr.name if isinstance(expr, tree.Call) else ""
            yield Entry("method", name_of(job), "perform" if name in _JOBS else name)
            return
    if not name_of(job):
        yield source.inside(handler.span)
