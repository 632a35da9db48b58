"""How a call site is put into words: its receiver, how that was reached, the function and the loops around it."""

from __future__ import annotations

from seawall.calls.facts import tree
from seawall.calls.facts.meaning.collections import number
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.scopes import CallAt, Definition, Step
from seawall.calls.facts.sites import Around
from seawall.calls.facts.values import Client, Many

LOOPS = frozenset(
    [
        "each",
        "each_with_index",
        "each_with_object",
        "each_pair",
        "each_key",
        "each_value",
        "each_entry",
        "map",
        "collect",
        "flat_map",
        "filter_map",
        "select",
        "reject",
        "times",
        "upto",
        "downto",
        "step",
        "loop",
        "find_each",
        "each_slice",
        "in_groups_of",
        "in_batches",
        "find_in_batches",
        "each_cons",
        "inject",
        "reduce",
        "sum",
        "any?",
        "all?",
        "none?",
        "find",
        "detect",
        "partition",
        "group_by",
        "sort_by",
        "min_by",
        "max_by",
        "each_line",
        "each_char",
        "index_with",
        "to_h",
        "cycle",
        "reverse_each",
        "forEach",
        "filter",
        "some",
        "every",
        "scan_each",
        "sscan_each",
        "hscan_each",
        "zscan_each",
        "each_batch",
    ]
)
SLICES = frozenset(
    [
        "each_slice",
        "in_groups_of",
        "in_batches",
        "find_in_batches",
        "each_cons",
        "each_batch",
        "slice",
        "batched",
        "chunks",
        "chunked",
        "grouper",
        "islice",
        "chunk",
        "batch",
        "batches",
        "chunk_list",
        "split_into_chunks",
    ]
)


def receiver_of(call: tree.Call) -> str:
    """The receiver as it is written, in short."""
    return words_of(call.receiver) if call.receiver is not None else ""


def words_of(expr: tree.Expr) -> str:
    """An expression in short: names as they are, arguments left out."""
    match expr:
        case tree.Name(text=text):
            return text
        case tree.Self():
            return "self"
        case tree.Variable(scope=scope, text=text):
            return {"instance": "@", "class": "@@", "global": "$"}.get(scope, "") + text
        case tree.Constant(path=path):
            return "::".join(path)
        case tree.Member(of=of, name=name):
            return f"{words_of(of)}.{name}"
        case tree.Call(receiver=None, name=name):
            return name
        case tree.Call(receiver=of, name=name) if of is not None:
            return f"{words_of(of)}.{name}".rstrip(".")
        case tree.Item(of=of):
            return f"{words_of(of)}[]"
        case _:
            return "..."


def via_of(call: tree.Call, at: CallAt) -> str:
    """By what kind of thing the client was reached."""
    match call.receiver:
        case None:
            return "self"
        case tree.Name(text=text):
            for step in reversed(at.path):
                if isinstance(step.around, tree.Block) and any(p.name == text for p in step.around.params):
                    return "block-param"
            if any(p.name == text for p in at.scope.params):
                return "parameter"
            if text in at.scope.binds:
                return "local-var" if at.scope.definition is not None else "module-global"
            return "helper-method" if at.scope.source.file.language == "ruby" else "module-global"
        case tree.Variable(scope="global"):
            return "global"
        case tree.Variable():
            return "ivar"
        case tree.Constant():
            return "constant"
        case tree.Member(of=tree.Self()):
            return "attribute"
        case tree.Member():
            return "attribute"
        case tree.Item():
            return "item"
        case tree.Call(receiver=None):
            return "helper-method"
        case _:
            return "method"


def symbol_of(definition: Definition) -> str:
    """`Class#method`, `Class.method`, or the function's name."""
    if definition.group is None or not definition.group.path:
        return definition.name
    ruby = definition.group.language == "ruby"
    owner = "::".join(definition.group.path) if ruby else definition.group.name
    return f"{owner}{'.' if definition.on_class or not ruby else '#'}{definition.name}"


def around_of(engine: Engine, at: CallAt, client: Client) -> Around:
    """What runs a call."""
    step = next((s for s in reversed(at.path) if _repeats(s)), None)
    sliced = any(_cuts(s) for s in at.path)
    opened = None
    if client.opened is not None and client.opened[0] in engine.program.sources:
        opened = engine.program.sources[client.opened[0]].place(client.opened[1])
    symbol = symbol_of(at.scope.definition) if at.scope.definition is not None else ""
    if step is None:
        return Around(mode=client.mode, opened=opened, symbol=symbol)
    return Around(
        loop=_word(step),
        over=_over(step),
        sliced=sliced,
        mode=client.mode,
        opened=opened,
        looped=client.opened is not None and _looped(at, client.opened, step),
        count=_count(engine, at, step),
        symbol=symbol,
    )


def _repeats(step: Step) -> bool:
    owner = step.owner
    return isinstance(step.around, tree.Loop) or (owner is not None and owner.name in LOOPS)


def _cuts(step: Step) -> bool:
    if isinstance(step.around, tree.Loop):
        return _slices(step.around.over)
    owner = step.owner
    return owner is not None and owner.name in LOOPS and (owner.name in SLICES or _slices(owner.receiver))


def _word(step: Step) -> str:
    if isinstance(step.around, tree.Loop):
        return step.around.comprehension or ("for" if step.around.over is not None else "while")
    return step.owner.name if step.owner is not None else ""


def _over(step: Step) -> str:
    if isinstance(step.around, tree.Loop):
        return words_of(step.around.over) if step.around.over is not None else ""
    return receiver_of(step.owner) if step.owner is not None else ""


def _looped(at: CallAt, opened: tuple[str, int], step: Step) -> bool:
    """Whether the pipeline that a call is put into is opened or executed in the loop around the call."""
    receiver = words_of(at.call.receiver) if at.call.receiver is not None else ""
    for other in at.scope.calls:
        here = any(s.around is step.around for s in other.path)
        begins = other.call.name_span[0] == opened[1] and at.scope.source.file.path == opened[0]
        ends = other.call.name in ("execute", "exec") and other.call.receiver is not None
        if here and (begins or (ends and words_of(other.call.receiver or other.call) == receiver)):
            return True
    return False


def _count(engine: Engine, at: CallAt, step: Step) -> int | None:
    """How often a loop runs, where that is constant."""
    frame = engine.frames.own(at.scope)
    over = step.around.over if isinstance(step.around, tree.Loop) else step.owner.receiver if step.owner else None
    if over is None:
        return None
    if isinstance(over, tree.Call) and over.name == "range" and len(over.args) == 1:
        return number(engine.value(over.args[0].value, frame))
    value = engine.value(over, frame)
    if step.owner is not None and step.owner.name == "times":
        return number(value)
    many = value[0] if len(value) == 1 else None
    return many.size if isinstance(many, Many) else None


def _slices(expr: tree.Expr | None) -> bool:
    match expr:
        case tree.Call(name=name, receiver=receiver):
            return name in SLICES or (name == "range" and len(expr.args) == 3) or _slices(receiver)
        case _:
            return False
