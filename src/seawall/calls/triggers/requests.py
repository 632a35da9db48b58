"""Which paths a piece of code sends requests to: Python, JavaScript and Ruby, as in the function of a Lambda.

A host is often not known, and need not be: of `f"{base}/cron/sweep"` the path is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.facts.triggers import Entry
from seawall.calls.triggers.commandline import path_of
from seawall.calls.triggers.expressions import DEEPEST, argument, items, last, walk

HOLE = "\0"
MOST = 20  # requests of one file
_VERBS = frozenset(("get", "post", "put", "patch", "delete", "head"))
_OWNERS = frozenset(
    [
        "requests",
        "httpx",
        "session",
        "client",
        "http",
        "axios",
        "got",
        "fetch",
        "superagent",
        "needle",
        "HTTParty",
        "Faraday",
        "RestClient",
    ]
)
_MAKERS = frozenset(
    ("Session", "Client", "AsyncClient", "ClientSession", "PoolManager", "create", "extend", "defaults")
)
_CLASSES = {f"{verb.capitalize()}": verb.upper() for verb in _VERBS}  # of Net::HTTP


@dataclass(slots=True, eq=False)
class _Reader:
    """The values of one file. environment: of variables that are known."""

    assigned: Mapping[str, list[Expr]]
    environment: Mapping[str, str]

    def text(self, expr: Expr | None, depth: int = DEEPEST) -> str:
        """The text of an expression, HOLE for each part that is not known."""
        if depth == 0:
            return HOLE
        match expr:
            case tree.Literal():
                value = expr.value
                return (
                    value
                    if isinstance(value, str)
                    else value.decode("utf-8", "replace")
                    if isinstance(value, bytes)
                    else str(value)
                )
            case tree.Joined():
                return "".join(self.text(part, depth - 1) for part in expr.parts)
            case tree.Operation(op="+"):
                return self.text(expr.left, depth - 1) + self.text(expr.right, depth - 1)
            case tree.Name() | tree.Constant():
                name = expr.text if isinstance(expr, tree.Name) else expr.path[-1]
                given = self.assigned.get(name, [])
                return self.text(given[0], depth - 1) if len(given) == 1 else HOLE
            case tree.Item():
                return self._variable(expr.of, self.text(expr.key, depth - 1))
            case tree.Member() if last(expr.of) == "env":
                return self.environment.get(expr.name, HOLE)
            case tree.Choice(kind="or"):
                found = [self.text(option[-1], depth - 1) for option in expr.options if option]
                return next((one for one in found if one != HOLE), HOLE)
            case tree.Call():
                return self._called(expr, depth - 1)
            case _:
                return HOLE

    def _variable(self, of: Expr, name: str) -> str:
        is_environment = last(of) in ("environ", "env") or (isinstance(of, tree.Constant) and of.path == ("ENV",))
        return self.environment.get(name, HOLE) if is_environment else HOLE

    def _called(self, call: tree.Call, depth: int) -> str:
        first = call.args[0].value if call.args else None
        if call.name in ("get", "getenv", "fetch") and first is not None:
            default = call.args[1].value if len(call.args) > 1 else None
            if call.name == "getenv" or (call.receiver is not None and self._is_environment(call.receiver)):
                known = self.environment.get(self.text(first, depth), HOLE)
                return self.text(default, depth) if known == HOLE and default is not None else known
        if call.name in ("URI", "parse", "URL", "Request", "urljoin", "join", "new", "str", "to_s", "rstrip", "strip"):
            if call.name == "urljoin" and len(call.args) > 1:
                second = self.text(call.args[1].value, depth)
                return HOLE + (second if second.startswith("/") else f"/{second}")
            if call.name in ("rstrip", "strip", "to_s") and call.receiver is not None:
                return self.text(call.receiver, depth)
            return self.text(first, depth) if first is not None else HOLE
        return HOLE

    def _is_environment(self, expr: Expr) -> bool:
        return last(expr) in ("environ", "env") or (isinstance(expr, tree.Constant) and expr.path == ("ENV",))

    def resolved(self, expr: Expr | None, depth: int = DEEPEST) -> Expr | None:
        """What a name was given, where it was given one thing."""
        while isinstance(expr, tree.Name) and depth:
            given = self.assigned.get(expr.text, [])
            if len(given) != 1:
                break
            expr, depth = given[0], depth - 1
        return expr


def requests_in(body: Body, environment: Mapping[str, str] | None = None) -> tuple[Entry, ...]:
    """The doors `http:METHOD /path` to which code sends requests, each once, in order."""
    assigned: dict[str, list[Expr]] = {}
    calls: list[tree.Call] = []
    for at in walk(body):
        node = at.node
        if isinstance(node, tree.Assign) and node.value is not None:
            for target in node.targets:
                if isinstance(target, tree.Name | tree.Constant):
                    name = target.text if isinstance(target, tree.Name) else target.path[-1]
                    assigned.setdefault(name, []).append(node.value)
        elif isinstance(node, tree.Call):
            calls.append(node)
    reader = _Reader(assigned, environment or {})
    found: dict[str, None] = {}
    for call in calls:
        for verb, url in _requests(reader, call):
            path = _path(url)
            if path and len(found) < MOST:
                found[f"http:{verb} {path}"] = None
    return tuple(Entry("door", name=name) for name in found)


def _path(url: str) -> str:
    """The path of a URL with holes; a whole segment that is not known is `:part`."""
    if url.startswith("/"):
        path = url
    else:
        host = url[1:] if url.startswith(HOLE) else url
        known = path_of(("$HOST" + host if url.startswith(HOLE) else url).replace(HOLE, "$PART"))
        path = known.replace("$PART", HOLE)
    path = re.split(r"[?#]", path, maxsplit=1)[0]
    return "/".join(":part" if HOLE in segment else segment for segment in path.split("/"))


def _requests(reader: _Reader, call: tree.Call) -> Iterator[tuple[str, str]]:
    name = call.name or last(call.receiver)
    receiver = reader.resolved(call.receiver) if call.name else None
    first = call.args[0].value if call.args else None
    second = call.args[1].value if len(call.args) > 1 else None
    if name in _VERBS and call.name and _sends(call.receiver, receiver):
        yield name.upper(), reader.text(argument(call, 0, "url") or first)
    elif name == "post_form" or (name in ("post", "get") and _net(receiver)):
        yield "GET" if name == "get" else "POST", reader.text(first)
    elif name == "request" and second is not None and reader.text(first).upper() in {v.upper() for v in _VERBS}:
        yield reader.text(first).upper(), reader.text(second)  # of requests, urllib3 and http.client
    elif name in ("request", "fetch", "axios", "got", "get") and first is not None:
        yield from _optioned(reader, call, name, first, second)
    elif name in ("Request", "urlopen") and first is not None:
        given = reader.resolved(first)
        if not (isinstance(given, tree.Call) and given.name == "Request"):
            sends = argument(call, 1, "data") is not None
            method = argument(call, -1, "method")
            yield (
                (reader.text(method).upper() if method is not None else "POST" if sends else "GET"),
                reader.text(first),
            )
    elif name == "new" and isinstance(call.receiver, tree.Constant) and call.receiver.path[-1] in _CLASSES:
        text = reader.text(first)
        yield _CLASSES[call.receiver.path[-1]], text


def _sends(written: Expr | None, receiver: Expr | None) -> bool:
    """Whether a receiver sends requests: a library, or what one of its makers gave."""
    for one in (written, receiver):
        if isinstance(one, tree.Constant) and one.path[-1] in _OWNERS:
            return True
        if isinstance(one, tree.Name) and one.text in _OWNERS:
            return True
        if isinstance(one, tree.Call) and last(one) in _MAKERS:
            return True
    return False


def _net(receiver: Expr | None) -> bool:
    return isinstance(receiver, tree.Constant) and receiver.path[-2:] == ("Net", "HTTP")


def _optioned(
    reader: _Reader, call: tree.Call, name: str, first: Expr, second: Expr | None
) -> Iterator[tuple[str, str]]:
    """`fetch(url, {method})`, `axios({url, method})`, `https.request({host, path, method})`."""
    owner = last(call.receiver) if call.name else ""
    if name in ("fetch", "axios", "got") and owner not in ("", "window", "globalThis", name):
        return
    if name in ("request", "get") and owner not in ("https", "http", "axios"):
        return
    options = items(reader.resolved(first)) or items(reader.resolved(second))
    target = options.get("url") or options.get("path") or options.get("pathname")
    if target is None:
        if items(reader.resolved(first)):
            return
        target = first
    method = options.get("method")
    text = reader.text(method).upper() if method is not None else "GET"
    yield text if text.isalpha() else "ANY", reader.text(target)
