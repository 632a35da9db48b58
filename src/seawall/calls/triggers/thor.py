"""Commands of Thor: the public methods of a class below Thor that have a `desc`, under the names of their subcommands.

class Feeds < Thor; desc "clean", "..."; def clean     thor:feeds:clean, where Main says `subcommand "feeds", Feeds`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers.rubywords import classes, in_ruby, name_of, plain, text
from seawall.calls.triggers.source import Source

WORDS = re.compile(rb"\bThor\b|^\s*desc[ (]+['\"]", re.MULTILINE)
DEEPEST = 10  # of classes below Thor, and of subcommands
_Class = tuple[Source, tree.Class]


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The commands of all classes below Thor."""
    found: dict[str, list[_Class]] = {}
    for source in in_ruby(sources):
        for path, cls in classes(source.file.body):
            found.setdefault("::".join(path), []).append((source, cls))
    commands = {name: parts for name, parts in found.items() if _is_thor(name, found, DEEPEST)}
    within = _subcommands(commands)
    for name, parts in commands.items():
        above = _above(name, within)
        for source, cls in parts:
            for function in _described(cls):
                words = (*above, function.name)
                doors = [":".join(words)]
                if not above:  # `thor shop:sweep`: the class's own name
                    doors.append(f"{_snake(name)}:{function.name}")
                yield Trigger(
                    "thor",
                    " ".join(words),
                    source.path,
                    source.line(function.name_span),
                    entries=(Entry("method", name, function.name),),
                    doors=tuple(f"thor:{door}" for door in doors),
                )


def _is_thor(name: str, found: Mapping[str, list[_Class]], depth: int) -> bool:
    bases = [name_of(base) for _, cls in found[name] for base in cls.bases]
    if "Thor" in bases or "Thor::Group" in bases:
        return True
    inherited = (_resolved(base, name, found) for base in bases)
    return depth > 0 and any(base and base != name and _is_thor(base, found, depth - 1) for base in inherited)


def _resolved(word: str, inside: str, found: Mapping[str, list[_Class]]) -> str:
    """The full name of a constant that is named in a class, "" of one that is not here."""
    around = inside.split("::")
    for end in range(len(around), -1, -1):
        name = "::".join([*around[:end], word])
        if word and name in found:
            return name
    return ""


def _subcommands(commands: Mapping[str, list[_Class]]) -> dict[str, tuple[str, str]]:
    """By class: the word and the class that has it for a subcommand."""
    within: dict[str, tuple[str, str]] = {}
    for name, parts in commands.items():
        for _, cls in parts:
            for call in cls.body:
                if isinstance(call, tree.Call) and call.name == "subcommand" and len(plain(call)) == 2:
                    word, below = plain(call)
                    full = _resolved(name_of(below), name, commands)
                    said = text(word)
                    if full and said:
                        within[full] = (said, name)
    return within


def _above(name: str, within: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    words: tuple[str, ...] = ()
    for _ in range(DEEPEST):
        if name not in within:
            break
        word, name = within[name]
        words = (word, *words)
    return words


def _described(cls: tree.Class) -> Iterator[tree.Function]:
    """The methods that follow a `desc`."""
    told = False
    for expr in cls.body:
        if isinstance(expr, tree.Call) and expr.name == "desc":
            told = True
        elif isinstance(expr, tree.Function) and not expr.on_class:
            if told:
                yield expr
            told = False


def _snake(name: str) -> str:
    return ":".join(re.sub(r"(?<=[a-z\d])(?=[A-Z])", "_", word).lower() for word in name.split("::"))
