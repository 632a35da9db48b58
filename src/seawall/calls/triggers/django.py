"""Django's routes: `urlpatterns` of all files, put together by `include`, with the routers of its REST framework."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.triggers import Trigger
from seawall.calls.triggers import drf, paths
from seawall.calls.triggers.expressions import argument, last, listed
from seawall.calls.triggers.python import Code, Module, code_of
from seawall.calls.triggers.source import Source
from seawall.calls.triggers.views import of_view

WORDS = re.compile(
    rb"urlpatterns|ROOT_URLCONF|as_view\(|Router\(|\burl\(|@api_view|@require_(?:POST|GET|safe|http_methods)"
    rb"|(?m:^class \w+\([^)\n]*(?:View|ViewSet|Endpoint)\b)"
)
DEEPEST = 12  # includes of includes
MOST = 50_000  # routes
_ROUTES = frozenset(("path", "re_path", "url"))
_LISTS = frozenset(("i18n_patterns", "format_suffix_patterns", "patterns", "list", "tuple", "sorted"))


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The routes of these files."""
    code = code_of(sources)
    tree_of_urls = _Urls(code, drf.registers(code))
    roots = list(_roots(code))
    for module in roots:
        yield from tree_of_urls.of_file(module, "", 0)
    # What no root includes in a way that can be read: under the prefix of its own file alone.
    for module in code.modules.values():
        if "urlpatterns" in module.assigned and module.path not in tree_of_urls.seen:
            yield from tree_of_urls.of_file(module, "", 0)


def _roots(code: Code) -> Iterator[Module]:
    """The files that ROOT_URLCONF names, then those that no other file includes."""
    named: dict[str, Module] = {}
    included: set[str] = set()
    for module in code.modules.values():
        for given in module.assigned.get("ROOT_URLCONF", ()):
            text = code.text(given.value, module)
            found = next(code.files(text, module), None) if text else None
            if found is not None:
                named[found.path] = found
        if "urlpatterns" in module.assigned:
            for call, _ in module.calls:
                if last(call) == "include" and call.args:
                    included |= {one.path for one in _meant(code, call.args[0].value, module)}
    yield from named.values()
    for module in code.modules.values():
        if "urlpatterns" in module.assigned and module.path not in included and module.path not in named:
            yield module


def _meant(code: Code, expr: Expr, module: Module) -> Iterator[Module]:
    """The file that an include means: by its dotted name, or as it is imported."""
    if isinstance(expr, tree.Sequence) and expr.kind == "tuple" and expr.items:
        expr = expr.items[0].value
    text = code.text(expr, module)
    words = text or (code.words(expr, module) if isinstance(expr, tree.Name | tree.Member) else "")
    if words:
        found = next((one for one in code.files(words, module) if "urlpatterns" in one.assigned), None)
        if found is not None:
            yield found


@dataclass(slots=True, eq=False)
class _Urls:
    """Follows includes from file to file.

    seen: the files that were reached. open: those that are being read. made: how many routes there are.
    """

    code: Code
    registered: drf.Registers
    seen: set[str] = field(default_factory=set[str])
    open: set[str] = field(default_factory=set[str])
    made: int = 0

    def of_file(self, module: Module, prefix: str, depth: int) -> Iterator[Trigger]:
        """The routes of a file's urlpatterns."""
        self.seen.add(module.path)
        if module.path not in self.open:  # a file that includes itself, by whatever way, cannot be served
            self.open.add(module.path)
            yield from self.of_name("urlpatterns", module, prefix, depth)
            self.open.discard(module.path)

    def of_name(self, name: str, module: Module, prefix: str, depth: int) -> Iterator[Trigger]:
        """The routes of a list that a name stands for: all that is put into it."""
        if depth > DEEPEST:
            return
        for given in module.assigned.get(name, ()):
            if given.value is not None:
                yield from self.of_list(given.value, module, prefix, depth + 1)
        for call, _ in module.calls:
            if isinstance(call.receiver, tree.Name) and call.receiver.text == name and call.args:
                if call.name == "extend":
                    yield from self.of_list(call.args[0].value, module, prefix, depth + 1)
                elif call.name in ("append", "insert"):
                    yield from self.of_item(call.args[-1].value, module, prefix, depth + 1)

    def of_list(self, expr: Expr, module: Module, prefix: str, depth: int) -> Iterator[Trigger]:
        """The routes of an expression that is a list of them."""
        if depth > DEEPEST:
            return
        match expr:
            case tree.Sequence():
                for item in expr.items:
                    if isinstance(item, tree.Arg):
                        inside = self.of_list if item.spread else self.of_item
                        yield from inside(item.value, module, prefix, depth)
            case tree.Operation(op="+"):
                yield from self.of_list(expr.left, module, prefix, depth + 1)
                yield from self.of_list(expr.right, module, prefix, depth + 1)
            case tree.Member(name="urls"):
                yield from self.of_router(expr.of, module, prefix)
            case tree.Name() | tree.Member():
                home = self.code.home(expr, module)
                if home is not None and home[1] != "urlpatterns":
                    yield from self.of_name(home[1], home[0], prefix, depth + 1)
                elif home is not None and home[0] is not module:
                    yield from self.of_file(home[0], prefix, depth + 1)
            case tree.Call() if last(expr) in _LISTS:
                for arg in expr.args:
                    if isinstance(arg.value, tree.Call) and last(arg.value) in _ROUTES:
                        yield from self.of_item(arg.value, module, prefix, depth + 1)
                    elif not arg.keyword:
                        yield from self.of_list(arg.value, module, prefix, depth + 1)
            case tree.Choice():
                for option in expr.options:
                    for part in option[-1:]:
                        yield from self.of_list(part, module, prefix, depth + 1)
            case _:
                return

    def of_item(self, expr: Expr, module: Module, prefix: str, depth: int) -> Iterator[Trigger]:
        """The routes of one `path(...)`."""
        if not isinstance(expr, tree.Call) or last(expr) not in _ROUTES or self.made > MOST:
            return
        text = self.code.text(argument(expr, 0, "route", "regex"), module)
        view = argument(expr, 1, "view")
        if text is None or view is None:
            return
        here = prefix + (paths.plain(text) if last(expr) == "path" else paths.of_regex(text))
        if isinstance(view, tree.Call) and last(view) in ("include", "decorator_include") and view.args:
            yield from self.of_include(view.args[-1 if last(view) != "include" else 0].value, module, here, depth + 1)
        elif isinstance(view, tree.Member) and view.name == "urls":
            yield from self.of_router(view.of, module, here)
        else:
            made = of_view(self.code, paths.whole(here), expr, view, module)
            self.made += len(made)
            yield from made

    def of_include(self, what: Expr, module: Module, prefix: str, depth: int) -> Iterator[Trigger]:
        """The routes that are included: of a file, of a list, of a router."""
        if depth > DEEPEST:
            return
        if isinstance(what, tree.Sequence) and what.kind == "tuple" and what.items:
            what = what.items[0].value
        found = next(_meant(self.code, what, module), None)
        if found is not None:
            yield from self.of_file(found, prefix, depth)
        elif listed(what) or isinstance(what, tree.Name | tree.Member | tree.Operation):
            yield from self.of_list(what, module, prefix, depth)

    def of_router(self, router: Expr, module: Module, prefix: str) -> Iterator[Trigger]:
        """The routes of a router of the REST framework."""
        for one in drf.routes_of(self.code, self.registered, router, module, prefix):
            self.made += 1
            yield one
