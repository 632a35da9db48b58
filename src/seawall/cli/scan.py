"""`seawall scan`: the main job."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.options import (
    MANY,
    TIMEOUT_S,
    AllNodes,
    Config,
    Input,
    KeepArguments,
    Output,
    PasswordFile,
    Redis,
    Rule,
    Since,
    Store,
    Timeout,
    Timezone,
    Without,
)
from seawall.errors import EXIT_FINDINGS, EXIT_OK, EXIT_TARGET, UsageError
from seawall.model import Severity

if TYPE_CHECKING:
    from seawall.model import Scan
    from seawall.scan import Wish

EPILOG = """\
Examples:\n
  redis-cli SLOWLOG GET 128 | seawall scan --input -\n
  seawall scan --redis redis://localhost:6379\n
  seawall scan --redis $REDIS_URL --format html --output scan.html\n
\n
Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 wrong usage, config or input;
3 a target or a part of it could not be read, or the report not written; 70 a bug.
"""


class Form(StrEnum):
    """The forms of a report."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    MD = "md"
    HTML = "html"


class FailOn(StrEnum):
    """From which severity on findings make the exit code 1."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"
    NEVER = "never"


def command(
    redis: Redis = None,
    input_: Input = None,
    form: Annotated[Form, typer.Option("--format", help="The form of the report.")] = Form.TEXT,
    output: Output = None,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="Exit 1 from this severity on.")] = FailOn.HIGH,
    rule: Rule = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List every command it would send, and send none.")
    ] = False,
    keep_arguments: KeepArguments = False,
    store: Store = None,
    since: Since = None,
    all_nodes: AllNodes = False,
    timezone: Timezone = "UTC",
    timeout: Timeout = TIMEOUT_S,
    without: Without = None,
    password_file: PasswordFile = None,
    config: Config = None,
) -> int:
    """Read a live server or a pasted slow log; say what is slow, why, and what to do.

    Read-only: it sets nothing but its connection's name, and prints what it cost the server. Arguments are reduced to
    key pattern, shape and counts.
    """
    from seawall import config as configuration
    from seawall import rulebook
    from seawall.cli import pasted, spans
    from seawall.cli.output import check, write
    from seawall.cli.targets import bound_memory, targets
    from seawall.scan import Wish, scan

    check(output)
    estate = configuration.load(config)
    if since and not store:
        raise UsageError("--since without --store", "The log of now has no weeks: name the store of `nodes capture`.")
    offline = bool(store) and not redis and not estate.redis
    servers = (
        () if offline or (input_ and not redis) else targets(redis, estate, password_file, without, timeout=timeout)
    )
    wish = Wish(
        servers=servers,
        pasted=tuple((pasted.name(path), pasted.read(path)) for path in input_ or ()),
        rules=rulebook.select(rule or ()),
        timeout=timeout,
        keep_arguments=keep_arguments,
        estate=estate,
        all_nodes=all_nodes,
        store=store or "",
        since=spans.seconds(since, "--since") if since else None,
        zone=spans.zone(timezone),
    )
    if dry_run:
        write(_plan(wish, form), output)
        return EXIT_OK
    bound_memory(len(servers) + (MANY if all_nodes else 0))
    result = scan(wish)
    _report(result, form, output)
    return _exit_code(result, fail_on)


def _plan(wish: Wish, form: Form) -> str:
    """Every command that the scan would send to at least one of the servers."""
    import json

    from seawall.nodes.collect import PLAN, REPLICA_PLAN
    from seawall.nodes.collect.session import sends
    from seawall.nodes.collect.views import PLAN as VIEWS

    servers = [t.name or t.address.name for t in wish.servers]
    commands = ["AUTH"] if any(t.address.user or t.address.password for t in wish.servers) else []
    commands += [f"SELECT {n}" for n in sorted({t.address.database for t in wish.servers} - {0})]
    commands += [c for c, _ in (*VIEWS, *REPLICA_PLAN) if wish.all_nodes]
    commands += [c for c, _ in PLAN if any(sends(c.split(), t.without) for t in wish.servers)]
    if form in (Form.JSON, Form.JSONL):
        plan = {"schema": 1, "dry_run": True, "targets": servers, "commands": commands}
        return json.dumps(plan, indent=2 if form is Form.JSON else None)
    lines = [f"would connect to {name}" for name in servers] + [f"would read {name}" for name, _ in wish.pasted]
    if servers:
        lines += ["and send to each:", *(f"  {c}" for c in commands)]
        lines += [
            f"but to {n} not {', '.join(t.without)}" for n, t in zip(servers, wish.servers, strict=True) if t.without
        ]
    return "\n".join(lines)


def _report(result: Scan, form: Form, output: Path | None) -> None:
    from seawall import report
    from seawall.cli.output import as_text, say, write

    unread = [n for n in result.not_checked if n.target in {t.name for t in result.targets}]
    for item in unread:
        say(item.reason, item.hint)
    if form is not Form.TEXT:
        write(report.render(result, form.value), output)
    elif len(unread) < len(result.targets):
        write(
            as_text(
                lambda console: report.print_scan(result, console), terminal=output is None and sys.stdout.isatty()
            ),
            output,
        )


def _exit_code(result: Scan, fail_on: FailOn) -> int:
    if result.not_checked:
        return EXIT_TARGET
    if fail_on is FailOn.NEVER:
        return EXIT_OK
    limit = Severity(fail_on.value).rank
    return EXIT_FINDINGS if any(f.severity.rank >= limit for f in result.findings) else EXIT_OK
