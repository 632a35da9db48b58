"""A program: the classes, functions, constants and globals of its files, and who calls what by which name.

Only files that can matter are in it. What its sites would need and it does not have is noted in `missing`, so that
whoever has the folder can add it and ask again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from seawall.calls.facts.scopes import CallAt, Definition, Group, Scope, Source, Written
from seawall.calls.facts.scripts import Run


@dataclass(slots=True, eq=False)
class Program:
    """All that is known. paths: of every file of the folder, loaded or not, for imports."""

    paths: frozenset[str] = frozenset()
    runs: list[Run] = field(default_factory=lambda: list[Run]())  # of Lua text
    has_shell: bool = False  # redis-cli is named in one of the files that matter
    sources: dict[str, Source] = field(default_factory=lambda: dict[str, Source]())
    root: Group = field(default_factory=lambda: Group((), "module", "ruby"))
    groups: list[Group] = field(default_factory=lambda: list[Group]())
    definitions: dict[str, list[Definition]] = field(default_factory=lambda: defaultdict(list))
    functions: dict[str, list[Definition]] = field(default_factory=lambda: defaultdict(list))
    globals: dict[str, list[Written]] = field(default_factory=lambda: defaultdict(list))
    slots: dict[str, list[Written]] = field(default_factory=lambda: defaultdict(list))
    calls: dict[str, list[CallAt]] = field(default_factory=lambda: defaultdict(list))
    wrappers: set[Definition] = field(default_factory=lambda: set[Definition]())  # they send a parameter as the key
    missing: set[str] = field(
        default_factory=lambda: set[str]()
    )  # names that no file defines, and paths of files not loaded

    def forget(self) -> None:
        """Forgets what was found out about it: it has more files now."""
        self.wrappers.clear()
        self.runs.clear()
        self.missing.clear()

    def scopes(self) -> Iterator[Scope]:
        """Every scope: of files, of classes, of functions."""
        for source in self.sources.values():
            yield source.top
        for group in (self.root, *self.groups):
            yield from group.scopes
        for definitions in self.definitions.values():
            yield from (definition.scope for definition in definitions)

    def imported(self, module: str, level: int, importer: Source) -> str | None:
        """The path of the file that an import means, None where it is a library's.

        Absolute names are looked for from every folder above the importer, which is where scripts and `src` are.
        """
        folder = importer.file.path.split("/")[:-1]
        words = [word for word in module.split(".") if word]
        if importer.file.language in ("javascript", "typescript"):
            return self._script(module, folder)
        if level:
            bases: Iterable[list[str]] = [folder[: len(folder) - level + 1]]
        else:
            bases = (folder[:end] for end in range(len(folder) + 1) if not self._is_package(folder[:end]))
        for above in bases:
            stem = "/".join([*above, *words])
            for path in (f"{stem}.py", f"{stem}/__init__.py" if stem else "__init__.py"):
                if path in self.paths and path != importer.file.path:
                    return path
        return None

    def _is_package(self, folder: list[str]) -> bool:
        return bool(folder) and "/".join([*folder, "__init__.py"]) in self.paths

    def _script(self, module: str, folder: list[str]) -> str | None:
        if not module.startswith("."):
            return None
        place = list(folder)
        for word in module.split("/"):
            if word == "..":
                place = place[:-1]
            elif word not in ("", "."):
                place.append(word)
        stem = "/".join(place)
        bare = stem.rsplit(".", 1)[0] if stem.endswith((".js", ".mjs", ".cjs")) else stem
        tries = [stem, *(f"{bare}.{e}" for e in ("ts", "tsx", "js", "mjs", "cjs", "jsx"))]
        tries += [f"{stem}/index.{e}" for e in ("ts", "js")]
        return next((path for path in tries if path in self.paths), None)
