"""Two rules on one bus, or two schedules of one group, with the same name."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.facts.scheduled import Scheduled
from seawall.schedules.wording import finding, shown

CODE = "SW314"
NAME = "name-taken-twice"


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Names that two schedules have: high in one template, low in two, which may be of two accounts."""
    first: dict[tuple[str, ...], Scheduled] = {}
    for one in facts.scheduled:
        for value in one.names[:1]:
            home = one.groups or one.buses
            space = home[0].text if home else "default"
            key = (one.service.value, space, value.text)
            for other in filter(None, (first.get((one.path, *key)), first.get(("", *key)) if value.known else None)):
                here = other.path == one.path
                if other is one or (here and other.condition and one.condition and other.condition != one.condition):
                    continue
                yield finding(
                    CODE,
                    NAME,
                    Severity.HIGH if here else Severity.LOW,
                    path=one.path,
                    place=value.place(),
                    resource=one.resource,
                    part=f"{one.part.rpartition('.')[0]}.Name",
                    title=f"{shown(one.resource)} has the name {shown(value.text)} of {_of(other, here=here)}",
                    why="A name is taken once on a bus or in a group: the second fails at deployment, or replaces it.",
                    fix="Give it a name of its own, or leave Name out",
                    more={"name": shown(value.text), "other": shown(other.resource), "other_path": shown(other.path)},
                )
                break
            first.setdefault((one.path, *key), one)
            if value.known:
                first.setdefault(("", *key), one)


def _of(other: Scheduled, *, here: bool) -> str:
    return shown(other.resource) + ("" if here else f" in {shown(other.path)}")
