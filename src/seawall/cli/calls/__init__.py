"""`seawall calls`: call sites in source code. Commands load what they need when run."""

from __future__ import annotations

import typer

from seawall.cli.calls import rows

app = typer.Typer(
    name="calls",
    help="Call sites in source code: which line sends which command to which keys.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("list", short_help="Every call site of a folder.", epilog=rows.EPILOG)(rows.command)


@app.callback()
def main() -> None:
    """Call sites in source code: which line sends which command to which keys."""
