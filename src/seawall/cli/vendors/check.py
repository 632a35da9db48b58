"""`seawall vendors check`: what is wrong with the vendors of the estate, for people and for CI."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.failing import FailOn, exit_code
from seawall.cli.options import Config, Output, Rule
from seawall.cli.vendors.judged import Form, Now, Offline, Store

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from seawall.cli.vendors.judged import Judged

EPILOG = """\
Examples:\n
  seawall vendors check\n
  seawall vendors check --now 2026-12-24 --format json\n
  seawall vendors check --fail-on medium --rule SW60\n
  seawall vendors check --settings . --rule endpoint-without-vendor\n
\n
Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 wrong usage or config; 3 a source could not be read, or the
result not written; 70 a bug.
"""


def command(
    now: Now = None,
    form: Annotated[Form, typer.Option("--format", help="The form of the answer.")] = Form.TEXT,
    output: Output = None,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="Exit 1 from this severity on.")] = FailOn.HIGH,
    rule: Rule = None,
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            metavar="DIR",
            help="What the files of this folder and the environment connect to is in use too: it needs a row.",
        ),
    ] = None,
    offline: Offline = False,
    store: Store = None,
    config: Config = None,
) -> int:
    """Check every vendor of seawall.toml: dates, conversions, hours to data loss, owners.

    Reads what the rows' sources and the TLS endpoints of the estate say, and judges a source that fails by what it said
    last. What is not known is a finding, never green: a date, a conversion, what a lapse does. With --store what is
    read is kept there.
    """
    import json

    from seawall import rulebook
    from seawall.cli.output import as_text, check, write
    from seawall.cli.vendors.judged import judge

    check(output)
    judged = judge(
        config,
        now,
        rulebook.select(rule or ()),
        offline=offline,
        store=store,
        keep=store is not None,
        settings=settings,
    )
    if form is Form.JSON:
        write(json.dumps(_document(judged), indent=2), output)
    elif form is Form.JSONL:
        write("\n".join(json.dumps(f.as_json()) for f in judged.findings), output)
    else:
        write(as_text(lambda c: _print(judged, c), terminal=output is None and sys.stdout.isatty()), output)
    return exit_code(judged.findings, fail_on, unread=judged.say_missing())


def _document(judged: Judged) -> dict[str, object]:
    from seawall import __version__

    return {
        "schema": 1,
        "tool": {"name": "seawall", "version": __version__},
        "now": judged.facts.now.isoformat(),
        "vendors": len(judged.facts.vendors),
        "findings": [f.as_json() for f in judged.findings],
        "not_checked": [n.as_json() for n in judged.not_checked],
        "notes": list(judged.notes),
        "accepted": [{"id": f.id, "rule": f.rule} for f in judged.accepted],
    }


def _print(judged: Judged, console: Console) -> None:
    from seawall.report.terminal_paper import print_all

    print_all(console, lambda _: _page(judged))


def _page(judged: Judged) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    from seawall.report.terminal import SEVERITY_STYLES
    from seawall.report.words import count

    number = len(judged.facts.vendors)
    found = count(len(judged.findings), "finding")
    yield Text(f"{count(number, 'vendor')}, {found}, at {judged.facts.now:%Y-%m-%d %H:%M} UTC", style="bold")
    for finding in judged.findings:
        yield ""
        line = Text(finding.severity.value, style=SEVERITY_STYLES[finding.severity])
        line.append(f"  {finding.title}", style="not bold default on default")
        yield line
        owner = f", owner {finding.owner.name}" if finding.owner else ""
        yield Padding(Text(finding.why), (0, 0, 0, 2))
        if finding.fix:
            yield Padding(Text(f"{finding.fix.summary}."), (0, 0, 0, 2))
        yield Padding(Text(f"seawall explain {finding.rule}{owner}", style="dim"), (0, 0, 0, 2))
    if judged.accepted or judged.notes:
        yield ""
    if judged.accepted:
        yield Text(f"{count(len(judged.accepted), 'finding')} accepted in seawall.toml")
    for note in judged.notes:
        yield Text(note)
