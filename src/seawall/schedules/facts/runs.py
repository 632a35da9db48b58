"""What the targets of schedules run, as far as the template itself says: commands of containers, code of functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import yaml

from seawall.schedules.facts.document import get, items, pairs, scalar
from seawall.schedules.facts.intrinsics import Resolver

TASK = "AWS::ECS::TaskDefinition"
FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a task definition: its name, what it starts with, and its command."""

    name: str
    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What a resource runs.

    containers: of a task definition. handler, runtime: of a function, with `source`, its code where it stands in the
    template, or `folder`, where that is a folder beside the template. environment: the variables whose value is known.
    """

    containers: tuple[Container, ...] = ()
    handler: str = ""
    runtime: str = ""
    source: str = field(default="", repr=False)
    folder: str = ""
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def runs_of(resolver: Resolver, root: yaml.Node | None) -> dict[str, Run]:
    """What each task definition and each function of a template runs, by logical id."""
    resources = get(root, "Resources")
    found: dict[str, Run] = {}
    for name, _, node in pairs(resources):
        kind, properties = scalar(get(node, "Type")), get(node, "Properties")
        if kind == TASK:
            listed = items(get(properties, "ContainerDefinitions"))
            found[name] = Run(containers=tuple(_container(resolver, one) for one in listed))
        elif kind in FUNCTIONS:
            found[name] = _function(resolver, properties, get(root, "Globals", "Function"))
    return found


def _first(resolver: Resolver, node: yaml.Node | None) -> str:
    values = resolver.values(node)
    return values[0].text if values else ""


def _container(resolver: Resolver, node: yaml.Node) -> Container:
    entry, command = (
        tuple(_first(resolver, word) for word in items(get(node, key))) for key in ("EntryPoint", "Command")
    )
    return Container(_first(resolver, get(node, "Name")), entry, command)


def _function(resolver: Resolver, properties: yaml.Node | None, common: yaml.Node | None) -> Run:
    """A function; what SAM's Globals say stands where it says nothing itself."""

    def said(*keys: str) -> str:
        return _first(resolver, get(properties, *keys)) or _first(resolver, get(common, *keys))

    environment: dict[str, str] = {}
    for node in (common, properties):
        for name, _, value in pairs(get(node, "Environment", "Variables")):
            values = resolver.values(value)
            if values:
                environment[name] = values[0].text
    return Run(
        handler=said("Handler"),
        runtime=said("Runtime"),
        source=said("Code", "ZipFile") or said("InlineCode"),
        folder=said("CodeUri"),
        environment=MappingProxyType(environment),
    )
