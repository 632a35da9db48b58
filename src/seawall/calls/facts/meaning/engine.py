"""What the parts of the interpreter may ask of the whole: each is about one kind of expression.

The order, lowest first, is strings, collections, binding, keys, choices, library, lending, names, callers, calls.
A part calls those below it by name, and those above it by this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias, TypeVar

from seawall.calls.facts import tree
from seawall.calls.facts.frames import Frames
from seawall.calls.facts.meaning.lookup import Lookup
from seawall.calls.facts.overrides import Overrides
from seawall.calls.facts.program import Program
from seawall.calls.facts.tree import Expr, Span
from seawall.calls.facts.values import Alternative, ClassRef, Closure, Frame, Method, Object, Value

Question: TypeAlias = tuple[int, Frame, str]  # the id of an expression (all are kept), the frame, what of it
Made = TypeVar("Made", bound=Expr)


class Engine(Protocol):
    """The interpreter, as its parts see it."""

    program: Program
    frames: Frames
    lookup: Lookup
    overrides: Overrides

    def value(self, expr: Expr, frame: Frame) -> Value:
        """What an expression may be."""
        ...

    def body(self, body: tree.Body, frame: Frame) -> Value:
        """What the last expression of a body is."""
        ...

    def kept(self, key: Question, find: Callable[[], Value]) -> Value:
        """The answer to a question, found out once."""
        ...

    def made(self, expr: Made) -> Made:
        """An expression that stands in no file, kept as long as the answers are."""
        ...

    def taken(self, expr: tree.Choice, frame: Frame) -> list[int]:
        """The options of a choice that may be taken."""
        ...

    def reached(self, path: str, frame: Frame, span: Span, call: tree.Call | None = None) -> Value:
        """What a path into a library gives."""
        ...

    def block_value(self, call: tree.Call, frame: Frame) -> Value | None:
        """What the block of a call gives back, None where it has none."""
        ...

    def run(self, closure: Closure, args: Sequence[Value], frame: Frame) -> Value:
        """What a block gives back that is called with these arguments."""
        ...

    def parameter(self, param: tree.Param, frame: Frame) -> Value:
        """What a parameter of a function is."""
        ...

    def arguments(self, call: tree.Call, frame: Frame) -> list[Value]:
        """The positional arguments of a call."""
        ...

    def bare(self, call: tree.Call, frame: Frame) -> Value:
        """What a call without a receiver gives back."""
        ...

    def bare_targets(self, call: tree.Call, frame: Frame) -> list[Alternative]:
        """What a call without a receiver may reach."""
        ...

    def targets(self, alternative: Alternative, call: tree.Call, frame: Frame) -> list[Alternative]:
        """What a call on one thing may reach in the program."""
        ...

    def on(self, alternative: Alternative, call: tree.Call, frame: Frame) -> Value:
        """What a call on one thing gives back."""
        ...

    def invoke(self, target: Alternative, call: tree.Call, frame: Frame) -> Value:
        """What calling a thing gives back."""
        ...

    def enter(self, method: Method, call: tree.Call, frame: Frame) -> Frame | None:
        """The frame of a call, its parameters bound; None where calls are nested too deeply."""
        ...

    def passed_block(self, call: tree.Call, frame: Frame) -> Value:
        """The block that a call is given, written there or passed on."""
        ...

    def missing_method(self, owner: Object | ClassRef, frame: Frame) -> Value:
        """To what a class hands methods that it does not have."""
        ...
