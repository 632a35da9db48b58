"""What a pasted text held, and the error where it held nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from seawall.errors import InputError
from seawall.nodes.facts.entry import RawEntry
from seawall.nodes.facts.server import CommandStat

HINT = (
    "Give the output of `redis-cli SLOWLOG GET 128`, RESP, JSON lines, a cloud's slow-log JSON, or INFO commandstats."
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a text held. form: how it was read. skipped: entries or lines that were not understood."""

    form: str
    entries: tuple[RawEntry, ...] = ()
    stats: tuple[CommandStat, ...] = ()
    info: Mapping[str, str] = field(default_factory=dict[str, str])
    databases: Mapping[int, int] = field(default_factory=dict[int, int])
    skipped: int = 0


def of_entries(form: str, found: Iterable[RawEntry | None], *, skipped: int = 0) -> Pasted:
    """The entries that were found; each None among them, and `skipped` more, were not understood.

    Raises InputError where none was.
    """
    every = list(found)
    entries = tuple(entry for entry in every if entry is not None)
    if not entries:
        raise InputError(f"the input looks like {form}, but no entry of it can be read", HINT)
    return Pasted(form, entries, skipped=skipped + len(every) - len(entries))
