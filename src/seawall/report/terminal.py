"""A scan for a person at a terminal: the headline, a line per culprit, what to do next, then everything else.

Meant to fit one screen for a few culprits. Text from outside is printed as `Text`, never as rich markup. A console
that is no terminal gets plain text of 120 columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from seawall.keyspace import printable
from seawall.model import CommandTotal, Finding, NotChecked, Scan, Severity, Target, Timeline
from seawall.report import words
from seawall.report.culprits import Culprit, Step, culprits, in_code, others, steps
from seawall.report.terminal_code import code_lines
from seawall.report.terminal_culprits import culprit_lines
from seawall.report.terminal_paper import Column, hanging, heading, plain_bar, print_all, table, width_of
from seawall.report.timeline_terminal import timeline_lines

STEPS = 10  # more is not "next" any more; md and html have them all
OTHERS = 15
COMMANDS = 8
SUBJECTS = 6
LINES = 4
BAR_WIDTH = 16
INDENT = 3  # "1. "
LABEL = 7  # "stall  "
SEVERITY = 10  # "critical  "
SEVERITY_STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}


def print_scan(scan: Scan, console: Console) -> None:
    """Print the whole scan. The console is left as it was."""
    print_all(console, lambda width: _page(scan, width))


def print_timeline(timeline: Timeline, console: Console) -> None:
    """Print only the groups over time. The console is left as it was."""
    print_all(console, lambda width: timeline_lines(timeline, width))


def _page(scan: Scan, width: int) -> Iterator[RenderableType]:
    found = culprits(scan)
    yield Text(words.headline(scan), style="bold")
    if blind := words.blind_spots(scan):
        yield Text(blind)
    yield from _targets(scan.targets)
    if found:
        yield ""
        yield from culprit_lines(found, width, SEVERITY_STYLES)
        yield from _next_steps(steps([f for c in found for f in c.findings]), width)
    yield from _other_findings(others(scan))
    yield from code_lines(in_code(scan), SEVERITY_STYLES)
    if scan.timeline:
        yield from timeline_lines(scan.timeline, width)
    yield from _commands(scan.commands, found, width)
    yield from _notes(words.notes(scan))
    yield from _not_checked(scan.not_checked)


def _targets(targets: Sequence[Target]) -> Iterator[RenderableType]:
    for target in targets:
        line = Text(printable(target.name), style="bold")
        for said in (target.server, target.summary, f"owner {target.owner.name}" if target.owner else ""):
            if said:
                line.append(f"  {printable(said)}", style="not bold")
        yield line


def _next_steps(todo: Sequence[Step], width: int) -> Iterator[RenderableType]:
    yield ""
    yield heading("What to do next")
    told: dict[str, int] = {}  # how to send the parts, and the step that said so first
    for place, step in enumerate(todo[:STEPS], start=1):
        said = Text(printable(step.fix.summary if step.fix else step.findings[0].why))
        yield hanging(Text(f"{place}.", style="bold"), said, INDENT)
        for label, line in _step_details(step, width):
            first = told.setdefault(line, place) if label == "send" else place
            rest = Text(line if first == place else f"as in {first}", style="bold" if label == "use" else "")
            yield Padding(hanging(Text(label, style="dim"), rest, LABEL), (0, 0, 0, INDENT))
    if len(todo) > STEPS:
        yield Text(f"{words.count(len(todo) - STEPS, 'more fix', 'more fixes')}: see --format md or html", style="dim")


def _step_details(step: Step, width: int) -> Iterator[tuple[str, str]]:
    """(label, words) of each line below a step; the two effects share a line where they fit on one."""
    aside = [f"seawall explain {rule}" for rule in step.rules] + [f"owner {owner}" for owner in step.owners]
    yield "for", f"{words.listed(step.subjects, SUBJECTS)}  ({', '.join(aside)})"
    if step.fix:
        if step.fix.instead:
            more = "; ..." if len(step.fix.instead) > LINES else ""
            yield "use", printable("; ".join(step.fix.instead[:LINES])) + more
        stall, work = step.stalls[0], printable(step.fix.work)
        both = f"{stall.removesuffix('.')}; work: {work}"
        if cell_len(both) + INDENT + LABEL <= width:
            yield "stall", both
        else:
            yield "stall", stall
            yield "work", work
        if step.fix.sending:
            yield "send", printable(step.fix.sending)
    for place in _places(step.findings):
        yield "from", place


def _places(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The best caller and trigger of each finding, each once, at most four."""
    said: list[str] = []
    for finding in findings:
        caller = next((w for c in finding.callers if (w := words.caller_words(c))), "")
        trigger = next((w for t in finding.triggers if (w := words.trigger_words(t))), "")
        said += [w for w in (caller, trigger) if w]
    return tuple(dict.fromkeys(said))[:4]


def _other_findings(findings: Sequence[Finding]) -> Iterator[RenderableType]:
    if not findings:
        return
    yield ""
    yield heading("Also found")
    for finding in findings[:OTHERS]:
        severity = Text(finding.severity.value, style=SEVERITY_STYLES[finding.severity])
        line = Text(f"{printable(finding.rule)} ", style="dim")
        line.append(printable(finding.title), style="not dim")
        yield hanging(severity, line, SEVERITY)
        details = [printable(finding.fix.summary)] if finding.fix else []
        details += _places([finding])
        if finding.owner:
            details.append(f"owner {printable(finding.owner.name)}")
        for said in details:
            yield Padding(Text(said), (0, 0, 0, SEVERITY))
    if len(findings) > OTHERS:
        more = words.count(len(findings) - OTHERS, "more finding")
        yield Text(f"{more}: see --format md, html or json", style="dim")


def _commands(totals: Sequence[CommandTotal], found: Sequence[Culprit], width: int) -> Iterator[RenderableType]:
    if not totals:
        return
    shown = totals[:COMMANDS]
    more = len(totals) - len(shown)
    yield ""
    yield heading("All calls, most main-thread time first", f"commandstats{f', {more:,} more' if more else ''}")
    yield table(_command_columns(shown, found, width))


def _command_columns(shown: Sequence[CommandTotal], found: Sequence[Culprit], width: int) -> list[Column]:
    """As many columns as fit, the least telling left out first; the command always stays."""
    held = {(c.node, c.command) for c in found}
    names = [Text(printable(t.command)) for t in shown]
    for total, name in zip(shown, names, strict=True):
        if (printable(total.node), name.plain) in held:
            name.stylize("bold")
    per_call = Column("Per call", [Text(words.duration(t.us_per_call)) for t in shown], right=True)
    total_time = Column("Total", [Text(words.duration(t.total_us)) for t in shown], right=True)
    calls = Column("Calls", [Text(f"{t.calls:,}") for t in shown], right=True)
    daily = Column("A day", [Text(words.day(t.ms_per_day)) for t in shown], right=True)
    bars = [Text(f"{words.percent(t.share):>4} {plain_bar(t.share, BAR_WIDTH)}") for t in shown]
    share = Column("Share of main thread", bars)
    node = Column("Node", [Text(printable(t.node)) for t in shown], folds=True)
    columns = [Column("Command", names, folds=True), node, calls, total_time, per_call, daily, share]
    if not words.several_nodes(shown):
        columns.remove(node)
    if not words.known_by_day(shown):
        columns.remove(daily)
    for least_telling in (share, per_call, calls, total_time):
        if width_of(columns) > width and len(columns) > 2:
            columns.remove(least_telling)
    return columns


def _notes(said: Sequence[str]) -> Iterator[RenderableType]:
    if said:
        yield ""
        yield heading("Notes")
    for note in said:
        yield hanging(Text("-"), Text(note), 2)


def _not_checked(missing: Sequence[NotChecked]) -> Iterator[RenderableType]:
    if missing:
        yield ""
        yield Text("NOT CHECKED: what stands here is unknown, not fine", style="bold red")
    for one in missing:
        line = Text(printable(one.target), style="bold")
        line.append(f": {printable(one.reason)}", style="not bold")
        if one.hint:
            line.append(f". {printable(one.hint)}", style="not bold")
        yield hanging(Text("!", style="bold red"), line, 2)
