"""The interpreter: the value of an expression in a frame, found out on demand and kept.

    value(expr, frame) ── by the kind of the expression: names, calls, strings, choices
    result(definition, frame) ── what a function gives back

It is a least fixpoint, found in passes: what is asked for while it is being found out is what the pass before found,
and nothing in the first; `again` begins a pass and says whether one is needed. Each pass looks at an expression in a
frame once. Bounds: DEPTH of questions inside each other, CALLS entered one inside another, FUEL of one pass.
"""

from __future__ import annotations

from collections.abc import Callable

from seawall.calls.facts import tree
from seawall.calls.facts.frames import Frames
from seawall.calls.facts.meaning import (
    binding,
    callers,
    calls,
    choices,
    collections,
    lending,
    library,
    names,
    overriding,
    strings,
)
from seawall.calls.facts.meaning.engine import Made, Question
from seawall.calls.facts.meaning.lookup import Lookup
from seawall.calls.facts.overrides import Overrides
from seawall.calls.facts.patterns import literal
from seawall.calls.facts.program import Program
from seawall.calls.facts.scopes import Bind
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.values import Alternative, Closure, Const, Frame, Many, Plain, Value, Words, either, unknown
from seawall.calls.facts.walk import parts

DEPTH = 40  # expressions asked for inside each other: each is up to fifteen Python frames of 1,000
NESTED = 5  # collections inside each other; what lies deeper is not known
FUEL = 3_000_000  # expressions in frames of one pass: about 20 s


class Interpreter:
    """Interprets one program."""

    def __init__(self, program: Program, overrides: Overrides | None = None) -> None:
        self.program = program
        self.overrides = overrides or Overrides()
        self.frames = Frames()
        self.lookup = Lookup(program, self.frames, self.value, self._bound, self.lean)
        self.fuel = FUEL
        self.open_questions: set[Question] = set()  # asked for while they were being found out
        self._kept: dict[Question, Value] = {}
        self._before: dict[Question, Value] = {}
        # Of the answers kept, those that lean on open questions: on which, each a bit. What leans on none is settled.
        self._leaning: dict[Question, int] = {}
        self._leans = 0  # of what is being found out
        self._bits: dict[Question, int] = {}
        self._postponed: dict[Question, Callable[[], Value]] = {}  # they lay too deep; the end of a pass finds them out
        self._active: set[Question] = set()
        self._made: list[Expr] = []

    def value(self, expr: Expr, frame: Frame) -> Value:
        """What an expression may be."""
        key = (id(expr), frame, "value")
        known = self._kept.get(key)  # of five questions four are asked again: they are answered here
        if known is not None:
            self._leans |= self._leaning.get(key, 0)
            return known
        match expr:
            case tree.Literal():
                return _literal(expr)
            case tree.Self():
                return (frame.me,) if frame.me else unknown("self is not known here")
            case tree.Block():
                return (Closure(expr, frame),)
            case _:
                return self.kept(key, lambda: self._find(expr, frame))

    def kept(self, key: Question, find: Callable[[], Value]) -> Value:
        """The answer to a question, found out once in a pass."""
        known = self._kept.get(key)
        if known is not None:
            self._leans |= self._leaning.get(key, 0)
            return known
        if key in self._active or len(self._active) >= DEPTH or self.fuel <= 0:
            self._leans |= self._bits.setdefault(key, 2 << len(self._bits))
            self.open_questions.add(key)
            if key in self._active:
                return self._before.get(key, ())
            self._postponed.setdefault(key, find)
            return self._before.get(key, unknown("it takes too long to find out"))
        self.fuel -= 1
        leans, self._leans = self._leans, 0
        self._active.add(key)
        try:
            found = find()
        finally:
            self._active.discard(key)
        if any([_nests(each, NESTED) for each in found if isinstance(each, Many)]):
            found = unknown("collections are nested too deeply")
        self._kept[key] = found
        if self._leans:
            self._leaning[key] = self._leans
        self._leans |= leans
        return found

    def lean(self) -> None:
        """Says that what is being found out leans on what is not found out yet: the next pass looks at it again."""
        self._leans |= 1

    def again(self) -> bool:
        """Begins the next pass, in which the answers so far stand for those that are being found out.

        Returns:
            False where that would change nothing: no answer leaned on one that turned out to be another.
        """
        while self._postponed and self.fuel > 0:
            key, find = self._postponed.popitem()
            self.kept(key, find)
        leaned, self.open_questions = self.open_questions, set()
        changed = [key for key in leaned if self._kept.get(key, ()) != self._before.get(key, ())]
        self._before = self._kept
        if changed:
            stale = 1
            for key in changed:
                stale |= self._bits[key]
            self._kept = {key: of for key, of in self._before.items() if not self._leaning.get(key, 0) & stale}
            self._leaning = {key: bits for key, bits in self._leaning.items() if not bits & stale}
        return bool(changed)

    def made(self, expr: Made) -> Made:
        """An expression that stands in no file; it is kept, as answers are kept by where an expression is in memory."""
        self._made.append(expr)
        return expr

    # What one part asks of a higher one.
    taken = choices.taken
    reached = library.reached
    block_value = lending.block_value
    run = lending.run
    parameter = callers.parameter
    arguments = binding.arguments
    bare = calls.bare
    bare_targets = calls.bare_targets
    targets = calls.targets
    on = calls.on
    invoke = calls.invoke
    enter = binding.enter
    passed_block = binding.passed_block
    missing_method = calls.missing_method

    def _bound(self, bind: Bind, frame: Frame) -> Value:
        return names.bound(self, bind, frame)

    def body(self, body: tree.Body, frame: Frame) -> Value:
        """What the last expression of a body is."""
        return self.value(body[-1], frame) if body else (Const(None),)

    def _find(self, expr: Expr, frame: Frame) -> Value:
        if self.overrides.things and (said := overriding.said(self, expr, frame)) is not None:
            return said
        match expr:
            case tree.Name():
                return names.name(self, expr, frame)
            case tree.Variable():
                return names.variable(self, expr, frame)
            case tree.Constant():
                return names.constant(self, expr, frame)
            case tree.Member():
                return names.member(self, expr, frame)
            case tree.Item():
                return collections.item(self, expr, frame)
            case tree.Call():
                return calls.call(self, expr, frame)
            case tree.Joined():
                return strings.joined(self, expr, frame)
            case tree.Operation():
                return strings.operation(self, expr, frame)
            case tree.Sequence():
                return collections.sequence(self, expr, frame)
            case tree.Choice():
                return choices.choice(self, expr, frame)
            case tree.Loop(comprehension=kind) if kind:
                return collections.comprehension(self, expr, frame)
            case tree.Assign():
                return names.assigned(self, expr, frame)
            case tree.Unknown(kind="format"):
                return unknown("it is formatted")
            case tree.Unknown(kind=("await" | "parenthesized" | "begin" | "new")):
                return either(self.value(part, frame) for part in list(parts(expr))[-1:])
            case tree.Unknown():
                return (Plain(expr.kind),) if expr.kind == "regex" else unknown(f"a {expr.kind} is not followed")
            case _:
                return (Const(None),)


def _literal(expr: tree.Literal) -> Value:
    if isinstance(expr.value, str):
        return (Words(literal(expr.value)),)
    if isinstance(expr.value, bytes):
        return (Words(literal(expr.value.decode("utf-8", "surrogateescape"))),)
    return (Const(expr.value),)


def _nests(alternative: Alternative, levels: int) -> bool:
    """Whether collections lie deeper inside each other than so many levels."""
    if not isinstance(alternative, Many):
        return False
    if not levels:
        return True
    inner = (*alternative.of, *(a for _, value in alternative.items for a in value))
    return any(_nests(each, levels - 1) for each in inner)
