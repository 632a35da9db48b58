"""Runs of Lua text: which text, and what KEYS and ARGV are in it.

A digest stands for its text: what SCRIPT LOAD and `register_script` give back is taken to be the text itself, so
EVALSHA, and a script object that is called, say which text they run.
"""

from __future__ import annotations

from collections.abc import Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.commands import COMMANDS
from seawall.calls.facts.meaning import collections, names, strings
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.meaning.keys import Given, Sent
from seawall.calls.facts.patterns import Text
from seawall.calls.facts.scopes import CallAt
from seawall.calls.facts.scripts import Run, is_script
from seawall.calls.facts.values import Many, Value, Words

RUNS = frozenset(("eval", "evalsha", "eval_ro", "evalsha_ro"))
_KEYS, _ARGV = ("keys",), ("argv", "args", "arguments")


def script_call(engine: Engine, at: CallAt) -> Sent | None:
    """What the call of a script object sends: `script(keys=[...], args=[...])`. None where it is none."""
    call = at.call
    if not any(arg.keyword in _KEYS for arg in call.args) or at.scope.source.file.language != "python":
        return None
    frame = engine.frames.own(at.scope)
    if call.receiver is None:
        value = names.look_up(engine, call.name, at.path, call.span[0], frame) or ()
    elif call.name:
        member = engine.kept(
            (id(call), frame, "script"),
            lambda: engine.value(engine.made(tree.Member(call.receiver, call.name, call.span)), frame),  # type: ignore[arg-type]
        )
        value = member
    else:
        value = engine.value(call.receiver, frame)
    if not any(isinstance(a, Words) and is_script(a.text) for a in value):
        return None
    given = (Given(engine.value(arg.value, frame), arg.keyword, arg.spread) for arg in call.args)
    return Sent(COMMANDS["evalsha"], (Given(value), *given))


def runs_of(sent: Sent, prefix: Text) -> list[Run]:
    """The texts that an EVAL runs, with what it gives them. prefix: of the client's keys."""
    positional = sent.positional
    if not positional:
        return []
    by_word = {given.keyword: given.value for given in sent.args if given.keyword}
    keys, argv = _named(by_word, _KEYS), _named(by_word, _ARGV)
    rest = [given.value for given in positional[1:]]
    listed = [value for value in rest if any(isinstance(a, Many) for a in value)]
    maps = {str(k): v for value in listed for a in value if isinstance(a, Many) for k, v in a.items}
    if keys is None and argv is None and (_KEYS[0] in maps or "arguments" in maps):
        keys, argv = _named(maps, _KEYS), _named(maps, _ARGV)
    if keys is None and argv is None and listed and listed[0] is rest[0]:
        keys, argv = listed[0], listed[1] if len(listed) > 1 else None
    if keys is None and argv is None and rest:
        count = collections.number(rest[0])
        one_each = not any(given.spread for given in positional)
        flat = _texts_of(rest[1:]) if one_each else []
        split = len(flat) if count is None else int(count)
        given = (flat[:split], flat[split:] if count is not None else [])
    else:
        given = (_elements(keys), _elements(argv))
    texts = [text for text in strings.texts(positional[0].value) if is_script(text)]
    return [Run(text, prefix, tuple(given[0]), tuple(given[1])) for text in texts]


def _named(of: dict[str, Value], words: Sequence[str]) -> Value | None:
    return next((of[word] for word in words if word in of), None)


def _elements(value: Value | None) -> list[tuple[Text, ...]]:
    """What each element of a list may be, as far as their places are known."""
    many = next((a for a in value or () if isinstance(a, Many)), None)
    if many is None:
        return [tuple(strings.texts(value))] if value else []
    by_place = dict(many.items)
    found: list[Value] = []
    while len(found) in by_place:
        found.append(by_place[len(found)])
    return _texts_of(found)


def _texts_of(values: Sequence[Value]) -> list[tuple[Text, ...]]:
    return [tuple(strings.texts(value)) for value in values]
