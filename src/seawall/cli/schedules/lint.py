"""`seawall schedules lint`: what is wrong with the schedules of templates, for people and for CI."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.failing import FailOn, exit_code
from seawall.cli.options import Config, Output, Rule
from seawall.cli.schedules.found import Paths, found
from seawall.cli.vendors.judged import Now

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from seawall.config import Estate
    from seawall.model import Finding, NotChecked
    from seawall.schedules.facts.judged import TemplateFacts

EPILOG = """\
Examples:\n
  seawall schedules lint infra/\n
  seawall schedules lint 'infra/**/*.yaml' --format sarif --output schedules.sarif\n
  seawall schedules lint template.yaml --fail-on medium --rule SW30\n
\n
Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 wrong usage or config; 3 a template could not be read, or
the result not written; 70 a bug.
"""


class Form(StrEnum):
    """The forms of the answer; jsonl is a line for each finding, sarif is for code scanning."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"


@dataclass(frozen=True, slots=True)
class _Linted:
    """The findings, worst first, what was accepted, what could not be read, what to say besides."""

    facts: TemplateFacts
    findings: Sequence[Finding]
    accepted: Sequence[Finding]
    missing: Sequence[NotChecked]
    notes: Sequence[str]


def command(
    paths: Paths = None,
    now: Now = None,
    form: Annotated[Form, typer.Option("--format", help="The form of the answer.")] = Form.TEXT,
    output: Output = None,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="Exit 1 from this severity on.")] = FailOn.HIGH,
    rule: Rule = None,
    config: Config = None,
) -> int:
    """Check every rule and schedule of CloudFormation templates: expression, zone, input, names, references.

    Reads YAML with short intrinsics, and JSON. What cannot be read is said, and the exit code is then 3.
    """
    import json

    from seawall import rulebook
    from seawall.cli.output import as_text, check, say, write

    check(output)
    codes = rulebook.select(rule or ())
    estate, facts, missing = found(paths, config, now)
    linted = _accepted(estate, _Linted(facts, _ranked(rulebook.run("schedules", facts, codes)), (), missing, ()))
    still = linted.findings
    if form is Form.JSON:
        write(json.dumps(_document(linted), indent=2), output)
    elif form is Form.JSONL:
        write("\n".join(json.dumps(f.as_json()) for f in still), output)
    elif form is Form.SARIF:
        from seawall import __version__
        from seawall.report.sarif import to_sarif

        write(to_sarif(still, __version__, not_checked=missing), output)
    else:
        write(as_text(lambda c: _print(linted, c), terminal=output is None and sys.stdout.isatty()), output)
    for one in missing:
        say(f"{one.target}: {one.reason}", one.hint)
    return exit_code(still, fail_on, unread=bool(missing))


def _accepted(estate: Estate, linted: _Linted) -> _Linted:
    """Without what the estate accepts for today. Its module brings the servers' along: only who accepts loads it."""
    if not estate.accepted:
        return linted
    from seawall.scan.accepted import accept, expired

    today = linted.facts.now.date()
    still, accepted = accept(linted.findings, estate.accepted, today)
    return replace(linted, findings=still, accepted=accepted, notes=expired(estate, today))


def _ranked(findings: Sequence[Finding]) -> list[Finding]:
    """Each once at its place (two forms of one expression may share it), the worst first, then by place."""
    from seawall import rulebook

    once = {(f.id, *_place(f)): f for f in findings}
    alike = rulebook.numbered(sorted(once.values(), key=_place))
    return sorted(alike, key=lambda f: (-f.severity.rank, *_place(f), f.rule))


def _place(finding: Finding) -> tuple[str, int, int]:
    fields = finding.where.fields
    return str(fields["path"]), int(fields["line"] or 0), int(fields["column"] or 0)


def _document(linted: _Linted) -> dict[str, object]:
    from seawall import __version__

    return {
        "schema": 1,
        "tool": {"name": "seawall", "version": __version__},
        "now": linted.facts.now.isoformat(),
        "templates": len(linted.facts.templates),
        "schedules": sum(len(t.scheduled) for t in linted.facts.templates),
        "findings": [f.as_json() for f in linted.findings],
        "not_checked": [one.as_json() for one in linted.missing],
        "notes": list(linted.notes),
        "accepted": [{"id": f.id, "rule": f.rule} for f in linted.accepted],
    }


def _print(linted: _Linted, console: Console) -> None:
    from seawall.report.terminal_paper import print_all

    print_all(console, lambda _: _page(linted))


def _page(linted: _Linted) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    from seawall.report.terminal import SEVERITY_STYLES
    from seawall.report.words import count

    schedules = count(sum(len(t.scheduled) for t in linted.facts.templates), "schedule")
    templates = count(len(linted.facts.templates), "template")
    yield Text(f"{schedules} in {templates}, {count(len(linted.findings), 'finding')}", style="bold")
    for finding in linted.findings:
        yield ""
        path, line, column = _place(finding)
        head = Text(finding.severity.value, style=SEVERITY_STYLES[finding.severity])
        head.append(f"  {path}:{line}:{column}", style="not bold default on default")
        yield head
        yield Padding(Text(finding.title), (0, 0, 0, 2))
        if finding.fix:
            yield Padding(
                Text(f"{finding.fix.summary}{'' if finding.fix.summary.endswith('?') else '.'}"), (0, 0, 0, 2)
            )
        yield Padding(Text(f"seawall explain {finding.rule}", style="dim"), (0, 0, 0, 2))
    if linted.accepted or linted.notes:
        yield ""
    if linted.accepted:
        yield Text(f"{count(len(linted.accepted), 'finding')} accepted in seawall.toml")
    for note in linted.notes:
        yield Text(note)
