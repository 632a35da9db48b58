"""The routes of Rails applications: config/routes.rb, files that it draws, engines where they are mounted.

A file in config/routes/ that nothing is seen to draw is read as if it stood in routes.rb. The routes of an engine are
below the path at which it is mounted, and its controllers in its module where it says `isolate_namespace`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers import inflections
from seawall.calls.triggers.routing import Drawing, Route, Scope
from seawall.calls.triggers.routing_words import WORDS as ROUTING
from seawall.calls.triggers.rubywords import calls, classes, in_ruby, name_of, plain, text
from seawall.calls.triggers.source import Source

WORDS = re.compile(
    rb"\broutes\.(?:draw|prepend|append)\b|\bisolate_namespace\b|\binflect\.\w"
    rb"|^\s*(?:resources?|namespace|get|post)\b[ (]*[:'\"]",
    re.MULTILINE,
)
FILE = re.compile(r"(?:^|.*/)config/routes(?:\.rb|/.*\.rb|_.*\.rb)")
SETTINGS = re.compile(r"(?:^|.*/)(?:config/|lib/.*engine\.rb|lib/.*inflect)")
_DRAWS = ("draw", "prepend", "append")


@dataclass(frozen=True, slots=True)
class _Root:
    """A block of routes. engine: whose routes they are, "" of the application's."""

    source: Source
    body: Body
    engine: str = ""


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The routes of all files."""
    ruby = [source for source in in_ruby(sources) if b"routes." in source.data or SETTINGS.match(source.path)]
    files = {source.path: source for source in ruby if FILE.match(source.path)}

    def drawn(source: Source, name: str) -> Source | None:
        root = source.path.partition("config/routes")[0]
        return files.get(f"{root}config/routes/{name}.rb")

    words = inflections.of_sources(ruby)
    drawing = Drawing(words, drawn, ROUTING)
    roots = [root for source in ruby for root in _roots(source)]
    isolated = {name: module for source in ruby for name, module in _isolated(source)}
    routes = [route for root in roots if not root.engine for route in _drawn(drawing, root)]
    for root in roots:
        if root.engine:
            routes += _drawn(drawing, root, drawing.mounts.get(root.engine, ""), isolated.get(root.engine, ""))
    begun = {root.source.path for root in roots}
    for path, source in files.items():
        if path not in begun and path not in drawing.used:
            routes += _drawn(drawing, _Root(source, source.file.body))
    for route in routes:
        yield _trigger(route, words)


def _drawn(drawing: Drawing, root: _Root, path: str = "", module: str = "") -> list[Route]:
    kept, drawing.concerns = drawing.concerns, {**drawing.concerns} if not root.engine else {}
    found = list(drawing.body(root.body, Scope(root.source, path, module, outer=path)))
    drawing.concerns = kept if root.engine else drawing.concerns
    return found


def _roots(source: Source) -> Iterator[_Root]:
    """`Rails.application.routes.draw do`, `Shop::Engine.routes.draw do`, `Engine.routes.draw do` in `module Shop`."""
    if b"routes." not in source.data:
        return
    for call in calls(source.file.body, *_DRAWS):
        of = call.receiver
        if call.block and isinstance(of, tree.Call) and of.name == "routes":
            name = name_of(of.receiver)
            yield _Root(source, call.block.body, name if name.rpartition("::")[2].endswith("Engine") else "")


def _isolated(source: Source) -> Iterator[tuple[str, str]]:
    """Engines with the path of the module that their controllers are in."""
    for path, cls in classes(source.file.body):
        for call in cls.body:
            if isinstance(call, tree.Call) and call.name == "isolate_namespace":
                module = name_of(next(iter(plain(call)), None))
                if module:
                    yield "::".join(path), "/".join(module.split("::"))


def _trigger(route: Route, words: inflections.Inflections) -> Trigger:
    names = tuple(f"{method} {route.path}" for method in route.methods)
    entries = tuple(_entries(route, words))
    doors = tuple(f"http:{name}" for name in names)
    return Trigger("http", names[0], route.source.path, route.source.line(route.at), None, None, entries, doors)


def _entries(route: Route, words: inflections.Inflections) -> Iterator[Entry]:
    target: Expr | None = route.target
    match target:
        case None:
            for name in words.camelized(route.controller):
                yield Entry("method", f"{name}Controller", route.action)
        case tree.Block():
            yield route.source.inside(target.span)
        case tree.Call(receiver=tree.Constant() as of):
            action = text(next(iter(plain(target)), None))
            if action:
                yield Entry("method", name_of(of), action)
        case _:
            yield Entry("method", name_of(target), "call")
