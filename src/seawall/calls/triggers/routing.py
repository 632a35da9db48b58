"""Rails' words for routes: walks the block of `routes.draw` and gives each route with its methods, path and action.

What cannot be read is left out: a path that is computed, `to: redirect(...)`, devise_for. A part of the path that is a
parameter is `:name`, the rest of a path `*name`; `(.:format)` is left away, and so are the signs of optional parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.triggers.inflections import Inflections
from seawall.calls.triggers.rubywords import keywords, plain, text, texts
from seawall.calls.triggers.source import Source

MOST = 20_000  # routes of an application; GitLab has 3,000
DEEPEST = 40  # of concerns in concerns, and of blocks
VERBS = frozenset(("get", "post", "put", "patch", "delete", "options", "match"))
_PASSED_OVER = frozenset(("direct", "resolve", "devise_for", "use_doorkeeper", "redirect"))
_SHORTHAND = re.compile(r"/?[-\w]+/[-\w/]+")
_FORMAT = re.compile(r"\(?\.:format\)?$")


@dataclass(frozen=True, slots=True)
class Route:
    """A route. action: of a controller (`admin/instances`, `index`); else target: a Rack application or a block."""

    methods: tuple[str, ...]
    path: str
    controller: str
    action: str
    target: Expr | None
    source: Source
    at: tree.Span


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the walk is. path: before what is drawn here. module: of controllers, `api/v1`.

    member, collection, fresh: the paths of the resource around, "" outside of any; outer: the path without resources,
    for shallow ones. defaults: of `with_options`. known: locals that stand for texts. names: of what may be drawn upon.
    """

    source: Source
    path: str = ""
    module: str = ""
    controller: str = ""
    action: str = ""
    member: str = ""
    collection: str = ""
    outer: str = ""
    nested: bool = False
    shallow: bool = False
    defaults: Mapping[str, Expr] = field(default_factory=dict[str, Expr])
    known: Mapping[str, str] = field(default_factory=dict[str, str])
    names: frozenset[str] = frozenset()
    depth: int = 0

    def inner(self, **changes: object) -> Scope:
        """A scope one level deeper."""
        return replace(self, depth=self.depth + 1, **changes)  # pyright: ignore[reportArgumentType]


@dataclass(slots=True)
class Drawing:
    """One application's routes. drawn: gives the file of `draw :admin`, None where there is none."""

    inflections: Inflections
    drawn: Callable[[Source, str], Source | None]
    words: Mapping[str, Word]
    concerns: dict[str, tuple[Scope, Body]] = field(default_factory=dict[str, tuple[Scope, Body]])
    mounts: dict[str, str] = field(default_factory=dict[str, str])
    used: set[str] = field(default_factory=set[str])  # files that were drawn
    count: int = 0

    def body(self, body: Body, scope: Scope) -> Iterator[Route]:
        """The routes of statements."""
        if scope.depth > DEEPEST:
            return
        for expr in body:
            if self.count > MOST:
                return
            if isinstance(expr, tree.Choice):
                for option in expr.options:
                    yield from self.body(option, scope)
            elif isinstance(expr, tree.Call):
                yield from self._call(expr, scope)

    def _call(self, call: tree.Call, scope: Scope) -> Iterator[Route]:
        if call.receiver is not None and not self._draws_on(call.receiver, scope):
            if call.name == "each" and call.block:
                yield from self._each(call, call.block, scope)
            elif call.block and call.name in ("tap", "instance_exec", "instance_eval"):
                yield from self.body(call.block.body, scope.inner())
            return
        word = self.words.get(call.name)
        if call.name in VERBS:
            yield from self._verb(call, scope)
        elif word is not None:
            yield from word(self, call, scope)
        elif call.block and call.name not in _PASSED_OVER:  # authenticate, devise_scope, constraints, what is the app's
            names = frozenset(param.name for param in call.block.params)
            yield from self.body(call.block.body, scope.inner(names=scope.names | names))

    def _draws_on(self, receiver: Expr, scope: Scope) -> bool:
        return isinstance(receiver, tree.Self) or (isinstance(receiver, tree.Name) and receiver.text in scope.names)

    def _each(self, call: tree.Call, block: tree.Block, scope: Scope) -> Iterator[Route]:
        values = texts(call.receiver)
        name = block.params[0].name if len(block.params) == 1 else ""
        for value in values[:MOST] if name else ():
            yield from self.body(block.body, scope.inner(known={**scope.known, name: value}))

    def _verb(self, call: tree.Call, scope: Scope) -> Iterator[Route]:
        """`get :a`, `get "a/b", to: "c#a"`, `match "a" => "c#a", via: [:get]`."""
        options = {**scope.defaults, **keywords(call)}
        named = [(text(arg, scope.known), None) for arg in plain(call) if not is_map(arg)]
        pairs = [(text(pair.key, scope.known), pair.value) for arg in plain(call) for pair in pairs_of(arg)]
        places = {"member": scope.member, "collection": scope.collection, "new": f"{scope.collection}/new"}
        path = places.get(text(options.get("on")) or "", scope.path)
        methods = (call.name.upper(),) if call.name != "match" else _via(options.get("via"), scope)
        for name, to in (*named, *pairs):
            if name is not None:
                yield from self.route(call, scope, methods, path, name, to or options.get("to"), options)

    def route(
        self,
        call: tree.Call,
        scope: Scope,
        methods: tuple[str, ...],
        base: str,
        name: str,
        to: Expr | None,
        options: Mapping[str, Expr],
    ) -> Iterator[Route]:
        """A route by its path or name, with what it goes to; a path without `to` may say it: `get "admin/sweep"`."""
        own = text(options.get("path"), scope.known)
        path = joined(base, own if own is not None else name)
        controller = text(options.get("controller"), scope.known) or scope.controller
        action = text(options.get("action"), scope.known) or scope.action
        said = text(to, scope.known)
        if to is not None and said is None:
            target = _target(to)
            if target is not None:
                yield from self.made(methods, path, "", "", target, scope, call)
            return
        if said is None and not action and _SHORTHAND.fullmatch(name) and "controller" not in options:
            said = "#".join(name.strip("/").rsplit("/", 1)).replace("-", "_")
        if said is not None and "#" in said:
            controller, _, action = said.partition("#")
        elif said:
            action = said
        elif not action and re.fullmatch(r"[\w-]+", name):
            action = name.replace("-", "_")
        if controller and action:
            yield from self.made(methods, path, in_module(controller, scope), action, None, scope, call)

    def made(
        self,
        methods: tuple[str, ...],
        path: str,
        controller: str,
        action: str,
        target: Expr | None,
        scope: Scope,
        call: tree.Call,
    ) -> Iterator[Route]:
        """A route, counted."""
        self.count += 1
        yield Route(methods, shown(path), controller, action, target, scope.source, call.span)


def joined(base: str, path: str) -> str:
    """Two parts of a path, with one slash between them."""
    path = path.strip("/")
    return f"{base}/{path}" if path else base


def shown(path: str) -> str:
    """A path as it is called: from the root, without `(.:format)` and the brackets of what is optional."""
    plain_path = _FORMAT.sub("", path).replace("(", "").replace(")", "")
    return "/" + re.sub(r"/{2,}", "/", plain_path).strip("/")


def is_map(expr: Expr) -> bool:
    """Whether it is a literal hash."""
    return isinstance(expr, tree.Sequence) and expr.kind == "map"


def pairs_of(expr: Expr) -> list[tree.Pair]:
    """The pairs of a literal hash, none of anything else."""
    return [item for item in expr.items if isinstance(item, tree.Pair)] if isinstance(expr, tree.Sequence) else []


def in_module(controller: str, scope: Scope) -> str:
    """A controller below the module of its scope; one that begins with `/` is below none."""
    return controller.strip("/") if controller.startswith("/") else joined(scope.module, controller).strip("/")


def _via(expr: Expr | None, scope: Scope) -> tuple[str, ...]:
    methods = tuple(word.upper() for word in texts(expr, scope.known))
    return methods if methods and "ALL" not in methods else ("ANY",)


def _target(to: Expr) -> Expr | None:
    """What a route calls that is no action of a controller: a class, a block; None of a redirect."""
    if isinstance(to, tree.Constant | tree.Block):
        return to
    if isinstance(to, tree.Call) and to.name == "action" and isinstance(to.receiver, tree.Constant):
        return to
    return None


Word: TypeAlias = Callable[[Drawing, tree.Call, Scope], Iterator[Route]]  # what a word but a verb draws
