"""`seawall vendors`: what expires, who owns it, and what happens then. Commands load what they need when run."""

from __future__ import annotations

import typer

from seawall.cli.vendors import calendar, check, rows

app = typer.Typer(
    name="vendors",
    help="Contracts, trials, cards and certificates: what ends when, who owns it, and what happens then.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("list", short_help="Every vendor by urgency, with its date.", epilog=rows.EPILOG)(rows.command)
app.command("check", short_help="What is wrong, and what ends soon.", epilog=check.EPILOG)(check.command)
app.command("calendar", short_help="Every date: iCalendar, or Prometheus gauges.", epilog=calendar.EPILOG)(
    calendar.command
)
