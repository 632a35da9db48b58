"""The neutral form of a source file: what a front end of a language makes, and all that the rest of this room reads.

    File ── body: a tuple of expressions; a statement is an expression without a value
      Function, Class, Mixin, Import          definitions
      Assign, Return, Loop, With, Choice      statements; a Choice is a value too, as all its options are possible
      Call with Arg and Block                 calls; a block, a lambda and an arrow function are one thing
      Literal, Joined, Name, Variable, Constant, Member, Item, Operation, Sequence, Pair, Self, Unknown

Order is kept, flow is not: what may happen is there, when it happens is not. Positions are byte offsets into the file.
A front end lowers what its language says in other words: Ruby's `attr_reader` and `delegate` are Functions, Python's
`with` is a With, a decorator stays an expression of its Function. What it does not know is Unknown, with its parts, so
that no call is lost in it. It never guesses.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, dataclass_transform

Span: TypeAlias = tuple[int, int]  # byte offsets: first, and one after the last
_Node = TypeVar("_Node")


@dataclass_transform(frozen_default=True)
def record(cls: type[_Node]) -> type[_Node]:
    """A frozen dataclass for the checker; at run time not: that takes three times as long to make, of 500 a file."""
    return dataclass(slots=True, unsafe_hash=True)(cls)


@record
class Literal:
    """A string, symbol, number, true, false or nil without a hole in it. symbol: Ruby's `:name`; its text is `name`."""

    value: str | bytes | int | float | bool | None
    span: Span
    symbol: bool = False


@record
class Joined:
    """A string with holes: interpolation, f-string, template, adjacent literals; text parts are Literals."""

    parts: tuple[Expr, ...]
    span: Span


@record
class Name:
    """A bare word: a local, a parameter, a module's name; in Ruby perhaps a method of self without arguments."""

    text: str
    span: Span


@record
class Self:
    """`self`, `this`, `cls` where it is the class."""

    span: Span


@record
class Variable:
    """Ruby's `@a` (scope `instance`), `@@a` (`class`), `$a` (`global`); text is without the sign."""

    scope: str
    text: str
    span: Span


@record
class Constant:
    """Ruby's `A::B`: path ("A", "B"). absolute: `::A::B`."""

    path: tuple[str, ...]
    span: Span
    absolute: bool = False


@record
class Member:
    """`of.name` that is not called: Python and JavaScript. `self.a` is Member(Self, "a")."""

    of: Expr
    name: str
    span: Span


@record
class Item:
    """`of[key]`."""

    of: Expr
    key: Expr
    span: Span


@record
class Arg:
    """An argument. keyword: of a named one. spread: `*`, `**` or `&` (a block that is passed on)."""

    value: Expr
    keyword: str = ""
    spread: str = ""


@record
class Param:
    """A parameter. spread: `*`, `**` or `&`. annotation: Python and TypeScript. parts: of one that is taken apart."""

    name: str
    default: Expr | None = None
    spread: str = ""
    keyword: bool = False  # only by name
    annotation: Expr | None = None
    parts: tuple[Param, ...] = ()


@record
class Block:
    """A block, lambda or arrow function. Implicit parameters (`it`, `_1`) are params where the body uses them."""

    params: tuple[Param, ...]
    body: Body
    span: Span


@record
class Call:
    """`receiver.name(args) { block }`.

    receiver: None of a bare call. name: empty where a value is called (`f()(x)`, `x.(1)`): that is the receiver.
    safe: `&.` and `?.`. name_span: of the name's token; of an empty one the span.
    """

    receiver: Expr | None
    name: str
    args: tuple[Arg, ...]
    span: Span
    name_span: Span
    block: Block | None = None
    safe: bool = False


@record
class Operation:
    """`left op right`: `+`, `%`, `*`, `<<`, comparisons. `||`, `&&`, `??` are Choices."""

    op: str
    left: Expr
    right: Expr
    span: Span


@record
class Pair:
    """An entry of a map."""

    key: Expr
    value: Expr


@record
class Sequence:
    """A literal collection. kind: `list`, `tuple`, `set` or `map`; items of a map are Pairs, or spread Args."""

    kind: str
    items: tuple[Arg | Pair, ...]
    span: Span


@record
class Choice:
    """if, unless, case, ternary, try, `a || b`: what is evaluated first, then one of the options, or none.

    The value of an option is that of its last expression. kind:
    `if`: two options, where the one test holds and where not (empty where not written); an `unless` is turned round,
    a modifier and a ternary are the same, an `elsif` is a Choice in the second.
    `or`, `and`: no tests; the options are the operands, in order.
    `case`: tests is the subject, or empty; labels are parallel to the options, () is that of the `else`.
    `try`: no tests; the body with its else, then each handler; what stands under `ensure` follows on its own.
    """

    tests: tuple[Expr, ...]
    options: tuple[Body, ...]
    span: Span
    kind: str = "if"
    labels: tuple[tuple[Expr, ...], ...] = ()


@record
class Assign:
    """targets: of `a, b = x` both in one Sequence of kind `tuple`; of `a = b = x` two. op: `=`, `||=`, `+=`, `<<=`."""

    targets: tuple[Expr, ...]
    value: Expr | None
    span: Span
    op: str = "="
    annotation: Expr | None = None


@record
class Return:
    """`return`; kind: also `yield`, `break`, `raise`, whose values are no values of the function."""

    value: Expr | None
    span: Span
    kind: str = "return"


@record
class Loop:
    """for, while, until, a comprehension. target, over: of a for; test: of a while. Its value is that of its body."""

    target: Expr | None
    over: Expr | None
    test: Expr | None
    body: Body
    span: Span
    comprehension: str = ""  # list, set, map, generator


@record
class With:
    """Python's with: each value with the target that it is bound to, or None."""

    items: tuple[tuple[Expr, Expr | None], ...]
    body: Body
    span: Span


@record
class Function:
    """A method or function. on_class: of the class itself (`def self.x`, classmethod, static).

    Python's `self` and `cls` are no params, and are Self in the body. The value of a Ruby body is its last expression,
    which a front end leaves as it is: only written returns are Returns.
    """

    name: str
    params: tuple[Param, ...]
    body: Body
    span: Span
    name_span: Span
    on_class: bool = False
    decorators: tuple[Expr, ...] = ()
    returns: Expr | None = None  # the annotation
    is_property: bool = False  # called without parentheses: Python's property; of Ruby False


@record
class Class:
    """A class or module, with what is written in it. kind: `class` or `module`. path: as it is written there."""

    path: tuple[str, ...]
    bases: tuple[Expr, ...]
    body: Body
    span: Span
    kind: str = "class"


@record
class Mixin:
    """`include A, B`, `extend`, `prepend` in a class. kind: the word."""

    kind: str
    names: tuple[Expr, ...]
    span: Span


@record
class Import:
    """`from module import name as alias`; of `import a.b` name is empty and alias `a`. level: dots of a relative one.

    JavaScript: module is the string; name `default` and `*` are what they are there.
    """

    module: str
    name: str
    alias: str
    span: Span
    level: int = 0


@record
class Unknown:
    """What the front end has no word for, with the expressions in it."""

    kind: str
    parts: tuple[Expr, ...]
    span: Span


Expr: TypeAlias = (
    Literal
    | Joined
    | Name
    | Self
    | Variable
    | Constant
    | Member
    | Item
    | Call
    | Block
    | Operation
    | Sequence
    | Choice
    | Assign
    | Return
    | Loop
    | With
    | Function
    | Class
    | Mixin
    | Import
    | Unknown
)
Body: TypeAlias = tuple[Expr, ...]


@record
class File:
    """A file. path: relative to the folder that is listed, with `/`. lines: the offsets at which lines begin.

    errors: the first place that the parser did not understand, None where it understood all.
    """

    path: str
    language: str  # ruby | python | javascript | typescript
    body: Body
    lines: tuple[int, ...]
    error: Span | None = None

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; the column counts bytes."""
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1
