"""Routes of Flask, FastAPI and what is like them: by decorator, by a call, by a class that is added as a resource.

    app ── register_blueprint, include_router, add_namespace, mount ──> blueprint, router ──> function

What a route is put on is known by the file and the name that it is assigned to; the prefixes of all that stands above
it come before its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.triggers import Trigger
from seawall.calls.triggers import paths
from seawall.calls.triggers.expressions import argument, last, listed
from seawall.calls.triggers.mounts import Mounts, mounts_of
from seawall.calls.triggers.python import Code, Module, code_of, decorated, function_entry, reference
from seawall.calls.triggers.source import Source
from seawall.calls.triggers.views import ANY, VERBS, bare_view, class_view, routes, verbs_of, verbs_written

WORDS = re.compile(
    rb"(?i:flask|fastapi|starlette|aiohttp|quart|sanic|tornado|BaseSettings|APIRouter|Blueprint|restx?_?ful)|ninja|\.route\("
    rb"|add_\w*resource\(|(?m:^[ \t]*@[\w.]+\.(?:get|post|put|patch|delete|websocket|api_route)\()"
    rb"|(?m:^class \w+\([^)\n]*(?:Resource|MethodView|HTTPEndpoint|RequestHandler|Handler)\b)"
)
_VERBS = {**{verb.lower(): verb for verb in VERBS}, "websocket": "GET"}
_ROUTE = frozenset(("route", "api_route", "websocket_route", "url_for_route"))
_ADDERS = {f"add_{verb.lower()}": verb for verb in VERBS} | {"add_view": ANY}


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The routes of these files."""
    code = code_of(sources)
    mounts = mounts_of(code)
    for module in code.modules.values():
        yield from _functions(code, mounts, module)
        yield from _classes(code, mounts, module)
        for call, _ in module.calls:
            yield from _added(code, mounts, call, module)
        if re.search(rb"\btornado\b", module.source.data):
            yield from _tornado(code, module)


def _decorates(decorator: Expr) -> bool:
    return isinstance(decorator, tree.Call) and (decorator.name in _VERBS or decorator.name in _ROUTE)


def _functions(code: Code, mounts: Mounts, module: Module) -> Iterator[Trigger]:
    for _, function, decorator in decorated(module, _decorates):
        if isinstance(decorator, tree.Call) and decorator.receiver is not None:
            verbs = _verbs(code, decorator, module)
            entry = function_entry(module.path, function)
            for path in _paths(code, mounts, decorator, module):
                yield from routes(path, decorator, module, verbs, entry)


def _verbs(code: Code, call: tree.Call, module: Module) -> tuple[str, ...]:
    """The methods of a decorator or of a call that adds a route."""
    if call.name in _VERBS:
        return (_VERBS[call.name],)
    written = argument(call, -1, "methods", "method")
    if written is None:
        return ("GET",)
    known = verbs_written(code, written, module)
    text = code.text(written, module)
    return known or ((text.upper(),) if text else (ANY,))


def _text(code: Code, expr: Expr | None, module: Module) -> str | None:
    """A path; also that in a call that makes one of it, as `scoped("/x")` does."""
    text = code.text(expr, module)
    if text is None and isinstance(expr, tree.Call) and len(expr.args) == 1:
        inner = code.text(expr.args[0].value, module)
        return inner if inner and inner.startswith("/") else None
    return text


def _paths(code: Code, mounts: Mounts, call: tree.Call, module: Module) -> list[str]:
    """The whole paths of a route that a decorator puts on something; none where it puts no route."""
    text = _text(code, argument(call, 0, "path", "rule", "uri"), module)
    home = mounts.place(code, call.receiver, module)
    if text is None or (not text.startswith("/") and (home is None or home not in mounts.own)):
        return []
    if call.name in ("get", "delete", "head", "options") and home not in mounts.own and not text.startswith("/"):
        return []
    return [paths.whole(prefix, paths.plain(text)) for prefix in mounts.prefixes(home)]


def _classes(code: Code, mounts: Mounts, module: Module) -> Iterator[Trigger]:
    """`@ns.route("/x")` on a class."""
    for cls in module.classes.values():
        for decorator in module.decorators.get(cls.span[0], ()):
            if isinstance(decorator, tree.Call) and decorator.name == "route" and decorator.receiver is not None:
                name = tree.Name(cls.path[-1], cls.span)
                # the class itself, by its dotted name: no expression stands for it there
                for arg in (arg for arg in decorator.args if not arg.keyword):
                    one = tree.Call(decorator.receiver, "route", (arg,), decorator.span, decorator.name_span)
                    for path in _paths(code, mounts, one, module):
                        yield from _of_class(code, path, decorator, name, module)


def _of_class(code: Code, path: str, at: Expr, cls: Expr, module: Module) -> list[Trigger]:
    """The routes of a class: each of its methods by name where it is of this file, else by reference."""
    found: list[Trigger] = []
    known = code.class_of(cls, module)
    for verb in verbs_of(code, cls, module):
        own = next((each for each in (known[0].body if known else ())
                    if isinstance(each, tree.Function) and each.name == verb.lower()), None)  # fmt: skip
        if known is not None and own is not None:
            found += routes(path, at, module, (verb,), function_entry(known[1].path, own))
        else:
            found += routes(path, at, module, (verb,), reference(cls, module), cls=True)
    return found


def _added(code: Code, mounts: Mounts, call: tree.Call, module: Module) -> Iterator[Trigger]:
    """Routes that a call adds."""
    name = call.name
    if call.receiver is not None and re.fullmatch(r"add_\w*resource", name) and len(call.args) > 1:
        yield from _resource(code, mounts, call, module)
    elif name in ("add_url_rule", "add_api_route", "add_route", "add_websocket_route"):
        yield from _rule(code, mounts, call, module)
    elif name in _ADDERS or (name in _VERBS and call.receiver is not None and last(call.receiver) == "web"):
        verb = _ADDERS.get(name) or _VERBS[name]
        view = argument(call, 1, "handler")
        text = code.text(argument(call, 0, "path"), module)
        if text is not None and text.startswith("/") and view is not None:
            yield from _view(code, paths.whole(paths.plain(text)), call, view, (verb,), module)
    elif last(call) in ("Route", "WebSocketRoute") and len(call.args) > 1:
        text, view = code.text(argument(call, 0, "path"), module), argument(call, 1, "endpoint")
        if text is not None and text.startswith("/") and view is not None:
            yield from _view(code, paths.whole(paths.plain(text)), call, view, _verbs(code, call, module), module)


def _resource(code: Code, mounts: Mounts, call: tree.Call, module: Module) -> Iterator[Trigger]:
    """`api.add_resource(Users, "/users", "/users/<id>")` of Flask-RESTful and its like."""
    cls = call.args[0].value
    home = mounts.place(code, call.receiver, module)
    for arg in call.args[1:]:
        text = _text(code, arg.value, module) if not arg.keyword else None
        if text and text.startswith("/"):
            for prefix in mounts.prefixes(home):
                yield from _of_class(code, paths.whole(prefix, paths.plain(text)), call, cls, module)


def _rule(code: Code, mounts: Mounts, call: tree.Call, module: Module) -> Iterator[Trigger]:
    """add_url_rule of Flask, add_api_route of FastAPI, add_route of Starlette and aiohttp."""
    text = _text(code, argument(call, 0, "path", "rule"), module)
    verbs = _verbs(code, call, module)
    if text is not None and text.upper() in (*VERBS, "*") and call.name == "add_route":  # of aiohttp
        verbs = (text.upper() if text != "*" else ANY,)
        text, view = code.text(argument(call, 1, "path"), module), argument(call, 2, "handler")
    elif call.name == "add_url_rule":
        view = argument(call, 2, "view_func")
    else:
        view = argument(call, 1, "endpoint", "route", "handler")
    if text is None or not text.startswith("/") or view is None:
        return
    for prefix in mounts.prefixes(mounts.place(code, call.receiver, module)):
        yield from _view(code, paths.whole(prefix, paths.plain(text)), call, view, verbs, module)


def _view(code: Code, path: str, at: tree.Call, view: Expr, verbs: tuple[str, ...], module: Module) -> list[Trigger]:
    cls = class_view(view)
    if cls is None:
        known = code.value(view, module)  # user_view = UserAPI.as_view("user")
        cls = class_view(known[0]) if known else None
        module_of = known[1] if known else module
    else:
        module_of = module
    if cls is not None:
        told = argument(at, -1, "methods") is not None
        named = verbs if told and verbs != (ANY,) else verbs_of(code, cls, module_of)
        entry = reference(cls, module_of)
        return routes(path, at, module, named, entry, cls=True)
    bare = bare_view(view)
    if isinstance(bare, tree.Block):
        return routes(path, at, module, verbs, module.source.inside(bare.span))
    if not isinstance(bare, tree.Name | tree.Member):
        return []
    if code.class_of(bare, module) is not None:
        return _of_class(code, path, at, bare, module)
    return routes(path, at, module, verbs, reference(bare, module))


def _tornado(code: Code, module: Module) -> Iterator[Trigger]:
    """`(r"/x", Handler)` in a list, and `url(r"/x", Handler)`."""
    for at in module.all:
        node = at.node
        if isinstance(node, tree.Sequence) and node.kind == "tuple":
            pair = listed(node)
        elif isinstance(node, tree.Call) and last(node) in ("url", "URLSpec"):
            pair = [arg.value for arg in node.args if not arg.keyword]
        else:
            continue
        text = code.text(pair[0], module) if len(pair) in (2, 3, 4) else None
        if text and text.startswith("/") and isinstance(pair[1], tree.Name | tree.Member):
            known = code.class_of(pair[1], module)
            if known is not None:
                yield from _of_class(code, paths.whole(paths.of_regex(text)), node, pair[1], module)
