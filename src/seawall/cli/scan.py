"""`seawall scan`: the main job."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.output import masked
from seawall.errors import EXIT_FINDINGS, EXIT_OK, EXIT_TARGET, UsageError
from seawall.model import Severity

if TYPE_CHECKING:
    from seawall.config import Estate
    from seawall.model import Scan
    from seawall.scan import RedisTarget, Wish
    from seawall.wire import Address

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


def command(
    redis: Redis = None,
    input_: Annotated[
        list[Path] | None,
        typer.Option(
            "--input", metavar="FILE|-", help="A pasted or exported slow log, - for standard input. Repeatable."
        ),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="The form of the report.")] = Form.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report to a file.")
    ] = None,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="Exit 1 from this severity on.")] = FailOn.HIGH,
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="CODE", help="Only these rules: SW105, SW1, or a name. Repeatable."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List every command it would send, and send none.")
    ] = False,
    keep_arguments: Annotated[
        bool, typer.Option("--keep-arguments", help="Show the arguments of the longest entries: people's data.")
    ] = False,
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
    from seawall.cli import pasted
    from seawall.cli.output import check, write
    from seawall.scan import Wish, scan

    check(output)
    estate = configuration.load(config)
    servers = targets(redis, estate, password_file, without) if redis or not input_ else ()
    wish = Wish(
        servers=servers,
        pasted=tuple((pasted.name(path), pasted.read(path)) for path in input_ or ()),
        rules=rulebook.select(rule or ()),
        timeout=timeout,
        keep_arguments=keep_arguments,
        estate=estate,
    )
    if dry_run:
        write(_plan(wish, form), output)
        return EXIT_OK
    bound_memory(len(servers))
    result = scan(wish)
    _report(result, form, output)
    return _exit_code(result, fail_on)


def targets(
    redis: list[str] | None, estate: Estate, password_file: Path | None, without: list[str] | None
) -> tuple[RedisTarget, ...]:
    """The servers of the command line, else those of seawall.toml. Raises UsageError where there is none."""
    from seawall import config as configuration
    from seawall.scan import RedisTarget

    password = (
        configuration.secret_file(password_file, "--password-file")
        if password_file
        else configuration.password_from_environment()
    )
    left_out = _left_out(without or ())
    if redis:
        return tuple(RedisTarget(_address(url, "--redis", password), without=left_out) for url in redis)
    if not estate.redis:
        raise UsageError("nothing to scan", "Give --redis URL or --input FILE, or list servers in seawall.toml.")
    return tuple(
        RedisTarget(
            _address(e.url, f"[[redis]] {e.name}", e.password or password),
            e.name,
            e.owner,
            (*_left_out(e.without), *left_out),
        )
        for e in estate.redis
    )


def _address(url: str, place: str, password: str | None) -> Address:
    from seawall.wire import parse_url

    try:
        return parse_url(url, password=password)
    except UsageError as wrong:  # of several URLs, which
        raise UsageError(f"{place}: {wrong.what}", wrong.hint) from None


def _left_out(words: Iterable[str]) -> tuple[str, ...]:
    """The commands of --without. One that a scan never sends is a slip of the pen: what was meant would be sent."""
    from seawall.nodes.collect import PLAN
    from seawall.nodes.collect.session import command_name

    known = {name: None for c, _ in PLAN for name in (command_name(c.split()), c.split()[0])}
    chosen = tuple(" ".join(word.upper().split()) for word in words)
    for word in chosen:
        if word not in known:
            near = get_close_matches(word, known, n=1, cutoff=0.5)
            raise UsageError(
                f"a scan never sends {masked(word)[:60]!r}, so it cannot be left out",
                f"Did you mean {near[0]}?" if near else "--dry-run lists what is sent.",
            )
    return chosen


def _plan(wish: Wish, form: Form) -> str:
    """Every command that the scan would send to at least one of the servers."""
    import json

    from seawall.nodes.collect import PLAN
    from seawall.nodes.collect.session import sends

    servers = [t.name or t.address.name for t in wish.servers]
    commands = ["AUTH"] if any(t.address.user or t.address.password for t in wish.servers) else []
    commands += [f"SELECT {n}" for n in sorted({t.address.database for t in wish.servers} - {0})]
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


def bound_memory(servers: int) -> None:
    """Bounds the address space: a hostile reply that announces 2,147,483,647 elements (16 GB) fails at once, not later.

    2 GB, and what a thread reserves for itself without using it: 8 MB of stack and 64 MB of malloc's arena (glibc).
    The garbage collector is off: it would walk millions of hostile lists again and again, and there is little for it.
    """
    import contextlib
    import gc
    import resource

    gc.disable()
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, ((2 << 30) + servers * (72 << 20), hard))
