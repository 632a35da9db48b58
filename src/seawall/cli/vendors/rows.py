"""`seawall vendors list`: every vendor by urgency."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.options import Config, Output
from seawall.cli.vendors.judged import Form, Now, Offline, Store
from seawall.errors import EXIT_OK, EXIT_TARGET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.console import Console

    from seawall.vendors.listing import Listed

EPILOG = """\
Examples:\n
  seawall vendors list\n
  seawall vendors list --now 2026-12-24 --format json\n
\n
Exit codes: 0 listed; 2 wrong usage or config; 3 a source could not be read (the others are listed), or the result not
written; 70 a bug.
"""


def command(
    now: Now = None,
    form: Annotated[Form, typer.Option("--format", help="The form of the answer.")] = Form.TEXT,
    output: Output = None,
    offline: Offline = False,
    store: Store = None,
    config: Config = None,
) -> int:
    """List every vendor, the most urgent first: its date, the hours to data loss, who owns it.

    Those of seawall.toml, and those that its sources and TLS endpoints show and no row names.
    """
    import json

    from seawall.cli.output import as_text, check, write
    from seawall.cli.vendors.judged import judge
    from seawall.vendors.listing import listed

    check(output)
    judged = judge(config, now, offline=offline, store=store)
    rows = listed(judged.facts, judged.findings)
    at = judged.facts.now
    if form is Form.JSON:
        document = {"schema": 1, "now": at.isoformat(), "vendors": [row.as_json() for row in rows]}
        document |= {"not_checked": [n.as_json() for n in judged.not_checked]}
        write(json.dumps(document, indent=2), output)
    elif form is Form.JSONL:
        write("\n".join(json.dumps(row.as_json()) for row in rows), output)
    else:
        write(as_text(lambda c: print_rows(rows, at, c), terminal=output is None and sys.stdout.isatty()), output)
    return EXIT_TARGET if judged.say_missing() else EXIT_OK


def print_rows(rows: Sequence[Listed], now: datetime, console: Console) -> None:
    """Prints the vendors as a table."""
    from rich.text import Text

    from seawall.report.terminal import SEVERITY_STYLES
    from seawall.report.terminal_paper import Column, print_all, table
    from seawall.vendors.wording import span

    def cells(words: Sequence[str]) -> list[Text]:
        return [Text(word) for word in words]

    deadlines = [row.deadline for row in rows]
    levels = [
        Text(row.severity.value, style=SEVERITY_STYLES[row.severity]) if row.severity else Text("ok") for row in rows
    ]
    columns = [
        Column("severity", levels),
        Column("vendor", cells([row.vendor.name for row in rows]), folds=True),
        Column("contract", cells([row.vendor.contract or "unknown" for row in rows])),
        Column("state", cells([row.state for row in rows])),
        Column("date (UTC)", cells([f"{d.at:%Y-%m-%d %H:%M}" if d else "-" for d in deadlines])),
        Column("lost in", cells([span(d.hours_to_data_loss(now)) if d else "-" for d in deadlines]), right=True),
        Column("owner, deputy", cells([_people(row) for row in rows]), folds=True),
        Column("rules", cells([" ".join(row.rules) or "-" for row in rows]), folds=True),
    ]
    print_all(console, lambda _: [table(columns)])


def _people(row: Listed) -> str:
    return f"{row.vendor.owner or 'nobody'}, {row.vendor.deputy or 'nobody'}"
