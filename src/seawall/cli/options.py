"""The options that several commands share, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

MANY = 128  # nodes of deployments, for which memory is set aside
TIMEOUT_S = 3.0  # with the start of Python, a server that hangs is reported within 5 s on a busy machine too
Redis = Annotated[
    list[str] | None,
    typer.Option(
        "--redis",
        metavar="URL",
        help="A server: redis://, rediss:// (TLS), unix:///path. Repeatable. Default: those of seawall.toml.",
    ),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file", metavar="FILE", help="Its first line is the password. Else REDISCLI_AUTH, else the URL."
    ),
]
Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Another seawall.toml than the one in this folder.")
]
Timeout = Annotated[
    float, typer.Option("--timeout", min=0.1, max=600, metavar="SECONDS", help="For all that is asked of one server.")
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="COMMAND",
        help="A command not to send (CONFIG, 'CLIENT LIST'): known to be forbidden, and accepted as unread.",
    ),
]
Input = Annotated[
    list[Path] | None,
    typer.Option("--input", metavar="FILE|-", help="A pasted or exported slow log, - for standard input. Repeatable."),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report to a file.")]
Rule = Annotated[
    list[str] | None,
    typer.Option("--rule", metavar="CODE", help="Only these rules: SW105, SW1, or a name. Repeatable."),
]
KeepArguments = Annotated[
    bool, typer.Option("--keep-arguments", help="Show the arguments of the longest entries: people's data.")
]
Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="PATH|URL",
        help="Keep the entries too: an SQLite file, or postgresql://user@host/db. Alone: report from it.",
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="Report on so much of the store (24h, 14d), and what is new or gone."),
]
AllNodes = Annotated[
    bool, typer.Option("--all-nodes", help="Read the replicas, shards and Sentinels' nodes of each server as well.")
]
Timezone = Annotated[
    str, typer.Option("--timezone", metavar="TZ", help="Whose days and hours --since reports in: Europe/Berlin.")
]
