"""Views that are classes: which methods of HTTP they answer, and which of their own methods run then."""

from __future__ import annotations

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers.expressions import At, last, listed
from seawall.calls.triggers.python import Code, Module, reference

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
ANY = "ANY"
_ALWAYS = [
    "dispatch",
    "dispatch_request",
    "setup",
    "initial",
    "prepare",
    "get_queryset",
    "get_object",
    "get_permissions",
    "check_permissions",
    "get_serializer",
    "get_serializer_class",
    "get_serializer_context",
    "filter_queryset",
]
_RUN = {
    "GET": ["get", "list", "retrieve", "get_context_data", "render_to_response"],
    "POST": [
        "post",
        "create",
        "perform_create",
        "form_valid",
        "form_invalid",
        "get_form",
        "get_form_kwargs",
        "get_context_data",
    ],
    "PUT": ["put", "update", "perform_update"],
    "PATCH": ["patch", "partial_update", "update", "perform_update"],
    "DELETE": ["delete", "destroy", "perform_destroy"],
    "HEAD": ["head"],
    "OPTIONS": ["options"],
}
_READ, _FORM = ("GET",), ("GET", "POST")
_BASES = {  # of Django and of its REST framework: what a class answers that says nothing of it itself
    **dict.fromkeys(
        ("ListView", "DetailView", "TemplateView", "RedirectView", "ListAPIView", "RetrieveAPIView"), _READ
    ),
    **dict.fromkeys(("CreateView", "UpdateView", "FormView", "DeleteView", "ListCreateAPIView"), _FORM),
    "CreateAPIView": ("POST",),
    "DestroyAPIView": ("DELETE",),
    "UpdateAPIView": ("PUT", "PATCH"),
    "RetrieveUpdateAPIView": ("GET", "PUT", "PATCH"),
    "RetrieveDestroyAPIView": ("GET", "DELETE"),
    "RetrieveUpdateDestroyAPIView": ("GET", "PUT", "PATCH", "DELETE"),
}
_DECORATORS = {"require_GET": ("GET",), "require_POST": ("POST",), "require_safe": ("GET",)}


def methods_of(verb: str) -> tuple[str, ...]:
    """The methods of a class that may run for a method of HTTP, of ANY all."""
    named = [name for each in (VERBS if verb == ANY else (verb,)) for name in _RUN.get(each, [])]
    return tuple(dict.fromkeys((*named, *_ALWAYS)))


def verbs_of(code: Code, view: Expr, module: Module) -> tuple[str, ...]:
    """What a class answers, by its own methods and those it inherits; ANY where that is not known."""
    known = code.class_of(view, module)
    if known is None:
        return _BASES.get(last(view), (ANY,))
    found: set[str] = set()
    for cls, _ in code.ancestry(*known):
        own = {each.name for each in cls.body if isinstance(each, tree.Function)}
        found |= {verb for verb in VERBS[:5] if verb.lower() in own}
        for base in cls.bases:
            found |= set(_BASES.get(last(base), ()))
    return tuple(verb for verb in VERBS if verb in found) or (ANY,)


def verbs_of_function(code: Code, view: Expr, module: Module) -> tuple[str, ...]:
    """What a function answers, by decorators of Django that say so; else ANY."""
    known = code.function_of(view, module)
    return _decorated(code, known[0], known[1]) if known else (ANY,)


def _decorated(code: Code, at: At, module: Module) -> tuple[str, ...]:
    for decorator in at.node.decorators if isinstance(at.node, tree.Function) else ():
        word = last(decorator)
        if word in _DECORATORS:
            return _DECORATORS[word]
        if word in ("api_view", "require_http_methods") and isinstance(decorator, tree.Call):
            named = verbs_written(code, decorator.args[0].value if decorator.args else None, module)
            return named or (("GET",) if word == "api_view" and not decorator.args else (ANY,))
    return (ANY,)


def verbs_written(code: Code, expr: Expr | None, module: Module) -> tuple[str, ...]:
    """The methods in a literal list of them; none where one is not known."""
    known = code.value(expr, module)
    texts = [code.text(item, module) for item in listed(known[0])] if known else []
    return tuple(text.upper() for text in texts if text) if all(texts) else ()


def routes(
    path: str, at: Expr, module: Module, verbs: tuple[str, ...], entry: Entry, *, cls: bool = False
) -> list[Trigger]:
    """A trigger for each method of a route. at: where the route is written. cls: the entry is a class."""
    span = at.name_span if isinstance(at, tree.Call) else at.span
    found: list[Trigger] = []
    for verb in verbs:
        name = f"{verb} {path}"
        into = Entry(entry.kind, name=entry.name, path=entry.path, span=entry.span,
                     methods=entry.methods or methods_of(verb)) if cls else entry  # fmt: skip
        line = module.source.line(span)
        found.append(Trigger("http", name, module.path, line, entries=(into,), doors=(f"http:{name}",)))
    return found


def class_view(view: Expr) -> Expr | None:
    """The class of `X.as_view(...)`, also where other calls are around it: `login_required(X.as_view())`."""
    node: Expr | None = view
    for _ in range(5):
        if not isinstance(node, tree.Call):
            return None
        if node.name == "as_view":
            return node.receiver
        node = node.args[0].value if node.args else None
    return None


def bare_view(view: Expr) -> Expr:
    """The function inside of what wraps it: `csrf_exempt(f)`, `cache_page(60)(f)`."""
    for _ in range(5):
        if not isinstance(view, tree.Call) or not view.args or view.name == "as_view":
            break
        view = view.args[0].value
    return view


def of_view(code: Code, path: str, at: Expr, view: Expr, module: Module) -> list[Trigger]:
    """The triggers of a view as Django's `path` takes it."""
    cls = class_view(view)
    if cls is not None:
        return routes(path, at, module, verbs_of(code, cls, module), reference(cls, module), cls=True)
    bare = bare_view(view)
    if isinstance(bare, tree.Block):
        return routes(path, at, module, (ANY,), module.source.inside(bare.span))
    text = code.text(bare, module)
    if text and "." in text:  # of old: "app.views.name"
        return routes(path, at, module, (ANY,), Entry("function", name=text))
    if not isinstance(bare, tree.Name | tree.Member):
        return []
    if code.class_of(bare, module) is not None:  # an instance's or a feed's class: what it runs is not known by name
        return routes(path, at, module, (ANY,), reference(bare, module), cls=True)
    return routes(path, at, module, verbs_of_function(code, bare, module), reference(bare, module))
