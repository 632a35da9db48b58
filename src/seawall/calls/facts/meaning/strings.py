"""Strings as they are built: interpolation, `%`, `+`, `format`, `join`, and what methods make of them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from seawall.calls.facts import tree
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.patterns import Hole, Text, concat, few, hole, literal, product
from seawall.calls.facts.values import (
    Alternative,
    ClassRef,
    Client,
    Closure,
    Const,
    External,
    Frame,
    Many,
    Method,
    Object,
    Plain,
    Unknown,
    Value,
    Words,
    either,
    unknown,
)

_PERCENT = re.compile(r"%(?:%|(?:<(\w+)>|\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|\{(\w+)\})")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_SAME = frozenset(
    [
        "freeze",
        "to_s",
        "to_str",
        "to_sym",
        "to_key",
        "dup",
        "clone",
        "itself",
        "html_safe",
        "encode",
        "decode",
        "force_encoding",
        "b",
        "intern",
        "strip",
        "chomp",
        "str",
        "toString",
        "valueOf",
        "squish",
        "presence",
        "scrub",
        "unicode_normalize",
        "-@",
        "+@",
        "encode_utf8",
        "to_param",
    ]
)
_CASES: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("downcase", "lower", "toLowerCase"), str.lower),
    **dict.fromkeys(("upcase", "upper", "toUpperCase"), str.upper),
    **dict.fromkeys(
        ("underscore",), lambda text: re.sub(r"(?<=[a-z\d])(?=[A-Z])", "_", text.replace("::", "/")).lower()
    ),
    "dasherize": lambda text: text.replace("_", "-"),
    "demodulize": lambda text: text.rsplit("::", 1)[-1],
    "capitalize": str.capitalize,
}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2629746, "year": 31556952}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda left, right: left // right,
    "//": lambda left, right: left // right,
    "%": operator.mod,
    "**": lambda left, right: left**right,
}


def texts(value: Value, why: str = "nothing is known of it") -> tuple[Text, ...]:
    """The strings that a value is when it is put into one."""
    told = [a for a in value if not isinstance(a, Method | Closure)] or value  # a function is no part of a key
    return few(_text(alternative) for alternative in told) if value else (hole(why),)


def _text(alternative: Alternative) -> Text:
    match alternative:
        case Words(text=text):
            return text
        case Const(value=None):
            return Text()
        case Const(value=bool()):
            return literal(str(alternative.value).lower())
        case Const(value=number):
            return literal(str(number))
        case Unknown(reason=reason, parameter=parameter, lacks=lacks):
            return hole(reason, parameter, lacks)
        case External(path=path):
            return hole(f"`{path}` is not defined in what was read", lacks=path.split(".")[0].split("::")[-1])
        case ClassRef(group=group):
            return literal("::".join(group.path)) if group.language == "ruby" else hole("it is a class")
        case Object(group=group):
            return hole(f"it is an object of {group.name}")
        case Plain(what=what):
            return hole(f"it is {what}")
        case _:
            return hole(f"it is a {type(alternative).__name__.lower()}")


def words(found: Iterable[Text]) -> Value:
    """The value that is one of these strings."""
    return tuple(Words(text) for text in few(found))


def joined(engine: Engine, expr: tree.Joined, frame: Frame) -> Value:
    """An interpolated string."""
    return words(product([_put_in(engine, part, frame) for part in expr.parts]))


def _shown(engine: Engine, alternative: Alternative, frame: Frame) -> Value:
    """A thing as a string shows it: of an object what its own method for that gives."""
    for name in ("to_s", "__str__", "toString") if isinstance(alternative, Object) else ():
        assert isinstance(alternative, Object)
        for definition in engine.lookup.methods(alternative, name):
            call = engine.made(tree.Call(None, name, (), definition.node.span, definition.node.name_span))
            return engine.invoke(Method(definition, alternative), call, frame)
    return (alternative,)


def _put_in(engine: Engine, part: tree.Expr, frame: Frame) -> tuple[Text, ...]:
    value = either(_shown(engine, alternative, frame) for alternative in engine.value(part, frame))
    if not isinstance(part, tree.Choice):
        return texts(value, f"`{_says(part)}` is not known")
    one_armed = part.kind == "if" and len([o for o in part.options if o]) == 1
    if one_armed and Const(None) not in value and len(engine.taken(part, frame)) == 2:
        return few([Text(), *texts(value)])
    return texts(value, f"`{_says(part)}` is not known")


def _says(expr: tree.Expr) -> str:
    match expr:
        case tree.Name(text=text) | tree.Variable(text=text):
            return text
        case tree.Call(name=name) | tree.Member(name=name):
            return name
        case _:
            return "a part"


def operation(engine: Engine, expr: tree.Operation, frame: Frame) -> Value:
    """`+`, `%`, arithmetic; comparisons are plain."""
    if expr.op in ("==", "!=", "<", ">", "<=", ">=", "===", "=~", "in", "not in", "is", "is not", "<=>", "!=="):
        return (Plain("a truth value"),)
    left = engine.value(expr.left, frame)
    if expr.op == "%" and any(isinstance(a, Words) for a in left):
        return _percent(engine, left, expr.right, frame)
    right = engine.value(expr.right, frame)
    if expr.op in ("+", "<<"):
        return added(left, right)
    numbers = [
        _computed(expr.op, a.value, b.value)
        for a in left
        for b in right
        if isinstance(a, Const) and isinstance(b, Const)
    ]
    if len(numbers) == len(left) * len(right) and numbers:
        return either(numbers)
    if expr.op == "|":
        return either([left, right])
    return unknown(f"`{expr.op}` of what is not known")


def _computed(op: str, left: float | bool | None, right: float | bool | None) -> Value:
    work = _ARITHMETIC.get(op)
    if work is None or left is None or right is None or (op == "**" and right > 64) or abs(left) > 1e15:
        return unknown(f"`{op}` is not computed")
    try:
        return (Const(work(left, right)),)
    except (ArithmeticError, ValueError):
        return unknown(f"`{op}` cannot be computed")


def added(left: Value, right: Value) -> Value:
    """`left + right` of strings, numbers or collections."""
    if any(isinstance(a, Many) for a in (*left, *right)):
        return _one_after_the_other(left, right)
    numbers = [
        _computed("+", a.value, b.value) for a in left for b in right if isinstance(a, Const) and isinstance(b, Const)
    ]
    if numbers and len(numbers) == len(left) * len(right):
        return either(numbers)
    if any(isinstance(a, Words) for a in (*left, *right)):
        return words(product([texts(left), texts(right)]))
    return unknown("a sum of what is not known")


def _one_after_the_other(left: Value, right: Value) -> Value:
    """Two collections put together: the places of the first stay, those of the second where the first has no more."""
    of = either(a.of if isinstance(a, Many) else () for a in (*left, *right))
    first = left[0] if len(left) == 1 else None
    if not isinstance(first, Many) or first.keys or not first.items or any(isinstance(k, str) for k, _ in first.items):
        return (Many(of),)
    second = right[0] if len(right) == 1 and first.size == len(first.items) else None
    if not isinstance(second, Many) or second.keys or any(isinstance(k, str) for k, _ in second.items):
        return (Many(of, first.items),)
    more = tuple((len(first.items) + place, value) for place, (_, value) in enumerate(second.items))
    closed = second.size is not None and second.size == len(second.items)
    return (Many(of, (*first.items, *more), size=len(first.items) + len(more) if closed else None),)


def _percent(engine: Engine, left: Value, right: tree.Expr, frame: Frame) -> Value:
    args: list[Value] = []
    named: dict[str, Value] = {}
    if isinstance(right, tree.Sequence):
        for item in right.items:
            if isinstance(item, tree.Pair) and isinstance(item.key, tree.Literal):
                named[str(item.key.value)] = engine.value(item.value, frame)
            elif isinstance(item, tree.Arg):
                args.append(engine.value(item.value, frame))
    else:
        value = engine.value(right, frame)
        many = next((a for a in value if isinstance(a, Many)), None)
        args = [v for _, v in many.items] if many and many.items else [value]
        named = {str(key): v for key, v in many.items} if many else {}
    return formatted(left, args, named)


def formatted(left: Value, args: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """A `%` format with its arguments in it."""
    return words(made for text in texts(left) for made in _filled(text, _PERCENT, args, named))


def braced(left: Value, args: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """`str.format` with its arguments in it."""
    return words(made for text in texts(left) for made in _filled(text, _BRACES, args, named))


def _filled(text: Text, holes: re.Pattern[str], args: Sequence[Value], named: Mapping[str, Value]) -> tuple[Text, ...]:
    columns: list[tuple[Text, ...]] = []
    turn = 0
    for part in text.parts:
        if isinstance(part, Hole):
            columns.append((Text((part,)),))
            continue
        at = 0
        for match in holes.finditer(part):
            columns.append((literal(part[at : match.start()]),))
            at = match.end()
            if match.group() in ("%%", "{{", "}}"):
                columns.append((literal(match.group()[0]),))
                continue
            word = next((g for g in match.groups() if g), "")
            word = re.split(r"[.\[:!]", word)[0]
            value = named.get(word) if word and not word.isdigit() else None
            if value is None and (not word or word.isdigit()):
                place = int(word) if word else turn
                turn += 1
                value = args[place] if place < len(args) else None
            columns.append(texts(value) if value is not None else (hole(f"`{word or turn}` of the format"),))
        columns.append((literal(part[at:]),))
    return product(columns)


def of_words(engine: Engine, text: Text, call: tree.Call, args: Sequence[Value], frame: Frame) -> Value:
    """What a method of a string gives."""
    known = text.literal
    if call.name in _SAME:
        return (Words(text),)
    if call.name in _CASES:
        change = _CASES[call.name]
        parts = [literal(change(p)) if isinstance(p, str) else Text((p,)) for p in text.parts]
        return (Words(concat(parts)),)
    if call.name == "format":
        named = {a.keyword: engine.value(a.value, frame) for a in call.args if a.keyword}
        return braced((Words(text),), args, named)
    if call.name in ("+", "concat", "<<", "%") and len(args) == 1:
        return added((Words(text),), args[0]) if call.name != "%" else formatted((Words(text),), args, {})
    if call.name == "join" and len(args) == 1:  # Python: ",".join(parts)
        return joined_with(args[0], text)
    if call.name in ("constantize", "safe_constantize") and known:
        return engine.value(engine.made(tree.Constant(tuple(known.split("::")), call.span)), frame)
    if call.name in ("sub", "gsub", "replace", "delete_prefix", "removeprefix", "delete_suffix", "tr"):
        return words([hole(f"a string changed by `{call.name}`")])
    if call.name in ("split", "scan", "chars", "lines", "bytes", "each_char", "unpack"):
        return (Many((Plain("part of a string"),)),)
    return (Plain(f"{call.name} of a string"),)


def joined_with(value: Value, separator: Text) -> Value:
    """The elements of a collection with a separator between them."""
    found: list[Text] = []
    for alternative in value:
        if (
            isinstance(alternative, Many)
            and alternative.items
            and all(isinstance(k, int) for k, _ in alternative.items)
        ):
            columns: list[tuple[Text, ...]] = []
            for place, (_, element) in enumerate(alternative.items):
                columns += [(separator,)] if place else []
                columns.append(texts(element))
            if alternative.size is None and alternative.of:
                columns += [(separator,), (hole("the rest of a join"),)]
            found += product(columns)
        else:
            found.append(hole("a join of what is not known"))
    return words(found)


def of_number(const: Const, name: str) -> Value:
    """What a method of a number gives: durations are seconds."""
    value = const.value
    unit = _SECONDS.get(name.removesuffix("s"))
    if isinstance(value, bool) or value is None:
        return (Const(None),) if value is None and name not in ("to_s", "to_i", "to_a") else (Plain("a truth value"),)
    if unit is not None:
        return (Const(value if name == "seconds" else value * unit),)
    if name in ("to_i", "to_f", "in_seconds", "total_seconds", "freeze", "abs", "round", "floor", "ceil", "itself"):
        return (const,)
    if name in ("to_s", "toString"):
        return (Words(literal(str(value))),)
    if name in ("in_milliseconds",):
        return (Const(value * 1000),)
    return (Plain("a number"),)


def class_name(engine: Engine, owner: ClassRef) -> Value:
    """The name of a class; of one that others inherit from, theirs too."""
    groups = [owner.group, *([] if owner.exact else engine.lookup.below(owner.group))]
    ruby = owner.group.language == "ruby"
    return words(literal("::".join(g.path) if ruby else g.name) for g in groups)


def without_parameters(value: Value) -> Value:
    """The same value, in which no hole is a parameter any more: it has left the function."""
    return tuple(_stripped(alternative) for alternative in value)


def _stripped(alternative: Alternative) -> Alternative:
    match alternative:
        case Words(text=text) if any(h.parameter for h in text.holes):
            return Words(Text(tuple(Hole(p.reason) if isinstance(p, Hole) else p for p in text.parts)))
        case Unknown(reason=reason):
            return Unknown(reason)
        case Many(of=of, items=items, keys=keys):
            inner = tuple((key, without_parameters(v)) for key, v in items)
            return replace(alternative, of=without_parameters(of), items=inner, keys=without_parameters(keys))
        case Client(prefix=prefix) if any(h.parameter for h in prefix.holes):
            plain = Text(tuple(Hole(p.reason) if isinstance(p, Hole) else p for p in prefix.parts))
            return Client(alternative.mode, plain, alternative.confidence, alternative.opened, alternative.why)
        case _:
            return alternative
