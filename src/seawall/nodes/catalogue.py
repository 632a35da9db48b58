"""Command data for a server that does not describe its commands (Redis 6.2), and for a log pasted without a server.

`commands.json` is what a Valkey server (BSD licence) answers to COMMAND INFO and COMMAND DOCS, written by
`scripts/generate_commands.py` and never edited. It fills gaps only: what the server at hand says wins, and what is
deprecated is never taken from here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from seawall.nodes.facts.command import ArgumentSpec, CommandSpec, KeySpec


@cache
def generated() -> Mapping[str, CommandSpec]:
    """Specs by lower-case name, `config|get` for subcommands; `deprecated` is False throughout."""
    text = files("seawall.nodes").joinpath("commands.json").read_text(encoding="utf-8")
    return {name: _command(name, fields) for name, fields in json.loads(text)["commands"].items()}


def _command(name: str, fields: dict[str, Any]) -> CommandSpec:
    return CommandSpec(
        name,
        frozenset(fields.get("flags", ())),
        frozenset(fields.get("categories", ())),
        tuple(_key_spec(k) for k in fields.get("keys", ())),
        fields.get("complexity", ""),
        arguments=_arguments(fields),
    )


def _key_spec(fields: dict[str, Any]) -> KeySpec:
    return KeySpec(frozenset(fields.pop("flags")), **fields)


def _arguments(fields: dict[str, Any]) -> tuple[ArgumentSpec, ...]:
    return tuple(ArgumentSpec(arguments=_arguments(a), **a) for a in fields.pop("arguments", ()))


def dump(server: str, specs: Mapping[str, CommandSpec]) -> str:
    """The text of commands.json for these specs; the inverse of `generated`."""
    commands = {name: _fields(specs[name], drop=("name", "deprecated", "replaced_by")) for name in sorted(specs)}
    lines = [f"{json.dumps(name)}: {json.dumps(fields, sort_keys=True)}" for name, fields in commands.items()]
    return f'{{"server": {json.dumps(server)}, "commands": {{\n' + ",\n".join(lines) + "\n}}\n"


def _fields(record: CommandSpec | KeySpec | ArgumentSpec, drop: tuple[str, ...] = ()) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in record.__slots__:
        value = getattr(record, name)
        if isinstance(value, frozenset):
            value = sorted(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        elif isinstance(value, tuple):
            value = [_fields(v) for v in value]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        if name not in drop and (value or name == "flags"):
            fields[name] = value
    return fields
