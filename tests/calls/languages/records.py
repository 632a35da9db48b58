"""The records of a neutral form, without recursion: for tests of trees that are deep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import is_dataclass

from seawall.calls.facts import tree


def levels(of: object) -> Iterator[tuple[object, int]]:
    """Every record in it, and how many others it stands in."""
    left = [(of, 0)]
    while left:
        node, level = left.pop()
        if isinstance(node, tuple):
            left.extend((each, level) for each in node)
        elif is_dataclass(node):
            yield node, level
            slots: tuple[str, ...] = getattr(node, "__slots__", ())
            left.extend((getattr(node, name), level + 1) for name in slots)


def records(of: object) -> Iterator[object]:
    """Every record in it."""
    return (node for node, _ in levels(of))


def depth(of: object) -> int:
    """How many records stand one in another at most."""
    return max((level for _, level in levels(of)), default=0)


def calls(of: object) -> list[tree.Call]:
    """Every call in it."""
    return [node for node in records(of) if isinstance(node, tree.Call)]


def spans(of: object) -> Iterator[tree.Span]:
    """Every span and name_span in it."""
    for node in records(of):
        yield from (getattr(node, name) for name in ("span", "name_span") if hasattr(node, name))


def below(frames: int, do: Callable[[], tree.File]) -> tree.File:
    """What is done this many calls down the stack, as by a caller that is deep itself."""
    return below(frames - 1, do) if frames else do()
