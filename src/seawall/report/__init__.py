"""Findings into print: terminal, JSON, Markdown, HTML. `Scan` is the whole input; no network, no clock.

Everything that came from outside goes through `seawall.keyspace.printable` and is then escaped for its form. Importing
this package is cheap: each form is loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from seawall.report.charts import Chart

if TYPE_CHECKING:
    from rich.console import Console

    from seawall.model import Scan, Timeline

Form: TypeAlias = Literal["json", "jsonl", "md", "html"]

__all__ = ["Chart", "Form", "print_chart", "print_scan", "print_timeline", "render"]


def render(scan: Scan, form: Form, *, charts: Sequence[Chart] = ()) -> str:
    """The scan in one of the written forms, as text ending in a newline (jsonl of no findings is empty).

    charts: drawn in html and md, left out of json and jsonl. Raises UsageError for a form that does not exist.
    """
    if form == "json":
        from seawall.report.json_form import to_json

        return to_json(scan)
    if form == "jsonl":
        from seawall.report.json_form import to_jsonl

        return to_jsonl(scan)
    if form == "md":
        from seawall.report.markdown import to_markdown

        return to_markdown(scan, charts)
    if form == "html":
        from seawall.report.html import to_html

        return to_html(scan, charts)
    from seawall.errors import UsageError

    raise UsageError(f"there is no report form {form!r}", "Use json, jsonl, md or html.")


def print_scan(scan: Scan, console: Console) -> None:
    """Print the scan for a person: one screen for a few culprits, 120 columns where the console is no terminal."""
    from seawall.report.terminal import print_scan as to_console

    to_console(scan, console)


def print_timeline(timeline: Timeline, console: Console) -> None:
    """Print entries a day by group, as `print_scan` does where a scan has a timeline."""
    from seawall.report.terminal import print_timeline as to_console

    to_console(timeline, console)


def print_chart(chart: Chart, console: Console) -> None:
    """Print a chart as horizontal bars, on a log scale (and saying so) where values differ more than 50 times."""
    from seawall.report.terminal_chart import print_chart as to_console

    to_console(chart, console)
