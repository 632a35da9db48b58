"""Schedules of platforms: Kubernetes' `kind: CronJob`, and the `cron` of an app.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers import timing, yamltext
from seawall.calls.triggers.commandline import doors, doors_of_line
from seawall.calls.triggers.yamltext import Settings, get, items, scalar

_POD = ("jobTemplate", "spec", "template", "spec", "containers")


def matches(path: str) -> bool:
    """Whether a file may have one."""
    return path.endswith((".yml", ".yaml")) or path.rpartition("/")[2] == "app.json"


def of_texts(texts: Mapping[str, bytes]) -> Iterator[Trigger]:
    """The schedules of files."""
    for path, data in texts.items():
        if path.endswith("app.json"):
            if b'"cron"' in data:
                for settings in yamltext.documents(path, data):
                    yield from _of_app(settings)
        elif b"CronJob" in data:
            for settings in yamltext.documents(path, data):
                yield from _of_kubernetes(settings, settings.root)


def _of_app(settings: Settings) -> Iterator[Trigger]:
    for item in items(get(settings.root, "cron")):
        command = scalar(get(item, "command"))
        yield from _made(settings, command, get(item, "schedule"), "", doors_of_line(command))


def _of_kubernetes(settings: Settings, root: yaml.Node) -> Iterator[Trigger]:
    for item in items(get(root, "items")) if scalar(get(root, "kind")) == "List" else [root]:
        spec = get(item, "spec")
        if scalar(get(item, "kind")) != "CronJob" or scalar(get(spec, "suspend")) == "true":
            continue
        entries: list[Entry] = []
        for container in items(get(spec, *_POD)):
            words = [scalar(word) for key in ("command", "args") for word in items(get(container, key))]
            entries += doors(words)
        name, zone = scalar(get(item, "metadata", "name")), scalar(get(spec, "timeZone"))
        yield from _made(settings, name, get(spec, "schedule"), zone, tuple(entries))


def _made(
    settings: Settings, name: str, schedule: yaml.Node | None, zone: str, entries: tuple[Entry, ...]
) -> Iterator[Trigger]:
    when = scalar(schedule)
    if schedule is not None and when and entries:
        line = yamltext.line_of(schedule)
        yield Trigger("cron", name, settings.path, line, when, timing.cron(when, zone), entries)
