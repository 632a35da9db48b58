"""Crontabs: `*/5 * * * * cd /srv && bundle exec rake feeds:clean`, with a column for the user in cron.d."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers import timing
from seawall.calls.triggers.commandline import doors_of_line
from seawall.calls.triggers.source import LONGEST

LIMIT_BYTES = 1 << 20
_FILE = re.compile(r"(?:.*/)?(?:crontabs?|[\w.-]+\.(?:cron|crontab)|crontab\.[\w.-]+|cron\.d/[\w.-]+|crontabs/[\w.-]+)")
_FIELD = r"[\d*,/\-A-Za-z]+"
_LINE = re.compile(rf"\s*(@[a-z]+|(?:{_FIELD}[ \t]+){{4}}{_FIELD})[ \t]+(\S.*)")
_SET = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*(.*)")
_USER = re.compile(r"[a-z_][\w-]*")


def matches(path: str) -> bool:
    """Whether a file is a crontab by its name."""
    return _FILE.fullmatch(path) is not None


def of_texts(texts: Mapping[str, bytes]) -> Iterator[Trigger]:
    """The lines of crontabs."""
    for path, data in texts.items():
        zone = ""
        for number, line in enumerate(data[:LIMIT_BYTES].decode("utf-8", "replace").splitlines(), 1):
            named = _SET.fullmatch(line)
            if named and named[1] in ("CRON_TZ", "TZ"):
                zone = named[2].strip("\"' ")
            found = None if named or line.lstrip().startswith("#") else _LINE.fullmatch(line)
            if found:
                yield from _line(path, number, found[1], found[2].strip(), zone)


def _line(path: str, number: int, when: str, command: str, zone: str) -> Iterator[Trigger]:
    when = " ".join(when.split())
    entries: tuple[Entry, ...] = ()
    user, _, rest = command.partition(" ")
    if ("cron.d/" in path or path.endswith("etc/crontab")) and _USER.fullmatch(user):
        command = rest.strip()
    entries = doors_of_line(re.split(r"(?<!\\)%", command)[0].replace("\\%", "%"))
    if entries:
        shown = command if len(command) <= LONGEST else command[: LONGEST - 3] + "..."
        yield Trigger("cron", shown, path, number, when, timing.cron(when, zone), entries)
