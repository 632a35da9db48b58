"""Abstract values: what an expression may be when the program runs.

A Value is a tuple of alternatives; an empty one is what never has a value. What is known not to be a Redis client
(a number, a reply, an object of the program) is told from what is not known at all: Unknown, with the reason.

    Client    sends commands            Pool     lends what is in it           External  of a library that is not here
    Object    of a class of the program ClassRef the class itself              Module    a file that is imported
    Method    a function, with its self Closure  a block or lambda with its frame
    Words     a string                  Const    number, true, false, nil      Many      a collection
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from seawall.calls.facts.patterns import VARIANTS, Text, few
from seawall.calls.facts.scopes import Definition, Group, Scope, Source
from seawall.calls.facts.tree import Block

CALLS = 6  # functions entered one inside another: keys are built in two or three
ALTERNATIVES = 8  # of one value; what has more is not known


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of why something is taken to be what it is, and where that stands."""

    says: str
    path: str = ""
    line: int = 0

    def __str__(self) -> str:
        """`says (path:line)`."""
        return f"{self.says} ({self.path}:{self.line})" if self.path else self.says


@dataclass(frozen=True, slots=True)
class Client:
    """Something that sends commands. mode: `client`, `pipeline` or `transaction`. prefix: of a namespaced one.

    confidence: `typed`, `inferred` (a step on the way was: an argument of callers, a library that is not here) or
    `name`. opened: where the pipeline or transaction was, as path and byte offset.
    """

    mode: str = "client"
    prefix: Text = field(default_factory=Text)
    confidence: str = "typed"
    opened: tuple[str, int] | None = None
    why: tuple[Reason, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Pool:
    """Lends what it holds to a block: ConnectionPool and its like."""

    holds: Value


@dataclass(frozen=True, slots=True)
class External:
    """Something of a library: the words by which it was reached, `redis.Redis`, `Sidekiq.default_configuration`."""

    path: str


@dataclass(frozen=True, slots=True)
class Object:
    """An instance of a class of the program. exact: of that very class, not of one that inherits from it."""

    group: Group
    exact: bool = False


@dataclass(frozen=True, slots=True)
class ClassRef:
    """A class or module of the program, as a value."""

    group: Group
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Module:
    """A file of the program, as Python and JavaScript import it."""

    source: Source


@dataclass(frozen=True, slots=True)
class Method:
    """A function of the program, with what `self` is in it."""

    definition: Definition
    owner: Object | ClassRef | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A block, lambda or arrow function with the frame around it; the same where it is the very same block."""

    block: Block
    frame: Frame

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Closure) and self.block is other.block and self.frame == other.frame

    def __hash__(self) -> int:
        return hash((id(self.block), self.frame))


@dataclass(frozen=True, slots=True)
class Words:
    """A string or symbol."""

    text: Text


@dataclass(frozen=True, slots=True)
class Const:
    """A number, true, false or nil."""

    value: int | float | bool | None


@dataclass(frozen=True, slots=True)
class Many:
    """A collection: what its elements may be, those whose key or place is known, and the keys of a map.

    size: how many elements, where that is known. most: how many at most, by how it was made.
    """

    of: Value = ()
    items: tuple[tuple[str | int, Value], ...] = ()
    keys: Value = ()
    size: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Plain:
    """What is known not to be a client, and nothing more: the reply of a command, a time, a regular expression."""

    what: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not known. parameter: of the function it is in, where it is one. lacks: names that would have to be defined."""

    reason: str = field(compare=False)
    parameter: str = ""
    lacks: str = field(default="", compare=False)


Alternative: TypeAlias = (
    Client | Pool | External | Object | ClassRef | Module | Method | Closure | Words | Const | Many | Plain | Unknown
)
Value: TypeAlias = tuple[Alternative, ...]
Bound: TypeAlias = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A scope that is being run, with its self and what its parameters are.

    bound: parameters by name; those of a block that is called as a value stand as `offset.name`.

    called: by a known call; else the function as such, from anywhere. depth: calls that led here from such a one.
    Equal frames are the same object.
    """

    scope: Scope
    me: Object | ClassRef | None = None
    bound: Bound = ()
    outer: Frame | None = None
    called: bool = False
    depth: int = 0


def unknown(reason: str, parameter: str = "", lacks: str = "") -> Value:
    """A value of which nothing is known but why."""
    return (Unknown(reason, parameter, lacks),)


def either(values: Iterable[Value]) -> Value:
    """What one of these may be. More than VARIANTS strings are merged to one, more than ALTERNATIVES are not known."""
    given = [value for value in values if value]
    if not given or (len(given) == 1 and len(given[0]) == 1):
        return given[0] if given else ()
    found = tuple(dict.fromkeys([alternative for value in given for alternative in value]))
    texts = [a.text for a in found if isinstance(a, Words)]
    if len(texts) > VARIANTS:
        found = (*(a for a in found if not isinstance(a, Words)), *map(Words, few(texts)))
    if len(found) > ALTERNATIVES:
        kept = [a for a in found if isinstance(a, Client | Pool | Words)][:ALTERNATIVES]
        return (*kept, Unknown("it may be too many things"))
    return found


def clients(value: Value) -> list[Client]:
    """The clients that it may be."""
    return [a for a in value if isinstance(a, Client)]
