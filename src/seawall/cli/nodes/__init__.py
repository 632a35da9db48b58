"""`seawall nodes`: continuous capture, census, proof. Each command loads what it needs when it runs."""

from __future__ import annotations

import typer

from seawall.cli.nodes import capture, census, prove

app = typer.Typer(
    name="nodes",
    help="Redis and Valkey servers: keep every slow command, count what they hold, prove a fix.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("capture", short_help="Keep every slow-log entry of every node.", epilog=capture.EPILOG)(capture.command)
app.command("census", short_help="What the keyspace holds, by key pattern.", epilog=census.EPILOG)(census.command)
app.command("prove", short_help="Old and new form, measured on a private server.", epilog=prove.EPILOG)(prove.command)
