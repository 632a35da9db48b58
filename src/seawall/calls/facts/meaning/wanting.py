"""What a program would need to know more: names that no file of it defines, and names by which clients are reached."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.calls.facts.meaning import choices, lending, names
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.scopes import Definition
from seawall.calls.facts.values import Client, Method, Pool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Names.

    paths: files that are imported. defined: constants and classes that some file should define.

    called: names that matter wherever they are used, each with the names of the classes by which they are reached.
    """

    paths: frozenset[str]
    defined: frozenset[str]
    mixed: frozenset[tuple[str, ...]]
    called: frozenset[tuple[str, frozenset[str]]]


def wanted_by(engine: Engine) -> Wanted:
    """What the program asks for after its sites were looked for."""
    called: set[tuple[str, frozenset[str]]] = set()
    mixed: set[tuple[str, ...]] = set()
    missing = engine.program.missing
    wrappers = engine.program.wrappers
    for definitions in list(engine.program.definitions.values()):
        for definition in definitions:
            if definition in wrappers or _gives_client(engine, definition):
                called.add((definition.name, _owners(engine, definition)))
                if definition.group is not None and definition.group.path:
                    mixed.add(definition.group.path)
    for group in (engine.program.root, *engine.program.groups):
        for name, written in group.constants.items():
            if any(isinstance(a, Client | Pool) for w in written for a in engine.lookup.written(w)):
                called.add((name, frozenset()))
    for source in engine.program.sources.values():
        own = engine.frames.own(source.top)
        module = frozenset(source.module.split(".")[-1:])
        for name, binds in source.top.binds.items():
            given = (names.bound(engine, bind, own) for bind in binds if bind.kind == "value")
            if any(isinstance(a, Client | Pool) for value in given for a in value):
                called.add((name, module))
    paths = missing & engine.program.paths
    return Wanted(
        frozenset(paths),
        frozenset(name for name in missing - paths if name[:1].isupper()),
        frozenset(mixed),
        frozenset(called),
    )


def _gives_client(engine: Engine, definition: Definition) -> bool:
    value = choices.result(engine, definition, engine.frames.own(definition.scope))
    lent = lending.lends(engine, Method(definition))
    return any(isinstance(a, Client | Pool) for each in (value, *lent) for a in each)


def _owners(engine: Engine, definition: Definition) -> frozenset[str]:
    if definition.group is None:
        return frozenset((definition.scope.source.module.rsplit(".", 1)[-1],))
    return frozenset((definition.group.name, *(group.name for group in engine.lookup.below(definition.group))))
