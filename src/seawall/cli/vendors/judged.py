"""What both commands do first: read the estate, take the time, ask the rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.errors import UsageError
from seawall.keyspace import printable

if TYPE_CHECKING:
    from seawall.config import Estate
    from seawall.model import Finding, NotChecked
    from seawall.vendors.facts.row import VendorFacts

Now = Annotated[
    str | None,
    typer.Option("--now", metavar="ISO", help="Judge as of this time: 2026-12-01 or 2026-12-01T09:00:00+01:00."),
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


def judge(config: Path | None, now: str | None, codes: tuple[str, ...] = (), *, read: bool = False) -> Judged:
    """The estate of this file at this time, by the rules of these codes. Raises ConfigError or UsageError.

    read: ask the sources that the rows and the TLS endpoints name; else the rows alone are judged.
    """
    from seawall import config as configuration
    from seawall import rulebook
    from seawall.scan.accepted import accept, expired
    from seawall.vendors.facts.row import VendorFacts
    from seawall.vendors.rows import rows

    estate = configuration.load(config)
    if not estate.vendors:
        raise UsageError("no vendor is listed, so nothing is watched", "Add [[vendors]] to seawall.toml.")
    time = time_of(now)
    facts = VendorFacts(now=time, vendors=rows(estate), people=estate.people, in_use=_in_use(estate))
    missing: tuple[NotChecked, ...] = ()
    if read:
        from seawall.vendors.collect import all_rows, read_all

        observed, readings, missing = read_all(estate, time)
        facts = replace(facts, vendors=all_rows(estate, observed), observed=observed, readings=readings)
    found = rulebook.run("vendors", facts, codes)
    found.sort(key=lambda f: (-f.severity.rank, _hours(f), f.rule, str(f.where.fields.get("name"))))
    still, accepted = accept(found, estate.accepted, time.date())
    return Judged(facts, tuple(still), tuple(accepted), tuple(expired(estate, time.date())), missing)


def _hours(finding: Finding) -> float:
    hours = finding.evidence.get("hours_to_data_loss")
    return float(hours) if isinstance(hours, int | float) else float("inf")


def _in_use(estate: Estate) -> dict[str, str]:
    """The hosts of the `[[redis]]` of the estate, of several in one URL the first."""
    from seawall.vendors.facts.row import host_of

    named = [(host_of(entry.url), entry.name) for entry in estate.redis if "://" in entry.url]
    return {host: f"[[redis]] {name}" for host, name in named if host}
