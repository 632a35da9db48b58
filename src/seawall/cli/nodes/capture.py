"""`seawall nodes capture`: keeps every slow-log entry of every node."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from seawall.cli.options import TIMEOUT_S, Config, PasswordFile, Redis, Timeout, Without
from seawall.errors import EXIT_OK

EPILOG = """\
Examples:\n
  seawall nodes capture --redis redis://localhost:6379 --store slow.db\n
  seawall nodes capture --redis $REDIS_URL --store slow.db --for 30s --format json\n
  seawall nodes capture --store postgresql://seawall@db/ops\n
\n
Without --for it runs until SIGINT or SIGTERM and then exits 0. Look at what was kept with: seawall scan --store slow.db
--since 14d\n
\n
Exit codes: 0 captured; 2 wrong usage or config; 3 with --for, where a node could not be read at the end, or the store
cannot be written; 70 a bug.
"""


class Form(StrEnum):
    """The forms of what it says at its end; jsonl prints each event as it happens."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


def command(
    store: Annotated[
        str,
        typer.Option(
            "--store", metavar="PATH|URL", help="Where entries are kept: an SQLite file, or postgresql://user@host/db."
        ),
    ],
    redis: Redis = None,
    for_: Annotated[
        str | None, typer.Option("--for", metavar="TIME", help="How long: 30s, 15m, 2h. Default: until it is stopped.")
    ] = None,
    interval: Annotated[
        float,
        typer.Option("--interval", min=0.05, max=3600, metavar="SECONDS", help="Between two polls of a quiet log."),
    ] = 1.0,
    keep: Annotated[
        str, typer.Option("--keep", metavar="TIME", help="Entries older than this are removed; their sums stay.")
    ] = "60d",
    max_size: Annotated[
        str | None,
        typer.Option("--max-size", metavar="SIZE", help="The store's limit, such as 500MB; the oldest go."),
    ] = None,
    one: Annotated[
        bool, typer.Option("--one", help="Only the nodes named, not the replicas, shards and Sentinels' nodes.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List every command, and send none.")] = False,
    form: Annotated[Form, typer.Option("--format", help="The form of what it says.")] = Form.TEXT,
    timeout: Timeout = TIMEOUT_S,
    without: Without = None,
    password_file: PasswordFile = None,
    config: Config = None,
) -> int:
    """Keep every slow-log entry of every node, and count exactly what was lost.

    Polls each node as fast as its log fills. Stored are time, node, command, key pattern, shape, microseconds, client
    name and elements; no arguments. Stopped and started again it goes on where it was: what the ring still holds is not
    lost, and nothing is counted twice.
    """
    from seawall import config as configuration
    from seawall.cli.nodes.watching import Asked, plan, run
    from seawall.cli.output import write
    from seawall.cli.spans import seconds, size
    from seawall.cli.targets import targets

    estate = configuration.load(config)
    servers = targets(redis, estate, password_file, without, timeout=timeout)
    lasts = seconds(for_, "--for") if for_ else None
    days = max(round(seconds(keep, "--keep") / 86_400), 1)
    limit = size(max_size, "--max-size") if max_size else None
    if dry_run:
        write(plan(servers, form.value), None)
        return EXIT_OK
    return run(Asked(servers, store, form.value, lasts, interval, timeout, days, limit, all_nodes=not one))
