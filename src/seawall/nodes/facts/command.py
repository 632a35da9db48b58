"""What a server says about its commands: COMMAND INFO and COMMAND DOCS.

Nothing here is a table of commands. A server that has no key specs (6.2) or no docs is read with data generated from a
newer server (`seawall.nodes.catalogue`), in the same records. Sources: the COMMAND INFO, COMMAND DOCS and "key
specifications" pages of the Redis and Valkey documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

Names: TypeAlias = frozenset[str]

# "O(N) where N is the number of members being requested": the N is counted in the arguments.
_BY_NAME = re.compile(
    r"(?![^.]*(?:traverse|by the operation|returned))O\((?:N|M\*log\(N\))\)[^.]*number of "
    r"(?:(?:keys|members|elements|fields|items)(?: \w+)? (?:to|being|that will|requested)|specified fields)"
)
# "O(1) to access the key and additional O(N*M) to serialize it" is not constant; nor is "O(1) if COUNT is small".
_NOT_CONSTANT = re.compile(r"additional O\(|if COUNT")


@dataclass(frozen=True, slots=True)
class KeySpec:
    """One key specification: where the search begins, how keys are found from there, and what is done to them."""

    flags: Names  # RO RW OW RM access update insert delete not_key incomplete variable_flags
    begin: str  # index | keyword | unknown
    begin_at: int = 0  # index, or where the search for the keyword starts (negative: from the end, backwards)
    keyword: str = ""
    find: str = "unknown"  # range | keynum | unknown
    last: int = 0  # range: relative to the first key, negative from the end of the arguments
    step: int = 1
    limit: int = 0  # range: 2 means the first half of the remaining arguments
    number_at: int = 0  # keynum: where the number of keys stands, relative to the beginning
    first_at: int = 0  # keynum: where the first key stands, relative to the beginning


@dataclass(frozen=True, slots=True)
class ArgumentSpec:
    """One argument of COMMAND DOCS: a value, a token, or a block or choice of others."""

    name: str
    type: str  # key string integer double pattern unix-time pure-token oneof block
    token: str = ""
    optional: bool = False
    multiple: bool = False
    arguments: tuple[ArgumentSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A command or subcommand. `name` is in lower case as Redis names it, `config|get` for a subcommand."""

    name: str
    flags: Names = frozenset()
    categories: Names = frozenset()
    keys: tuple[KeySpec, ...] = ()
    complexity: str = ""
    deprecated: bool = False
    replaced_by: str = ""
    arguments: tuple[ArgumentSpec, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether the server counts it among the writes."""
        return "write" in self.flags

    @property
    def constant(self) -> bool:
        """Whether the server calls it O(1) or O(log N) for each key or element that is named in its arguments."""
        if _BY_NAME.match(self.complexity):
            return True
        return self.complexity.startswith(("O(1)", "O(log(N))", "O(log N)")) and not _NOT_CONSTANT.search(
            self.complexity
        )

    def removes(self) -> bool:
        """Whether it removes keys whole (the RM flag of a key spec), as DEL does."""
        return any("RM" in spec.flags for spec in self.keys)


# --- reading the server's words ---------------------------------------------------------------------------------------

Words: TypeAlias = Mapping[str, Any]


def _word(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _pairs(value: object) -> dict[str, object]:
    flat = _list(value)
    return {_word(k): v for k, v in zip(flat[::2], flat[1::2], strict=False)}


def _names(value: object) -> Names:
    return frozenset(_word(v) for v in _list(value))


def parse_info(reply: object) -> dict[str, CommandSpec]:
    """Specs by name from a COMMAND INFO reply, subcommands included; entries of 6 or 7 fields have no key specs."""
    specs: dict[str, CommandSpec] = {}
    for item in _list(reply):
        fields = _list(item)
        if len(fields) < 6:
            continue
        name = _word(fields[0]).lower()
        keys = tuple(_key_spec(_pairs(s)) for s in _list(fields[8])) if len(fields) > 8 else _legacy(fields[3:6])
        categories = _names(fields[6]) if len(fields) > 6 else frozenset[str]()
        specs[name] = CommandSpec(name, _names(fields[2]), categories, keys)
        if len(fields) > 9:
            specs.update(parse_info(fields[9]))
    return specs


def _legacy(fields: Sequence[object]) -> tuple[KeySpec, ...]:
    first, last, step = (f if isinstance(f, int) else 0 for f in fields)
    if first <= 0 or step <= 0:
        return ()
    relative = last - first if last >= 0 else last
    return (KeySpec(frozenset(), "index", first, find="range", last=relative, step=step),)


def _key_spec(fields: Mapping[str, object]) -> KeySpec:
    begin = _pairs(fields.get("begin_search"))
    find = _pairs(fields.get("find_keys"))
    where = _pairs(begin.get("spec"))
    how = _pairs(find.get("spec"))

    def number(of: Mapping[str, object], name: str, default: int = 0) -> int:
        value = of.get(name, default)
        return value if isinstance(value, int) else default

    return KeySpec(
        flags=_names(fields.get("flags")),
        begin=_word(begin.get("type", b"unknown")),
        begin_at=number(where, "index") or number(where, "startfrom"),
        keyword=_word(where.get("keyword", b"")).upper(),
        find=_word(find.get("type", b"unknown")),
        last=number(how, "lastkey"),
        step=number(how, "keystep", 1) or number(how, "step", 1) or 1,
        limit=number(how, "limit"),
        number_at=number(how, "keynumidx"),
        first_at=number(how, "firstkey"),
    )


def parse_docs(reply: object) -> dict[str, CommandSpec]:
    """Complexity, deprecation and arguments by name, from a COMMAND DOCS reply; subcommands included."""
    specs: dict[str, CommandSpec] = {}
    for name, value in _pairs(reply).items():
        fields = _pairs(value)
        specs[name.lower()] = CommandSpec(
            name.lower(),
            complexity=_word(fields.get("complexity", b"")),
            deprecated="deprecated" in _names(fields.get("doc_flags")),
            replaced_by=_word(fields.get("replaced_by", b"")).replace("`", ""),
            arguments=tuple(_argument(_pairs(a)) for a in _list(fields.get("arguments"))),
        )
        specs.update(parse_docs(fields.get("subcommands")))
    return specs


def _argument(fields: Mapping[str, object]) -> ArgumentSpec:
    flags = _names(fields.get("flags"))
    return ArgumentSpec(
        name=_word(fields.get("name", b"")),
        type=_word(fields.get("type", b"string")),
        token=_word(fields.get("token", b"")),
        optional="optional" in flags,
        multiple="multiple" in flags,
        arguments=tuple(_argument(_pairs(a)) for a in _list(fields.get("arguments"))),
    )


def merge(
    info: Mapping[str, CommandSpec], docs: Mapping[str, CommandSpec], known: Mapping[str, CommandSpec]
) -> dict[str, CommandSpec]:
    """What this server says, with the gaps (no key specs, no docs) filled from `known`, data of a newer server.

    Deprecation is never filled: it is this server's word or nothing.
    """
    merged: dict[str, CommandSpec] = {}
    for name in {*info, *docs}:
        spec = info.get(name) or docs[name]
        more, fallback = docs.get(name), known.get(name)
        if more is not None:
            spec = replace(
                spec,
                complexity=more.complexity,
                deprecated=more.deprecated,
                replaced_by=more.replaced_by,
                arguments=more.arguments,
            )
        if fallback is not None:
            if not any(k.flags for k in spec.keys) and fallback.keys:
                spec = replace(spec, keys=fallback.keys)
            if more is None:
                spec = replace(spec, complexity=fallback.complexity, arguments=fallback.arguments)
        merged[name] = spec
    return merged


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The commands of one server by name."""

    specs: Mapping[str, CommandSpec] = field(default_factory=dict[str, CommandSpec])

    def find(self, argv: Sequence[bytes]) -> CommandSpec | None:
        """The spec of the command or subcommand that these arguments call; None for one that is not known."""
        name = argv[0].decode("latin-1").lower()
        if len(argv) > 1:
            sub = self.specs.get(f"{name}|{argv[1].decode('latin-1').lower()}")
            if sub is not None:
                return sub
        return self.specs.get(name)
