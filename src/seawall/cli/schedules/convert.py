"""`seawall schedules convert`: from a crontab to AWS and back, exactly or not at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from seawall.cli.schedules.check import Expression, Form, Format, ServiceName, Timezone, look
from seawall.errors import EXIT_FINDINGS, EXIT_OK, ExpressionError

EPILOG = """\
Examples:\n
  seawall schedules convert '30 9 * * 1-5' --to aws\n
  seawall schedules convert 'cron(0 9 ? * MON *)' --to unix\n
\n
Exit codes: 0 converted; 1 it cannot be exact, with the reason; 2 wrong usage or an invalid expression; 3 the result not
written; 70 a bug.
"""


class To(StrEnum):
    """What it is converted to."""

    AWS = "aws"
    UNIX = "unix"


def command(
    expr: Expression,
    to: Annotated[To, typer.Option("--to", help="What it is converted to.", show_default=False)],
    timezone: Timezone = None,
    service: ServiceName = None,
    form: Format = Form.TEXT,
) -> int:
    """Convert an expression so that it runs at the same times, or say why there is no such expression.

    Weekdays move by one (a crontab's Monday is 1, that of AWS 2). With --timezone the AWS expression is one for
    EventBridge Scheduler, which is given the zone beside it; a crontab runs in the zone of its machine.
    """
    from seawall import cron
    from seawall.cli.output import say, write

    checked = look(expr, service, timezone, datetime.now(UTC), bare_is_unix=True)
    if checked.schedule is None:
        raise checked.errors[0].error
    schedule = checked.schedule
    target = (
        cron.Service.UNIX if to is To.UNIX else cron.Service.RULE if schedule.zone is UTC else cron.Service.SCHEDULER
    )
    try:
        result, reason, hint = cron.convert(schedule, target), None, ""
    except ExpressionError as inexact:
        result, reason, hint = None, inexact.message, inexact.hint
    if form is Form.JSON:
        answer = {"expr": expr, "to": to.value, "result": result, "timezone": str(schedule.zone), "message": reason}
        write(json.dumps(answer | {"hint": hint or None}, indent=2), None)
    elif result is not None:
        write(result, None)
    if reason is not None:
        say(f"this cannot be converted exactly: {reason}", hint)
        return EXIT_FINDINGS
    if schedule.zone is not UTC:
        beside = "on a machine in" if to is To.UNIX else "with ScheduleExpressionTimezone"
        say(f"the same times {beside} {schedule.zone}")
    return EXIT_OK
