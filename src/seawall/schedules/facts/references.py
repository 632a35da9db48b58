"""References of a schedule that cannot be: to what the template does not define, or by a function that is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

import yaml

from seawall.keyspace import printable
from seawall.schedules.facts.document import items, pairs, scalar
from seawall.schedules.facts.intrinsics import FUNCTIONS, Call, Resolver, call_of, variables
from seawall.schedules.facts.names import PSEUDO
from seawall.schedules.facts.scheduled import Wrong
from seawall.schedules.facts.value import literal, place

# What Ref gives of these is a name or a URL, and their ARN is Fn::GetAtt X.Arn. CloudFormation's "Return values".
_NAMED = """
    Lambda::Function Serverless::Function SQS::Queue ECS::Cluster Kinesis::Stream KinesisFirehose::DeliveryStream
    Events::ApiDestination Events::EventBus Logs::LogGroup CodeBuild::Project IAM::Role
"""
_REF_IS_A_NAME = frozenset(f"AWS::{word}" for word in _NAMED.split())
_ARNS = ("Arn", "RoleArn")
_SHAPES = {  # how many items a list of arguments has
    "Fn::Join": (2, 2, "a glue and a list: [ '', [a, b] ]"),
    "Fn::If": (3, 3, "a condition and two values: [Condition, yes, no]"),
    "Fn::FindInMap": (3, 4, "a map and two keys: [Map, key, key]"),
    "Fn::Select": (2, 2, "an index and a list: [0, [a, b]]"),
}


def wrong_references(resolver: Resolver, resource: str, node: yaml.Node) -> Iterator[Wrong]:
    """All that is wrong with the references below the node of a resource. Every node is looked at once."""
    seen: dict[int, yaml.Node] = {}  # the nodes too: an id counts only as long as its node is kept
    stack: list[tuple[yaml.Node, str]] = [(node, "")]
    while stack:
        here, path = stack.pop()
        if id(here) in seen:
            continue
        seen[id(here)] = here
        call = call_of(here)
        if call is not None:
            yield from (_said(resolver, resource, path, here, said) for said in _faults(resolver, call, path))
            stack.append((call.argument, path))
            continue
        stack += [(child, f"{path}.{name}" if path else name) for name, _, child in reversed(pairs(here))]
        stack += [(child, f"{path}[{number}]") for number, child in reversed(list(enumerate(items(here))))]


def _said(resolver: Resolver, resource: str, path: str, node: yaml.Node, said: tuple[str, str, str, int]) -> Wrong:
    kind, says, hint, index = said
    line, column = place(resolver.source, index if index >= 0 else node.start_mark.index)
    return Wrong(resource, path, line, column, says, kind, hint)


def _faults(resolver: Resolver, call: Call, path: str) -> Iterator[tuple[str, str, str, int]]:
    """(kind, what is wrong, hint, index or -1) of one function."""
    names = resolver.names
    text = scalar(call.argument)
    shape = _SHAPES.get(call.name)
    if call.name not in FUNCTIONS:
        if not names.open and "ForEach" not in call.name:
            near = get_close_matches(call.name, FUNCTIONS, n=1)
            hint = f"Did you mean {near[0]}?" if near else "Write one of CloudFormation's functions."
            yield "function", f"there is no function {printable(call.name)[:60]}", hint, -1
    elif shape and not shape[0] <= len(items(call.argument)) <= shape[1]:
        yield "shape", f"{call.name} wants {shape[2]}", "Write it as a list.", -1
    elif call.name == "Ref":
        yield from _ref(resolver, text, path)
    elif call.name == "Fn::GetAtt":
        first = text if text is not None else scalar(next(iter(items(call.argument)), None))
        whole = text is None and len(items(call.argument)) > 1
        yield from _getatt(resolver, first or "", whole)
    elif call.name == "Fn::Sub":
        yield from _sub(resolver, call)
    elif call.name == "Fn::If":
        condition = scalar(items(call.argument)[0])
        if condition is not None and condition not in names.conditions and not names.open:
            yield (
                "condition",
                f"no condition is called {printable(condition)[:200]}",
                _near(condition, names.conditions),
                -1,
            )
    elif call.name == "Fn::FindInMap":
        mapped = items(call.argument)[0]
        name = scalar(mapped)
        if name is not None and call_of(mapped) is None and name not in names.mappings and not names.open:
            yield "mapping", f"no mapping is called {printable(name)[:200]}", _near(name, names.mappings), -1


def _ref(resolver: Resolver, name: str | None, path: str) -> Iterator[tuple[str, str, str, int]]:
    names = resolver.names
    if name is None:
        yield "shape", "Ref wants a name", "Write !Ref Name.", -1
    elif name not in names.parameters and name not in PSEUDO and not names.has_resource(name):
        near = _near(name, {*names.parameters, *names.resources, *PSEUDO})
        yield "name", f"no parameter and no resource is called {printable(name)[:200]}", near, -1
    elif path.rpartition(".")[2] in _ARNS and names.resources.get(name) in _REF_IS_A_NAME:
        kind = names.resources[name]
        shown, gives = printable(name)[:200], "URL" if kind == "AWS::SQS::Queue" else "name"
        yield "no-arn", f"Ref of {shown} gives its {gives}, and an ARN is wanted", f"Write !GetAtt {shown}.Arn.", -1


def _getatt(resolver: Resolver, written: str, whole: bool) -> Iterator[tuple[str, str, str, int]]:
    name = written.partition(".")[0]
    shown = printable(name)[:200]
    if not name or not (whole or "." in written):
        yield "shape", "Fn::GetAtt wants a resource and its attribute", f"Write !GetAtt {shown or 'Name'}.Arn.", -1
    elif not resolver.names.has_resource(name):
        more = ": it is a parameter" if name in resolver.names.parameters else ""
        hint = f"Write !Ref {shown}." if more else _near(name, resolver.names.resources)
        yield "name", f"no resource is called {shown}{more}", hint, -1


def _sub(resolver: Resolver, call: Call) -> Iterator[tuple[str, str, str, int]]:
    listed = items(call.argument)
    node = listed[0] if listed else call.argument
    if not isinstance(node, yaml.ScalarNode) or len(listed) not in (0, 2):
        yield "shape", "Fn::Sub wants a text, or a text and its variables", "Write !Sub '${Name}'.", -1
        return
    own = {name for name, _, _ in pairs(listed[1])} if listed else set[str]()
    names = resolver.names
    value = literal(resolver.source, node)
    for name, begin, _ in variables(value.text):
        head = name.partition(".")[0]
        dotted = head != name
        known = name in own or name in PSEUDO or names.has_resource(head) or (not dotted and name in names.parameters)
        if not known:
            what = "resource" if dotted else "parameter, resource or variable"
            near = _near(head, {*names.resources} if dotted else {*names.parameters, *names.resources, *own, *PSEUDO})
            yield "name", f"no {what} is called {printable(head)[:200]}", near, value.origin[begin]


def _near(name: str, known: Iterable[str]) -> str:
    """What a name may have been meant to be."""
    near = get_close_matches(name[:200], sorted(known)[:500], n=1)
    return f"Did you mean {printable(near[0])[:200]}?" if near else "Define it, or correct the name."
