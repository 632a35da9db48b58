"""Handlers of AWS Lambda: functions that a deployment names as `path.function`, with the requests that they send."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr, Span
from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers.expressions import last
from seawall.calls.triggers.requests import requests_in
from seawall.calls.triggers.source import Source

WORDS = re.compile(
    rb"\b\w*\(\s*_?event\b[^)\n]*,\s*_?context\b|exports\.\w*(?i:handler)\b"
    rb"|export\s+(?:const|async|function)[^\n]*(?i:handler)\b"
)
_PARAMETERS = ("event", "context")


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The handlers of these files."""
    for source in sources:
        for name, place in _handlers(source):
            stem = source.path.rsplit(".", 1)[0]
            words = stem.replace("/", ".").split(".")
            doors = tuple(f"lambda:{'.'.join(words[start:])}.{name}" for start in range(len(words)))
            python = source.file.language == "python"
            if python or source.file.language == "ruby":
                into = Entry("definition", name=name, path=source.path, span=place)
            else:
                into = source.inside((0, len(source.data)))
            entries = (into, *requests_in(source.file.body))
            yield Trigger("lambda", f"{stem}.{name}", source.path, source.line(place), entries=entries, doors=doors)


def _handlers(source: Source) -> Iterator[tuple[str, Span]]:
    """Names of handlers, and where each stands."""
    for node in source.file.body:
        if isinstance(node, tree.Function):
            named = tuple(param.name.lstrip("_") for param in node.params)
            if named[:2] == _PARAMETERS or (source.file.language not in ("python", "ruby") and _is_handler(node.name)):
                yield node.name, node.name_span
        elif isinstance(node, tree.Assign) and source.file.language not in ("python", "ruby"):
            for target in node.targets:
                if _is_handler(last(target)) and (_exported(target) or isinstance(target, tree.Name)):
                    yield last(target), target.span
        elif isinstance(node, tree.Unknown):
            for part in node.parts:
                yield from _inner(part, source)


def _inner(part: Expr, source: Source) -> Iterator[tuple[str, Span]]:
    """What is exported stands in what exports it."""
    if source.file.language in ("python", "ruby"):
        return
    if isinstance(part, tree.Function) and _is_handler(part.name):
        yield part.name, part.name_span
    elif isinstance(part, tree.Assign):
        for target in part.targets:
            if _is_handler(last(target)):
                yield last(target), target.span


def _is_handler(name: str) -> bool:
    return name.lower().endswith("handler")


def _exported(target: Expr) -> bool:
    return isinstance(target, tree.Member) and last(target.of) in ("exports",)
