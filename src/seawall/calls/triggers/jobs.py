"""Jobs of Ruby: classes that a queue may run, by what they include or inherit. Who put them there is not known here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers.rubywords import classes, in_ruby, name_of
from seawall.calls.triggers.source import Source

WORDS = re.compile(
    rb"\bSidekiq(?:::|_)(?:Worker|Job)\b|\bApplication(?:Job|Worker)\b|\bActiveJob::Base\b|\bShoryuken::Worker\b"
    rb"|\bSneakers::Worker\b|\bSidekiq::IterableJob\b"
)
MIXED = frozenset(("Sidekiq::Worker", "Sidekiq::Job", "Sidekiq::IterableJob", "Shoryuken::Worker", "ApplicationWorker"))
BASES = frozenset(("ApplicationJob", "ActiveJob::Base", "ApplicationWorker"))
METHODS = ("perform", "each_iteration", "work")


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """A trigger for each such class that defines what is run."""
    for source in in_ruby(sources):
        for path, cls in classes(source.file.body):
            if _is_job(cls):
                yield from _job(source, "::".join(path), cls)


def _is_job(cls: tree.Class) -> bool:
    mixed = (name for part in cls.body if isinstance(part, tree.Mixin) for name in part.names)
    return any(name_of(name) in MIXED for name in mixed) or any(name_of(base) in BASES for base in cls.bases)


def _job(source: Source, name: str, cls: tree.Class) -> Iterator[Trigger]:
    for part in cls.body:
        if isinstance(part, tree.Function) and part.name in METHODS and not part.on_class:
            line = source.line(part.name_span)
            yield Trigger("job", name, source.path, line, entries=(Entry("method", name, part.name),))
            return
