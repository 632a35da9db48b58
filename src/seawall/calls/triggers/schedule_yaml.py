"""Schedules in YAML files: any map, in any file, whose values say when (cron, every, interval) and what (class).

    :scheduler:
      :schedule:
        indexing_scheduler:          the name, and the line that is shown
          interval: 1 minute
          class: Scheduler::IndexingScheduler

A list of rows that have a `name` is one too. ERB is left as it is written, and such a schedule has no timing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import yaml

from seawall.calls.facts.triggers import Trigger
from seawall.calls.triggers import rows, yamltext
from seawall.calls.triggers.yamltext import Settings

_WHEN = re.compile(
    rb"""(?m)^[\s\-{]*["']?:?(?:cron|schedule|every|interval|at|in)["']?\s*:|[{,]\s*["']?:?(?:cron|every)["']?:"""
)
_WHAT = re.compile(rb"""\b(?:class|job_class|job|klass|command|custom_job_class)["']?\s*:\s*["']?(?:::)?[A-Z]""")
_ELSEWHERE = frozenset(("test", "development"))  # sections that are not what runs in production
_ONCE = frozenset(("at", "in"))
_KUBERNETES = frozenset(("apiVersion", "Resources"))


def matches(path: str) -> bool:
    """Whether a file is YAML, and no list of translations."""
    plain = path.removesuffix(".erb").removesuffix(".tt")
    return plain.endswith((".yml", ".yaml")) and "/locales/" not in f"/{path}"


def of_texts(texts: Mapping[str, bytes]) -> Iterator[Trigger]:
    """The schedules of files."""
    for path, data in texts.items():
        if _WHEN.search(data) and _WHAT.search(data):
            for settings in yamltext.documents(path, data):
                if not _KUBERNETES.intersection(name for name, _, _ in yamltext.pairs(settings.root)):
                    yield from _of_node(settings, settings.root, ())


def _of_node(settings: Settings, node: yaml.Node, above: tuple[str, ...]) -> Iterator[Trigger]:
    named = yamltext.pairs(node)
    names = {name for name, _, _ in named}
    for name, key, value in named:
        if name in _ELSEWHERE and "production" in names:
            continue
        made = _row(settings, name, key, value, above)
        if made is not None:
            yield made
        else:
            yield from _of_node(settings, value, (*above, name))
    for item in yamltext.items(node):
        name = yamltext.scalar(yamltext.get(item, "name"))
        made = _row(settings, name, item, item, above) if name else None
        if made is not None:
            yield made


def _row(settings: Settings, name: str, key: yaml.Node, node: yaml.Node, above: tuple[str, ...]) -> Trigger | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    row = {word: _value(settings, value) for word, _, value in yamltext.pairs(node)}
    if "class" not in row and rows.CLASS.fullmatch(name):  # resque-scheduler takes the name for the class
        row["class"] = rows.Value(name, name)
    scheduled = any("schedule" in word for word in above)
    if not scheduled and _ONCE.issuperset(word for word in rows.WHEN if word in row):
        return None
    kind = "sidekiq-scheduler" if scheduled and "resque" not in settings.path else ""
    return rows.trigger(name, row, settings.path, yamltext.line_of(key), kind)


def _value(settings: Settings, node: yaml.Node) -> rows.Value:
    first = next(iter(yamltext.items(node)), node)  # every: ["15m", first_in: "4m"]
    return rows.Value(yamltext.scalar(first), settings.written(node), settings.has_erb(first))
