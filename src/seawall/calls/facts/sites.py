"""A call site: a place in source code that sends a command, and what is known of it there."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.calls.facts.values import Reason

CONFIDENCES = ("typed", "inferred", "name")  # surest first
PIPELINE = "a pipeline"  # what else a receiver may be


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument. text: its pattern, or None where nothing is known; number: of a constant one, also of a product.

    spread: `*xs`. many: a collection, so that as many elements are sent as it has; count: how many, of a literal one;
    bound: how many at most, of one that was cut to size (a slice, `first(100)`).
    """

    keyword: str = ""
    text: str | None = None
    number: int | float | None = None
    spread: bool = False
    many: bool = False
    count: int | None = None
    bound: int | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What runs the call.

    loop: the innermost that repeats it (`for`, `each`, `list`...), "" where none does; over: what that loops over, in
    words; count: how often it runs, where that is constant. sliced: the elements come in slices of a bounded size.
    mode: of the client, `client`, `pipeline` or `transaction`; opened: where that pipeline was, path and line; looped:
    it is opened, or executed, in the loop that repeats the call. symbol: the function around, `Class#method`.
    """

    loop: str = ""
    over: str = ""
    sliced: bool = False
    mode: str = "client"
    opened: tuple[str, int] | None = None
    looped: bool = False
    count: int | None = None
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One place that sends one command.

    line, col: of the method's name, from 1, the column in bytes; span: that name, span_call: the whole call, byte
    offsets. command: as Redis names it, lower case. key_pattern: of the first key on the wire, `*` for each part that
    varies, None of a command without a key and of a wrapper's own call; variants: the patterns where they are up to
    four; holes: why each `*` is one. namespace: the client's prefix. through: the wrapper by which it is sent. others:
    what else the receiver may be that has such a method: classes of the program, clients that only seem to be one.
    parameter: of a wrapper's own call which of its parameters is the key. wide: bytes ahead of it on its line that are
    not the first of a character.
    """

    path: str
    line: int
    col: int
    command: str
    method: str
    receiver: str
    via: str
    key_pattern: str | None
    namespace: str | None
    confidence: str
    through: str | None
    why: tuple[Reason, ...]
    span: tuple[int, int]
    span_call: tuple[int, int]
    variants: tuple[str, ...] = ()
    holes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    args: tuple[Argument, ...] = ()
    around: Around = Around()
    wrapper: bool = False
    others: tuple[str, ...] = ()
    parameter: str = ""
    wide: int = 0

    @property
    def column(self) -> int:
        """The column in characters."""
        return self.col - self.wide

    def as_json(self) -> dict[str, str | int | None]:
        """The line of `calls list`."""
        names = ("path", "line", "col", "command", "method", "receiver", "via", "key_pattern", "namespace")
        return {name: getattr(self, name) for name in (*names, "confidence", "through")}
