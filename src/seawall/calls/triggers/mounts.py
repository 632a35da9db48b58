"""What routes are put on, and what that is put on in its turn: blueprints, routers, namespaces, with their prefixes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.triggers import paths
from seawall.calls.triggers.expressions import argument, last
from seawall.calls.triggers.python import Code, Module

Place: TypeAlias = tuple[str, str]  # a file and a name in it
DEEPEST = 6  # mounts above each other
MOST = 16  # prefixes of one route
_PREFIX = {  # the keyword of the prefix, by what makes it
    "Blueprint": "url_prefix", "APIRouter": "prefix", "Api": "prefix", "Namespace": "path", "namespace": "path",
    "APIBlueprint": "url_prefix", "OpenAPI": "", "Flask": "", "FastAPI": "", "Starlette": "", "Quart": "", "Sanic": "",
    "NinjaAPI": "", "Router": "prefix", "RouteTableDef": "", "Application": "", "AppGroup": "", "Bottle": "",
}  # fmt: skip
_MOUNTS = {  # the call: the keyword of its prefix, whether it takes the place of the own one
    "register_blueprint": ("url_prefix", True),
    "include_router": ("prefix", False),
    "add_namespace": ("path", True),
    "mount": ("path", False),
    "add_router": ("prefix", False),
}


@dataclass(slots=True, eq=False)
class Mounts:
    """own: the prefix that each place was made with. above: what it is put on, with the prefix, None for its own."""

    own: dict[Place, str] = field(default_factory=dict[Place, str])
    above: dict[Place, list[tuple[Place | None, str | None, str]]] = field(
        default_factory=dict[Place, list[tuple[Place | None, str | None, str]]]
    )

    def place(self, code: Code, expr: Expr | None, module: Module) -> Place | None:
        """Where a name is assigned that routes are put on."""
        if isinstance(expr, tree.Member) and expr.name in ("router", "app") and isinstance(expr.of, tree.Name):
            whole = code.home(expr, module)
            if whole is None or (whole[0].path, whole[1]) not in self.own:
                inner = code.home(expr.of, module)
                if inner is not None and (inner[0].path, inner[1]) in self.own:
                    return inner[0].path, inner[1]
        home = code.home(expr, module)
        return (home[0].path, home[1]) if home else None

    def prefixes(self, place: Place | None, depth: int = DEEPEST) -> list[str]:
        """What stands before the paths of its routes: one for each way that it is mounted."""
        if place is None or depth == 0:
            return [""]
        own = self.own.get(place, "")
        found: list[str] = []
        for above, instead, added in self.above.get(place, ()):
            inside = own if instead is None else instead
            for prefix in self.prefixes(above, depth - 1) if above != place else [""]:
                found.append(paths.whole(prefix, added, "/", inside) if prefix + added + inside else "")
        return list(dict.fromkeys(found))[:MOST] or [own]


def mounts_of(code: Code) -> Mounts:
    """All that is made to put routes on in these files, and all that is put on another."""
    mounts = Mounts()
    for module in code.modules.values():
        for name, given in module.assigned.items():
            for each in given:
                if isinstance(each.value, tree.Call) and last(each.value) in _PREFIX:
                    _made(code, mounts, (module.path, name), each.value, module)
    for module in code.modules.values():
        for call, _ in module.calls:
            if call.name in _MOUNTS:
                _mounted(code, mounts, call, module)
            elif call.name == "init_app" and call.args:  # api.init_app(blueprint)
                child = mounts.place(code, call.receiver, module)
                parent = mounts.place(code, call.args[0].value, module)
                if child is not None and child in mounts.own and parent in mounts.own:
                    mounts.above.setdefault(child, []).append((parent, None, ""))
    return mounts


def _made(code: Code, mounts: Mounts, place: Place, call: tree.Call, module: Module) -> None:
    word = last(call)
    text = code.text(argument(call, -1, _PREFIX[word]), module) if _PREFIX[word] else None
    if text is None and word in ("Namespace", "namespace"):
        name = code.text(argument(call, 0, "name"), module)
        text = f"/{name}" if name else None
    mounts.own[place] = paths.plain(text or "")
    above: Expr | None = None
    if word == "namespace":
        above = call.receiver
    elif word == "Api" and call.args and not call.args[0].keyword:
        above = call.args[0].value
    parent = mounts.place(code, above, module) if above is not None else None
    if parent is not None and parent != place:
        mounts.above.setdefault(place, []).append((parent, None, ""))


def _mounted(code: Code, mounts: Mounts, call: tree.Call, module: Module) -> None:
    keyword, instead = _MOUNTS[call.name]
    if call.name in ("mount", "add_router"):
        prefix, what = argument(call, 0, keyword), argument(call, 1, "app", "router")
    else:
        prefix = argument(call, 1 if call.name == "add_namespace" else -1, keyword)
        what = argument(call, 0, "blueprint", "router", "ns")
    child = mounts.place(code, what, module) if what is not None else None
    if child is None:
        return
    parent = mounts.place(code, call.receiver, module)
    text = code.text(prefix, module)
    plain = paths.plain(text) if text is not None else None
    row = (parent, plain, "") if instead else (parent, None, plain or "")
    mounts.above.setdefault(child, []).append(row)
