"""`seawall vendors calendar`: the dates of the estate as iCalendar, as Prometheus text, or to read."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.options import Config, Output
from seawall.cli.vendors.judged import Now, Offline, Store
from seawall.errors import EXIT_OK, EXIT_TARGET, UsageError

if TYPE_CHECKING:
    from seawall.vendors.facts.row import VendorFacts

EPILOG = """\
Examples:\n
  seawall vendors calendar --output vendors.ics\n
  seawall vendors calendar --format prometheus --output /var/lib/node_exporter/seawall.prom\n
\n
Exit codes: 0 written; 2 wrong usage or config; 3 a source could not be read (its last words count, where a store has
them), or the result not written; 70 a bug.
"""


class Form(StrEnum):
    """The forms of a calendar."""

    ICS = "ics"
    PROMETHEUS = "prometheus"
    TEXT = "text"
    JSON = "json"


def command(
    form: Annotated[Form, typer.Option("--format", help="ics is a calendar to subscribe to.")] = Form.ICS,
    now: Now = None,
    output: Output = None,
    offline: Offline = False,
    store: Store = None,
    config: Config = None,
) -> int:
    """Print every date of the vendors: a calendar with alarms, or gauges of the seconds to each.

    What has no date is in both, as unknown. Run it from cron with --output: the file is replaced whole.
    """
    from seawall.cli.output import check, write
    from seawall.cli.vendors.judged import judge

    check(output)
    judged = judge(config, now, offline=offline, store=store)
    write(_text(form, judged.facts), output)
    return EXIT_TARGET if judged.say_missing() else EXIT_OK


def _text(form: Form, facts: VendorFacts) -> str:
    import json

    from seawall import __version__
    from seawall.keyspace import printable
    from seawall.vendors.notices.dates import dates

    if form is Form.PROMETHEUS:
        from seawall.vendors.notices.prometheus import exposition

        return exposition(facts)
    if form is Form.ICS:
        try:
            from seawall.vendors.notices.calendar import feed
        except ModuleNotFoundError:
            hint = "Install it: pip install 'seawall[watch]'."
            raise UsageError("a calendar needs icalendar, which is not installed", hint) from None
        return feed(facts, __version__)
    found = dates(facts)
    if form is Form.JSON:
        rows = [
            {
                "vendor": one.vendor.name,
                "owner": one.vendor.owner or None,
                "kind": one.kind,
                "at": one.at.isoformat() if one.at else None,
                "seconds": one.seconds(facts.now),
                "from": one.says,
            }
            for one in found
        ]
        return json.dumps({"schema": 1, "now": facts.now.isoformat(), "dates": rows}, indent=2)
    lines = [
        f"{f'{one.at:%Y-%m-%d %H:%M} UTC' if one.at else 'unknown':<20}  {one.kind:<7}  {one.vendor.name}: {one.says}"
        for one in found
    ]
    return "\n".join(map(printable, lines)) or "no date"
