"""Schedules in Ruby itself: hashes of sidekiq-cron, sidekiq-scheduler and good_job, and blocks of rufus-scheduler.

Sidekiq::Cron::Job.create(name: "a", cron: "...", class: "A")      Sidekiq::Cron::Job.load_from_hash({...})
config.good_job.cron = {...}      Sidekiq.schedule = {...}          scheduler.every("5m") do ... end
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.triggers import Trigger
from seawall.calls.triggers import rows, timing
from seawall.calls.triggers.rubywords import entries, every, in_ruby, keywords, name_of, plain, text
from seawall.calls.triggers.source import Source

WORDS = re.compile(rb"Sidekiq::Cron|Sidekiq\.schedule|good_job|[rR]ufus|mgr\.register|\bResque\.schedule\b")
_LOADS = frozenset(("load_from_hash", "load_from_hash!", "load_from_array", "load_from_array!", "create", "new"))
_RUFUS = frozenset(("every", "cron", "interval", "schedule_every", "schedule_cron", "schedule_interval"))


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The schedules of all files."""
    for source in in_ruby(sources):
        rufus = b"ufus" in source.data
        constants = {
            target.path[-1]: expr.value
            for expr in every(source.file.body)
            if isinstance(expr, tree.Assign)
            for target in expr.targets
            if isinstance(target, tree.Constant)
        }
        for expr in every(source.file.body):
            if isinstance(expr, tree.Assign):
                yield from _assigned(source, expr, constants)
            elif isinstance(expr, tree.Call):
                yield from _called(source, expr, constants)
                if rufus and expr.name in _RUFUS and expr.receiver is not None and expr.block:
                    yield from _block(source, expr, expr.block)


def _assigned(source: Source, expr: tree.Assign, constants: dict[str, Expr | None]) -> Iterator[Trigger]:
    for target in expr.targets:
        if isinstance(target, tree.Member) and target.name in ("cron", "schedule"):
            kind = "good_job" if b"good_job" in source.data and target.name == "cron" else "sidekiq-scheduler"
            yield from _hash(source, _settled(expr.value, constants), kind)


def _called(source: Source, call: tree.Call, constants: dict[str, Expr | None]) -> Iterator[Trigger]:
    if call.name == "register" and len(plain(call)) == 2 and b"periodic" in source.data:  # Sidekiq Enterprise
        cron, job = (text(arg) or name_of(arg) for arg in plain(call))
        row = {"cron": rows.Value(cron, cron), "class": rows.Value(job, job)}
        yield from _kept(rows.trigger(job, row, source.path, source.line(call.span), "sidekiq-periodic"))
    if name_of(call.receiver) != "Sidekiq::Cron::Job" or call.name not in _LOADS:
        return
    if call.name in ("create", "new"):
        found = keywords(call)
        yield from _kept(_row(source, text(found.get("name")) or "", found, call.span, "sidekiq-cron"))
        return
    for arg in [arg.value for arg in call.args if not arg.keyword]:
        given = _settled(arg, constants)
        yield from _hash(source, given, "sidekiq-cron")
        if isinstance(given, tree.Sequence) and given.kind == "list":
            for item in given.items:
                found = entries(item.value)
                yield from _kept(_row(source, text(found.get("name")) or "", found, item.value.span, "sidekiq-cron"))


def _settled(expr: Expr | None, constants: dict[str, Expr | None]) -> Expr | None:
    while isinstance(expr, tree.Call) and expr.name == "freeze":
        expr = expr.receiver
    return constants.get(expr.path[-1]) if isinstance(expr, tree.Constant) else expr


def _hash(source: Source, expr: Expr | None, kind: str) -> Iterator[Trigger]:
    for item in expr.items if isinstance(expr, tree.Sequence) and expr.kind == "map" else ():
        if isinstance(item, tree.Pair) and (name := text(item.key)):
            yield from _kept(_row(source, name, entries(item.value), item.key.span, kind))


def _row(source: Source, name: str, found: dict[str, Expr], span: tree.Span, kind: str) -> Trigger | None:
    row = {key: _value(source, value) for key, value in found.items()}
    return rows.trigger(name, row, source.path, source.line(span), kind)


def _value(source: Source, expr: Expr) -> rows.Value:
    first = expr.items[0].value if isinstance(expr, tree.Sequence) and expr.items else expr
    said = text(first) or name_of(first)
    if isinstance(first, tree.Literal) and isinstance(first.value, bool):
        said = str(first.value).lower()
    written = text(expr) or source.written(expr.span)
    return rows.Value(said or written, written, made=not said)


def _kept(made: Trigger | None) -> Iterator[Trigger]:
    if made is not None:
        yield made


def _block(source: Source, call: tree.Call, block: tree.Block) -> Iterator[Trigger]:
    """`scheduler.every("5m") do`, `scheduler.cron "0 4 * * *" do`."""
    said = text(next(iter(plain(call)), None))
    if said is None:
        return
    timed = timing.written(said) if call.name.endswith("cron") else timing.length(said)
    name, line = f"{call.name} {said}", source.line(call.span)
    yield Trigger("rufus-scheduler", name, source.path, line, said, timed, (source.inside(block.span),))
