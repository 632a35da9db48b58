"""What a schedule starts, read from the targets of a rule or the target of a schedule."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import yaml

from seawall.schedules.facts.document import get, items, pairs
from seawall.schedules.facts.intrinsics import Resolver, call_of, referred
from seawall.schedules.facts.scheduled import Target
from seawall.schedules.facts.value import Value

_KINDS = {"stepfunctions": "states", "apigateway": "http", "apigatewayv2": "http", "execute-api": "http"}
_TYPES = {
    "AWS::Events::ApiDestination": "http",
    "AWS::Serverless::Function": "lambda",
    "AWS::Serverless::StateMachine": "states",
}
_URL = re.compile(r"(?:https?://|\$\{[^}]*\})[^/]*")


def target_of(resolver: Resolver, resources: yaml.Node | None, node: yaml.Node, part: str, *, always: bool) -> Target:
    """The target that a mapping describes. resources: of the template. always: it is there under every condition."""
    arns = resolver.values(get(node, "Arn"))
    arn = arns[0] if arns else None
    named = referred(get(node, "Arn"))
    resource = named if named in resolver.names.resources else ""
    kind = _kind(resolver, node, arn, resource)
    inputs = resolver.values(get(node, "Input"))
    method, path = _http(resolver, node, arn, get(resources, resource, "Properties")) if kind == "http" else ("", "")
    override = override_of(inputs[0]) if kind == "ecs" and inputs else None
    return Target(
        part=part,
        kind=kind,
        arn=arn.text if arn else "",
        resource=resource,
        cluster=(resource or (arn.text if arn else "")) if kind == "ecs" else "",
        task_definition=_named(resolver, get(node, "EcsParameters", "TaskDefinitionArn")),
        containers=override.containers if override else (),
        command=override.command if override else (),
        method=method,
        path=path,
        inputs=inputs,
        ids=resolver.values(get(node, "Id")) if always else (),
    )


def _kind(resolver: Resolver, node: yaml.Node, arn: Value | None, resource: str) -> str:
    if get(node, "EcsParameters") is not None:
        return "ecs"
    if resource:
        written = resolver.names.resources[resource]
        service = written.split("::")[1].lower() if written.count("::") == 2 else "unknown"
        return _TYPES.get(written) or _KINDS.get(service, service)
    parts = arn.filled("-").split(":") if arn else []
    if len(parts) < 6 or parts[0] != "arn" or not re.fullmatch(r"[a-z][a-z0-9-]*", parts[2]):
        return "unknown"
    if parts[2] == "scheduler" and parts[5] == "aws-sdk":
        return "aws-sdk"
    if parts[2] == "events" and parts[5].startswith("api-destination"):
        return "http"
    return _KINDS.get(parts[2], parts[2])


def _named(resolver: Resolver, node: yaml.Node | None) -> str:
    """The logical id that a value names, else its text."""
    named = referred(node)
    if named in resolver.names.resources:
        return named
    values = resolver.values(node)
    return values[0].text if values else ""


def _http(resolver: Resolver, node: yaml.Node, arn: Value | None, destination: yaml.Node | None) -> tuple[str, str]:
    """Method and path of what an API destination or a stage of API Gateway calls, with its query."""
    endpoint = resolver.values(get(destination, "InvocationEndpoint"))
    methods = resolver.values(get(destination, "HttpMethod"))
    method, path = methods[0].text if methods else "", ""
    if endpoint:
        path = _URL.sub("", endpoint[0].text, count=1) or "/"
    elif arn and "execute-api" in arn.text:  # ...:API/STAGE/METHOD/path
        stage = re.sub(r"\$\{[^}]*\}", "*", arn.text).rpartition(":")[2].split("/", 3)
        if len(stage) > 2:
            method, path = stage[2], f"/{stage[3] if len(stage) > 3 else ''}"
    for item in items(get(node, "HttpParameters", "PathParameterValues")):
        filled = resolver.values(item)
        path = path.replace("*", filled[0].text if filled else "*", 1)
    query = get(node, "HttpParameters", "QueryStringParameters")
    words = [f"{key}={next((v.text for v in resolver.values(value)), '*')}" for key, _, value in pairs(query)]
    return method, f"{path}?{'&'.join(words)}" if words else path


@dataclass(frozen=True, slots=True)
class Override:
    """The containers that an input of an ECS task overrides, and the command of the first that has one."""

    containers: tuple[str, ...]
    command: tuple[str, ...]


def override_of(value: Value) -> Override | None:
    """The override in an input, None where it is no JSON or says nothing of containers."""
    listed = _list(_dict(parsed(value)).get("containerOverrides"))
    overrides = [row for item in listed if (row := _dict(item))]
    commands = [command for row in overrides if (command := _list(row.get("command")))]
    names = tuple(name for row in overrides if isinstance(name := row.get("name"), str))
    return Override(names, tuple(map(str, commands[0] if commands else ()))) if overrides else None


def _dict(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def parsed(value: Value) -> Any:
    """The JSON of an input, None where it is none. A part that is not known is a string or a number."""
    for text in (value.text, value.filled("0")):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            continue
    return None


def json_fault(value: Value) -> tuple[str, int] | None:
    """What makes an input no JSON, and at which column of its text (from 1); None where it may be JSON."""
    try:
        json.loads(value.filled("0"))  # fits a part that is not known inside and outside of quotes
    except json.JSONDecodeError as wrong:
        column = wrong.pos + 1 if value.known else 1
        return f"{wrong.msg[:1].lower()}{wrong.msg[1:]} at its character {column}", column
    except (ValueError, RecursionError):
        return "it is nested too deep, or holds too large a number", 1
    return None


def branches(node: yaml.Node | None, depth: int = 4) -> Iterator[yaml.Node]:
    """The mappings that a node may be: itself, or those of both branches of Fn::If."""
    call = call_of(node) if node is not None else None
    if call is None:
        if isinstance(node, yaml.MappingNode):
            yield node
    elif call.name == "Fn::If" and depth:
        for branch in items(call.argument)[1:3]:
            yield from branches(branch, depth - 1)
