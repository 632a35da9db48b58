"""`seawall schedules check`: whether an expression is valid, and what is doubtful. Its siblings read one as it does."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from seawall.errors import EXIT_FINDINGS, EXIT_OK, ExpressionError, UsageError
from seawall.keyspace import printable

if TYPE_CHECKING:
    from seawall.cron import Checked, Fault, Service

EPILOG = """\
Examples:\n
  seawall schedules check 'cron(0 9 ? * MON-FRI *)'\n
  seawall schedules check 'cron(30 2 * * ? *)' --timezone Europe/Berlin\n
  echo '{"expr": "rate(5 minutes)"}' | seawall schedules check --stdin\n
\n
Exit codes: 0 valid (with --stdin: every line); 1 not; 2 wrong usage; 3 the result not written; 70 a bug.
"""
LONGEST_LINE = 1 << 20  # bytes of a line of --stdin that are read; the rest of a longer one is skipped


class Form(StrEnum):
    """The forms of an answer."""

    TEXT = "text"
    JSON = "json"


Expression = Annotated[
    str, typer.Argument(metavar="EXPR", help="The expression, in quotes: 'cron(0 9 * * ? *)'.", show_default=False)
]
ServiceName = Annotated[
    str | None,
    typer.Option(
        "--service",
        metavar="NAME",
        help="Whose expression it is: rule, scheduler, unix, fugit, celery, clockwork. "
        "Default: scheduler with a timezone or at(...), else rule.",
    ),
]
Timezone = Annotated[
    str | None, typer.Option("--timezone", metavar="TZ", help="The zone that it runs in: Europe/Berlin. Default: UTC.")
]
Format = Annotated[Form, typer.Option("--format", help="The form of the answer.")]
Now = Annotated[str | None, typer.Option("--now", metavar="ISO", help="Judge as of this time. Default: now.")]


def command(
    expr: Annotated[str | None, typer.Argument(metavar="EXPR", help="The expression, in quotes.")] = None,
    service: ServiceName = None,
    timezone: Timezone = None,
    stdin: Annotated[
        bool,
        typer.Option(
            "--stdin", help='Read JSON lines {"expr","service"?,"timezone"?}; answer each with a line of JSON at once.'
        ),
    ] = False,
    now: Now = None,
    form: Format = Form.TEXT,
) -> int:
    """Check a schedule expression: what is wrong with it and where, what to write instead, what is doubtful.

    Doubts are warnings and do not make it invalid: a form that programs disagree about, a run that a change of the
    clocks takes away, an expression that never runs. A line of --stdin that is no JSON object is answered too.
    """
    from seawall.cli.output import write

    at = moment(now, "--now") if now else datetime.now(UTC)
    if stdin:
        if expr is not None:
            raise UsageError("an expression and --stdin were both given", "Give one of them.")
        return _answer_lines(sys.stdin.buffer, service, timezone, at)
    if expr is None:
        raise UsageError("no expression was given", "Give one in quotes, or --stdin.")
    checked = look(expr, service, timezone, at)
    if form is Form.JSON:
        write(json.dumps(_answer(expr, checked), indent=2), None)
    else:
        write("\n".join(_text(expr, checked)), None)
    return EXIT_OK if checked.schedule is not None else EXIT_FINDINGS


def look(expr: str, service: str | None, timezone: str | None, now: datetime, *, bare_is_unix: bool = False) -> Checked:
    """Checks an expression as the options say. bare_is_unix: without parentheses it is a crontab's, unless said.

    Raises UsageError for a service that there is not; a zone that there is not is a fault of the expression.
    """
    from seawall import cron

    if service is not None:
        chosen = named(service)
    elif bare_is_unix and "(" not in expr:
        chosen = cron.Service.UNIX
    else:
        chosen = cron.Service.SCHEDULER if timezone is not None or expr.startswith("at(") else cron.Service.RULE
    zone: tzinfo | None = None
    name = timezone if timezone is not None else cron.zone_name(expr, chosen)
    if name is not None:
        from seawall.schedules.zones import zone as zone_of

        try:
            zone = zone_of(name)
        except ExpressionError as unknown:
            checked = cron.check(expr, chosen, now=now)
            others = [fault for fault in checked.errors if fault.kind != "zone-unknown"]
            return cron.Checked(None, (*others, cron.Fault.of(unknown)))
    return cron.check(expr, chosen, zone, now=now)


def named(service: str) -> Service:
    """The service of this name. Raises UsageError."""
    from seawall.cron import Service

    try:
        return Service(service.lower())
    except ValueError:
        known = ", ".join(Service)
        raise UsageError(f"--service: {printable(service)[:40]!r} is not known", f"Known: {known}.") from None


def moment(text: str, option: str, zone: tzinfo = UTC) -> datetime:
    """The instant of an ISO time; without an offset it is in `zone`. Raises UsageError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        hint = "Write 2027-03-28, 2027-03-28T02:30 or 2027-03-28T02:30:00+01:00."
        raise UsageError(f"{option}: {printable(text)[:40]!r} is no ISO time", hint) from None
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def _answer(expr: str, checked: Checked) -> dict[str, object]:
    fault = checked.errors[0] if checked.errors else None
    return {
        "expr": expr,
        "valid": checked.schedule is not None,
        "message": fault.advice if fault else None,
        "column": fault.column if fault else None,
        "errors": [_fault(one) for one in checked.errors],
        "warnings": [_fault(one) for one in checked.warnings],
    }


def _fault(fault: Fault) -> dict[str, object]:
    return {"kind": fault.kind, "message": fault.advice, "column": fault.column, "length": fault.length}


def _text(expr: str, checked: Checked) -> Iterator[str]:
    from seawall.cron import explain

    if checked.schedule is not None:
        yield f"valid: {explain(checked.schedule)}"
    yield from (fault.line(expr) for fault in (*checked.errors, *checked.warnings))


# ---- --stdin -------------------------------------------------------------------------------------------------------


def _answer_lines(lines: BinaryIO, service: str | None, timezone: str | None, now: datetime) -> int:
    """Answers each line with a line, in order, each before the next is read. Blank lines are skipped."""
    from seawall.cli.output import write

    all_valid = True
    while line := lines.readline(LONGEST_LINE + 1):
        whole = len(line) <= LONGEST_LINE
        while not line.endswith(b"\n") and (rest := lines.readline(LONGEST_LINE)):
            line = rest
            whole = False
        if whole and not line.strip():
            continue
        answer = _answer_line(line if whole else b"", service, timezone, now)
        all_valid = all_valid and bool(answer["valid"])
        write(json.dumps(answer), None)
    return EXIT_OK if all_valid else EXIT_FINDINGS


def _answer_line(line: bytes, service: str | None, timezone: str | None, now: datetime) -> dict[str, object]:
    if not line:
        return _broken(None, f"this line is longer than {LONGEST_LINE} bytes")
    try:
        parsed: object = json.loads(line)
    except (ValueError, RecursionError):
        return _broken(None, "this line is no JSON")
    if not isinstance(parsed, dict):
        return _broken(None, "this line is no JSON object")
    asked = cast("dict[str, object]", parsed)
    expr = asked.get("expr")
    if not isinstance(expr, str):
        return _broken(None, "there is no text under expr")
    given = {"service": service, "timezone": timezone}
    for name in given:
        value = asked.get(name)
        if value is not None and not isinstance(value, str):
            return _broken(expr, f"{name} is no text")
        given[name] = given[name] if value is None else value
    try:
        checked = look(expr, given["service"], given["timezone"], now)
    except UsageError as wrong:
        return _broken(expr, wrong.what)
    return _answer(expr, checked)


def _broken(expr: str | None, message: str) -> dict[str, object]:
    return {"expr": expr, "valid": False, "message": message, "column": None, "errors": [], "warnings": []}
