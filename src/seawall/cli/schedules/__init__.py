"""`seawall schedules`: expressions of EventBridge and of crontabs. Commands load what they need when run."""

from __future__ import annotations

import typer

from seawall.cli.schedules import check, convert, explain, lint, next, rows

app = typer.Typer(
    name="schedules",
    help="Schedule expressions of EventBridge and of crontabs: check, explain, convert, next times.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("check", short_help="Whether an expression is valid, and where it is not.", epilog=check.EPILOG)(
    check.command
)
app.command("next", short_help="When it runs next, in its zone.", epilog=next.EPILOG)(next.command)
app.command("explain", short_help="An expression in plain words.", epilog=explain.EPILOG)(explain.command)
app.command("convert", short_help="From a crontab to AWS and back.", epilog=convert.EPILOG)(convert.command)
app.command("list", short_help="Every schedule of templates, with its next time.", epilog=rows.EPILOG)(rows.command)
app.command("lint", short_help="What is wrong with the schedules of templates.", epilog=lint.EPILOG)(lint.command)
