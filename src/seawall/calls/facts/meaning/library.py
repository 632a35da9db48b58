"""Client libraries and whatever else is not in the program: seeds, what clients give, and what a name alone says."""

from __future__ import annotations

from seawall.calls.facts import seeds, tree
from seawall.calls.facts.commands import SPOKEN
from seawall.calls.facts.meaning import collections, keys, strings
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.patterns import concat, hole, literal, unglobbed
from seawall.calls.facts.scopes import Group
from seawall.calls.facts.seeds import SAME_CLIENT as SAME_CLIENT
from seawall.calls.facts.tree import Span
from seawall.calls.facts.values import (
    ClassRef,
    Client,
    External,
    Frame,
    Many,
    Object,
    Plain,
    Pool,
    Reason,
    Unknown,
    Value,
    Words,
    either,
    unknown,
)
from seawall.calls.facts.walk import block_of

# Commands whose reply is a collection.
COLLECTIONS = frozenset(
    [
        "keys",
        "scan",
        "smembers",
        "sscan",
        "hscan",
        "zscan",
        "lrange",
        "zrange",
        "zrevrange",
        "zrangebyscore",
        "zrevrangebyscore",
        "hkeys",
        "hvals",
        "mget",
        "hmget",
        "sinter",
        "sunion",
        "sdiff",
        "zrangebylex",
        "zrevrangebylex",
    ]
)
_STEPS = 8  # reasons of one client that are kept


def library_class(owner: Object | ClassRef) -> External | None:
    """The library's class that the program only opens again or uses as a namespace, None of a class of its own."""
    group = owner.group
    if isinstance(owner, Object) or group.language != "ruby" or len(group.path) != 1 or group.bases:
        return None
    return External(group.name) if group.name in seeds.LIBRARIES and "initialize" not in group.methods else None


def weaker(client: Client, confidence: str = "inferred", reason: Reason | None = None) -> Client:
    """The same client, less certain."""
    level = client.confidence if client.confidence != "typed" else confidence
    why = (*client.why, reason)[:_STEPS] if reason else client.why
    return Client(client.mode, client.prefix, level, client.opened, why)


def _reason(frame: Frame, says: str, span: Span) -> Reason:
    return Reason(says, *frame.scope.source.place(span[0]))


def suspect(found: Value, name: str, frame: Frame, span: Span) -> Value:
    """A client by name alone, where nothing else is known of what has that name."""
    if any(not isinstance(a, Unknown | External) for a in found):
        return found
    if any(isinstance(a, Unknown) and "." in a.lacks for a in found):
        return found  # it is in a file of the program that has no word of Redis in it
    if any(isinstance(a, External) and not _may_be_client(a.path) for a in found):
        return found
    pool = seeds.is_pool_named_so(name)
    if not pool and not seeds.is_named_so(name):
        return found
    client = Client(confidence="name", why=(_reason(frame, f"it is called `{name}`", span),))
    return (Pool((client,)), *found) if pool else (client, *found)


def _may_be_client(path: str) -> bool:
    """Whether a library's thing may be a client by its name: the library itself and its classes are not."""
    last = path.rsplit(".", 1)[-1].rsplit("::", 1)[-1]
    return ((("." in path and last != path) or path.isupper()) and not last[:1].isupper()) or last.isupper()


def instance(engine: Engine, value: Value, frame: Frame, span: Span) -> Value:
    """An object of a class that is given as a value."""
    found: list[Value] = []
    for alternative in value:
        match alternative:
            case External(path=path) if seeds.CLASS.fullmatch(path):
                found.append((Client(why=(_reason(frame, f"it is declared {path}", span),)),))
            case External(path=path) if seeds.PIPELINE_CLASS.fullmatch(path):
                found.append((Client("pipeline", why=(_reason(frame, f"it is declared {path}", span),)),))
            case ClassRef():
                found.append(engine.invoke(alternative, engine.made(tree.Call(None, "", (), span, span)), frame))
            case _:
                pass
    return either(found)


def made_of(group: Group, outside: tuple[str, ...], frame: Frame, span: Span) -> Value:
    """The client that an object of a class is which inherits from a library's client."""
    for path in outside:
        if seeds.CLASS.fullmatch(path):
            return (Client(why=(_reason(frame, f"{group.name} inherits from {path}", span),)),)
    return ()


def reached(engine: Engine, path: str, frame: Frame, span: Span, call: tree.Call | None = None) -> Value:
    """What a path into a library gives."""
    if seeds.CLIENT.fullmatch(path):
        return (Client(why=(_reason(frame, f"{path} gives a client", span),)),)
    if call is not None:
        made = _configured(engine, path, call, frame)
        if made:
            return made
    if len(path) > 200:
        return unknown("a long chain of calls into a library")
    return (External(path),)


def _configured(engine: Engine, path: str, call: tree.Call, frame: Frame) -> Value:
    if seeds.POOL.fullmatch(path) or seeds.WRAPPED_POOL.fullmatch(path):
        held = engine.block_value(call, frame) or _keyword(engine, call, "pool", frame)
        if seeds.WRAPPED_POOL.fullmatch(path):
            return either(a.holds if isinstance(a, Pool) else (a,) for a in held)
        return (Pool(held),)
    if path.endswith(seeds.SLICERS):
        numbers = [n for value in engine.arguments(call, frame) if (n := collections.number(value))]
        slice_ = Many(unknown("an element of a slice"), most=numbers[-1] if numbers else None)
        return (slice_,) if path.endswith("islice()") else (Many((slice_,)),)
    if seeds.NAMESPACE.fullmatch(path):
        args = engine.arguments(call, frame)
        prefixes = strings.texts(args[0]) if args else ()
        inner = _keyword(engine, call, "redis", frame)
        why = _reason(frame, "a client with a namespace", call.span)
        clients = [a for a in inner if isinstance(a, Client)] or [Client()]
        return tuple(
            Client(c.mode, concat([c.prefix, prefix, literal(":")]), c.confidence, c.opened, (*c.why, why)[:_STEPS])
            for c in clients
            for prefix in prefixes
        )
    if path.endswith(".new()") and seeds.is_named_so(path.removesuffix(".new()").rsplit("::", 1)[-1]):
        return tuple(a for arg in call.args for a in engine.value(arg.value, frame) if isinstance(a, Client | Pool))
    return ()


def _keyword(engine: Engine, call: tree.Call, name: str, frame: Frame) -> Value:
    return either(engine.value(arg.value, frame) for arg in call.args if arg.keyword == name)


def of_external(engine: Engine, external: External, call: tree.Call, frame: Frame) -> Value:
    """What a call into a library gives back."""
    path = f"{external.path}.{call.name}()" if call.name else f"{external.path}()"
    block = block_of(call)
    if seeds.LENDER.fullmatch(path) and block is not None:
        return engine.block_value(call, frame) or ()
    if call.name in ("wrap_connection_pool",) and call.args:
        return engine.value(call.args[0].value, frame)
    if external.path.endswith(")") and call.name in seeds.SELF_METHODS and not call.args:
        return (external,)
    return reached(engine, path, frame, call.span, call)


def external_lends(engine: Engine, external: External, call: tree.Call, frame: Frame) -> Value:
    """What a library's method lends to a block."""
    path = f"{external.path}.{call.name}()"
    if seeds.LENDER.fullmatch(path):
        return (Client(why=(_reason(frame, f"{path} lends a client", call.span),)),)
    if seeds.CLIENT.fullmatch(path):
        return reached(engine, path, frame, call.span)
    if call.name in seeds.SELF_METHODS and not seeds.is_pool_named_so(external.path):
        return (external,)
    row = lent_by_name(call, frame)
    return row[0] if row else unknown(f"`{call.name}` of a library lends it")


def lent_by_name(call: tree.Call, frame: Frame) -> list[Value]:
    """What a method lends that nothing is known of but its name."""
    if seeds.is_lender_named_so(call.name) or (call.receiver is None and seeds.is_named_so(call.name)):
        why = _reason(frame, f"`{call.name}` lends it", call.span)
        return [(Client(confidence="name", why=(why,)),)]
    return []


def by_name(engine: Engine, call: tree.Call) -> Value:
    """What a method of something not known gives back: slots that are set anywhere by that name."""
    slots = engine.program.slots.get(call.name, ())
    if not call.args and 0 < len(slots) <= 4:
        given = either(engine.lookup.written(w) for w in slots)
        lent = tuple(weaker(a) for a in given if isinstance(a, Client))
        if lent:
            return lent
    return unknown(f"`{call.name}` of what is not known")


def of_client(engine: Engine, client: Client, call: tree.Call, frame: Frame, *, lends: bool = False) -> Value:
    """What a client gives back, or lends to a block: a pipeline, itself, or a reply."""
    name = call.name
    block = block_of(call)
    mode = seeds.PIPELINES.get(name)
    if mode is not None and (lends or block is None or not _is_ruby(frame)):
        at = (frame.scope.source.file.path, call.name_span[0])
        if client.mode != "client":
            mode, at = ("transaction" if "transaction" in (mode, client.mode) else client.mode), client.opened or at
        why = _reason(frame, f"`{name}` of it", call.span)
        return (Client(mode, client.prefix, client.confidence, at, (*client.why, why)[:_STEPS]),)
    if name in ("without_namespace", "unnamespaced"):
        return (Client(client.mode, confidence=client.confidence, why=client.why),)
    if call.args and (name in seeds.LOADS or (name == "script" and len(call.args) == 2)):
        return engine.value(call.args[-1].value, frame)  # the digest stands for the text
    if lends:
        same = name in SAME_CLIENT or name in seeds.POOL_METHODS
        return (client,) if same else collections.elements(_reply(engine, call, frame))
    if name in ("with", "then", "yield_self") and block is not None:
        return engine.block_value(call, frame) or ()
    if name in SAME_CLIENT or (client.mode != "client" and not _is_ruby(frame) and name not in ("exec", "execute")):
        return (client,)
    return _reply(engine, call, frame)


def _reply(engine: Engine, call: tree.Call, frame: Frame) -> Value:
    """A reply is no client; of KEYS and SCAN it is keys that fit the pattern, without the client's prefix."""
    sent = keys.sent_by(engine, call, frame)
    if sent is None or sent.command.name not in COLLECTIONS:
        return (Plain("a reply"),)
    if sent.command.name in keys.GLOBS:
        values = keys.key_values(sent)
        texts = strings.texts(values[0]) if values else (hole("any key"),)
        named = tuple(Words(unglobbed(text)) for text in texts)
        scans = call.name == "scan" or call.name.lower() in SPOKEN
        return (Many((), ((0, (Plain("a cursor"),)), (1, (Many(named),)))),) if scans else (Many(named),)
    return (Many(unknown(f"an element of a reply of {sent.command.name.upper()}")),)


def _is_ruby(frame: Frame) -> bool:
    return frame.scope.source.file.language == "ruby"
