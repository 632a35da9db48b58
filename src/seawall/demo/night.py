"""The estate of the sample platform two and a half days before its trial ends, and who is told of it until then.

The dates are made around now; the rules and the ladder are those of `seawall vendors check` and `seawall notify`. No
message is sent: every one counts as delivered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template

from seawall import config, rulebook
from seawall.model import Finding, Severity
from seawall.vendors.facts.row import VendorFacts, host_of
from seawall.vendors.ladder import Receipt, Result, due, duties
from seawall.vendors.notices.message import rung
from seawall.vendors.rows import contacts, rows

TRIAL = timedelta(days=14)
LEFT = timedelta(hours=60)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder: its words, who is told, and how many messages that is. left: when it is reached."""

    words: str
    left: timedelta
    people: tuple[str, ...]
    messages: int


@dataclass(frozen=True, slots=True)
class Night:
    """The estate as it stands, what the rules say of it, worst first, and the notices of the trial up to its end."""

    facts: VendorFacts
    findings: tuple[Finding, ...]
    rungs: tuple[Rung, ...]


def night(now: datetime, folder: Path) -> Night:
    """The story at this time; the estate is written to `seawall.toml` in the folder."""
    ends = now + LEFT
    dates = {
        "trial_ends": ends.isoformat(timespec="seconds"),
        "bought": (ends - TRIAL).date().isoformat(),
        "card_ends": f"{now + timedelta(days=200):%Y-%m}",
        "domain_ends": (now + timedelta(days=150)).date().isoformat(),
    }
    written = folder / "seawall.toml"
    text = files("seawall.demo").joinpath("estate.toml").read_text(encoding="utf-8")
    written.write_text(Template(text).substitute(dates), encoding="utf-8")
    estate = config.load(written)
    used = {host_of(server.url): f"[[redis]] {server.name}" for server in estate.redis}
    facts = VendorFacts(now, rows(estate), estate.people, in_use=used)
    found = sorted(rulebook.run("vendors", facts, ()), key=lambda f: -f.severity.rank)
    return Night(facts, tuple(found), _ladder(estate, found, ends))


def _ladder(estate: config.Estate, findings: Sequence[Finding], ends: datetime) -> tuple[Rung, ...]:
    """What `seawall notify`, run every hour from the first day of the trial, tells of the worst finding."""
    people = contacts(estate)
    wanted = duties(f for f in findings if f.severity is Severity.CRITICAL)
    receipts: list[Receipt] = []
    found: dict[str, Rung] = {}
    for hour in range(int(TRIAL / _HOUR) + 1):
        now = ends - TRIAL + hour * _HOUR
        for notice in due(wanted, people, receipts, now):
            receipts += notice.receipts(0, Result.DELIVERED, now)
            words = rung(notice.items[0])
            old = found.get(words, Rung(words, ends - now, (), 0))
            who = notice.person if notice.channel == "message" else f"{notice.person}'s phone"
            found[words] = Rung(words, old.left, tuple(dict.fromkeys((*old.people, who))), old.messages + 1)
    return tuple(found.values())
