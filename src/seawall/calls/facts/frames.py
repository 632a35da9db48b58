"""Frames: scopes that are being run, each once, so that what is kept of one is found again."""

from __future__ import annotations

from dataclasses import dataclass, field

from seawall.calls.facts.scopes import Definition, Scope
from seawall.calls.facts.values import Bound, ClassRef, Frame, Object


@dataclass(slots=True)
class Frames:
    """All frames, each once."""

    _known: dict[tuple[int, Object | ClassRef | None, Bound, int, bool], Frame] = field(
        default_factory=lambda: dict[tuple[int, Object | ClassRef | None, Bound, int, bool], Frame]()
    )
    _own: dict[int, Frame] = field(default_factory=lambda: dict[int, Frame]())

    def of(
        self, scope: Scope, me: Object | ClassRef | None, bound: Bound, outer: Frame | None, called: bool, depth: int
    ) -> Frame:
        """The frame of these parts."""
        key = (id(scope), me, bound, id(outer), called)
        frame = self._known.get(key)
        if frame is None:
            frame = self._known[key] = Frame(scope, me, bound, outer, called, depth)
        return frame

    def own(self, scope: Scope) -> Frame:
        """The frame of a scope that is called from anywhere."""
        frame = self._own.get(id(scope))
        if frame is None:
            frame = self._own[id(scope)] = self._made(scope)
        return frame

    def _made(self, scope: Scope) -> Frame:
        group = scope.group
        outer = self.own(scope.outer) if scope.outer is not None else None
        definition = scope.definition
        inner = definition is not None and definition.group is None and outer is not None
        if group is None or inner:
            return self.of(scope, outer.me if outer else None, (), outer, False, 0)
        on_class = definition is None or definition.on_class
        return self.of(scope, ClassRef(group, False) if on_class else Object(group), (), outer, False, 0)

    def called(self, definition: Definition, me: Object | ClassRef | None, bound: Bound, depth: int) -> Frame:
        """The frame of a call of a function."""
        own = self.own(definition.scope)
        return self.of(definition.scope, me or own.me, bound, own.outer, True, depth)
