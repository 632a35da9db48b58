"""Complete commands, generated from what a server documents about their arguments."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from seawall.nodes.catalogue import generated
from seawall.nodes.facts.arguments import Arguments
from seawall.nodes.facts.command import ArgumentSpec, Catalogue, CommandSpec, merge, parse_docs, parse_info
from seawall.wire import Connection

STEERING = ("start", "stop", "end", "min", "max", "count", "radius", "width", "height", "offset", "numkeys")


def catalogue_of(connection: Connection, *, newer: bool) -> Catalogue:
    """All commands of a server in its own words, as the collector reads them."""
    info = parse_info(connection.call("COMMAND"))
    docs = parse_docs(connection.call("COMMAND", "DOCS")) if newer else {}
    return Catalogue(merge(info, docs, generated()))


@dataclass
class Made:
    """A command. secrets: the values in it that may be seen nowhere; numbers of steering arguments are none."""

    words: list[bytes]
    keys: list[bytes] = field(default_factory=list)
    secrets: list[bytes] = field(default_factory=list)


class Maker:
    """Makes one command; `repeat` is how many elements a repeated argument may get."""

    def __init__(self, spec: CommandSpec, rng: random.Random, repeat: tuple[int, int] = (1, 3)):
        self.rng = rng
        self.repeat = repeat
        self.made = Made([word.encode() for word in spec.name.split("|")])
        self.numkeys: int | None = None  # where the number of keys is to be written
        self.all(spec.arguments)

    def all(self, specs: Sequence[ArgumentSpec]) -> None:
        for spec in specs:
            if not spec.optional or self.rng.random() < 0.5:
                self.one(spec)

    def one(self, spec: ArgumentSpec) -> None:
        words = self.made.words
        count = self.rng.randint(*self.repeat) if spec.multiple else 1
        if spec.type == "key" and spec.multiple and self.numkeys is not None:
            words[self.numkeys] = b"%d" % count
            self.numkeys = None
        if spec.token or spec.type == "pure-token":  # MIGRATE has an empty one
            words.append(spec.token.encode())
        for _ in range(count if spec.type != "pure-token" else 0):
            if spec.type == "block" and sum(a.multiple for a in spec.arguments) > 1:  # STREAMS key ... id ...
                usual, self.repeat = self.repeat, (self.rng.randint(*self.repeat),) * 2
                self.all(spec.arguments)
                self.repeat = usual
            elif spec.type == "block":
                self.all(spec.arguments)
            elif spec.type == "oneof":
                self.one(self.rng.choice(spec.arguments))
            else:
                words.append(self.value(spec))

    def value(self, spec: ArgumentSpec) -> bytes:
        number = len(self.made.words)
        if spec.type == "key":
            self.made.keys.append(b"key:%s:%d" % (self.letters(), number))
            return self.made.keys[-1]
        if spec.name == "numkeys":
            self.numkeys = number
            return b"0"
        if spec.type in ("integer", "double", "unix-time"):
            value = b"%d" % self.rng.randint(7_000_000, 9_999_999)
            if spec.name not in STEERING:
                self.made.secrets.append(value)
            return value
        value = b"SECRET" + self.letters() + b"%d" % number
        if spec.type != "pattern":
            self.made.secrets.append(value)
        return value

    def letters(self) -> bytes:
        return "".join(self.rng.choices("abcdefgh", k=6)).encode()


def commands(catalogue: Catalogue, each: int, repeat: tuple[int, int] = (1, 3)) -> Iterator[tuple[CommandSpec, Made]]:
    """`each` variants of every command, always the same ones."""
    for name, spec in sorted(catalogue.specs.items()):
        for variant in range(each):
            yield spec, Maker(spec, random.Random(f"{name} {variant}"), repeat).made


def shown(arguments: Arguments) -> str:
    """Everything of the arguments that anybody can print."""
    return f"{arguments!r} {arguments.shape}"
