"""The sites of a program: every call whose receiver is a client, and every call of a wrapper of one.

A wrapper is a function that sends a command with its own parameter as the key. Its callers say which key, so they are
sites through it, however many wrappers lie one inside another; of several commands each is a site of its own. A
function that only its own class calls is no wrapper but a part of that class: there the key is what its callers give.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from seawall.calls.facts import tree
from seawall.calls.facts.meaning import callers, keys, scripting, strings
from seawall.calls.facts.meaning.describe import around_of, receiver_of, symbol_of, via_of
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.meaning.interpreter import Interpreter
from seawall.calls.facts.meaning.keys import Sent
from seawall.calls.facts.meaning.sending import Sending, by_word, locked, sendings
from seawall.calls.facts.meaning.shelling import sent_by_shell
from seawall.calls.facts.patterns import Text, concat, few
from seawall.calls.facts.scopes import CallAt, Definition
from seawall.calls.facts.scripts import Run
from seawall.calls.facts.sites import Site
from seawall.calls.facts.values import (
    Client,
    Frame,
    Reason,
)

DEPTH = 12  # wrappers one inside another; a call sends each command once, so it ends without: this bounds the time
PASSES = 4  # of the interpreter: what leans on itself is settled after two or three
CALLERS = 24  # of one function whose arguments are told apart; more of them vary anyhow


def sites_of(engine: Interpreter) -> list[Site]:
    """Every site, by path and place, when the interpreter has settled."""
    found = first_look(engine)
    for _ in range(PASSES - 1):
        if not engine.again():
            break
        found = first_look(engine)
    return found


def first_look(engine: Engine) -> list[Site]:
    """The sites as one pass of the interpreter finds them: enough to see what else would have to be read."""
    direct = list(sendings(engine))
    engine.program.runs.clear()
    found: list[Site] = []
    level = direct
    said = {id(sending.at.call) for sending in direct if sending.said is not None}
    known: set[tuple[int, str]] = set()  # calls of wrappers that were listed, each with a command: they may be cycles
    for depth in range(DEPTH + 1):
        wrapped: list[Sending] = []
        for sending in level:
            if sending.parameter and sending.at.scope.definition is not None:
                engine.program.wrappers.add(sending.at.scope.definition)
            callers_ = _wrapped(engine, sending) if depth < DEPTH else []
            wrapped += callers_
            if not (callers_ and sending.through):
                found.append(_site(engine, sending, bool(callers_)))
                if sending.command in scripting.RUNS and not callers_:
                    engine.program.runs += _runs(engine, sending)
        level = [sending for sending in _new(wrapped, known) if id(sending.at.call) not in said]
        if not level:
            break
    taken = {(site.path, site.span, site.command): site for site in reversed(found)}
    return sorted(taken.values(), key=lambda site: (site.path, site.span))


def _new(sendings: Iterable[Sending], known: set[tuple[int, str]]) -> list[Sending]:
    """One of each call and command that was not met before, and adds it to those: what a wrapper sends first."""
    fresh: list[Sending] = []
    for sending in sendings:
        each = (id(sending.at.call), sending.command)
        if each not in known:
            known.add(each)
            fresh.append(sending)
    return fresh


# ---- keys by callers ------------------------------------------------------------------------------------------------


def _contexts(engine: Engine, definition: Definition) -> list[tuple[CallAt, Frame]]:
    made: list[tuple[CallAt, Frame]] = []
    for at, method in callers.calling(engine, definition):
        inner = engine.enter(method, _task(at.call), engine.frames.own(at.scope))
        if inner is not None:
            made.append((at, inner))
    return made


def _task(call: tree.Call) -> tree.Call:
    """The call that a task is started with, as its function gets it: without the delay or the function itself."""
    if call.name in ("perform_in", "perform_at"):
        return replace(call, args=call.args[1:])
    return call


def _in(engine: Engine, sending: Sending, frame: Frame) -> tuple[Sent, tuple[tuple[Text, ...], ...]]:
    """What a call sends in one frame, and its keys; a wrapper's call in the frame of the wrapper called from there."""
    if sending.inner is not None and sending.through is not None:
        method = callers.reaching(engine, sending.at, sending.through)
        inner = engine.enter(method, sending.at.call, frame) if method is not None else None
        return _in(engine, sending.inner, inner) if inner is not None else (sending.sent, sending.all_keys)
    call = sending.at.call
    if sending.said is not None:
        sent = by_word(engine, call, frame, sending.said)
    elif sending.by_shell:
        sent = sent_by_shell(engine, call, frame).get(sending.command)
    else:
        sent = keys.sent_by(engine, call, frame, sending.method) or locked(engine, call, frame)
    if sent is None or sent.command.name != sending.command:
        sent = sending.sent
    prefix = sending.client.prefix
    values = keys.key_values(sent) or []
    texts = tuple(few(concat((prefix, text)) for text in strings.texts(value)) for value in values)
    return sent, texts or sending.all_keys


def _followed(engine: Engine, sending: Sending) -> tuple[Text, ...] | None:
    """The key with what the callers of its function give, where all of them are known."""
    definition = sending.at.scope.definition
    if sending.texts is None or not sending.leans or definition is None or definition.name in callers.MADE:
        return sending.texts
    contexts = _contexts(engine, definition)
    if not contexts or len(contexts) > CALLERS:
        return sending.texts
    found: list[Text] = []
    for at, frame in contexts:
        given = _in(engine, sending, frame)[1][0]
        if not any(text.says_something for text in given) and at.scope.definition is not None:
            given = _further(engine, sending, definition, at) or given
        found += given
    return few(found)


def _runs(engine: Engine, sending: Sending) -> list[Run]:
    """The Lua texts that a call runs, with what it gives them; where its function is called, by each caller."""
    definition = sending.at.scope.definition
    contexts = _contexts(engine, definition) if definition and not sending.through else []
    if definition is None or definition.name in callers.MADE or len(contexts) > CALLERS:
        contexts = []
    frames = [_in(engine, sending, frame)[0] for _, frame in contexts] or [sending.sent]
    return [run for sent in frames for run in scripting.runs_of(sent, sending.client.prefix)]


def _further(engine: Engine, sending: Sending, definition: Definition, at: CallAt) -> list[Text]:
    """The key by the callers of a caller that only hands its own parameter on."""
    method = callers.reaching(engine, at, definition)
    outer = at.scope.definition
    above = _contexts(engine, outer) if outer is not None and method is not None else []
    if method is None or len(above) > CALLERS:
        return []
    frames = (engine.enter(method, at.call, frame) for _, frame in above)
    return [text for frame in frames if frame is not None for text in _in(engine, sending, frame)[1][0]]


# ---- wrappers -------------------------------------------------------------------------------------------------------


def _wrapped(engine: Engine, sending: Sending) -> list[Sending]:
    """The calls of the function that a call stands in, where that is a wrapper."""
    definition = sending.at.scope.definition
    if definition is None or not sending.parameter or definition.name in callers.MADE:
        return []
    if sending.parameter not in {p.name for p in definition.node.params}:
        return []
    contexts = [(at, frame) for at, frame in _contexts(engine, definition) if at.call.name == definition.name]
    outside = [at for at, _ in contexts if _is_outside(at, definition)]
    if not outside:
        return []
    made: list[Sending] = []
    telling = 0
    known = sum(len(p) for p in (sending.texts or (Text(),))[0].parts if isinstance(p, str))
    for at, frame in contexts:
        sent, all_keys = _in(engine, sending, frame)
        more = sum(len(p) for p in all_keys[0][0].parts if isinstance(p, str)) > known
        telling += more
        client = sending.client
        step = Reason(
            f"`{definition.name}` sends {sending.command.upper()}",
            *definition.scope.source.place(definition.node.name_span[0]),
        )
        client = Client(client.mode, client.prefix, client.confidence, client.opened, (*client.why, step))
        made.append(
            Sending(at, client, sending.command, all_keys[0], all_keys, sent, through=definition, inner=sending)
        )
    prefixed = known > 0
    return [] if prefixed and telling * 2 < len(made) else made


def _is_outside(at: CallAt, definition: Definition) -> bool:
    if definition.group is None:
        return at.scope.source is not definition.scope.source
    return at.scope.group is not definition.group


def _site(engine: Engine, sending: Sending, wrapper: bool) -> Site:
    at = sending.at
    call = at.call
    path = at.scope.source.file.path
    line, col = at.scope.source.file.place(call.name_span[0])
    texts = None if wrapper else _followed(engine, sending)
    name = sending.command
    client = sending.client
    sent = sending.sent
    return Site(
        path=path,
        line=line,
        col=col,
        command=name,
        method="%x" if call.name == "`" and len(range(*call.name_span)) > 1 else call.name,
        receiver="redis-cli" if sending.by_shell else receiver_of(call),
        via="wrapper" if sending.through or sending.said else "shell" if sending.by_shell else via_of(call, at),
        key_pattern=None if texts is None else keys.wire(texts, name),
        namespace=str(client.prefix) if client.prefix.parts else None,
        confidence=client.confidence,
        through=symbol_of(sending.through) if sending.through else sending.said.name if sending.said else None,
        why=client.why,
        span=call.name_span,
        span_call=call.span,
        variants=tuple(text.pattern(glob=name in keys.GLOBS).text for text in texts or ()),
        holes=tuple(dict.fromkeys(hole.reason for text in texts or () for hole in text.holes)),
        keys=tuple(keys.wire(each, name) for each in sending.all_keys) if not wrapper else (),
        args=keys.facts_of(sent),
        around=around_of(engine, at, client),
        wrapper=wrapper,
        parameter=sending.parameter if wrapper else "",
        others=sending.others,
    )
