"""What a vendor does when a contract lapses, as its documents say; and which document speaks of a row.

`unknown` is the answer where no document was found, and ranks as a deletion at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One row of the table of behaviours.

    names: what the vendor is called, in lower-case words; empty for any vendor. contracts: of seawall.toml; empty for
    any. on_lapse: `delete` (be it after a suspension), `suspend` (no document speaks of a deletion) or `unknown`.
    grace_days: from the lapse to the deletion, None where no document gives it. days: other documented days, in words.
    read: when the document was.
    """

    vendor: str
    names: tuple[str, ...]
    on_lapse: str
    source: str
    read: date
    contracts: tuple[str, ...] = ()
    grace_days: int | None = None
    days: str = ""


def words_of(name: str) -> str:
    """The name in lower-case words: `Redis-Cloud (jobs)` is ` redis cloud jobs `, with a space at both ends."""
    return f" {' '.join(re.findall(r'[a-z0-9]+', name.lower()))} "


def find(table: Sequence[Behaviour], name: str, contract: str) -> Behaviour | None:
    """The behaviour that is documented for this row: of those for its contract the longest name that is in its name."""
    row = words_of(name)
    fitting = [
        (_longest(behaviour, row), bool(behaviour.contracts), -place, behaviour)
        for place, behaviour in enumerate(table)
        if (not behaviour.contracts or contract in behaviour.contracts)
        and (not behaviour.names or _longest(behaviour, row))
    ]
    return max(fitting, key=lambda f: f[:3])[3] if fitting else None


def _longest(behaviour: Behaviour, row: str) -> int:
    return max((len(known) for known in behaviour.names if words_of(known) in row), default=0)
