"""`seawall schedules next`: when an expression runs next."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import Annotated

import typer

from seawall.cli.schedules.check import Expression, ServiceName, Timezone, look, moment
from seawall.errors import EXIT_OK

EPILOG = """\
Examples:\n
  seawall schedules next 'cron(0 9 ? * MON-FRI *)' --timezone Europe/Berlin\n
  seawall schedules next '*/5 9-17 * * 1-5' --from 2027-01-01T00:00:00Z --count 3 --format json\n
\n
Exit codes: 0 printed, be it none; 2 wrong usage or an invalid expression; 3 the result not written; 70 a bug.
"""
MOST = 100_000


class Form(StrEnum):
    """The forms of the answer; jsonl is a line for each time."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


def command(
    expr: Expression,
    after: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="ISO", help="Times after this one; without an offset, in the zone. Default: now."
        ),
    ] = None,
    count: Annotated[int, typer.Option("--count", min=1, max=MOST, metavar="N", help="How many.")] = 5,
    timezone: Timezone = None,
    service: ServiceName = None,
    form: Annotated[Form, typer.Option("--format", help="The form of the answer.")] = Form.TEXT,
) -> int:
    """Print the next times of a schedule, in its zone.

    An expression without parentheses is a crontab's. A time that the change of the clocks skips does not run, one that
    comes twice runs once. A rate is counted from --from, as if it was switched on then.
    """
    from seawall.cli.output import say, write

    now = datetime.now(UTC)
    checked = look(expr, service, timezone, now, bare_is_unix=True)
    if checked.schedule is None:
        raise checked.errors[0].error
    schedule = checked.schedule
    start = moment(after, "--from", schedule.zone) if after else now
    times = [time.isoformat() for time in islice(schedule.fires(start), count)]
    if form is Form.JSON:
        write(json.dumps({"expr": expr, "times": times}, indent=2), None)
    elif form is Form.JSONL:
        write("".join(json.dumps({"expr": expr, "time": time}) + "\n" for time in times), None)
    elif times:
        write("\n".join(times), None)
    if not schedule.is_anchored:
        say("a rate counts from when it was switched on, which is not known here: counted from --from")
    elif len(times) < count:
        say("there are no more times up to the year 2199" if times else "it never runs after that time")
    return EXIT_OK
