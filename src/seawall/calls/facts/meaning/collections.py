"""Collections: literals, comprehensions, what is put into them and taken out again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from seawall.calls.facts import tree
from seawall.calls.facts.meaning import strings
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.patterns import literal
from seawall.calls.facts.scopes import Bind, Written
from seawall.calls.facts.values import (
    Client,
    Closure,
    Const,
    External,
    Frame,
    Many,
    Plain,
    Pool,
    Unknown,
    Value,
    Words,
    either,
    unknown,
)

ITEMS = 64  # of a literal collection that are kept apart

_SAME = frozenset(
    [
        "uniq",
        "compact",
        "flatten",
        "sort",
        "sort_by",
        "shuffle",
        "reverse",
        "to_a",
        "to_set",
        "select",
        "filter",
        "reject",
        "sorted",
        "freeze",
        "dup",
        "lazy",
        "entries",
        "take",
        "drop",
        "first_n",
        "slice",
        "partition",
        "compact_blank",
        "keys_sorted",
        "each",
        "each_entry",
        "values",
        "force",
        "to_h",
        "with_indifferent_access",
        "symbolize_keys pluck ids",
        "stringify_keys",
        "deep_symbolize_keys pluck ids",
        "list",
        "tuple",
        "set",
        "copy",
    ]
)
_ONE = frozenset(
    [
        "first",
        "last",
        "sample",
        "pop",
        "shift",
        "fetch",
        "dig",
        "find",
        "detect",
        "min",
        "max",
        "sum",
        "get",
        "at",
        "[]",
        "min_by",
        "max_by",
        "values_at",
    ]
)
CUT = frozenset(("first", "last", "take", "sample", "limit"))  # with a number: at most so many
MAPS = frozenset(
    ["map", "collect", "flat_map", "collect_concat", "filter_map", "flatMap", "map!", "index_with", "to_h", "sum"]
)


def sequence(engine: Engine, expr: tree.Sequence, frame: Frame) -> Value:
    """A literal list or map."""
    items: list[tuple[str | int, Value]] = []
    loose: list[Value] = []
    keys: list[Value] = []
    for place, item in enumerate(expr.items[:ITEMS]):
        value = engine.value(item.value, frame)
        if isinstance(item, tree.Pair):
            key = engine.value(item.key, frame)
            keys.append(key)
            text = key[0].text.literal if len(key) == 1 and isinstance(key[0], Words) else None
            number = key[0].value if len(key) == 1 and isinstance(key[0], Const) else None
            if text is not None:
                items.append((text, value))
            elif isinstance(number, int):
                items.append((number, value))
            else:
                loose.append(value)
        elif item.spread or expr.kind == "map":
            loose.append(elements(value))
        else:
            items.append((place, value))
    ahead = next((i for i, item in enumerate(expr.items) if isinstance(item, tree.Arg) and item.spread), ITEMS)
    whole = tuple(items) if expr.kind == "map" else tuple(items[:ahead])
    size = None if any(isinstance(item, tree.Arg) and item.spread for item in expr.items) else len(expr.items)
    return (Many(either([*(v for _, v in items), *loose]), whole, either(keys), size),)


def comprehension(engine: Engine, expr: tree.Loop, frame: Frame) -> Value:
    """A comprehension: its body is the element."""
    inner: tree.Expr | None = expr
    while isinstance(inner, tree.Loop | tree.Choice):
        body = inner.body if isinstance(inner, tree.Loop) else inner.options[0] if inner.options else ()
        inner = body[-1] if body else None
    if isinstance(inner, tree.Sequence) and inner.kind == "map" and expr.comprehension == "map":
        pairs = [item for item in inner.items if isinstance(item, tree.Pair)]
        keys = either(engine.value(pair.key, frame) for pair in pairs)
        return (Many(either(engine.value(pair.value, frame) for pair in pairs), (), keys),)
    return (Many(engine.value(inner, frame) if inner is not None else ()),)


def elements(value: Value) -> Value:
    """What one gets when looping over a value."""
    found: list[Value] = []
    for alternative in value:
        match alternative:
            case Many(of=of):
                found.append(keys_of(alternative) or of)
            case Unknown():
                found.append(unknown("an element of what is not known"))
            case Plain(what=what):
                found.append((Plain(f"part of a {what}"),))
            case Words():
                found.append((Plain("part of a string"),))
            case _:
                found.append(unknown("what it loops over is not followed"))
    return either(found)


def keys_of(many: Many) -> Value:
    """What the keys of a map may be; empty of a list."""
    if many.keys:
        return many.keys
    keyed = any(isinstance(key, str) for key, _ in many.items)
    return either([tuple(Words(literal(str(key))) for key, _ in many.items)]) if keyed else ()


def place_of(value: Value, place: int) -> Value:
    """One place of a tuple."""
    found: list[Value] = []
    for alternative in value:
        match alternative:
            case Many(of=of, items=items):
                at = [v for key, v in items if key == place]
                found.append(at[0] if at else of if not items or alternative.size is None else ())
            case Plain():
                found.append((Plain("part of a reply"),))
            case _:
                found.append(unknown("a part of what is not known"))
    return either(found)


def number(value: Value) -> int | None:
    """The whole number above zero that a value is, None of any other."""
    known = value[0].value if len(value) == 1 and isinstance(value[0], Const) else None
    return known if isinstance(known, int) and not isinstance(known, bool) and known > 0 else None


def sliced(engine: Engine, expr: tree.Unknown, frame: Frame) -> int | None:
    """How many elements `[low:high]` takes at most: of constants, and of `[i : i + 500]`."""
    low, high = expr.parts[:2] if len(expr.parts) >= 2 else (None, None)
    if isinstance(high, tree.Operation) and high.op == "+" and isinstance(low, tree.Name):
        same = isinstance(high.left, tree.Name) and high.left.text == low.text
        return number(engine.value(high.right, frame)) if same else None
    return number(engine.value(high, frame)) if high is not None else None


def with_item(engine: Engine, current: Value, bind: Bind, value: Value, frame: Frame) -> Value:
    """A collection after something was put into it."""
    key = strings.texts(engine.value(bind.key, frame))[0].literal if bind.key is not None else None
    many = [a for a in current if isinstance(a, Many)] or [Many()]
    rest = tuple(a for a in current if not isinstance(a, Many) and a != Const(None))
    put = tuple(
        Many(
            either([a.of, value]),
            (*a.items, (key, value)) if key is not None and len(a.items) < ITEMS else a.items,
            either([keys_of(a), engine.value(bind.key, frame)]) if bind.key is not None else a.keys,
        )
        for a in many
    )
    return either([put, rest])


def gathered(engine: Engine, written: Iterable[Written]) -> Value:
    """What all the places give that set a field or global; what is put into it is an element of it."""
    found: list[Value] = []
    put: list[Value] = []
    items: list[tuple[str | int, Value]] = []
    for each in written:
        value = engine.lookup.written(each)
        if each.bind is None or each.bind.kind != "item":
            found.append(value)
            continue
        put.append(value)
        if isinstance(each.bind.key, tree.Literal) and isinstance(each.bind.key.value, str | int):
            items.append((each.bind.key.value, value))
    if put:
        found.append((Many(either(put), tuple(items)),))
    return either(found)


def item(engine: Engine, expr: tree.Item, frame: Frame) -> Value:
    """`of[key]`."""
    key = engine.value(expr.key, frame)
    found: list[Value] = []
    slice_ = expr.key if isinstance(expr.key, tree.Unknown) and expr.key.kind == "slice" else None
    for alternative in engine.value(expr.of, frame):
        match alternative:
            case Many() | Unknown() if slice_ is not None:
                whole = alternative if isinstance(alternative, Many) else Many(unknown("an element of a slice"))
                found.append((replace(whole, items=(), size=None, most=sliced(engine, slice_, frame) or whole.most),))
            case Many():
                found.append(at_key(alternative, key))
            case External(path=path):
                slots = engine.program.slots.get(f"[{_key(key)}]", ())
                found += [engine.lookup.written(w) for w in slots] or [engine.reached(f"{path}[]", frame, expr.span)]
            case Closure():
                found.append(engine.run(alternative, [key], frame))
            case Words() | Plain() | Const() | Client() | Pool():
                found.append((Plain("an item"),))
            case _:
                slots = engine.program.slots.get(f"[{_key(key)}]", ())
                lent = either(engine.lookup.written(w) for w in slots)
                found.append(lent or unknown("an item of what is not known"))
    return either(found)


def _key(key: Value) -> str | None:
    match key:
        case (Words(text=text),):
            return text.literal
        case (Const(value=value),):
            return str(value)
        case _:
            return None


def at_key(many: Many, key: Value) -> Value:
    """What stands at a key; everything where the key is not known."""
    wanted = _key(key)
    if wanted is not None and many.items:
        at = [value for k, value in many.items if str(k) == wanted]
        if at:
            return either(at)
    return many.of or unknown("an item of a collection")


def of_many(engine: Engine, many: Many, call: tree.Call, args: Sequence[Value], frame: Frame) -> Value:
    """What a method of a collection gives."""
    name = call.name
    if name in ("fetch", "get", "dig", "[]", "at", "__getitem__") and args:
        return either([at_key(many, args[0]), *args[1:2]])
    if name == "join":
        separator = strings.texts(args[0])[0] if args else literal("")
        return strings.joined_with((many,), separator)
    if name in MAPS:
        made = engine.block_value(call, frame)
        if made is not None:
            flat = elements(made) if name.startswith(("flat", "collect_c")) else made
            same = flat is made
            kept = tuple(a for a in flat if a != Const(None))
            return (Many(kept, size=many.size if same else None, most=many.most if same else None),)
    if name in ("keys", "each_key"):
        return (Many(keys_of(many) or unknown("keys of a map")),)
    if name == "items":
        return (Many((Many((), ((0, keys_of(many) or unknown("a key")), (1, many.of))),)),)
    if name in ("each_slice", "in_groups_of", "each_cons", "in_batches", "batch", "chunk", "zip", "each_with_index"):
        return (Many((Many(many.of),)),)
    if name in ("merge", "concat", "+", "|", "union", "push", "append", "update", "deep_merge", "insert", "unshift"):
        return (Many(either([many.of, *(elements(a) if name in ("merge", "concat", "+", "|") else a for a in args)])),)
    if name in CUT and args:
        return (replace(many, most=number(args[0]) or many.most),)
    if name in _SAME:
        return (many,)
    if name in _ONE:
        return many.of or unknown("an element of a collection")
    return (Plain(f"{name} of a collection"),)
