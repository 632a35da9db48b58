"""`seawall schedules explain`: an expression in plain words."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from seawall.cli.schedules.check import Expression, Form, Format, Now, ServiceName, Timezone, look, moment
from seawall.errors import EXIT_OK

EPILOG = """\
Examples:\n
  seawall schedules explain 'cron(30 2 * * ? *)' --timezone Europe/Berlin\n
  seawall schedules explain '0 9 15 * 1'\n
\n
Exit codes: 0 explained; 2 wrong usage or an invalid expression; 3 the result not written; 70 a bug.
"""
_TOLD = ("dst-skipped", "never-fires", "year-past")  # in the words already


def command(
    expr: Expression, timezone: Timezone = None, service: ServiceName = None, now: Now = None, form: Format = Form.TEXT
) -> int:
    """Say in plain words when a schedule runs, and what the next change of the clocks does to it.

    An expression without parentheses is a crontab's.
    """
    from seawall import cron
    from seawall.cli.output import write

    at = moment(now, "--now") if now else datetime.now(UTC)
    checked = look(expr, service, timezone, at, bare_is_unix=True)
    if checked.schedule is None:
        raise checked.errors[0].error
    text = cron.explain(checked.schedule, at)
    if form is Form.JSON:
        upcoming = checked.schedule.next(at) if checked.schedule.is_anchored else None
        write(
            json.dumps({"expr": expr, "text": text, "next": upcoming.isoformat() if upcoming else None}, indent=2), None
        )
    else:
        write("\n".join([text, *(fault.line(expr) for fault in checked.warnings if fault.kind not in _TOLD)]), None)
    return EXIT_OK
