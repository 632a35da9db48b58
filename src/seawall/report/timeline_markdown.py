"""A timeline as Markdown: a table of the groups, and what happened to the nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seawall.model import Timeline, Trend
from seawall.report import timeline as line
from seawall.report import words
from seawall.report.markdown_text import code, prose, table

_GROUPS = 20
_HAPPENINGS = 20
_ROOM = 31


def timeline_lines(timeline: Timeline) -> Iterator[str]:
    """The lines of the timeline."""
    yield from (f"### {line.title(timeline)}", "", prose(" ".join(line.leads(timeline))), "")
    if timeline.trends:
        yield from _groups(timeline)
    if timeline.happenings:
        yield from _happenings(timeline)


def _groups(timeline: Timeline) -> Iterator[str]:
    trends, size = timeline.trends, line.together(len(timeline.days), _ROOM)
    rows = [_row(trend, name, size) for trend, name in zip(trends[:_GROUPS], line.names(trends), strict=False)]
    if rest := trends[_GROUPS:]:
        rows.append(_sum(words.count(len(rest), "more group"), rest, size))
    if len(trends) > 1:
        rows.append(_sum("All groups", trends, size))
    numbers = ("Entries", "Main thread")
    titles = ("Group", "Entries a day", *numbers, f"Change {line.SINCE}", "Recurs")
    yield from table(titles, rows, right=numbers)
    legend = line.legend([row[1] for row in rows], size)
    yield from (prose(f"{timeline.days[0]} to {timeline.days[-1]}; {legend}"), "")


def _happenings(timeline: Timeline) -> Iterator[str]:
    shown = timeline.happenings[-_HAPPENINGS:]
    if more := len(timeline.happenings) - len(shown):
        yield f"- {words.count(more, 'event')} before"
    yield from (f"- {prose(line.happening(one))}" for one in shown)
    yield ""


def _sum(name: str, trends: Sequence[Trend], size: int) -> tuple[str, ...]:
    days = line.blocks(line.put_together(line.added(trends), size))
    return (name, code(days), f"{sum(t.entries for t in trends):,}", "", "", "")


def _row(trend: Trend, name: line.Name, size: int) -> tuple[str, ...]:
    group = " ".join((code(name.command), code(name.key_pattern) if name.key_pattern else words.NO_KEY))
    return (
        f"{group} {prose(name.aside)}" if name.aside else group,
        code(line.blocks(line.put_together(trend.per_day, size))),
        f"{trend.entries:,}",
        line.total(trend),
        f"{line.change(trend)}: {prose(trend.change_why)}",
        prose(line.recurs(trend)),
    )
