"""`seawall calls snippet`: code that names connections after jobs and routes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from seawall.cli.options import Output

EPILOG = """\
Examples:\n
  seawall calls snippet sidekiq > config/initializers/redis_connection_names.rb\n
  seawall calls snippet celery -o shop/connection_names.py\n
\n
Exit codes: 0 printed; 2 wrong usage; 3 the file could not be written.
"""


class Framework(StrEnum):
    """What runs the jobs or serves the routes."""

    SIDEKIQ = "sidekiq"
    RACK = "rack"
    CELERY = "celery"
    ASGI = "asgi"


class Form(StrEnum):
    """The forms of the answer."""

    TEXT = "text"
    JSON = "json"


def command(
    framework: Annotated[Framework, typer.Argument(metavar="FRAMEWORK", help="sidekiq, rack, celery or asgi.")],
    form: Annotated[Form, typer.Option("--format", help="The form of the answer.")] = Form.TEXT,
    output: Output = None,
) -> int:
    """Print code that names each Redis connection after the job or route that uses it.

    A slow-log entry keeps that name, so `trace` and `scan` need not infer who sent it. It costs one round trip
    whenever a connection goes from one job to another.
    """
    import json

    from seawall.calls.naming import snippet
    from seawall.cli.output import check, write

    check(output)
    text = snippet(framework.value)
    write(json.dumps({"schema": 1, "framework": framework.value, "text": text}) if form is Form.JSON else text, output)
    return 0
