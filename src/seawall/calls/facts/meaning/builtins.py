"""The functions that every file has without an import: of Ruby's Kernel and Python's builtins."""

from __future__ import annotations

from collections.abc import Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.meaning import binding, collections, strings
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.values import Closure, Frame, Many, Plain, Value, either, unknown

_SAME = frozenset(
    [
        "str",
        "int",
        "float",
        "list",
        "tuple",
        "set",
        "sorted",
        "reversed",
        "iter",
        "bytes",
        "String",
        "Integer",
        "Float",
        "Array",
    ]
)
_NUMBERS = frozenset(
    ["range", "len", "sum", "max", "min", "abs", "bool", "isinstance", "hash", "id", "rand", "round", "ord"]
)


def result(engine: Engine, call: tree.Call, frame: Frame) -> Value:
    """What such a function gives back; empty where it is none of them."""
    name = call.name
    args = binding.arguments(engine, call, frame)
    python = frame.scope.source.file.language == "python"
    if name in ("format", "sprintf") and args:
        named = {a.keyword: engine.value(a.value, frame) for a in call.args if a.keyword}
        return strings.formatted(args[0], args[1:], named)
    if name in ("lambda", "proc") and call.block is not None:
        return (Closure(call.block, frame),)
    if name in _SAME and (python or name[0].isupper()):
        return args[0] if args else unknown(f"{name} of nothing")
    if python and name in _NUMBERS:
        return (Plain("a number"),)
    return _collection(engine, call, args, frame) if python else ()


def _collection(engine: Engine, call: tree.Call, args: Sequence[Value], frame: Frame) -> Value:
    match call.name:
        case "map" if len(args) == 2:
            element = [collections.elements(args[1])]
            made = [engine.run(a, element, frame) for a in args[0] if isinstance(a, Closure)]
            return (Many(either(made) or unknown("a mapped element")),)
        case "filter" if len(args) == 2:
            return (Many(collections.elements(args[1])),)
        case "zip":
            return (Many((Many((), tuple((i, collections.elements(a)) for i, a in enumerate(args))),)),)
        case "enumerate" if args:
            return (Many((Many((), ((0, (Plain("a number"),)), (1, collections.elements(args[0])))),)),)
        case "dict":
            named = tuple((a.keyword, engine.value(a.value, frame)) for a in call.args if a.keyword)
            return (Many(either(v for _, v in named), named),)
        case _:
            return ()
