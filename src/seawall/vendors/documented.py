"""The table of documented behaviours, `documented.toml`: what vendors do when a contract lapses.

Kept by hand from the vendors' documents, each entry with its source and the day it was read. What was not found
is in it too, as `unknown`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from seawall.vendors.facts.behaviour import Behaviour


@cache
def documented() -> tuple[Behaviour, ...]:
    """All entries, in the order of the file."""
    text = files("seawall.vendors").joinpath("documented.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return tuple(
        Behaviour(
            vendor=entry["vendor"],
            names=tuple(entry["names"]),
            on_lapse=entry["on_lapse"],
            source=entry["source"],
            read=entry.get("read", table["read"]),
            contracts=tuple(entry.get("contracts", ())),
            grace_days=entry.get("grace_days"),
            days=entry.get("days", ""),
        )
        for entry in table["behaviour"]
    )
