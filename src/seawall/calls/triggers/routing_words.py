"""Rails' words around routes: namespace, scope, resources, member, concern, with_options, draw, mount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.triggers.routing import Drawing, Route, Scope, Word, in_module, is_map, joined, pairs_of
from seawall.calls.triggers.rubywords import entries, keywords, name_of, plain, text, texts

ACTIONS = {
    "index": ("GET",),
    "create": ("POST",),
    "new": ("GET",),
    "show": ("GET",),
    "edit": ("GET",),
    "update": ("PATCH", "PUT"),
    "destroy": ("DELETE",),
}
OF_MEMBER = frozenset(("show", "edit", "update", "destroy"))
AROUND = frozenset(("module", "shallow"))  # options of resources that are a scope around them


def _first(call: tree.Call, scope: Scope) -> str | None:
    return text(next(iter(plain(call)), None), scope.known)


def _said(options: Mapping[str, Expr], key: str, default: str, scope: Scope) -> str:
    """An option's text; "" where it is nil or not known, the default where it is not said."""
    return (text(options[key], scope.known) or "") if key in options else default


def root(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`root "home#index"`, `root to: "home#index"`."""
    options = {**scope.defaults, **keywords(call)}
    to = next((arg for arg in plain(call) if not is_map(arg)), options.get("to"))
    yield from drawing.route(call, scope, ("GET",), scope.path, "/", to, options)


def namespace(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`namespace :admin, path: "a", module: "b" do`."""
    name = _first(call, scope)
    if name is None or call.block is None:
        return
    options = keywords(call)
    path = _said(options, "path", name, scope)
    inner = scope.inner(
        path=joined(scope.path, path),
        outer=joined(scope.outer, path),
        module=joined(scope.module, _said(options, "module", name, scope)),
        controller=text(options.get("controller")) or "",
    )
    yield from drawing.body(call.block.body, inner)


def scope_(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`scope "/api", module: :v1, controller: :x do`; a path that is computed is taken for a parameter."""
    if call.block is None:
        return
    options = keywords(call)
    paths = [text(arg, scope.known) or ":scope" for arg in plain(call) if not is_map(arg)]
    paths += [text(options["path"], scope.known) or ""] if "path" in options else []
    yield from drawing.body(call.block.body, _scoped(options, "/".join(paths), scope))


def api_version(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`api_version(module: "Api::V1", path: {value: "api/v1"}) do` of the gem versionist."""
    if call.block:
        options = keywords(call)
        path = text(entries(options.get("path")).get("value")) or ""
        yield from drawing.body(call.block.body, _scoped(options, path, scope))


def _scoped(options: Mapping[str, Expr], path: str, scope: Scope) -> Scope:
    shallow = options.get("shallow")
    defaults = {key: options[key] for key in ("only", "except", "via", "to") if key in options}
    return scope.inner(
        path=joined(scope.path, path),
        outer=joined(scope.outer, path) if not scope.nested else scope.outer,
        module=joined(scope.module, text(options.get("module"), scope.known) or ""),
        controller=text(options.get("controller"), scope.known) or scope.controller,
        action=text(options.get("action"), scope.known) or scope.action,
        shallow=bool(shallow.value) if isinstance(shallow, tree.Literal) else scope.shallow,
        defaults={**scope.defaults, **defaults},
    )


def controller(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`controller :sessions do`."""
    if call.block:
        yield from drawing.body(call.block.body, scope.inner(controller=_first(call, scope) or ""))


def with_options(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`with_options controller: :a do |it|`."""
    if call.block:
        names = scope.names | {param.name for param in call.block.params}
        inner = scope.inner(defaults={**scope.defaults, **keywords(call)}, names=names)
        yield from drawing.body(call.block.body, inner)


def shallow(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`shallow do`."""
    if call.block:
        yield from drawing.body(call.block.body, scope.inner(shallow=True))


def concern(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`concern :x do` is kept for where it is asked for."""
    name = _first(call, scope)
    if name is not None and call.block:
        drawing.concerns[name] = (scope, call.block.body)
    yield from ()


def concerns(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`concerns :a, :b`."""
    for name in (word for arg in plain(call) for word in texts(arg)):
        yield from _of_concern(drawing, name, scope)


def _of_concern(drawing: Drawing, name: str, scope: Scope) -> Iterator[Route]:
    found = drawing.concerns.get(name)
    if found:
        yield from drawing.body(found[1], scope.inner(source=found[0].source))


def part(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`member do`, `collection do`, `new do`, `nested do` in resources."""
    paths = {"member": scope.member, "collection": scope.collection, "new": joined(scope.collection, "new")}
    if call.block:
        yield from drawing.body(call.block.body, scope.inner(path=paths.get(call.name, scope.path)))


def resources(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`resources :a, :b, only: [...] do`, `resource :c`."""
    options = {**scope.defaults, **keywords(call)}
    around = {key: value for key, value in options.items() if key in AROUND}
    outer = _scoped(around, "", scope) if around else scope
    for arg in plain(call):
        for name in [] if is_map(arg) else texts(arg, scope.known):
            yield from _resource(drawing, call, name, options, outer)


def _resource(
    drawing: Drawing, call: tree.Call, name: str, options: Mapping[str, Expr], scope: Scope
) -> Iterator[Route]:
    single, words = call.name == "resource", drawing.inflections
    path = _said(options, "path", name, scope)
    handled = text(options.get("controller"), scope.known) or (words.plural(name) if single else name)
    collection = joined(scope.path, path)
    member = below = collection
    if not single:
        short = joined(scope.outer, path) if scope.shallow and scope.nested else collection
        param = text(options.get("param"), scope.known) or "id"
        member, below = f"{short}/:{param}", f"{short}/:{words.singular(name.rpartition('/')[2])}_{param}"
    names = entries(options.get("path_names"))
    for action in _actions(options, single):
        place = member if action in OF_MEMBER else collection
        end = text(names.get(action)) or action if action in ("new", "edit") else ""
        full = in_module(handled, scope)
        yield from drawing.made(ACTIONS[action], joined(place, end), full, action, None, scope, call)
    inner = scope.inner(
        path=below, member=member, collection=collection, controller=handled, action="", nested=True, defaults={}
    )
    for each in texts(options.get("concerns")):
        yield from _of_concern(drawing, each, inner)
    if call.block:
        given = inner.names | {param.name for param in call.block.params}
        yield from drawing.body(call.block.body, replace(inner, names=given))


def _actions(options: Mapping[str, Expr], single: bool) -> list[str]:
    actions = [action for action in ACTIONS if not (single and action == "index")]
    if "only" in options:
        wanted = texts(options["only"])
        return [action for action in actions if action in wanted]
    left_out = texts(options.get("except"))
    return [action for action in actions if action not in left_out]


def draw(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`draw :admin`: config/routes/admin.rb, in the scope around."""
    for name in (word for arg in plain(call) for word in texts(arg, scope.known)):
        source = drawing.drawn(scope.source, name)
        if source is not None:
            drawing.used.add(source.path)
            yield from drawing.body(source.file.body, scope.inner(source=source))


def mount(drawing: Drawing, call: tree.Call, scope: Scope) -> Iterator[Route]:
    """`mount Shop::Engine => "/shop"`, `mount App, at: "/x"`: the path is kept for the routes of what is mounted."""
    at = keywords(call).get("at")
    for arg in plain(call):
        for app, place in [(pair.key, pair.value) for pair in pairs_of(arg)] or [(arg, at)]:
            path = text(place, scope.known)
            if name_of(app) and path is not None:
                drawing.mounts.setdefault(name_of(app), joined(scope.path, path))
    yield from ()


WORDS: Mapping[str, Word] = {
    "root": root,
    "namespace": namespace,
    "scope": scope_,
    "api_version": api_version,
    "controller": controller,
    "with_options": with_options,
    "shallow": shallow,
    "concern": concern,
    "concerns": concerns,
    **dict.fromkeys(("member", "collection", "new", "nested"), part),
    **dict.fromkeys(("resources", "resource"), resources),
    "draw": draw,
    "mount": mount,
}
