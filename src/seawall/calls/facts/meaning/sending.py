"""Calls that send a command by a client, each as it stands: callers and wrappers are not looked at yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from seawall.calls.facts import seeds, tree
from seawall.calls.facts.commands import COMMANDS, SPOKEN, spelled
from seawall.calls.facts.meaning import calls, evidence, keys, overriding, scripting, strings
from seawall.calls.facts.meaning.describe import symbol_of
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.meaning.keys import Given, Sent
from seawall.calls.facts.meaning.shelling import RUNNERS, sent_by_shell
from seawall.calls.facts.overrides import Wrapper, means
from seawall.calls.facts.patterns import Text, concat, few, literal
from seawall.calls.facts.scopes import CallAt, Definition
from seawall.calls.facts.sites import CONFIDENCES, PIPELINE
from seawall.calls.facts.values import (
    CALLS,
    ClassRef,
    Client,
    External,
    Frame,
    Method,
    Object,
    Pool,
    Reason,
    Value,
    Words,
    unknown,
)
from seawall.calls.facts.walk import is_rest


@dataclass(frozen=True, slots=True)
class Sending:
    """A call that sends a command by a client, before its key is followed to callers. texts: None without a key."""

    at: CallAt
    client: Client
    command: str
    texts: tuple[Text, ...] | None
    all_keys: tuple[tuple[Text, ...], ...]
    sent: Sent
    method: str = ""
    through: Definition | None = None
    inner: Sending | None = None
    others: tuple[str, ...] = ()
    said: Wrapper | None = None  # the wrapper that a person said it is
    by_shell: bool = False

    @property
    def parameter(self) -> str:
        """The one parameter that the key is, with or without words around it; "" where it is not so."""
        if self.texts is None or len(self.texts) != 1:
            return ""
        holes = self.texts[0].holes
        return holes[0].parameter if len(holes) == 1 else ""

    @property
    def leans(self) -> bool:
        """Whether a part of the key is a parameter."""
        return any(h.parameter for text in self.texts or () for h in text.holes)


def sendings(engine: Engine) -> Iterator[Sending]:
    """Every call of a program whose receiver is a client, or that only a client can take."""
    wrappers = engine.overrides.methods
    runs = engine.program.has_shell
    evident: dict[evidence.Thing, Reason] = {}
    mute: list[CallAt] = []
    for scope in engine.program.scopes():
        for at in scope.calls:
            name = at.call.name
            if runs and name in RUNNERS:
                yield from _by_shell(engine, at)
            said = overriding.wrapper(engine, at.call, engine.frames.own(at.scope)) if wrappers else None
            if said is not None:
                yield _configured(engine, at, said)
            elif (script := scripting.script_call(engine, at)) is not None:
                yield _of_script(at, script)
            elif name in seeds.SENDS or name.lower() in SPOKEN or spelled(name) is not None:
                sending = _sending(engine, at)
                if sending is not None:
                    if sending.client.confidence == "name":
                        evident.update(dict.fromkeys(evidence.things(engine, at), sending.client.why[0]))
                    yield _noted(engine, sending)
                elif evidence.may_follow(name):
                    mute.append(at)
            elif at.call.receiver is not None and name in ("acquire", "lock", "new", "with_lock", "Lock", "locked"):
                sending = _lock(engine, at)
                if sending is not None:
                    yield sending

    for at in mute if evident else ():
        why = next((evident[thing] for thing in evidence.things(engine, at) if thing in evident), None)
        sending = _sending(engine, at, why) if why is not None else None
        if sending is not None:
            yield _noted(engine, sending)


def _noted(engine: Engine, sending: Sending) -> Sending:
    lacks = (hole.lacks for text in sending.texts or () for hole in text.holes)
    engine.program.missing.update(word for words in lacks for word in words.split())
    return sending


def _sending(engine: Engine, at: CallAt, evident: Reason | None = None) -> Sending | None:
    """What a call sends, None where it is no command. evident: why a receiver that is not followed is a client."""
    frame = engine.frames.own(at.scope)
    call = at.call
    definition = at.scope.definition
    if definition is not None and _forward(definition) is call:
        return None  # it only hands on what it is given: who calls it sends
    value = _own_client(engine, frame, call) if call.receiver is None else engine.value(call.receiver, frame)
    found, name = _clients(engine, value, call, frame)
    if not found and (not evidence.is_open(value) or (not evident and not evidence.tells(engine, call, frame, name))):
        return None
    sent = keys.sent_by(engine, call, frame, name)
    if sent is None:
        return None
    if not found:
        place = at.scope.source.place(call.name_span[0])
        found = [Client(confidence="name", why=(evident or Reason(f"only Redis has `{call.name}`", *place),))]
    client = min(found, key=lambda c: CONFIDENCES.index(c.confidence))
    if client.confidence == "name" and not keys.fits(sent):
        return None
    return replace(_with_keys(at, found, client, sent), method=name, others=_others(engine, value, found, call.name))


def _others(engine: Engine, value: Value, found: list[Client], name: str) -> tuple[str, ...]:
    """What else than a client has that method: a class that defines it, a client that only seems to be one."""
    owners = (a for a in value if isinstance(a, Object | ClassRef) and engine.lookup.methods(a, name))
    seeming = (c.why[0].says for c in found if c.why and re.search("Fake|fake|Mock|mock", c.why[0].says))
    mixed = [PIPELINE] if len({c.mode == "client" for c in found}) > 1 else []
    return tuple(dict.fromkeys([*(owner.group.name for owner in owners), *seeming, *mixed]))


def _forward(definition: Definition) -> tree.Call | None:
    """The call that a function hands all on to that it is given (`delegate :get, to: :client`), None of any other."""
    node = definition.node
    body = node.body[0] if len(node.body) == 1 and len(node.params) == 1 else None
    if isinstance(body, tree.Call) and node.params[0].name == "..." and any(is_rest(arg) for arg in body.args):
        return body
    return None


def _clients(engine: Engine, value: Value, call: tree.Call, frame: Frame) -> tuple[list[Client], str]:
    """The clients that a call reaches, also by objects that hand it on, and the method's name when it gets there."""
    found = [a for a in value if isinstance(a, Client)]
    name = call.name
    for owner in value:
        if not isinstance(owner, Object | ClassRef) or frame.depth >= CALLS:
            continue
        definitions = engine.lookup.methods(owner, call.name)
        if not definitions:
            found += [a for a in engine.missing_method(owner, frame) if isinstance(a, Client)]
        for definition in definitions:
            inner = _forward(definition)
            entered = engine.enter(Method(definition, owner), call, frame) if inner is not None else None
            if inner is not None and inner.receiver is not None and entered is not None:
                clients, name = _clients(engine, engine.value(inner.receiver, entered), inner, entered)
                found += clients
    return found, name


def _own_client(engine: Engine, frame: Frame, call: tree.Call) -> Value:
    """Of a bare call: the object itself, where its class inherits from a client and has no such method."""
    me = frame.me
    if not isinstance(me, Object) or engine.lookup.methods(me, call.name):
        return ()
    for path in engine.lookup.outside(me.group):
        if seeds.CLASS.fullmatch(path):
            return calls.missing_method(engine, me, frame)
    return ()


def _with_keys(at: CallAt, found: list[Client], client: Client, sent: Sent) -> Sending:
    values = keys.key_values(sent)
    if values is None:
        return Sending(at, client, sent.command.name, None, (), sent)
    prefixes = few(c.prefix for c in found)
    all_keys = tuple(
        few(concat((prefix, text)) for prefix in prefixes for text in strings.texts(value)) for value in values
    )
    return Sending(at, client, sent.command.name, all_keys[0], all_keys, sent)


def _of_script(at: CallAt, sent: Sent) -> Sending:
    client = Client(why=(Reason("a script that was registered", *at.scope.source.place(at.call.name_span[0])),))
    return _with_keys(at, [client], client, sent)


def _by_shell(engine: Engine, at: CallAt) -> Iterator[Sending]:
    """What a call sends that runs redis-cli."""
    place = at.scope.source.place(at.call.name_span[0])
    client = Client(why=(Reason("redis-cli in a shell's command", *place),))
    for sent in sent_by_shell(engine, at.call, engine.frames.own(at.scope)).values():
        yield replace(_with_keys(at, [client], client, sent), by_shell=True)


def _configured(engine: Engine, at: CallAt, said: Wrapper) -> Sending:
    """The call of a wrapper that a person said it is."""
    why = Reason(f"it was said that `{said.name}` sends {said.command.upper()}")
    client = Client(prefix=literal(said.prefix), why=(why,))
    sent = by_word(engine, at.call, engine.frames.own(at.scope), said)
    return replace(_with_keys(at, [client], client, sent), said=said)


def by_word(engine: Engine, call: tree.Call, frame: Frame, said: Wrapper) -> Sent:
    """What a wrapper sends that a person said it is: the command with its key; its other arguments are not known."""
    place = said.key
    named = next((arg.value for arg in call.args if arg.keyword == place), None)
    if isinstance(place, str):
        known = (d for d in engine.program.definitions.get(call.name, ()) if means(said.name, symbol_of(d)))
        places = (i for d in known for i, param in enumerate(d.node.params) if param.name == place)
        place = next(places, 0 if len(call.args) == 1 else -1)
    given = [arg for arg in call.args if not arg.keyword]
    if named is not None:
        value = engine.value(named, frame)
    else:
        value = engine.value(given[place].value, frame) if 0 <= place < len(given) else unknown("it is not given here")
    return Sent(COMMANDS[said.command], (Given(value),))


def _lock(engine: Engine, at: CallAt) -> Sending | None:
    """A lock of a library that is given a client and a key: it sends SET."""
    frame = engine.frames.own(at.scope)
    assert at.call.receiver is not None
    of = [a for a in engine.value(at.call.receiver, frame) if isinstance(a, External)]
    if not of or not seeds.LOCK.search(of[0].path):
        return None
    values = [engine.value(a.value, frame) for a in at.call.args if not a.spread]
    lent = [c for v in values for a in v for c in (a.holds if isinstance(a, Pool) else (a,)) if isinstance(c, Client)]
    sent = locked(engine, at.call, frame)
    return _with_keys(at, lent, lent[0], sent) if lent and sent is not None else None


def locked(engine: Engine, call: tree.Call, frame: Frame) -> Sent | None:
    """What taking a library's lock sends: SET of the key that it is given."""
    given = [Given(engine.value(a.value, frame), a.keyword) for a in call.args if not a.spread]
    key = next((g for g in given if g.keyword in ("key", "name", "resource")), None)
    key = key or next((g for g in given if any(isinstance(a, Words) for a in g.value) and not g.keyword), None)
    return Sent(COMMANDS["set"], (Given(key.value),)) if key is not None else None
