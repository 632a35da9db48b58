"""Routers of Django's REST framework: which sets of views are registered, and what each of them answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.triggers import Trigger
from seawall.calls.triggers import paths
from seawall.calls.triggers.expressions import argument, last
from seawall.calls.triggers.python import Code, Module, reference
from seawall.calls.triggers.views import routes, verbs_written

Registers: TypeAlias = dict[tuple[str, str], list[tuple[tree.Call, Module]]]
_HOOKS = (
    *("initial", "get_queryset", "get_object"),
    *("get_serializer_class", "get_serializer_context", "filter_queryset"),
)
_ACTIONS = {  # the method, whether of one object, and what else of the class runs
    "list": ("GET", False, ()),
    "create": ("POST", False, ("perform_create",)),
    "retrieve": ("GET", True, ()),
    "update": ("PUT", True, ("perform_update",)),
    "partial_update": ("PATCH", True, ("update", "perform_update")),
    "destroy": ("DELETE", True, ("perform_destroy",)),
}
_BASES = {
    "ModelViewSet": tuple(_ACTIONS),
    "ReadOnlyModelViewSet": ("list", "retrieve"),
    "ListModelMixin": ("list",),
    "CreateModelMixin": ("create",),
    "RetrieveModelMixin": ("retrieve",),
    "UpdateModelMixin": ("update", "partial_update"),
    "DestroyModelMixin": ("destroy",),
}
_DETAIL = {"action": None, "detail_route": True, "list_route": False}


def registers(code: Code) -> Registers:
    """What each router is given, by the file and the name of the router."""
    found: Registers = {}
    for module in code.modules.values():
        for call, _ in module.calls:
            if call.name in ("register", "extend") and call.receiver is not None and call.args:
                owner = call.receiver
                if isinstance(owner, tree.Member) and call.name == "extend":  # router.registry.extend(...)
                    owner = owner.of
                home = code.home(owner, module)
                if home is not None:
                    found.setdefault((home[0].path, home[1]), []).append((call, module))
    return found


def routes_of(
    code: Code, registered: Registers, router: Expr, module: Module, prefix: str, depth: int = 4
) -> Iterator[Trigger]:
    """The routes of a router, under a prefix."""
    home = code.home(router, module)
    made = code.value(router, module)
    if home is None or depth == 0:
        return
    slash, own = "/", ""
    if made is not None and isinstance(made[0], tree.Call):
        trailing = argument(made[0], -1, "trailing_slash")
        slash = "" if isinstance(trailing, tree.Literal) and trailing.value is False else "/"
        own = _nested(code, made[0], made[1])
    for call, place in registered.get((home[0].path, home[1]), ()):
        if call.name == "extend":
            if isinstance(call.args[0].value, tree.Member):
                yield from routes_of(code, registered, call.args[0].value.of, place, prefix, depth - 1)
            continue
        text = code.text(argument(call, 0, "prefix"), place)
        viewset = argument(call, 1, "viewset")
        if text is not None and viewset is not None:
            at = f"{prefix}{'' if prefix.endswith('/') or not prefix else '/'}{own}{paths.of_regex(text)}"
            yield from _viewset(code, call, viewset, place, at, slash)


def _nested(code: Code, made: tree.Call, module: Module) -> str:
    """The part of the path that a nested router adds: `NestedSimpleRouter(router, "domains", lookup="domain")`."""
    if "Nested" not in last(made):
        return ""
    text = code.text(argument(made, 1, "parent_prefix"), module)
    lookup = code.text(argument(made, -1, "lookup"), module) or "nested"
    return f"{paths.of_regex(text)}/:{lookup}_pk/" if text else ""


def _viewset(code: Code, call: tree.Call, viewset: Expr, module: Module, at: str, slash: str) -> Iterator[Trigger]:
    known = code.class_of(viewset, module)
    family = code.ancestry(*known) if known else []
    own = {each.name: (each, home) for cls, home in reversed(family) for each in cls.body
           if isinstance(each, tree.Function)}  # fmt: skip
    answered = {name for name in _ACTIONS if name in own}
    for cls, _ in family:
        for base in cls.bases:
            answered |= set(_BASES.get(last(base), ()))
    if not family:
        answered = set(_ACTIONS)
    key = _key(code, family)
    for name, (verb, detail, more) in _ACTIONS.items():
        if name in answered:
            path = paths.whole(at, f"/:{key}" if detail else "", slash)
            yield from _route(path, call, module, verb, viewset, (name, *more, *_HOOKS))
    for name, (function, home) in own.items():
        for decorator in function.decorators:
            if last(decorator) in _DETAIL and isinstance(decorator, tree.Call):
                detail = _is_detail(decorator)
                sub = code.text(argument(decorator, -1, "url_path"), home) or name
                path = paths.whole(at, f"/:{key}" if detail else "", "/", paths.of_regex(sub), slash)
                for verb in verbs_written(code, argument(decorator, -1, "methods"), home) or ("GET",):
                    yield from _route(path, call, module, verb, viewset, (name, *_HOOKS))


def _route(
    path: str, call: tree.Call, module: Module, verb: str, viewset: Expr, methods: tuple[str, ...]
) -> Iterator[Trigger]:
    yield from routes(path, call, module, (verb,), reference(viewset, module, methods), cls=True)


def _is_detail(decorator: tree.Call) -> bool:
    known = _DETAIL[last(decorator)]
    written = argument(decorator, 0, "detail")
    return known if known is not None else isinstance(written, tree.Literal) and written.value is True


def _key(code: Code, family: list[tuple[tree.Class, Module]]) -> str:
    """The name of the parameter that tells one object from the others."""
    for word in ("lookup_url_kwarg", "lookup_field"):
        for cls, home in family:
            for each in cls.body:
                if isinstance(each, tree.Assign) and last(each.targets[0]) == word:
                    return code.text(each.value, home) or "pk"
    return "pk"
