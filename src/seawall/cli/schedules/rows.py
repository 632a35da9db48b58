"""`seawall schedules list`: every schedule of the templates, with its next fire."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.options import Config, Output
from seawall.cli.schedules.found import Paths, found
from seawall.cli.vendors.judged import Form
from seawall.errors import EXIT_OK, EXIT_TARGET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from seawall.schedules.listing import Listed

EPILOG = """\
Examples:\n
  seawall schedules list infra/\n
  seawall schedules list 'infra/**/*.yaml' --from 2027-03-27 --format json\n
\n
Exit codes: 0 listed; 2 wrong usage or config; 3 a template could not be read, or the result not written; 70 a bug.
"""


def command(
    paths: Paths = None,
    from_: Annotated[
        str | None, typer.Option("--from", "--now", metavar="ISO", help="Next fires after this time. Default: now.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="jsonl is a line for each schedule.")] = Form.TEXT,
    output: Output = None,
    config: Config = None,
) -> int:
    """List every rule and schedule of CloudFormation templates: its next fire, zone, state, target, file and line.

    Parameters are taken at their Default, maps and both branches of Fn::If are followed; what only a deployment knows
    is said. The next fire of a rate is one interval after the time asked from, as nobody knows when it was created.
    """
    import json

    from seawall.cli.output import as_text, check, say, write
    from seawall.schedules.listing import listed

    check(output)
    _, facts, missing = found(paths, config, from_)
    rows = listed(facts)
    if form is Form.JSON:
        document = {
            "schema": 1,
            "now": facts.now.isoformat(),
            "templates": len(facts.templates),
            "schedules": [row.as_json() for row in rows],
            "not_checked": [one.as_json() for one in missing],
        }
        write(json.dumps(document, indent=2), output)
    elif form is Form.JSONL:
        write("\n".join(json.dumps(row.as_json()) for row in rows), output)
    else:
        write(as_text(lambda c: _print(rows, c), terminal=output is None and sys.stdout.isatty()), output)
    for one in missing:
        say(f"{one.target}: {one.reason}", one.hint)
    return EXIT_TARGET if missing else EXIT_OK


def _print(rows: Sequence[Listed], console: Console) -> None:
    from rich.text import Text

    from seawall.report.terminal_paper import Column, print_all, table

    def column(title: str, words: Sequence[str], *, folds: bool = True) -> Column:
        return Column(title, [Text(word) for word in words], folds=folds)

    if not rows:
        print_all(console, lambda _: [Text("no schedule")])
        return
    columns = [
        column("next", [row.next_words for row in rows], folds=False),
        column("expression", [row.expression_words for row in rows]),
        column("zone", [row.zone_words for row in rows]),
        column("state", [row.scheduled.state.lower() for row in rows], folds=False),
        column("schedule", [row.name for row in rows]),
        column("starts", [row.starts for row in rows]),
        column("at", [row.place for row in rows], folds=False),
    ]
    print_all(console, lambda _: [table(columns)])
