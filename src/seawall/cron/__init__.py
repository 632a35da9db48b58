"""Schedule expressions: EventBridge rules and Scheduler, crontabs, fugit, Celery, clockwork. Pure.

`check` says all that is wrong or doubtful with an expression, each fault with its column; `parse` gives its `Schedule`,
with the next and previous fires in its zone; `explain` puts it in plain words; `convert` goes between crontabs and AWS,
exactly or not at all; `matches` tells how well it explains a list of instants.
"""

from seawall.cron.converting import convert
from seawall.cron.explaining import explain
from seawall.cron.faults import Fault
from seawall.cron.matching import Match, matches
from seawall.cron.reading import Checked, check, parse, zone_name
from seawall.cron.schedule import Schedule, bounded
from seawall.cron.services import Service

__all__ = [
    "Checked",
    "Fault",
    "Match",
    "Schedule",
    "Service",
    "bounded",
    "check",
    "convert",
    "explain",
    "matches",
    "parse",
    "zone_name",
]
