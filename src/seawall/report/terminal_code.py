"""The findings in code at a terminal: by rule, what to do once, then a line for each place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from seawall.keyspace import printable
from seawall.model import Finding, Severity
from seawall.report import words
from seawall.report.culprits import by_fix, subject
from seawall.report.terminal_paper import hanging, heading

PLACES = 20  # of one rule: more is a matter for a baseline, md or html
SEVERITY = 10  # "critical  "


def code_lines(findings: Sequence[Finding], styles: Mapping[Severity, str]) -> Iterator[RenderableType]:
    """The lines; none where there is no finding."""
    if not findings:
        return
    yield ""
    yield heading("In the code")
    for group in by_fix(findings):
        first = group[0]
        head = Text(f"{printable(first.rule)} {printable(first.name)}", style="bold")
        head.append(
            f"  {words.count(len(group), 'place')}  seawall explain {printable(first.rule)}", style="not bold dim"
        )
        yield ""
        yield head
        if first.fix:
            yield Padding(Text(f"{printable(first.fix.summary).rstrip('.')}."), (0, 0, 0, 2))
        for finding in group[:PLACES]:
            severity = Text(finding.severity.value, style=styles[finding.severity])
            line = Text(f"{subject(finding.where)}: ", style="bold")
            line.append(printable(finding.title), style="not bold")
            if bounded := finding.evidence.get("bounded_by"):
                line.append(f" (bounded: {printable(str(bounded))})", style="not bold dim")
            if finding.owner:
                line.append(f" owner {printable(finding.owner.name)}", style="not bold")
            yield Padding(hanging(severity, line, SEVERITY), (0, 0, 0, 2))
        if len(group) > PLACES:
            yield Padding(
                Text(f"{len(group) - PLACES:,} more: see --format md, html or json", style="dim"), (0, 0, 0, 2)
            )
