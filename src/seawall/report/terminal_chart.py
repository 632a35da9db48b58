"""A before-and-after chart as horizontal bars in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from seawall.keyspace import printable
from seawall.report import words
from seawall.report.charts import Chart, Scale
from seawall.report.terminal_paper import GAP, heading, plain_bar, print_all

_BAR_MOST = 44
_BAR_BESIDE = 36  # of the label, "before", the value and the gaps


def print_chart(chart: Chart, console: Console) -> None:
    """Print the chart: two bars a row, the values beside them, and how many times less the second is."""
    print_all(console, lambda width: _chart(chart, width))


def _chart(chart: Chart, width: int) -> Iterator[RenderableType]:
    scale = Scale.of(chart.values)
    room = max(8, min(_BAR_MOST, width - _BAR_BESIDE))
    unit = printable(chart.unit)
    yield heading(printable(chart.title), scale.note)
    for label, before, after in chart.rows:
        yield Text(printable(label), style="bold")
        grid = Table.grid(padding=(0, GAP, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for when, value, style in (("before", before, "red"), ("after", after, "green")):
            line = Text(plain_bar(scale.fraction(value), room), style=style)
            line.append(f" {words.figure(value)} {unit}", style="default bold")
            if when == "after" and (change := words.change(before, after)):
                line.append(f"  {change}", style="default dim")
            grid.add_row(Text(when, style="dim"), line)
        yield Padding(grid, (0, 0, 0, 2))
