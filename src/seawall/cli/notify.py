"""`seawall notify`: tells people of the dates that are due, by a ladder of the time left. Run it from cron."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.options import Config
from seawall.cli.vendors.judged import Now, Offline, Store
from seawall.errors import EXIT_FINDINGS, EXIT_OK, EXIT_TARGET, Stopped, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from seawall.model import Finding, Json
    from seawall.vendors.ladder import Contact, Item, Notice, Receipt
    from seawall.vendors.notices.send import Told

EPILOG = """\
Examples:\n
  seawall notify --dry-run\n
  seawall notify --config /etc/seawall/seawall.toml --store /var/lib/seawall/history.db\n
\n
Exit codes: 0 all that was due is delivered, or nothing was due; 1 something was not delivered, or nobody knows whether
it was, or a --dry-run finds a route that is none; 2 wrong usage or config; 3 a source could not be read (its last words
count), or the store not written; 4 stopped by Ctrl-C, run it again; 70 a bug.
"""


class Form(StrEnum):
    """The forms of the answer."""

    TEXT = "text"
    JSON = "json"


def command(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print who would be told what, and why now; send and write nothing.")
    ] = False,
    offline: Offline = False,
    store: Store = None,
    now: Now = None,
    form: Annotated[Form, typer.Option("--format", help="The form of the answer.")] = Form.TEXT,
    config: Config = None,
) -> int:
    """Tell owners, deputies and everybody of what ends soon: from 30 days before it to hours, each once a rung.

    Reads what the sources say first, and keeps it in the store. Receipts there keep two runs from telling one thing
    twice. A route that fails falls to the next one.
    """
    from seawall import config as configuration
    from seawall.cli.vendors.judged import judge, place_of
    from seawall.vendors.notices.routes import ready
    from seawall.vendors.rows import contacts

    estate = configuration.load(config)
    people = contacts(estate)
    if estate.vendors and not any(contact.messages for contact in people.values()):
        raise UsageError("nobody has a route, so nobody would be told", 'Add routes = ["..."] to [people.KEY].')
    if not dry_run:
        ready()
    judged = judge(config, now, offline=offline, store=store, keep=not dry_run)
    run = _rehearse if dry_run else _send
    code = run(place_of(estate, store), judged.findings, people, judged.facts.now, form, len(judged.accepted))
    return EXIT_TARGET if judged.say_missing() else code


def _send(
    place: str, findings: Sequence[Finding], people: Mapping[str, Contact], now: datetime, form: Form, accepted: int
) -> int:
    from seawall.cli.output import say, write
    from seawall.history import open_history
    from seawall.vendors.ladder import duties
    from seawall.vendors.notices.routes import deliver
    from seawall.vendors.notices.send import Sender, in_doubt, stored

    told: list[Told] = []
    with open_history(place) as history:
        try:
            for one in Sender(history, findings, people, now, deliver).run():
                told.append(one)
                for number in one.refused:
                    say(f"{_route(one.notice, number)} of {one.notice.person} did not take the message", _ROUTE_HINT)
        except KeyboardInterrupt:
            raise Stopped(
                f"stopped by you after {len(told)} of the messages; the one under way may have arrived",
                "Run the same command again: it tells the others, and nobody twice.",
            ) from None
        doubts = in_doubt(duties(findings), stored(history, now), now)
    write(_text(form, now, _told(told), doubts, accepted, dry_run=False), None)
    return EXIT_OK if all(one.delivered for one in told) and not doubts else EXIT_FINDINGS


def _rehearse(
    place: str, findings: Sequence[Finding], people: Mapping[str, Contact], now: datetime, form: Form, accepted: int
) -> int:
    from seawall.cli.output import say, write
    from seawall.history import open_history
    from seawall.vendors.ladder import due, duties
    from seawall.vendors.notices.routes import kind, understood
    from seawall.vendors.notices.send import in_doubt, stored

    receipts: list[Receipt] = []
    if "://" in place or Path(place).exists():
        with open_history(place, read_only=True) as history:
            receipts = stored(history, now)
    wrong = [
        (person, route)
        for person, contact in people.items()
        for route in (*contact.messages, *contact.phones)
        if not understood(route)
    ]
    for person, route in wrong:
        say(f"a route of {person} ({kind(route) or 'no URL'}) is none that apprise understands", _ROUTE_HINT)
    wanted = duties(findings)
    rows = [(notice, "would be told", 0) for notice in due(wanted, people, receipts, now)]
    doubts = in_doubt(wanted, receipts, now)
    write(_text(form, now, rows, doubts, accepted, dry_run=True), None)
    return EXIT_FINDINGS if wrong or doubts else EXIT_OK


_ROUTE_HINT = "Check the route with apprise's own command: `apprise -vv URL`."


def _told(told: Sequence[Told]) -> list[tuple[Notice, str, int]]:
    return [(one.notice, "told" if one.delivered else "not told", one.route) for one in told]


def _route(notice: Notice, number: int) -> str:
    """A route by its number and kind; nothing else of it is shown."""
    from seawall.vendors.notices.routes import kind

    written = (notice.items[0].attempt - 1 + number) % len(notice.routes)  # as seawall.toml has them
    return f"{notice.channel} route {written + 1} of {len(notice.routes)} ({kind(notice.routes[number]) or 'no URL'})"


def _text(
    form: Form,
    now: datetime,
    rows: Sequence[tuple[Notice, str, int]],
    doubts: Sequence[tuple[Receipt, Item]],
    accepted: int,
    *,
    dry_run: bool,
) -> str:
    import json

    from seawall.keyspace import printable
    from seawall.report.words import count
    from seawall.vendors.notices.message import rung

    if form is Form.JSON:
        return json.dumps(_document(now, rows, doubts, accepted, dry_run=dry_run), indent=2)
    lines: list[str] = []
    for notice, word, route in rows:
        lines.append(f"{word}: {notice.person}, {_route(notice, route)}")
        lines += [f"  {item.duty.title}\n    {rung(item)}" for item in notice.items]
    for receipt, item in doubts:
        lines.append(f"unknown: {receipt.person} may have been told by {receipt.channel}: {item.duty.title}")
    if not lines:
        lines = ["nothing is due"]
    if accepted:
        lines.append(f"{count(accepted, 'finding')} accepted in seawall.toml, of which nobody is told")
    return "\n".join(printable(part) for line in lines for part in line.split("\n"))


def _document(
    now: datetime,
    rows: Sequence[tuple[Notice, str, int]],
    doubts: Sequence[tuple[Receipt, Item]],
    accepted: int,
    *,
    dry_run: bool,
) -> dict[str, Json]:
    from seawall.vendors.notices.routes import kind

    return {
        "schema": 1,
        "now": now.isoformat(),
        "dry_run": dry_run,
        "notices": [
            {
                "person": notice.person,
                "channel": notice.channel,
                "result": None if dry_run else "delivered" if word == "told" else "failed",
                "route": {"number": route + 1, "of": len(notice.routes), "kind": kind(notice.routes[route]) or None},
                "items": [_item(item) for item in notice.items],
            }
            for notice, word, route in rows
        ],
        "unknown": [{"person": r.person, "channel": r.channel, **_item(item)} for r, item in doubts],
        "accepted": accepted,
    }


def _item(item: Item) -> dict[str, Json]:
    from seawall.vendors.notices.message import rung

    return {
        "finding": item.duty.finding,
        "title": item.duty.title,
        "deadline": item.duty.at.isoformat() if item.duty.at else None,
        "slot": item.slot,
        "rung": rung(item),
        "attempt": item.attempt,
    }
