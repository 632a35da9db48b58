"""A timeline in a terminal: a line for each of the worst groups, its days as a row of blocks.

Where the terminal is narrow the total is left out, then each group takes a few lines. Names are folded, never cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from seawall.keyspace import printable
from seawall.model import Timeline, Trend
from seawall.report import timeline as line
from seawall.report import words
from seawall.report.terminal_paper import Column, hanging, heading, table, width_of

GROUPS = 8
HAPPENINGS = 6
_NAME_LEAST = 24
_STYLES = {"new": "bold yellow", "worse": "bold red", "better": "green", "gone": "bold green"}


def timeline_lines(timeline: Timeline, width: int) -> Iterator[RenderableType]:
    """The lines of the timeline in `width` columns."""
    yield ""
    yield heading(line.title(timeline))
    for lead in line.leads(timeline):
        yield Text(lead, style="dim")
    if timeline.trends:
        yield from _groups(timeline.trends, width)
    if timeline.happenings:
        yield from _happenings(timeline)


def _groups(trends: Sequence[Trend], width: int) -> Iterator[RenderableType]:
    size = line.together(len(trends[0].per_day), max(7, min(31, width // 3)))
    columns = _columns(trends, size)
    for dropped in ("", "Main thread"):
        columns = [c for c in columns if c.title != dropped]
        room = width - (width_of(columns) - columns[0].width)
        if room >= min(columns[0].width, _NAME_LEAST):
            yield table(columns, widths=[min(columns[0].width, room), *(c.width for c in columns[1:])])
            break
    else:
        yield from _stacked(columns)
    yield Text(line.legend([cell.plain for cell in columns[1].cells], size), style="dim")


def _columns(trends: Sequence[Trend], size: int) -> list[Column]:
    """A row for each of the worst groups, one for the sum of the rest, one for all."""
    shown, rest = trends[:GROUPS], trends[GROUPS:]
    rows = [([trend], name.plain) for trend, name in zip(shown, line.names(trends), strict=False)]
    rows += [(list(rest), words.count(len(rest), "more group"))] if rest else []
    rows += [(list(trends), "all groups")] if len(trends) > 1 else []
    single = [row[0] if len(row) == 1 and place < len(shown) else None for place, (row, _) in enumerate(rows)]
    changes = [line.change(t) if t else "" for t in single]
    return [
        Column("Group", [Text(name, style="" if one else "bold") for one, (_, name) in zip(single, rows, strict=True)]),
        Column("Entries a day", [Text(line.blocks(line.put_together(line.added(row), size))) for row, _ in rows]),
        Column("Entries", [Text(f"{sum(t.entries for t in row):,}") for row, _ in rows], right=True),
        Column("Main thread", [Text(_total(row)) for row, _ in rows], right=True),
        Column("Change", [Text(c, style=_STYLES.get(c, "dim")) for c in changes]),
        Column("Recurs", [Text(line.recurs(t) if t else "") for t in single]),
    ]


def _total(trends: Sequence[Trend]) -> str:
    if len(trends) == 1:
        return line.total(trends[0])
    us = [t.total for t in trends if t.unit == "us"]
    return words.duration(sum(us)) if us else ""


def _stacked(columns: Sequence[Column]) -> Iterator[RenderableType]:
    for name, days, entries, change, period in zip(*(c.cells for c in columns), strict=True):
        yield Text.assemble(name, style="bold")
        counted = Text(f"{entries.plain} {'entry' if entries.plain == '1' else 'entries'}")
        for part in (days, Text(", ").join(p for p in (counted, change) if p.plain), period):
            if part.plain:
                yield Padding(part, (0, 0, 0, 2))


def _happenings(timeline: Timeline) -> Iterator[RenderableType]:
    shown = timeline.happenings[-HAPPENINGS:]
    for one in shown:
        said = Text(f"{printable(one.node)}: ", style="bold")
        said.append(", ".join(printable(word) for word in (one.kind, one.detail) if word), style="not bold")
        yield hanging(Text(line.when(one.at), style="dim"), said, max(len(line.when(o.at)) for o in shown) + 2)
    if more := len(timeline.happenings) - len(shown):
        yield Text(f"{words.count(more, 'event')} before: see --format md, html or json", style="dim")
