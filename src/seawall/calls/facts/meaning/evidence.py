"""What speaks for a receiver that is not followed: a command that nothing else has, sent to it here or elsewhere.

`self.server.zadd(...)` in one method says that `self.server` is a client; then so is that of `self.server.delete(...)`
in another, which alone would say nothing. The same holds of a local in its function, and of a helper method.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from seawall.calls.facts import tree
from seawall.calls.facts.commands import SPOKEN, is_telling, named, spelled
from seawall.calls.facts.meaning import strings
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.scopes import CallAt, Group
from seawall.calls.facts.values import External, Frame, Unknown, Value

Thing: TypeAlias = tuple[int, str]  # whose, and its name

# Commands that other objects have, too, but that one takes for Redis on something that was sent a telling one.
_SHARED = frozenset(
    ["decr", "del", "exists", "expire", "get", "getdel", "getex", "getrange", "getset", "incr", "keys", "linsert",
     "lindex", "lset", "persist", "publish", "rename", "scan", "set", "setrange", "ttl", "unlink"]
)  # fmt: skip


def is_open(value: Value) -> bool:
    """Whether nothing is known that speaks against a client: it is not followed, or an object that a library gives."""
    return bool(value) and all(isinstance(a, Unknown) or (isinstance(a, External) and _is_given(a.path)) for a in value)


def _is_given(path: str) -> bool:
    last = path.rsplit(".", 1)[-1]
    return last.endswith("()") or ("." in path and last[:1].islower())


def tells(engine: Engine, call: tree.Call, frame: Frame, name: str) -> bool:
    """Whether hardly anything but a client takes a call: by its method, or by the word that it gives first."""
    if name.lower() not in SPOKEN:
        return is_telling(name)
    skip, _ = SPOKEN[name.lower()]
    word = strings.texts(engine.value(call.args[skip].value, frame))[0].literal if len(call.args) > skip else None
    if word is None or not word.isupper() or named(word) is None:
        return False
    return name == "execute_command" or is_telling(word)


def may_follow(name: str) -> bool:
    """Whether a method is a command that says nothing alone but fits what was sent a telling one."""
    command = spelled(name)
    return command is not None and command.name in _SHARED


def things(engine: Engine, at: CallAt) -> Iterator[Thing]:
    """Under which names the receiver of a call is known: of a field and a helper those of all classes of its kind."""
    receiver = at.call.receiver
    group = at.scope.group
    match receiver:
        case tree.Name(text=text) if text in at.scope.binds or _is_parameter(at, text):
            yield id(at.scope), text
        case (
            tree.Member(of=tree.Self(), name=text)
            | tree.Variable(scope="instance", text=text)
            | tree.Name(text=text)
            | tree.Call(receiver=(None | tree.Self()), name=text, args=())
        ) if group is not None:
            yield from ((id(each), text) for each in _kin(engine, group))
        case _:
            pass


def _is_parameter(at: CallAt, text: str) -> bool:
    blocks = (step.around for step in at.path if isinstance(step.around, tree.Block))
    params: Iterable[tree.Param] = (p for block in blocks for p in block.params)
    return any(p.name == text for p in (*at.scope.params, *params))


def _kin(engine: Engine, group: Group) -> list[Group]:
    return [*engine.lookup.lineage(group), *engine.lookup.below(group)]
