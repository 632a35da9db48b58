"""Routes of Sinatra: `get "/x" do` in a class below Sinatra::Base, or in a file that requires sinatra."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body
from seawall.calls.facts.triggers import Trigger
from seawall.calls.triggers.routing import joined, shown
from seawall.calls.triggers.rubywords import classes, in_ruby, name_of, plain, text
from seawall.calls.triggers.source import Source

WORDS = re.compile(rb"\bSinatra\b|['\"]sinatra\b")
_VERBS = frozenset(("get", "post", "put", "patch", "delete", "options", "head"))
DEEPEST = 10


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The routes of all files."""
    for source in in_ruby(sources):
        for _, cls in classes(source.file.body):
            if any(name_of(base).startswith("Sinatra::") for base in cls.bases):
                yield from _of_body(source, cls.body, "", 0)
        if re.search(rb"require\s*\(?['\"]sinatra['\"]", source.data):
            yield from _of_body(source, source.file.body, "", 0)


def _of_body(source: Source, body: Body, above: str, depth: int) -> Iterator[Trigger]:
    for call in body:
        if not isinstance(call, tree.Call) or call.receiver is not None or call.block is None:
            continue
        path = text(next(iter(plain(call)), None))
        if call.name == "namespace" and path is not None and depth < DEEPEST:
            yield from _of_body(source, call.block.body, joined(above, path), depth + 1)
        elif call.name in _VERBS and path is not None and (not path or path.startswith("/")):
            name = f"{call.name.upper()} {shown(joined(above, path))}"
            entries = (source.inside(call.block.span),)
            yield Trigger("http", name, source.path, source.line(call.span), entries=entries, doors=(f"http:{name}",))
