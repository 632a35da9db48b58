"""From the tree of a template to its schedules, and to what else the rules judge. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import yaml

from seawall.cron import Service
from seawall.errors import InputError
from seawall.schedules.facts.document import Document, get, items, pairs, scalar
from seawall.schedules.facts.intrinsics import Resolver, call_of, referred
from seawall.schedules.facts.names import names_of
from seawall.schedules.facts.references import wrong_references
from seawall.schedules.facts.runs import runs_of
from seawall.schedules.facts.scheduled import Import, Scheduled, Target, Template, Twice
from seawall.schedules.facts.targets import branches, target_of
from seawall.schedules.facts.value import Value

RULE = "AWS::Events::Rule"
SCHEDULE = "AWS::Scheduler::Schedule"
WRONG = 200  # references of one template: a near name is looked up for each, which takes 3 ms among 500 names
SERVERLESS = ("AWS::Serverless::Function", "AWS::Serverless::StateMachine")
_ZONES = ("ScheduleExpressionTimezone", "Timezone", "TimeZone")  # the first is Scheduler's; a rule has none of them
_EVENTS = {"Schedule": Service.RULE, "ScheduleV2": Service.SCHEDULER}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a schedule stands: its name, the type of its resource, whose it is, and the path of its properties."""

    resource: str
    kind: str
    service: Service
    path: str
    condition: str


def read(document: Document) -> Template:
    """What the rules judge of a document. Raises InputError where it is no template."""
    resources = get(document.root, "Resources")
    if resources is None or not document.is_template:
        raise InputError("line 1: this is no template of CloudFormation: it has no Resources", "Check the path.")
    resolver = Resolver(document.text, names_of(document))
    reader = _Reader(document, resolver, resources)
    found: list[tuple[str, yaml.Node, Scheduled]] = []
    for name, key, node in _each(resources):
        found += [(name, node, one) for one in reader.of_resource(name, key, node)]
    outputs = [out for _, _, out in pairs(get(document.root, "Outputs"))]
    exports = [value for out in outputs for value in resolver.values(get(out, "Export", "Name"))]
    if not found:
        return Template(document.path, exports=tuple(exports))
    nodes = {id(node): (name, node) for name, node, _ in found}
    wrong = (one for name, node in nodes.values() for one in wrong_references(resolver, name, node))
    return Template(
        path=document.path,
        scheduled=tuple(one for _, _, one in found),
        twice=tuple(_twice(document, [(name, node) for name, node in nodes.values()])),
        wrong=tuple(islice(wrong, WRONG)),
        imports=tuple(_imports(document, resolver)),
        exports=tuple(exports),
        containers=_containers(resources),
        runs=runs_of(resolver, document.root),
    )


def _each(resources: yaml.Node, depth: int = 4) -> Iterator[tuple[str, yaml.ScalarNode, yaml.Node]]:
    """The resources, and those in the bodies of Fn::ForEach."""
    for name, key, node in pairs(resources):
        if name.startswith("Fn::ForEach") and depth:
            for body in items(node)[2:3]:
                yield from _each(body, depth - 1)
        else:
            yield name, key, node


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the schedules of one template."""

    document: Document
    resolver: Resolver
    resources: yaml.Node

    def of_resource(self, name: str, key: yaml.ScalarNode, node: yaml.Node) -> Iterator[Scheduled]:
        """The schedules of one resource: of a SAM function as many as it has events of that kind."""
        kind = scalar(get(node, "Type"))
        if kind not in (RULE, SCHEDULE, *SERVERLESS):
            return
        properties = get(node, "Properties")
        condition = scalar(get(node, "Condition")) or ""
        if kind == RULE and get(properties, "ScheduleExpression") is not None:
            parts = list(_parts(get(properties, "Targets"), "Properties.Targets"))
            yield self._one(_Place(name, kind, Service.RULE, "Properties", condition), properties, key, parts)
        elif kind == SCHEDULE:
            parts = [("Properties.Target", part, False) for part in branches(get(properties, "Target"))]
            yield self._one(_Place(name, kind, Service.SCHEDULER, "Properties", condition), properties, key, parts)
        else:
            for event, event_key, written in pairs(get(properties, "Events")):
                service = _EVENTS.get(scalar(get(written, "Type")) or "")
                if service is not None:
                    path = f"Properties.Events.{event}.Properties"
                    where = _Place(f"{name}.{event}", kind, service, path, condition)
                    yield self._one(where, get(written, "Properties"), event_key, [])

    def _one(
        self,
        where: _Place,
        properties: yaml.Node | None,
        key: yaml.ScalarNode,
        parts: list[tuple[str, yaml.Node, bool]],
    ) -> Scheduled:
        short = where.kind in SERVERLESS and get(properties, "Schedule") is not None
        word = "Schedule" if short else "ScheduleExpression"
        written = get(properties, word)
        expressions = self.resolver.values(written)
        mark = (written or key).start_mark
        line, column = expressions[0].place() if expressions else (mark.line + 1, mark.column + 1)
        targets = [target_of(self.resolver, self.resources, part, path, always=always) for path, part, always in parts]
        if where.kind in SERVERLESS:
            kind = "lambda" if where.kind == SERVERLESS[0] else "states"
            inputs = self.resolver.values(get(properties, "Input"))
            targets = [Target(where.path, kind, resource=where.resource.partition(".")[0], inputs=inputs)]
        if not targets and any(_unread(get(properties, word)) for word in ("Targets", "Target", "Fn::Transform")):
            targets = [Target(where.path, "unknown")]
        bus = referred(get(properties, "EventBusName"))
        minutes = scalar(get(properties, "FlexibleTimeWindow", "MaximumWindowInMinutes")) or ""
        return Scheduled(
            path=self.document.path,
            line=line,
            column=column,
            resource=where.resource,
            type=where.kind,
            service=where.service,
            part=f"{where.path}.{word}",
            expressions=expressions,
            zones=self._said(properties, *_ZONES),
            states=self._said(properties, "State", "Enabled"),
            names=self._said(properties, "Name"),
            groups=self._said(properties, "GroupName"),
            buses=self._said(properties, "EventBusName"),
            bus_resource=bus if self.resolver.names.resources.get(bus) == "AWS::Events::EventBus" else "",
            starts=self._said(properties, "StartDate"),
            ends=self._said(properties, "EndDate"),
            flexible_minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 6 else 0,
            pattern=get(properties, "EventPattern") is not None,
            condition=where.condition,
            targets=tuple(targets),
        )

    def _said(self, properties: yaml.Node | None, *words: str) -> tuple[Value, ...]:
        """The values of the first of these properties that is written."""
        return next((found for word in words if (found := self.resolver.values(get(properties, word)))), ())


def _parts(node: yaml.Node | None, path: str, depth: int = 4) -> Iterator[tuple[str, yaml.Node, bool]]:
    """The targets of a rule: where each stands, and whether it is there under every condition."""
    call = call_of(node) if node is not None else None
    if call is not None and call.name == "Fn::If" and depth:
        for branch in items(call.argument)[1:3]:
            yield from ((at, part, False) for at, part, _ in _parts(branch, path, depth - 1))
    for number, item in enumerate(items(node) if call is None else ()):
        yield from ((f"{path}[{number}]", part, part is item) for part in branches(item))


def _unread(node: yaml.Node | None) -> bool:
    """Whether something is written there that is no empty list: what a function or a macro makes of it is not known."""
    return node is not None and not (isinstance(node, yaml.SequenceNode) and not node.value)


def _twice(document: Document, resources: list[tuple[str, yaml.Node]]) -> Iterator[Twice]:
    """Keys that stand twice among the resources, and below each resource that has a schedule."""
    yield from _doubles(get(document.root, "Resources"), "Resources", "")
    yield from _doubles(document.root, "the template", "")
    for name, top in resources:
        seen: set[int] = set()
        stack = [(top, name)]
        while stack:
            node, inside = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            yield from _doubles(node, inside, name)
            stack += [(child, key) for key, _, child in pairs(node)] + [(child, inside) for child in items(node)]


def _doubles(node: yaml.Node | None, inside: str, resource: str) -> Iterator[Twice]:
    written = pairs(node)
    if len({key for key, _, _ in written}) == len(written):
        return
    first: dict[str, int] = {}
    for key, at, _ in written:
        line, column = at.start_mark.line + 1, at.start_mark.column + 1
        if key in first and key != "<<":
            yield Twice(key, line, column, first[key], inside, resource or (key if inside == "Resources" else ""))
        first.setdefault(key, line)


def _imports(document: Document, resolver: Resolver) -> Iterator[Import]:
    """Every Fn::ImportValue of the template. Every node is looked at once."""
    if "ImportValue" not in document.text:
        return
    seen: dict[int, yaml.Node] = {}  # the nodes too: an id counts only as long as its node is kept
    stack: list[tuple[yaml.Node, str, int]] = [(document.root, "", 0)] if document.root else []
    while stack:
        node, resource, depth = stack.pop()
        if id(node) in seen:
            continue
        seen[id(node)] = node
        call = call_of(node)
        if call is not None:
            if call.name == "Fn::ImportValue":
                yield from (Import(value, resource) for value in resolver.values(call.argument))
            stack.append((call.argument, resource, depth + 1))
            continue
        for name, _, child in pairs(node):
            below = name if depth == 1 and resource == "Resources" else resource or name
            stack.append((child, below, depth + 1))
        stack += [(child, resource, depth + 1) for child in items(node)]


def _containers(resources: yaml.Node) -> dict[str, tuple[str, ...]]:
    """The containers of each task definition of the template, of those that say all names in plain words."""
    found: dict[str, tuple[str, ...]] = {}
    for name, _, node in pairs(resources):
        listed = get(node, "Properties", "ContainerDefinitions")
        if scalar(get(node, "Type")) == "AWS::ECS::TaskDefinition" and listed is not None:
            names = [get(item, "Name") for item in items(listed)]
            plain = [str(word.value) for word in names if isinstance(word, yaml.ScalarNode) and call_of(word) is None]
            if plain and len(plain) == len(names):
                found[name] = tuple(plain)
    return found
