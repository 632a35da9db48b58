"""The shape of a command's arguments, and the few of them that decide how much work it does.

Walks the arguments shown along the argument specs of COMMAND DOCS. What comes out are the names of the specs (`key`,
`member ...`), tokens (`WITHCOORD`), and numbers only where they steer the work (COUNT, a range's ends): never a value.

Limits: options in any order are one zone, as servers read them; what lies beyond the arguments shown is not known, and
`complete` says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from seawall.keyspace import printable
from seawall.nodes.facts.command import ArgumentSpec, CommandSpec

THOUSANDS = 1000  # above this many, a shape says "thousands": the slice that every fix recommends
_ENDS = (b"-inf", b"+inf", b"inf", b"-", b"+")
_STEERS = re.compile(rb"\(?[-+]?(?:\d{1,20}(?:\.\d{0,20})?(?:e[-+]?\d{1,3})?|inf)|[-+]", re.IGNORECASE)
_STEERING = frozenset(
    {"start", "stop", "end", "min", "max", "count", "radius", "width", "height", "unit", "offset", "numkeys"}
)


@dataclass(frozen=True, slots=True)
class Arguments:
    """What is kept of the arguments.

    shape: spec names and tokens, no values. tokens: those given, upper case. steering: arguments that decide the work,
    by the name of their spec, as bytes: numbers and ends of ranges, nothing else. items: repeated elements (members,
    fields, pairs, keys), the cut ones included; 0 where nothing repeats. complete: False where the server cut arguments
    off, so that options may be missing.
    glob: the pattern that KEYS or MATCH was given, a key pattern itself.
    """

    shape: str
    tokens: frozenset[str] = frozenset()
    steering: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    items: int = 0
    complete: bool = True
    glob: bytes | None = field(default=None, repr=False)

    def number(self, name: str) -> float | None:
        """A steering argument as a number; None where it is absent or is none. Infinities are numbers."""
        word = self.steering.get(name)
        if word is None:
            return None
        try:
            return float(word.lstrip(b"("))
        except ValueError:  # an end of a range of ids or names: - +
            return None

    def whole(self, name: str) -> int | None:
        """A steering argument as a whole number; None where it is absent or is none."""
        word = self.steering.get(name, b"")
        return int(word) if re.fullmatch(rb"[-+]?\d{1,19}", word) else None


def read_arguments(spec: CommandSpec | None, argv: Sequence[bytes], argc: int) -> Arguments:
    """The shape of `argv` (what is shown of `argc` arguments, the command's name first)."""
    names = spec.name.count("|") + 1 if spec else 1
    if spec is None or not spec.arguments:
        rest = argc - names
        return Arguments(_many("argument", rest) if rest > 0 else "", complete=argc == len(argv))
    walk = _Walk(argv, names, argc)
    walk.all(spec.arguments)
    return Arguments(
        " ".join(walk.shape),
        frozenset(walk.tokens),
        walk.steering,
        walk.items,
        complete=argc == len(argv) or walk.to_the_end,
        glob=walk.glob,
    )


class _Walk:
    """One pass over the arguments: a position, and what has been learned so far."""

    def __init__(self, argv: Sequence[bytes], at: int, argc: int) -> None:
        self.argv = argv
        self.at = at
        self.argc = argc
        self.shape: list[str] = []
        self.tokens: set[str] = set()
        self.steering: dict[str, bytes] = {}
        self.items = 0
        self.glob: bytes | None = None
        self.to_the_end = False  # a repetition took all that follows, so no option can hide beyond the cut

    def all(self, specs: Sequence[ArgumentSpec]) -> None:
        zone: list[ArgumentSpec] = []
        for place, spec in enumerate(specs):
            if _begins_with_token(spec) and (spec.optional or spec.token or spec.type != "oneof"):
                zone.append(spec)
                continue
            self._zone(zone)
            zone = []
            self._positional(spec, specs[place + 1 :])
        self._zone(zone)

    def _zone(self, specs: Sequence[ArgumentSpec]) -> None:
        """Options in any order."""
        starts: dict[bytes, ArgumentSpec] = {}
        for spec in specs:
            starts.update(_starts(spec))
        while starts and self.at < len(self.argv) and (found := starts.get(self.argv[self.at].upper())):
            before = self.at
            self._option(found, starts)
            if self.at == before:
                return

    def _option(self, spec: ArgumentSpec, stops: Collection[bytes]) -> None:
        if spec.token:
            self._token()
        if spec.type == "block":
            self.all(spec.arguments)
        elif spec.type == "oneof" and spec.token:
            self._choice(spec)
        elif spec.multiple and spec.type != "pure-token":
            self._values(spec, stops)
        elif spec.type != "pure-token":
            self._value(spec)

    def _values(self, spec: ArgumentSpec, stops: Collection[bytes]) -> None:
        """`WEIGHTS weight ...`, `KEYS key ...`: up to the next option. Keys that are cut off are counted."""
        here = next((i for i in range(self.at, len(self.argv)) if self.argv[i].upper() in stops), len(self.argv))
        if here == len(self.argv) < self.argc and spec.type == "key":
            here = self.argc
            self.to_the_end = True
        count = here - self.at
        self.at = here
        if count:
            self.items = max(self.items, count)
            self.shape.append(_many(spec.name, count))

    def _token(self) -> None:
        token = self.argv[self.at].decode("latin-1").upper()
        self.tokens.add(token)
        self.shape.append(token)
        self.at += 1

    def _positional(self, spec: ArgumentSpec, after: Sequence[ArgumentSpec]) -> None:
        """A value in its place, also beyond what is shown: a log that hides arguments still counts them."""
        if self.at >= self.argc:
            return
        if spec.multiple:
            self._repeat(spec, after)
        elif spec.type == "oneof":
            self._choice(spec)
        elif spec.type == "block":
            self.all(spec.arguments)
        else:
            self._value(spec)

    def _choice(self, spec: ArgumentSpec) -> None:
        starts: dict[bytes, ArgumentSpec] = {}
        for choice in spec.arguments:
            starts.update(_starts(choice))
        found = starts.get(self.argv[self.at].upper()) if self.at < len(self.argv) else None
        if found is not None:
            self._option(found, starts)
            return
        for choice in spec.arguments:
            if not _begins_with_token(choice):
                self._positional(choice, ())
                return

    def _repeat(self, spec: ArgumentSpec, after: Sequence[ArgumentSpec]) -> None:
        """`member ...` to the end, to the next option, or as many as numkeys says; what must follow is left."""
        width = len(spec.arguments) if spec.type == "block" else 1
        stops = {start for other in after for start in _starts(other)}
        numkeys = self.steering.get("numkeys", b"")
        left = self.argc - self.at
        if spec.type == "key" and numkeys.isdigit() and len(numkeys) < 10:
            count = min(int(numkeys), left)
        else:
            fixed_after = sum(
                1 for other in after if not other.optional and not other.multiple and not _begins_with_token(other)
            )
            if any(other.multiple and other.type != "key" for other in after) and spec.type == "key" and not stops:
                left //= 2  # as in STREAMS key ... id ...: half are keys
            count = max(left - fixed_after, 0) // width
            if stops:
                here = next((i for i in range(self.at, len(self.argv)) if self.argv[i].upper() in stops), None)
                if here is not None:
                    count = (here - self.at) // width
        cut = len(self.argv) < self.argc and any(other.optional for other in after)
        self.to_the_end = self.at + count * width >= self.argc and not cut
        self.at += count * width
        name = " ".join(a.name for a in spec.arguments) if spec.type == "block" else spec.name
        if count:
            self.items = max(self.items, count)
            self.shape.append(_many(name, count))

    def _value(self, spec: ArgumentSpec) -> None:
        if self.at >= len(self.argv):
            if self.at < self.argc:
                self.at += 1
                self.shape.append(spec.name)
            return
        word = self.argv[self.at]
        self.at += 1
        if spec.name in _STEERING and _STEERS.fullmatch(word):
            self.steering[spec.name] = word
        if spec.type == "pattern" and spec.name == "pattern":
            self.glob = word
        self.shape.append(self._label(spec, word))

    def _label(self, spec: ArgumentSpec, word: bytes) -> str:
        if spec.name == "count" or word.lower() in _ENDS:
            return printable(word) if len(word) <= 20 and _is_number_or_end(word) else spec.name
        if spec.name in ("start", "stop", "end") and _is_small(word):
            return printable(word)
        if spec.name == "sha1" and re.fullmatch(rb"[0-9A-Fa-f]{40}", word):  # the name of a script, not a value
            return printable(word[:12])
        return spec.name


def _is_number_or_end(word: bytes) -> bool:
    return word.lower() in _ENDS or word.lstrip(b"+-").isdigit()


def _is_small(word: bytes) -> bool:
    """0, -1 and the like: ends of a range that are written in the code, not computed."""
    return word in (b"0", b"-1", b"1", b"-2")


def _many(name: str, count: int) -> str:
    if count == 1:
        return name
    return f"{name} ... (thousands)" if count > THOUSANDS else f"{name} ..."


def _begins_with_token(spec: ArgumentSpec) -> bool:
    if spec.token or spec.type == "pure-token":
        return True
    if spec.type == "block":
        return bool(spec.arguments) and _begins_with_token(spec.arguments[0]) and not spec.multiple
    if spec.type == "oneof":
        return all(_begins_with_token(a) for a in spec.arguments)
    return False


def _starts(spec: ArgumentSpec) -> dict[bytes, ArgumentSpec]:
    """The tokens that the spec can begin with, and the spec that each of them begins."""
    if spec.token:
        return {spec.token.upper().encode(): spec}
    if spec.type == "oneof":
        found: dict[bytes, ArgumentSpec] = {}
        for choice in spec.arguments:
            found.update(_starts(choice))
        return found
    if spec.type == "block" and spec.arguments and _begins_with_token(spec):
        return dict.fromkeys(_starts(spec.arguments[0]), spec)
    return {}
