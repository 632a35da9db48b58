"""The `[calls]` of seawall.toml as what the search for call sites takes."""

from __future__ import annotations

from seawall.calls.facts.commands import COMMANDS
from seawall.calls.facts.overrides import Ignored, Overrides, Receiver, Wrapper
from seawall.config import FILE_NAME, Calls
from seawall.config.faults import nearest
from seawall.errors import ConfigError
from seawall.keyspace import printable


def overrides_of(calls: Calls, file: str = FILE_NAME) -> Overrides:
    """What a person says of names. file: where that is written. Raises ConfigError for a command that is none."""
    for each in calls.wrappers:
        if each.command not in COMMANDS:
            what = f"{printable(each.command)[:100]} of {printable(each.method)[:100]} is no command"
            raise ConfigError(f"{printable(file)}:{each.line}: {what}", nearest(each.command, COMMANDS))
    return Overrides(
        tuple(Receiver(each.name, each.prefix) for each in calls.receivers),
        tuple(Wrapper(each.method, each.command, each.key, each.prefix) for each in calls.wrappers),
        tuple(map(Ignored, calls.ignore)),
    )
