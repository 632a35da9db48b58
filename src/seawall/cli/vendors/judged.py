"""What every command about vendors does first: read the estate, its sources and the store, and ask the rules.

The store is `--store`, else the one beside seawall.toml. `notify` makes it and keeps what it reads; `check`
keeps it in a store that is named; all others look, where it is there.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.errors import UsageError
from seawall.keyspace import printable
from seawall.model import NotChecked

if TYPE_CHECKING:
    from seawall.config import Estate
    from seawall.history import History
    from seawall.model import Finding
    from seawall.vendors.facts.row import VendorFacts

Now = Annotated[
    str | None,
    typer.Option("--now", metavar="ISO", help="Judge as of this time: 2026-12-01 or 2026-12-01T09:00:00+01:00."),
]

STORE = "seawall-history.db"
Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="PATH|URL",
        help=f"The history: an SQLite file, or postgresql://. Default: {STORE} beside seawall.toml, where it is there.",
    ),
]
Offline = Annotated[
    bool, typer.Option("--offline", help="Go by the rows of seawall.toml alone; ask no vendor and no endpoint.")
]


class Form(StrEnum):
    """The forms of the answer; jsonl is a line for each vendor or finding."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Judged:
    """The facts of an estate, what the rules say, worst first, and what somebody has accepted."""

    facts: VendorFacts
    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    notes: tuple[str, ...]
    not_checked: tuple[NotChecked, ...] = ()

    def say_missing(self) -> bool:
        """Says on standard error what could not be read; whether there is any."""
        from seawall.cli.output import say

        for missing in self.not_checked:
            say(f"{missing.target}: {missing.reason}", missing.hint)
        return bool(self.not_checked)


def time_of(text: str | None) -> datetime:
    """The time of --now in UTC, or of the clock. Raises UsageError."""
    if text is None:
        return datetime.now(UTC)
    try:
        time = datetime.fromisoformat(text.strip())
        if not 2000 <= time.year < 2200:
            raise ValueError
    except ValueError:
        raise UsageError(
            f"--now: {printable(text)[:40]!r} is no time", "Write 2026-12-01 or 2026-12-01T09:00:00+01:00."
        ) from None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def judge(
    config: Path | None,
    now: str | None,
    codes: tuple[str, ...] = (),
    *,
    offline: bool = False,
    store: str | None = None,
    keep: bool = False,
    settings: Path | None = None,
) -> Judged:
    """The estate of this file at this time, by the rules of these codes.

    offline: the rows alone are judged; else what the sources say counts too, and where one fails, what it said last.
    keep: what is read now is kept in the store. settings: a folder whose endpoints are in use.

    Raises ConfigError, UsageError, or what `open_history` raises.
    """
    from seawall import config as configuration
    from seawall import rulebook
    from seawall.scan.accepted import accept, expired

    estate = configuration.load(config)
    if not estate.vendors:
        raise UsageError("no vendor is listed, so nothing is watched", "Add [[vendors]] to seawall.toml.")
    time = time_of(now)
    in_use, unread = _in_use(estate, settings)
    facts, missing = _facts(estate, time, in_use, offline=offline, store=store, keep=keep)
    found = rulebook.run("vendors", facts, codes)
    found.sort(key=lambda f: (-f.severity.rank, _hours(f), f.rule, str(f.where.fields.get("name"))))
    still, accepted = accept(found, estate.accepted, time.date())
    return Judged(facts, tuple(still), tuple(accepted), tuple(expired(estate, time.date())), (*unread, *missing))


def place_of(estate: Estate, store: str | None) -> str:
    """Where the history is: as named, else beside seawall.toml."""
    return store or str((estate.file or Path(STORE)).parent / STORE)


def _facts(
    estate: Estate, now: datetime, in_use: dict[str, str], *, offline: bool, store: str | None, keep: bool
) -> tuple[VendorFacts, tuple[NotChecked, ...]]:
    from seawall.vendors.facts.row import VendorFacts
    from seawall.vendors.rows import rows

    facts = VendorFacts(now=now, vendors=rows(estate), people=estate.people, in_use=in_use)
    if offline:
        return facts, ()
    from seawall.vendors.collect import all_rows, in_force, read_all
    from seawall.vendors.remembered import Before, recall, remember

    with _history(place_of(estate, store), wanted=keep or store is not None, read_only=not keep) as history:
        before = recall(history, now) if history else Before()
        observed, readings, missing = read_all(estate, now)
        if history and keep:
            remember(history, observed, readings, now)
    observed = in_force(before.observed, observed, missing)
    vendors = all_rows(estate, observed)
    return replace(facts, vendors=vendors, observed=observed, readings=before.counted(readings)), missing


@contextmanager
def _history(place: str, *, wanted: bool, read_only: bool) -> Generator[History | None, None, None]:
    """The store; None where nobody asks for one and there is none."""
    if not (wanted or Path(place).exists()):
        yield None
        return
    from seawall.history import open_history

    with open_history(place, read_only=read_only) as history:
        yield history


def _hours(finding: Finding) -> float:
    hours = finding.evidence.get("hours_to_data_loss")
    return float(hours) if isinstance(hours, int | float) else float("inf")


def _in_use(estate: Estate, settings: Path | None) -> tuple[dict[str, str], tuple[NotChecked, ...]]:
    """The hosts of the `[[redis]]` of the estate, then those that settings name, each with its place."""
    from seawall.nodes.collect.deployment import parse_deployment

    found: dict[str, str] = {}
    missing: list[NotChecked] = []
    for entry in estate.redis:
        try:
            seeds = parse_deployment(entry.url).seeds if entry.url else ()
        except UsageError as wrong:
            missing.append(NotChecked(entry.name, wrong.what, wrong.hint))
            continue
        found |= {seed.host.lower(): f"[[redis]] {entry.name}" for seed in seeds if seed.host}
    if settings is not None:
        from seawall.survey.collect import survey

        surveyed = survey(settings, os.environ)
        missing += surveyed.not_checked
        for endpoint in surveyed.endpoints:
            found.setdefault(endpoint.host, endpoint.place.says)
    return found, tuple(missing)
