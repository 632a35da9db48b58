"""What a template says of each schedule and its targets: frozen records, in the words of EventBridge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from seawall.cron import Service
from seawall.model import Json
from seawall.schedules.facts.runs import Run
from seawall.schedules.facts.value import Value

_STATES = {"true": "ENABLED", "false": "DISABLED"}  # of the property Enabled of SAM


@dataclass(frozen=True, slots=True)
class Target:
    """What a schedule starts.

    kind: `ecs`, `http`, `lambda`, `sqs`, `states`, ..., after its ARN or the resource that it names, `unknown` where
    neither says. resource: the logical id. command: the override of a container of an ECS task. path: of an HTTP
    endpoint, with its query. input: as it is written, empty where there is none. part: its place in the resource.
    """

    part: str
    kind: str
    arn: str = ""
    resource: str = ""
    cluster: str = ""
    task_definition: str = ""
    containers: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    method: str = ""
    path: str = ""
    inputs: tuple[Value, ...] = ()
    ids: tuple[Value, ...] = ()  # of a target of a rule that is there under every condition

    def as_json(self) -> dict[str, Json]:
        """All fields; `input` is the first as it is written, null where there is none."""
        words = ("kind", "arn", "resource", "cluster", "task_definition", "method", "path")
        fields: dict[str, Json] = {word: getattr(self, word) or None for word in words}
        fields["containers"] = list(self.containers)
        fields["command"] = list(self.command)
        fields["input"] = self.inputs[0].text if self.inputs else None
        return fields


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One rule with a schedule, one schedule of EventBridge Scheduler, or one such event of a SAM function.

    resource: its logical id; of an event `Function.Event`. type: of the resource. part: the place of the
    expression in the resource. The values of each property are the forms it may take, none where it is not written; see
    `intrinsics`. condition: under which alone it exists. pattern: whether the rule has an event pattern too.
    """

    path: str
    line: int
    column: int
    resource: str
    type: str
    service: Service
    part: str
    expressions: tuple[Value, ...]
    zones: tuple[Value, ...] = ()
    states: tuple[Value, ...] = ()
    names: tuple[Value, ...] = ()
    groups: tuple[Value, ...] = ()  # of EventBridge Scheduler
    buses: tuple[Value, ...] = ()
    bus_resource: str = ""  # the event bus of the same template that it names
    starts: tuple[Value, ...] = ()
    ends: tuple[Value, ...] = ()
    flexible_minutes: int = 0
    pattern: bool = False
    condition: str = ""
    targets: tuple[Target, ...] = ()

    @property
    def state(self) -> str:
        """`ENABLED`, `DISABLED`, another word as it is written, or `unknown`; enabled where nothing is written."""
        words = {_STATES.get(value.text.lower(), value.text) if value.known else "unknown" for value in self.states}
        return "ENABLED" if not words else words.pop() if len(words) == 1 else "unknown"


@dataclass(frozen=True, slots=True)
class Twice:
    """A key that stands twice in one mapping. `inside`: the keys above it, the last one first."""

    key: str
    line: int
    column: int
    first_line: int
    inside: str
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A reference to what the template does not define, or a function that does not exist."""

    resource: str
    part: str
    line: int
    column: int
    says: str
    kind: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """A name that Fn::ImportValue takes from another stack. `value` may have holes."""

    value: Value
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """What was read of one template.

    containers: of each task definition that names all of them. runs: what task definitions and functions run.
    """

    path: str
    scheduled: tuple[Scheduled, ...] = ()
    twice: tuple[Twice, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    imports: tuple[Import, ...] = ()
    exports: tuple[Value, ...] = ()
    containers: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    runs: Mapping[str, Run] = field(default_factory=lambda: MappingProxyType({}))
