"""A proposed row of seawall.toml, and names for rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from seawall.model import Json
from seawall.survey.found import Endpoint, Place


@dataclass(frozen=True, slots=True)
class Row:
    """One `[[table]]`. fields: in print order. left: what is left to fill in, each a key with what it means.

    says: what to know about it, a sentence each. places: where it was found.
    """

    table: str
    fields: Mapping[str, Json]
    left: Mapping[str, str]
    says: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.fields["name"])

    def as_json(self) -> dict[str, Json]:
        """Table, fields, what to know, places."""
        says: list[Json] = list(self.says)
        places: list[Json] = [place.as_json() for place in self.places]
        return {"table": self.table, "fields": dict(self.fields), "says": says, "found_in": places}


_ENDS = re.compile(
    r"[_.-]*(?:urls?|uri|hosts?|hostname|endpoint|addr(?:ess)?|servers?|value|location|dsn)$", re.IGNORECASE
)


def name_for(endpoint: Endpoint) -> str:
    """What a server may be called: `SIDEKIQ_REDIS_URL` is `sidekiq-redis`; without a name the first label of its host.

    Never empty.
    """
    name = endpoint.place.name
    last = name.rpartition(".")[2]
    name = _ENDS.sub("", last if last.isupper() else name)  # of a variable what stands around it says no more
    words = re.findall(r"[a-z0-9]+", re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name).lower())
    return "-".join(words[-4:]) or first_label(endpoint.host)


def first_label(host: str) -> str:
    """`cache` of cache.example; an address whole."""
    return host if re.fullmatch(r"[0-9a-f:.]+", host) else host.partition(".")[0]


def distinct(wanted: str, taken: Collection[str]) -> str:
    """This name, or with the first number from 2 on that makes it one of its own."""
    return next(n for k in range(1, len(taken) + 2) if (n := wanted if k == 1 else f"{wanted}-{k}") not in taken)
