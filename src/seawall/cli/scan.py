"""`seawall scan`: the main job."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.failing import FailOn, exit_code
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
from seawall.errors import EXIT_OK, UsageError
from seawall.keyspace import printable

if TYPE_CHECKING:
    from seawall.model import Scan
    from seawall.scan import Wish
    from seawall.scan.baseline import Baseline as BaselineFile

DryRun = Annotated[bool, typer.Option("--dry-run", help="List every command it would send, and send none.")]
Code = Annotated[
    list[str] | None,
    typer.Option("--code", metavar="DIR", help="Source code to read, no server needed. Repeatable."),
]
Baseline = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="Old findings in code that are frozen: they do not fail."),
]
WriteBaseline = Annotated[
    Path | None,
    typer.Option("--write-baseline", metavar="FILE", help="Freeze the findings in code of now, and write them there."),
]

EPILOG = """\
Examples:\n
  redis-cli SLOWLOG GET 128 | seawall scan --input -\n
  seawall scan --redis redis://localhost:6379\n
  seawall scan --redis $REDIS_URL --format html --output scan.html\n
  seawall scan --code . --write-baseline seawall-baseline.json\n
  seawall scan --code . --baseline seawall-baseline.json --fail-on medium\n
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
    SARIF = "sarif"


def command(
    redis: Redis = None,
    input_: Input = None,
    code: Code = None,
    form: Annotated[Form, typer.Option("--format", help="The form of the report.")] = Form.TEXT,
    output: Output = None,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="Exit 1 from this severity on.")] = FailOn.HIGH,
    rule: Rule = None,
    baseline: Baseline = None,
    write_baseline: WriteBaseline = None,
    dry_run: DryRun = False,
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
    """Read a live server, a pasted slow log or source code; say what is slow, why, and what to do.

    Read-only: it sets nothing but its connection's name, and prints what it cost the server. Arguments are reduced to
    key pattern, shape and counts. Reads what is named here; where nothing is, all that seawall.toml lists.
    """
    from seawall import config as configuration
    from seawall import rulebook
    from seawall.cli import pasted, spans
    from seawall.cli.calls.surroundings import cache_folder
    from seawall.cli.output import check, write
    from seawall.cli.targets import targets
    from seawall.scan import Wish

    check(output)
    estate = configuration.load(config)
    if since and not store:
        raise UsageError("--since without --store", "The log of now has no weeks: name the store of `nodes capture`.")
    folders = tuple(code or (() if redis or input_ else estate.code))
    alone = not redis and bool(input_ or code or ((store or folders) and not estate.redis))
    wish = Wish(
        servers=() if alone else targets(redis, estate, password_file, without, timeout=timeout),
        pasted=tuple((pasted.name(path), pasted.read(path)) for path in input_ or ()),
        rules=rulebook.select(rule or ()),
        timeout=timeout,
        keep_arguments=keep_arguments,
        estate=estate,
        all_nodes=all_nodes,
        store=store or "",
        since=spans.seconds(since, "--since") if since else None,
        zone=spans.zone(timezone),
        code=folders,
        baseline=_baseline(baseline, write_baseline, folders),
        cache=cache_folder() if folders else None,
    )
    if dry_run:
        write(_plan(wish, form), output)
        return EXIT_OK
    return _run(wish, form, output, fail_on, write_baseline)


def _run(wish: Wish, form: Form, output: Path | None, fail_on: FailOn, write_baseline: Path | None) -> int:
    """Scans, in bounded memory, with its progress where somebody watches, and reports. The exit code."""
    from dataclasses import replace

    from seawall.cli.calls.surroundings import progress_line
    from seawall.cli.targets import bound_memory
    from seawall.scan import scan

    bound_memory(len(wish.servers) + (MANY if wish.all_nodes else 0))
    with progress_line() as progress:
        result = scan(replace(wish, progress=progress))
    if write_baseline:
        result = _freeze(result, write_baseline)
    _report(result, form, output, _ahead(wish.code))
    return exit_code(result.findings, fail_on, unread=bool(result.not_checked))


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
    lines += [f"would read the code of {printable(folder)}" for folder in wish.code]
    if servers:
        lines += ["and send to each:", *(f"  {c}" for c in commands)]
        lines += [
            f"but to {n} not {', '.join(t.without)}" for n, t in zip(servers, wish.servers, strict=True) if t.without
        ]
    return "\n".join(lines)


def _baseline(path: Path | None, anew: Path | None, folders: tuple[str, ...]) -> BaselineFile | None:
    """What is frozen; with --write-baseline nothing is, so that what is found is what is written.

    Raises UsageError where there is no code, or no place to write to, before anything is asked.
    """
    from seawall.cli.output import check

    check(anew)
    for name, given in (("--baseline", path), ("--write-baseline", anew)):
        if given and not folders:
            raise UsageError(f"{name} without code", "Findings in code are frozen: add --code DIR.")
    if path is None or anew is not None:
        return None
    from seawall.scan.baseline import read

    return read(path)


def _freeze(result: Scan, path: Path) -> Scan:
    """The scan with all its findings in code frozen, and written to a baseline."""
    from dataclasses import replace

    from seawall.cli.output import write
    from seawall.scan.baseline import text

    frozen = tuple(f for f in result.findings if f.where.kind == "code")
    write(text(frozen), path)
    return replace(result, findings=tuple(f for f in result.findings if f not in frozen), frozen=frozen)


def _ahead(folders: tuple[str, ...]) -> str:
    """The one folder of code as seen from here, with its `/`; of several, paths begin with their folder already."""
    import os

    inside = os.path.relpath(folders[0]) if len(set(folders)) == 1 else "."
    return "" if inside == "." or inside.startswith("..") else f"{inside}/"


def _sarif(result: Scan, ahead: str) -> str:
    """The findings that stand in a file: code scanning refuses a log with others, so these are only counted in it."""
    from seawall.report.sarif import to_sarif
    from seawall.report.words import count, notes

    placed = [f for f in result.findings if "path" in f.where.fields]
    rest = len(result.findings) - len(placed)
    said = [f"{count(rest, 'finding')} about servers: see --format json"] if rest else []
    return to_sarif(placed, result.version, not_checked=result.not_checked, notes=(*notes(result), *said), ahead=ahead)


def _report(result: Scan, form: Form, output: Path | None, ahead: str) -> None:
    from seawall import report
    from seawall.cli.output import as_text, say, write

    unread = [n for n in result.not_checked if n.target in {t.name for t in result.targets}]
    for item in unread:
        say(item.reason, item.hint)
    if form is Form.SARIF:
        write(_sarif(result, ahead), output)
    elif form is not Form.TEXT:
        write(report.render(result, form.value), output)
    elif len(unread) < len(result.targets):
        write(
            as_text(
                lambda console: report.print_scan(result, console), terminal=output is None and sys.stdout.isatty()
            ),
            output,
        )
