"""Where a class gets its methods, constants and fields: its lineage, and what stands below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from seawall.calls.facts import tree
from seawall.calls.facts.frames import Frames
from seawall.calls.facts.program import Program
from seawall.calls.facts.scopes import Bind, Definition, Group, Scope, Written
from seawall.calls.facts.values import ClassRef, Const, External, Frame, Object, Unknown, Value, either

ANCESTORS = 40  # of one class that are looked at


class Lookup:
    """Lineages of one program, found once."""

    def __init__(
        self,
        program: Program,
        frames: Frames,
        value: Callable[[tree.Expr, Frame], Value],
        bound: Callable[[Bind, Frame], Value],
        lean: Callable[[], None],
    ) -> None:
        self._program = program
        self._frames = frames
        self._value = value
        self._bound = bound
        self._lean = lean  # called where an answer leans on a lineage that is being found
        self._lineages: dict[Group, tuple[Group, ...]] = {}
        self._outside: dict[Group, tuple[str, ...]] = {}
        self._finding: set[Group] = set()
        self._below: dict[Group, list[Group]] | None = None
        self._extended: dict[Group, tuple[Group, ...]] = {}

    def lineage(self, group: Group) -> tuple[Group, ...]:
        """The class itself, what it mixes in and what it inherits from, in the order in which methods are found."""
        if group in self._lineages:
            return self._lineages[group]
        if group in self._finding:
            self._lean()
            return (group,)
        self._finding.add(group)
        found: dict[Group, None] = {}
        outside: list[str] = []
        prepended = [w for kind, w in group.mixins if kind == "prepend"]
        included = [w for kind, w in group.mixins if kind in ("include", "mixin")]
        for written in prepended:
            self._take(written, found, outside)
        found[group] = None
        for written in (*reversed(included), *group.bases):
            self._take(written, found, outside)
        self._finding.discard(group)
        self._lineages[group] = tuple(found)[:ANCESTORS]
        self._outside[group] = tuple(outside)
        return self._lineages[group]

    def _take(self, written: Written, found: dict[Group, None], outside: list[str]) -> None:
        expr = written.expr
        if isinstance(expr, tree.Constant):  # not by `value`, which would keep what is found while lineages are not
            value = self.constant(expr, written.scope)
        else:
            value = self._value(expr, self._frames.own(written.scope))
        for alternative in value:
            match alternative:
                case ClassRef(group=above) | Object(group=above):
                    for each in self.lineage(above):
                        found.setdefault(each)
                    outside.extend(self._outside.get(above, ()))
                case External(path=path):
                    outside.append(path)
                case _:
                    pass

    def outside(self, group: Group) -> tuple[str, ...]:
        """The library classes that it inherits from."""
        self.lineage(group)
        return self._outside.get(group, ())

    def extended(self, group: Group) -> tuple[Group, ...]:
        """The modules whose methods are methods of the class itself."""
        if group not in self._extended:
            self._extended[group] = ()
            found: dict[Group, None] = {}
            for each in self.lineage(group):
                for kind, written in each.mixins:
                    if kind == "extend" and isinstance(written.expr, tree.Self):
                        found.setdefault(each)
                    elif kind == "extend":
                        self._take(written, found, [])
            self._extended[group] = tuple(found)
        return self._extended[group]

    def below(self, group: Group) -> list[Group]:
        """What inherits from it or mixes it in."""
        if self._below is None:
            self._below = defaultdict(list)
            for each in self._program.groups:
                for above in self.lineage(each)[1:]:
                    self._below[above].append(each)
        return self._below.get(group, [])

    def methods(self, owner: Object | ClassRef, name: str) -> list[Definition]:
        """The definitions that a method's name may mean: the nearest, and the own ones of classes below."""
        nearest = self._nearest(owner.group, name, isinstance(owner, ClassRef))
        if owner.exact or name in ("initialize", "__init__"):
            return nearest
        found = dict.fromkeys(nearest)
        for group in self.below(owner.group):
            own = group.methods if isinstance(owner, Object) else group.class_methods
            if name in own:
                found.update(dict.fromkeys(own[name][-1:]))
            elif not nearest:
                found.update(dict.fromkeys(self._nearest(group, name, isinstance(owner, ClassRef))))
        return list(found)[:12]

    def _nearest(self, group: Group, name: str, on_class: bool) -> list[Definition]:
        for each in self.lineage(group):
            own = each.class_methods if on_class else each.methods
            if name in own:
                return own[name][-1:]
            if not on_class and group.language != "ruby" and name in each.class_methods:
                return each.class_methods[name][-1:]
        if not on_class:
            return []
        for each in self.extended(group):
            if name in each.methods:
                return each.methods[name][-1:]
        if group.kind == "module" or group.language != "ruby":
            for each in self.lineage(group):
                if name in each.methods:
                    return each.methods[name][-1:]
        return []

    def field(self, group: Group, name: str) -> list[Written]:
        """Where `@name` or `self.name` gets its values, in the lineage and below."""
        lineage = self.lineage(group)
        found = [w for each in (*lineage, *self.below(group)) for w in each.fields.get(name, ())]
        if found:
            return found
        beside = dict.fromkeys(above for each in self.below(group) for above in self.lineage(each))
        return [w for each in beside for w in each.fields.get(name, ())]  # of a mixin: what it is mixed in with

    def attribute(self, group: Group, name: str) -> list[Written]:
        """A constant or class attribute, of the nearest that has it."""
        return next((each.constants[name] for each in self.lineage(group) if name in each.constants), list[Written]())

    def constant(self, expr: tree.Constant, scope: Scope) -> Value:
        """What a constant means where it is written: the nesting first, then the lineage, then the top."""
        first, *rest = expr.path
        root = self._program.root
        places = [root] if expr.absolute else [*scope.nesting]
        if not expr.absolute and scope.group is not None:
            if self._finding:
                self._lean()
            else:
                places += self.lineage(scope.group)[1:]
            places.append(root)
        value: Value = ()
        for place in places:
            value = self._constant_of(place, first)
            if value:
                break
        if not value:
            return (External("::".join(expr.path)),)
        for word in rest:
            value = either(self._inside(alternative, word) for alternative in value)
        return value

    def _inside(self, alternative: object, word: str) -> Value:
        match alternative:
            case ClassRef(group=group):
                for each in self.lineage(group):
                    value = self._constant_of(each, word)
                    if value:
                        return value
                return (External("::".join((*group.path, word))),)
            case External(path=path):
                return (External(f"{path}::{word}"),)
            case _:
                return (Unknown(f"{word} is not found"),)

    def _constant_of(self, group: Group, name: str) -> Value:
        if name in group.groups:
            return (ClassRef(group.groups[name]),)
        return either(self.written(w) for w in group.constants.get(name, ()))

    def written(self, written: Written) -> Value:
        """What is given to a constant, field or global at one place."""
        frame = self._frames.own(written.scope)
        if written.bind is None:
            return self._value(written.expr, frame)
        return tuple(a for a in self._bound(written.bind, frame) if a != Const(None))
