"""`seawall nodes census`: what the keyspace holds, by key pattern."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.options import MANY, Config, Output, PasswordFile, Redis
from seawall.errors import EXIT_OK, EXIT_STOPPED, EXIT_TARGET, SeawallError, UsageError

if TYPE_CHECKING:
    from seawall.keyspace.sizes import Census
    from seawall.nodes.census import Wish
    from seawall.scan import RedisTarget

EPILOG = """\
Examples:\n
  seawall nodes census --redis redis://localhost:6379\n
  seawall nodes census --redis $REDIS_URL --full --format json\n
  seawall nodes census --redis $REDIS_URL --budget 500 --share 5 --on primary\n
\n
Exit codes: 0 counted; 2 wrong usage or config; 3 a server or a part of it could not be asked; 4 stopped by you: what
was known by then is printed; 70 a bug.
"""
FULL_SHARE = 100.0
SHARE = 25.0


class Form(StrEnum):
    """The forms of the answer; jsonl is a pattern a line."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


class On(StrEnum):
    """Which node is asked."""

    REPLICA = "replica"
    PRIMARY = "primary"


Full = Annotated[bool, typer.Option("--full", help="Ask every key, not a sample.")]
Asked = Annotated[On, typer.Option("--on", help="A replica of the server, where there is one; or the server itself.")]
Budget = Annotated[
    int,
    typer.Option("--budget", min=10, max=3_600_000, metavar="MS", help="Of the server's time in all, if not --full."),
]
Share = Annotated[
    float | None,
    typer.Option(
        "--share", min=0.1, max=100, metavar="PERCENT", help="Of the server's time at most. Default: 25, --full 100."
    ),
]
Top = Annotated[int, typer.Option("--top", min=1, metavar="N", help="So many patterns as text.")]
KeepKeys = Annotated[bool, typer.Option("--keep-keys", help="Name the largest key of each pattern: people's data.")]
Timeout = Annotated[
    float, typer.Option("--timeout", min=0.1, max=600, metavar="SECONDS", help="For one answer of the server.")
]


def command(
    redis: Redis = None,
    full: Full = False,
    on: Asked = On.REPLICA,
    budget: Budget = 5000,
    share: Share = None,
    top: Top = 20,
    keep_keys: KeepKeys = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List every command, and send none.")] = False,
    form: Annotated[Form, typer.Option("--format", help="The form of the answer.")] = Form.TEXT,
    output: Output = None,
    timeout: Timeout = 5.0,
    password_file: PasswordFile = None,
    config: Config = None,
) -> int:
    """Count what the keyspace holds, by key pattern: keys, bytes, the largest, without TTL, expiring together.

    Read-only. Every name is walked, sizes are asked of a sample, and each number stands with its 95 % interval; at
    under 2 % of the commands that asking every key takes. No key is shown, only patterns.
    """
    from seawall import config as configuration
    from seawall.cli.output import check, write
    from seawall.cli.targets import bound_memory, targets
    from seawall.nodes.census import Wish
    from seawall.scan import primaries

    check(output)
    estate = configuration.load(config)
    if not redis and not estate.redis:
        raise UsageError("no server to count", "Give --redis URL, or list servers in seawall.toml.")
    servers = targets(redis, estate, password_file, None)
    percent = share if share is not None else FULL_SHARE if full else SHARE
    wish = Wish(
        full=full,
        replica=on is On.REPLICA,
        share=percent / 100,
        budget_s=budget / 1000,
        timeout=timeout,
        keep_keys=keep_keys,
    )
    if dry_run:
        write(_plan(servers, form), output)
        return EXIT_OK
    bound_memory(MANY)
    found, wrong = _count(primaries(servers, timeout=timeout), wish)
    if found or form is not Form.TEXT:
        write(_rendered(found, wrong, form, top, terminal=output is None and sys.stdout.isatty()), output)
    return _exit_code(found, wrong)


def _count(servers: Sequence[RedisTarget], wish: Wish) -> tuple[list[Census], list[tuple[str, SeawallError]]]:
    """One server after the other, and those that could not be asked. Raises the error of a single one."""
    import random
    from dataclasses import replace
    from datetime import UTC, datetime

    from seawall.cli.output import say
    from seawall.nodes.census import Surroundings, census

    found: list[Census] = []
    wrong: list[tuple[str, SeawallError]] = []
    with _interruptible() as stop, _bar() as progress:
        around = Surroundings(random.Random(), lambda: datetime.now(UTC), stop, progress)
        for target in servers:
            name = target.name or target.address.name
            try:
                wished = replace(wish, name=name, without=frozenset(target.without))
                found.append(census(target.address, wished, around))
            except SeawallError as error:
                if len(servers) == 1:
                    raise
                wrong.append((name, error))
                say(error.what, error.hint)
            if stop():
                break
    return found, wrong


@contextmanager
def _interruptible() -> Generator[Callable[[], bool]]:
    """Ctrl-C asks to end, so that what is known can be printed; a second one ends at once."""
    import signal

    asked: list[bool] = []

    def ask(*_: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(True)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _bar() -> Generator[Callable[[str, int, int], None]]:
    """How far it is, on standard error, only where that is a terminal; wiped off at the end."""
    import time

    if not sys.stderr.isatty():
        yield lambda _what, _done, _of: None
        return
    drawn = [0.0]

    def draw(what: str, done: int, of: int) -> None:
        now = time.monotonic()
        if now - drawn[0] > 0.1:
            drawn[0] = now
            sys.stderr.write(f"\r\x1b[K{what}: {min(done / max(of, 1), 1):4.0%} of {of:,}")
            sys.stderr.flush()

    try:
        yield draw
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _plan(servers: Sequence[RedisTarget], form: Form) -> str:
    import json

    from seawall.nodes.collect.census import PLAN

    names = [t.name or t.address.name for t in servers]
    commands = ["AUTH"] if any(t.address.user or t.address.password for t in servers) else []
    commands += [command for command, _ in PLAN]
    if form is Form.TEXT:
        return "\n".join([f"would send to {', '.join(names)}, or to a replica of it:", *(f"  {c}" for c in commands)])
    return json.dumps({"schema": 1, "targets": list(names), "commands": commands}, indent=2)


def _rendered(
    found: Sequence[Census], wrong: Sequence[tuple[str, SeawallError]], form: Form, top: int, *, terminal: bool
) -> str:
    import json

    from seawall.cli.output import as_text

    if form is Form.JSONL:
        rows = [{"node": c.node, **p.as_json()} for c in found for p in c.patterns]
        return "\n".join(json.dumps(row) for row in rows)
    if form is Form.JSON:
        if len(found) == 1 and not wrong:
            return json.dumps(found[0].as_json(), indent=2)
        missing = [{"target": name, "reason": error.what, "hint": error.hint} for name, error in wrong]
        return json.dumps({"schema": 1, "nodes": [c.as_json() for c in found], "not_checked": missing}, indent=2)
    from seawall.report.census import print_census

    pages = [as_text(lambda console, c=c: print_census(c, console, top=top), terminal=terminal) for c in found]
    return "\n".join(pages)


def _exit_code(found: Sequence[Census], wrong: Sequence[object]) -> int:
    from seawall.cli.output import say

    if any(c.stopped for c in found):
        say("stopped by you; nothing was changed, and what is printed is a part", "Run the same command again.")
        return EXIT_STOPPED
    return EXIT_TARGET if wrong or any(c.not_checked for c in found) else EXIT_OK
