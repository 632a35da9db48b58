"""What a server answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from seawall.keyspace import printable

Reply: TypeAlias = "bytes | int | ServerError | list[Reply] | None"
SHOWN = 200  # characters of a server's error text that are shown


@dataclass(frozen=True, slots=True)
class ServerError:
    """An error reply. `code` is its first word (ERR, NOPERM, WRONGTYPE, ...)."""

    text: str

    @property
    def code(self) -> str:
        """The first word."""
        return self.text.split(" ", 1)[0]

    @property
    def shown(self) -> str:
        """The text, safe to print, without the arguments that a server repeats: they may be keys or a password."""
        return printable(self.text.partition(", with args beginning with")[0][:SHOWN])
