"""The culprits of a scan as lines: a table where the terminal is wide enough, otherwise a few lines for each.

Command and key pattern are folded, never cut. The rule stands at the end of the line where it fits, else below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from seawall.model import Severity
from seawall.report import words
from seawall.report.culprits import Culprit, told_apart
from seawall.report.terminal_paper import GAP, Column, table

_COMMAND_MOST = 20  # ZREVRANGEBYSCORE is 16
_PATTERN_MOST = 30  # a longer one is folded before the rule is moved to a line of its own
_PATTERN_LEAST = 20  # below this the numbers go to lines of their own


def culprit_lines(
    found: Sequence[Culprit], width: int, severity_styles: Mapping[Severity, str]
) -> Iterator[RenderableType]:
    """The lines for these culprits in `width` columns, and the legend of the marks used in them."""
    daily = words.by_day(found)
    columns = _columns(found, daily, severity_styles)
    numbers = sum(c.width + GAP for c in (columns[0], *columns[3:7]))
    command = min(columns[1].width, _COMMAND_MOST)
    room = width - numbers - command - GAP
    beside_rule = room - columns[7].width - GAP
    if beside_rule >= min(columns[2].width, _PATTERN_MOST):
        yield table(columns, widths=_widths(columns, command, beside_rule))
    elif room >= _PATTERN_LEAST:
        yield from _rule_below(columns[:7], columns[7], _widths(columns[:7], command, room))
    else:
        yield from _stacked(columns, "main thread a day" if daily else "main thread in the log")
    for mark in words.elements_marks(found):
        yield Text(mark, style="dim")


def _columns(found: Sequence[Culprit], daily: bool, styles: Mapping[Severity, str]) -> list[Column]:
    """Severity, command, key pattern, elements, longest, times, main thread, rule: a cell for each culprit."""
    times = [c.number("entries") for c in found]
    patterns = [_pattern(c, apart) for c, apart in zip(found, told_apart(found), strict=True)]
    return [
        Column("Severity", [Text(c.severity.value, style=styles[c.severity]) for c in found]),
        Column("Command", [Text(c.command, style="bold") for c in found], folds=True),
        Column("Key pattern", patterns, folds=True),
        Column("Elements", [Text(words.culprit_elements(c)) for c in found], right=True),
        Column("Longest", [Text(words.microseconds(c.number("max_us"))) for c in found], right=True),
        Column("Times", [Text(words.NOT_KNOWN if t is None else f"{t:,.0f}") for t in times], right=True),
        Column("A day" if daily else "Total", [Text(words.main_thread(c, daily)) for c in found], right=True),
        Column("Rule", [Text(words.rule_words(c), style="dim") for c in found]),
    ]


def _pattern(culprit: Culprit, apart: str) -> Text:
    text = Text(culprit.key_pattern) if culprit.key_pattern else Text(words.NO_KEY, style="dim")
    return text.append(f" {apart}", style="dim") if apart else text


def _widths(columns: Sequence[Column], command: int, pattern_room: int) -> list[int]:
    widths = [c.width for c in columns]
    widths[1], widths[2] = command, min(columns[2].width, pattern_room)
    return widths


def _rule_below(columns: Sequence[Column], rules: Column, widths: Sequence[int]) -> Iterator[RenderableType]:
    indent = widths[0] + GAP
    for place, rule in enumerate(rules.cells):
        row = [replace(c, cells=(c.cells[place],)) for c in columns]
        yield table(row, header=place == 0, widths=widths)
        yield Padding(rule, (0, 0, 0, indent))


def _stacked(columns: Sequence[Column], span: str) -> Iterator[RenderableType]:
    for severity, command, pattern, elements, longest, times, total, rule in zip(
        *(c.cells for c in columns), strict=True
    ):
        yield Text(" ").join((severity, command, pattern))
        for line in (
            Text(f"elements {elements.plain}, longest {longest.plain}"),
            Text(f"times {times.plain}, {span} {total.plain}"),
            rule,
        ):
            yield Padding(line, (0, 0, 0, 2))
