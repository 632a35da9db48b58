"""`seawall calls`: call sites in source code. Commands load what they need when run."""

from __future__ import annotations

import typer

from seawall.cli.calls import fix, rows, snippet

app = typer.Typer(
    name="calls",
    help="Call sites in source code: which line sends which command to which keys.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("list", short_help="Every call site of a folder.", epilog=rows.EPILOG)(rows.command)
app.command("fix", short_help="The diff that mends call sites, and the edit.", epilog=fix.EPILOG)(fix.command)
app.command("snippet", short_help="Code that names connections after jobs and routes.", epilog=snippet.EPILOG)(
    snippet.command
)


@app.callback()
def main() -> None:
    """Call sites in source code: which line sends which command to which keys."""
