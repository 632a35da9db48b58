"""What starts code: a schedule, a job, a route, a task, a command. Records; `seawall.calls.triggers` reads them.

    Trigger ── entries ──> where it enters the program     door ──> the name under which another trigger may start it

A line of a crontab starts a rake task by its name, a rule in a template sends a request to a route: such a trigger has
an entry `door`, and the other one has that door.
"""

from __future__ import annotations

from dataclasses import dataclass

from seawall.calls.facts.tree import Span
from seawall.cron import Service


@dataclass(frozen=True, slots=True)
class Timing:
    """When a schedule fires. cron: an expression that `seawall.cron.parse` takes for the service, in a zone ("" UTC).

    every: seconds between two fires, of an interval; then cron is empty. A schedule of which neither is known (it is
    made at random, or from settings) has no Timing.
    """

    service: Service = Service.UNIX
    cron: str = ""
    zone: str = ""
    every: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a trigger enters the program.

    kind and what of the fields it uses:
    `method`      owner, name: a Ruby method, `Admin::InstancesController` and `index`; of the class or of an instance
    `reference`   path, span: an expression of that file whose value is a function or a class, as `views.index` or
                  `Report.as_view()`; name: its last word; methods: of a class which of its methods run
    `definition`  path, span: the function that is defined there (span of its name), as a decorated one
    `inside`      path, span: what is written there (a block of a rake task, the whole of a script)
    `function`    name: a dotted name, `shop.tasks.sweep`, of a function or a class (then methods as above)
    `door`        name: the door of another trigger
    """

    kind: str
    owner: str = ""
    name: str = ""
    path: str = ""
    span: Span = (0, 0)
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts code.

    kind: `sidekiq-scheduler`, `sidekiq-cron`, `clockwork`, `whenever`, `rake`, `thor`, `http`, `celery-beat`, `celery`,
    `rq-scheduler`, `cron` (a crontab), `command` (manage.py, click, a script), `eventbridge`. name: as people know it:
    the key of the schedule, `GET /admin/instances`, `feeds:clean`. schedule: as it is written, None of what has none.
    path, line: where it is written. doors: `rake:feeds:clean`, `http:GET /admin/instances`, `task:shop.tasks.sweep`,
    `manage:sweep`, `script:bin/sweep.py`, `module:shop.sweep`.
    """

    kind: str
    name: str
    path: str
    line: int
    schedule: str | None = None
    timing: Timing | None = None
    entries: tuple[Entry, ...] = ()
    doors: tuple[str, ...] = ()
