"""What a person said of an expression, by every name that it has: as it is written, by its class, by its import."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.facts import tree
from seawall.calls.facts.meaning.describe import words_of
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.overrides import Override, Receiver, Wrapper, means
from seawall.calls.facts.patterns import literal
from seawall.calls.facts.scopes import Group
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.values import ClassRef, Client, External, Frame, Module, Object, Plain, Reason, Value


def said(engine: Engine, expr: Expr, frame: Frame) -> Value | None:
    """What an expression is by what was said, None where nothing was."""
    things = engine.overrides.things
    for each in (each for word in _words(expr, frame) for each in things.get(word, ())):
        if _is_so_called(engine, each, expr, frame):
            if not isinstance(each, Receiver):
                return (Plain(f"no Redis, as {each.name} was said to be"),)
            why = Reason(f"it was said that `{each.name}` is a client", *frame.scope.source.place(expr.span[0]))
            return (Client(prefix=literal(each.prefix), why=(why,)),)
    return None


def wrapper(engine: Engine, call: tree.Call, frame: Frame) -> Wrapper | None:
    """The wrapper that a call is of by what was said."""
    methods = engine.overrides.methods
    named = (each for word in _words(call, frame) for each in methods.get(word, ()))
    return next((each for each in named if _is_so_called(engine, each, call, frame)), None)


def _words(expr: Expr, frame: Frame) -> Iterator[str]:
    """The last words of its names: its own, and that of what is imported under it."""
    word = _word(expr)
    yield word
    if isinstance(expr, tree.Name) or (isinstance(expr, tree.Call) and expr.receiver is None):
        yield from (node.name for node in _imports(word, frame) if node.name not in ("", word))


def _imports(text: str, frame: Frame) -> list[tree.Import]:
    binds = frame.scope.source.top.binds.get(text, ())
    return [bind.node for bind in binds if isinstance(bind.node, tree.Import)]


def _word(expr: Expr) -> str:
    match expr:
        case tree.Name(text=text):
            return text
        case tree.Variable():
            return words_of(expr)
        case tree.Constant(path=path):
            return path[-1]
        case tree.Member(name=name) | tree.Call(name=name):
            return name
        case _:
            return ""


def _is_so_called(engine: Engine, override: Override, expr: Expr, frame: Frame) -> bool:
    return any(means(override.name, name) for name in _names(engine, expr, frame))


def _names(engine: Engine, expr: Expr, frame: Frame) -> Iterator[str]:
    yield words_of(expr)
    match expr:
        case tree.Name(text=text) | tree.Call(receiver=None, name=text):
            yield from _bare(engine, text, frame)
        case tree.Call(receiver=of, name=text) | tree.Member(of=of, name=text) if of is not None:
            for alternative in engine.value(of, frame):
                match alternative:
                    case Object(group=group) | ClassRef(group=group):
                        yield from _inherited(engine, group, text)
                    case Module(source=source):
                        yield f"{source.module}.{text}"
                    case External(path=path):
                        yield f"{path}.{text}"
                    case _:
                        pass
        case _:
            pass


def _bare(engine: Engine, text: str, frame: Frame) -> Iterator[str]:
    """The full names of a bare word: of the file, of what it is imported from, of the class around it."""
    source = frame.scope.source
    if source.file.language != "ruby":
        imports = _imports(text, frame)
        for node in imports:
            path = engine.program.imported(node.module, node.level, source)
            module = path.rsplit(".", 1)[0].removesuffix("/__init__").replace("/", ".") if path else node.module
            above = source.module.split(".")[: -node.level] if node.level and not path else []
            yield ".".join(word for word in (*above, module, node.name or text) if word)
        if text in source.top.binds and not imports:
            yield f"{source.module}.{text}"
    elif frame.me is not None:
        yield from _inherited(engine, frame.me.group, text)


def _inherited(engine: Engine, group: Group, text: str) -> Iterator[str]:
    for each in engine.lookup.lineage(group):
        yield ".".join((*each.path, text))
