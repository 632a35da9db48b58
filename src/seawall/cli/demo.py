"""`seawall demo`: the whole story on a private server and the sample app."""

from __future__ import annotations

import contextlib
import sys
import time
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.errors import EXIT_FINDINGS, EXIT_OK
from seawall.model import Verdict

if TYPE_CHECKING:
    from rich.console import Console

    from seawall.demo.night import Night
    from seawall.demo.story import Phase, Progress, Story
    from seawall.model import Scan, Timeline
    from seawall.report import Chart

EPILOG = """\
Examples:\n
  seawall demo\n
  seawall demo --format json --output demo.html\n
\n
Exit codes: 0 the good forms leave no culprit; 1 they left one; 2 no server program; 3 the server failed or a file could
not be written.
"""
NAME = "the demo's server"
SHORTEST_MS = 1.0  # shorter waits are not told apart by the foreground client


class Form(StrEnum):
    """The forms of the story."""

    TEXT = "text"
    JSON = "json"


def command(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where the HTML report goes.")] = Path(
        "seawall-demo.html"
    ),
    form: Annotated[Form, typer.Option("--format", help="The form of the story.")] = Form.TEXT,
) -> int:
    """A driver platform on a private server: its harmful traffic, a scan, its good traffic, a scan. About a minute.

    Nothing of yours is touched: the server is started for this, on a socket of its own, and is gone afterwards.
    """
    from seawall import report
    from seawall.cli.output import as_text, check, write
    from seawall.demo.story import tell

    check(output)
    story = tell(_scan, _Teller())
    chart, weeks, night = _chart(story), _weeks(story), _night()
    terminal = sys.stdout.isatty()
    if form is Form.JSON:
        write(_json(story, weeks, night), None)
    else:
        write(as_text(lambda console: _print(story, chart, weeks, night, console), terminal=terminal), None)
    said = (*story.harmful.scan.notes, "the days by group are simulated from what was measured: see `seawall demo`")
    page = replace(story.harmful.scan, timeline=weeks, notes=said)
    write(report.render(page, "html", charts=[chart]), output)
    if form is Form.TEXT:
        write(
            f"\nThe report with its chart: {output}\nNow yours: redis-cli SLOWLOG GET 128 | seawall scan --input -",
            None,
        )
    return EXIT_FINDINGS if _culprits(story.good.scan) else EXIT_OK


def _scan(url: str) -> Scan:
    from seawall.scan import RedisTarget, Wish, scan
    from seawall.wire import parse_url

    return scan(Wish(servers=(RedisTarget(parse_url(url), NAME),)))


def _weeks(story: Story[Scan]) -> Timeline:
    """Two weeks in which the fixes are deployed one after another; simulated from what was measured."""
    import random
    import tempfile

    from seawall.demo.weeks import simulate

    with tempfile.TemporaryDirectory(prefix="seawall-") as folder:
        return simulate(story.harmful.scan.findings, Path(folder), int(time.time()), random.Random(14))


def _night() -> Night:
    """The sample platform's estate, 60 hours before its trial ends."""
    import tempfile
    from datetime import UTC, datetime

    from seawall.demo.night import night

    with tempfile.TemporaryDirectory(prefix="seawall-") as folder:
        return night(datetime.now(UTC).replace(second=0, microsecond=0), Path(folder))


class _Teller:
    """Prints what happens to standard error: on a terminal a line that grows, elsewhere a line for each step."""

    def __init__(self) -> None:
        self._step = ""
        self._terminal = sys.stderr.isatty()

    def __call__(self, progress: Progress) -> None:
        begins = progress.step != self._step
        self._step = progress.step
        if self._terminal:
            share = f" {progress.done / progress.total:4.0%}" if progress.total > 1 else ""
            ends = "\n" if progress.done >= progress.total else ""
            self._write(f"\r\x1b[2K{progress.said}{share}{ends}")
        elif begins or (progress.total == 1 and progress.done):
            self._write(f"{progress.said}\n")

    @staticmethod
    def _write(text: str) -> None:
        with contextlib.suppress(OSError):  # full or closed: nobody is there to be told
            sys.stderr.write(text)
            sys.stderr.flush()


def _culprits(scan: Scan) -> int:
    return len({str(f.where.as_json()) for f in scan.findings if f.verdict is Verdict.CULPRIT})


def _chart(story: Story[Scan]) -> Chart:
    """The longest wait of the user during each job, before and after."""
    from seawall.report import Chart

    before = {stall.job: stall.longest_ms for stall in story.harmful.jobs}
    rows = tuple((s.job, max(before[s.job], SHORTEST_MS), max(s.longest_ms, SHORTEST_MS)) for s in story.good.jobs)
    return Chart("longest wait of a user of the same server, during each job (1 ms: that or less)", "ms", rows)


def _print(story: Story[Scan], chart: Chart, weeks: Timeline, night: Night, console: Console) -> None:
    from seawall import report

    console.rule("harmful forms", characters="-")
    report.print_scan(story.harmful.scan, console)
    console.print()
    console.rule("good forms, same data, same jobs", characters="-")
    good = story.good.scan
    console.print(f"{_culprits(good)} culprits in a slow log with a threshold of 1 ms", markup=False)
    for finding in good.findings:
        console.print(f"  {finding.severity.value}: {finding.title}", markup=False)
    console.print()
    report.print_chart(chart, console)
    console.print()
    for line in _compared(story):
        console.print(line, markup=False)
    console.print()
    console.rule("two weeks of it, simulated: each fix deployed on its day", characters="-")
    report.print_timeline(weeks, console)
    console.print()
    console.rule("what the platform depends on: a trial that does not convert", characters="-")
    _print_night(night, console)


def _print_night(night: Night, console: Console) -> None:
    from seawall.cli.vendors.rows import print_rows
    from seawall.vendors.listing import listed
    from seawall.vendors.wording import span

    print_rows(listed(night.facts, night.findings), night.facts.now, console)
    for finding in night.findings:
        console.print(f"\n{finding.severity.value}: {finding.title}\n  {finding.why}", markup=False)
    console.print("\nSo `seawall notify`, run every hour, would have told, and will tell (nothing is sent here):\n")
    for rung in night.rungs:
        left = span(rung.left.total_seconds() / 3600) if rung.left else "the end"
        console.print(
            f"  from {left}: {', '.join(rung.people)}, {rung.messages} messages  ({rung.words})", markup=False
        )


def _compared(story: Story[Scan]) -> list[str]:
    """What a user felt, what the server worked, before and after; and what this machine does by itself."""

    def felt(phase: Phase[Scan]) -> str:
        seen = phase.seen
        return f"longest {seen.longest_ms:.1f} ms, p99 {seen.p99_ms:.2f} ms, p50 {seen.p50_ms:.2f} ms"

    before, after = story.harmful, story.good
    lines = [
        f"A user of the same server waited, harmful:  {felt(before)}",
        f"                             good:          {felt(after)}",
        f"                             nobody else:   longest {story.idle.longest_ms:.1f} ms (the machine's own noise)",
        f"The server worked {_per_round(before):.0f} ms a round in the harmful forms, {_per_round(after):.0f} ms in "
        "the good: slices shorten the stall, not always the work.",
    ]
    if after.seen.longest_ms > before.seen.longest_ms / 2:
        lines.append("This machine is noisy just now: compare the p99, or run it again.")
    return lines


def _per_round(phase: Phase[Scan]) -> float:
    return phase.server_ms / max(phase.rounds, 1)


def _json(story: Story[Scan], weeks: Timeline, night: Night) -> str:
    import json
    from dataclasses import asdict

    def phase(told: Phase[Scan]) -> dict[str, object]:
        return {
            "rounds": told.rounds,
            "server_ms": round(told.server_ms, 1),
            "user": {k: v for k, v in asdict(told.seen).items() if k != "stalls"},
            "jobs": [asdict(stall) for stall in told.jobs],
            "culprits": _culprits(told.scan),
            "scan": told.scan.as_json(),
        }

    return json.dumps(
        {
            "schema": 1,
            "server": str(story.server),
            "seconds": round(story.seconds, 1),
            "harmful": phase(story.harmful),
            "good": phase(story.good),
            "simulated_weeks": weeks.as_json(),
            "vendors": {
                "findings": [finding.as_json() for finding in night.findings],
                "notices": [
                    {
                        "rung": r.words,
                        "people": r.people,
                        "messages": r.messages,
                        "hours_left": r.left.total_seconds() / 3600,
                    }
                    for r in night.rungs
                ],
            },
        },
        indent=2,
    )
