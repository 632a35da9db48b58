"""A scan as Markdown for a ticket or a pull request: tables, what to do, and the evidence of every finding.

Whatever came from outside goes through `markdown_text`; nothing of it can become markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seawall.model import CommandTotal, Finding, NotChecked, Scan, Target
from seawall.report import words
from seawall.report.charts import Chart
from seawall.report.culprits import (
    Culprit,
    Step,
    by_fix,
    culprits,
    in_code,
    others,
    steps,
    subject,
    told_apart,
    word,
)
from seawall.report.evidence import evidence_rows, example
from seawall.report.markdown_text import code, prose, table
from seawall.report.timeline_markdown import timeline_lines

_COMMANDS = 20


def to_markdown(scan: Scan, charts: Sequence[Chart] = ()) -> str:
    """The whole scan, and the charts as tables, ending in a newline."""
    found, beside, written = culprits(scan), others(scan), in_code(scan)
    return "\n".join(
        (
            f"## {prose(words.headline(scan))}",
            "",
            *_paragraph(words.blind_spots(scan)),
            *_targets(scan.targets),
            *_not_checked(scan.not_checked),
            *_culprits(found),
            *_charts(charts),
            *_steps(steps([f for c in found for f in c.findings])),
            *_others(beside),
            *_code(written),
            *(timeline_lines(scan.timeline) if scan.timeline else ()),
            *_commands(scan.commands),
            *_evidence((*(f for c in found for f in c.findings), *beside, *written)),
            *_notes(words.notes(scan)),
            f"Seawall {prose(scan.version)}, {scan.started_at.isoformat(' ', 'seconds')}",
            "",
        )
    )


def _paragraph(said: str) -> list[str]:
    return [prose(said), ""] if said else []


def _targets(targets: Sequence[Target]) -> Iterator[str]:
    for target in targets:
        said = [prose(w) for w in (target.server, target.summary) if w]
        said += [f"owner {prose(target.owner.name)}"] if target.owner else []
        yield f"- {': '.join((code(target.name), ', '.join(said))) if said else code(target.name)}"
    if targets:
        yield ""


def _not_checked(missing: Sequence[NotChecked]) -> Iterator[str]:
    if not missing:
        return
    yield from ("### Not checked", "", "What stands here is unknown, not fine.", "")
    rows = ((code(n.target), prose(n.reason), prose(n.hint)) for n in missing)
    yield from table(("What", "Why", "Hint"), rows)


def _culprits(found: Sequence[Culprit]) -> Iterator[str]:
    if not found:
        return
    daily = words.by_day(found)
    last = "Main thread a day" if daily else "Main thread in the log"
    numbers = ("Elements", "Longest", "Times", last)
    yield from ("### Culprits", "")
    rows = (_culprit(c, apart, daily) for c, apart in zip(found, told_apart(found), strict=True))
    yield from table(("Severity", "Command", "Key pattern", *numbers, "Rule"), rows, right=numbers)
    yield from (line for mark in words.elements_marks(found) for line in _paragraph(mark))


def _culprit(culprit: Culprit, apart: str, daily: bool) -> tuple[str, ...]:
    times = culprit.number("entries")
    pattern = code(culprit.key_pattern) if culprit.key_pattern else words.NO_KEY
    return (
        culprit.severity.value,
        code(culprit.command),
        f"{pattern} {prose(apart)}" if apart else pattern,
        prose(words.culprit_elements(culprit)),
        words.microseconds(culprit.number("max_us")),
        words.NOT_KNOWN if times is None else f"{times:,.0f}",
        words.main_thread(culprit, daily),
        prose(words.rule_words(culprit)),
    )


def _charts(charts: Sequence[Chart]) -> Iterator[str]:
    for chart in charts:
        yield from (f"### {prose(chart.title)}", "")
        unit = prose(chart.unit)
        rows = (
            (
                prose(label),
                f"{words.figure(before)} {unit}",
                f"{words.figure(after)} {unit}",
                words.change(before, after),
            )
            for label, before, after in chart.rows
        )
        yield from table(("What", "Before", "After", "Change"), rows, right=("Before", "After"))


def _steps(todo: Sequence[Step]) -> Iterator[str]:
    if not todo:
        return
    yield from ("### What to do next", "")
    for place, step in enumerate(todo, start=1):
        yield f"{place}. {prose(step.fix.summary if step.fix else step.findings[0].why)}"
        indent = " " * (len(str(place)) + 2)
        yield from (f"{indent}- {line}" for line in _step_lines(step))
    yield ""


def _step_lines(step: Step) -> Iterator[str]:
    yield f"For: {', '.join(code(s) for s in step.subjects)}"
    if step.fix:
        if step.fix.instead:
            yield f"Use: {'; '.join(code(line) for line in step.fix.instead)}"
        yield f"Longest stall: {'; '.join(prose(stall) for stall in step.stalls)}"
        yield f"Total work: {prose(step.fix.work)}"
        if step.fix.sending:
            yield f"How to send the parts: {prose(step.fix.sending)}"
    if step.owners:
        yield f"Owner: {', '.join(prose(o) for o in step.owners)}"
    yield f"More: {', '.join(code(f'seawall explain {rule}') for rule in step.rules)}"


def _others(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield from ("### Also found", "")
    rows = (
        (
            finding.severity.value,
            prose(f"{finding.rule} {finding.name}"),
            prose(finding.title),
            prose(finding.fix.summary) if finding.fix else "",
        )
        for finding in findings
    )
    yield from table(("Severity", "Rule", "Finding", "What to do"), rows)


def _code(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield from ("### In the code", "")
    for group in by_fix(findings):
        fix = group[0].fix
        what = f": {prose(fix.summary.rstrip('.'))}." if fix else ""
        yield from (f"**{prose(f'{group[0].rule} {group[0].name}')}**{what}", "")
        rows = ((f.severity.value, code(subject(f.where)), prose(f.title)) for f in group)
        yield from table(("Severity", "Place", "Finding"), rows)


def _commands(totals: Sequence[CommandTotal]) -> Iterator[str]:
    if not totals:
        return
    named, daily = words.several_nodes(totals), words.known_by_day(totals)
    numbers = ("Calls", "Total", "Per call", *(("Main thread a day",) if daily else ()), "Share")
    yield from ("### All calls, most main-thread time first", "")
    rows = (
        (
            code(total.command),
            *((code(total.node),) if named else ()),
            f"{total.calls:,}",
            words.duration(total.total_us),
            words.duration(total.us_per_call),
            *((words.day(total.ms_per_day),) if daily else ()),
            words.percent(total.share),
        )
        for total in totals[:_COMMANDS]
    )
    yield from table(("Command", *(("Node",) if named else ()), *numbers), rows, right=numbers)
    more = len(totals) - _COMMANDS
    yield from _paragraph(
        f"From commandstats; {words.count(more, 'more command')}." if more > 0 else "From commandstats."
    )


def _evidence(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield from ("### Evidence", "")
    for finding in findings:
        node = word(finding.where, "node")
        place = f" on {code(node)}" if node else ""
        yield f"- {prose(finding.rule)} {code(subject(finding.where))}{place}: {prose(finding.why)}"
        facts = "; ".join(f"{prose(label)}: {prose(value)}" for label, value in evidence_rows(finding))
        if facts:
            yield f"  - {facts}"
        if shape := example(finding):
            yield f"  - Example: {code(shape)}"
        yield from (f"  - Sent by {code(w)}" for c in finding.callers if (w := words.caller_words(c)))
        for trigger in finding.triggers:
            if said := words.trigger_words(trigger):
                way = words.way_words(trigger)
                yield f"  - Triggered by {code(said)}" + (f", by {code(way)}" if way else "")
    yield ""


def _notes(said: Sequence[str]) -> Iterator[str]:
    if said:
        yield from ("### Notes", "")
        yield from (f"- {prose(note)}" for note in said)
        yield ""
