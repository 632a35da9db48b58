"""What one function, class body or file holds: its names and where they get their values, its calls, its yields.

    Source (a file) ── Scope (its top) ── Definition (a function) ── Scope
    Group (a class or module, all its openings together) ── Definitions, constants, fields, Groups

Control flow is kept as a path: the choices, loops, blocks and `with` statements around a place, outermost first. A
place stands before another for certain where its path is the beginning of the other's.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TypeAlias

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr

Around: TypeAlias = tree.Choice | tree.Loop | tree.Block | tree.With


@dataclass(frozen=True, slots=True)
class Step:
    """One construct around a place; option: which of a Choice. owner: of a Block the call that it is given to."""

    around: Around
    option: int = 0
    owner: tree.Call | None = None


Path: TypeAlias = tuple[Step, ...]


def leads(path: Path, other: Path) -> bool:
    """Whether what stands at a path is certain for what comes later at the other."""
    return len(path) <= len(other) and all(
        a.around is b.around and a.option == b.option for a, b in zip(path, other, strict=False)
    )


@dataclass(frozen=True, slots=True)
class Bind:
    """How a name gets a value.

    kind: `value` (op: of `+=`), `element` of what is looped over, `entered` by a with, `item` that is put into it,
    `definition`, `group`, `import`. place: of a tuple, -1 the whole. part: an attribute of it. key: of an `item`.
    """

    kind: str
    at: int
    path: Path
    node: Expr
    op: str = "="
    place: int = -1
    part: str = ""
    key: Expr | None = None
    definition: Definition | None = None
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class CallAt:
    """A call and what is around it."""

    call: tree.Call
    path: Path
    scope: Scope = field(repr=False, compare=False)


@dataclass(slots=True, eq=False)
class Scope:
    """The names of one body. nesting: the groups around it, innermost first. outer: of a function in a function."""

    source: Source
    body: tree.Body
    params: tuple[tree.Param, ...]
    nesting: tuple[Group, ...]
    outer: Scope | None = None
    definition: Definition | None = None
    binds: dict[str, list[Bind]] = field(default_factory=lambda: defaultdict(list))
    calls: list[CallAt] = field(default_factory=lambda: list[CallAt]())
    paths: dict[int, Path] = field(default_factory=lambda: dict[int, Path]())  # of calls and names, by id
    yields: list[tuple[tree.Return, Path]] = field(default_factory=lambda: list[tuple[tree.Return, Path]]())
    shared: set[str] = field(default_factory=lambda: set[str]())  # names that are those of the file: Python's `global`

    @property
    def group(self) -> Group | None:
        """The class or module that it stands in."""
        return self.nesting[0] if self.nesting else None


@dataclass(slots=True, eq=False)
class Source:
    """One file."""

    file: tree.File
    module: str  # dotted name by its path: `app.models.user`
    top: Scope = field(init=False)

    def place(self, offset: int) -> tuple[str, int]:
        """Path and line of an offset."""
        return self.file.path, self.file.place(offset)[0]


@dataclass(slots=True, eq=False)
class Definition:
    """A function or method."""

    node: tree.Function
    scope: Scope
    group: Group | None
    on_class: bool

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name


@dataclass(frozen=True, slots=True)
class Written:
    """An expression with the scope that it stands in; bind: how it gives a value, None of a plain one."""

    expr: Expr
    scope: Scope
    bind: Bind | None = None


@dataclass(slots=True, eq=False, repr=False)
class Group:
    """A class or module. fields: what `@a`, `self.a` get; constants: constants, and attributes of Python's classes."""

    path: tuple[str, ...]
    kind: str
    language: str
    methods: dict[str, list[Definition]] = field(default_factory=lambda: defaultdict(list))
    class_methods: dict[str, list[Definition]] = field(default_factory=lambda: defaultdict(list))
    bases: list[Written] = field(default_factory=lambda: list[Written]())
    mixins: list[tuple[str, Written]] = field(default_factory=lambda: list[tuple[str, Written]]())
    constants: dict[str, list[Written]] = field(default_factory=lambda: defaultdict(list))
    fields: dict[str, list[Written]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[str, Group] = field(default_factory=lambda: dict[str, Group]())
    scopes: list[Scope] = field(default_factory=lambda: list[Scope]())

    @property
    def name(self) -> str:
        """The last word of its path."""
        return self.path[-1] if self.path else ""
