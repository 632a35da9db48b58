"""Intrinsic functions resolved as far as a template fixes them; what only a deployment knows stands as a hole.

Both branches of an `Fn::If` count, and every entry of a map whose key is a pseudo parameter: a fault in any of them is
a fault. So a node has several values, at most VARIANTS; of a parameter its Default is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

import yaml

from seawall.keyspace import printable
from seawall.schedules.facts.document import get, items, pairs, scalar
from seawall.schedules.facts.names import PSEUDO, Names
from seawall.schedules.facts.value import Value, at, cut, joined, literal, unknown

VARIANTS = 16  # values of one property: four nested Fn::If; what is beyond is not looked at
WORK = 2_000_000  # characters and calls of one template: twice the largest; nested Fn::Sub would grow as 2^n
DEPTH = 16  # functions in functions: the deepest seen in public templates is 5
_WORDS = """
    And Base64 Cidr Contains EachMemberEquals EachMemberIn Equals FindInMap GetAtt GetAZs GetStackOutput If ImportValue
    Join Length Not Or RefAll Select Split Sub ToJsonString Transform ValueOf ValueOfAll
"""
FUNCTIONS = frozenset({"Ref", "Condition", *(f"Fn::{word}" for word in _WORDS.split())})
_VARIABLE = re.compile(r"\$\{(!?)\s*([^${}]*?)\s*\}")


@dataclass(frozen=True, slots=True)
class Call:
    """An intrinsic function as it is written, and its argument without the tag of a short form."""

    name: str
    argument: yaml.Node


def call_of(node: yaml.Node) -> Call | None:
    """The function that a node calls: `!Sub text`, `Fn::Sub: text` or `Ref: name`; None where it is plain."""
    if node.tag[:1] == "!":
        word = node.tag[1:]
        return Call(word if word in ("Ref", "Condition") else f"Fn::{word}", _untagged(node))
    if isinstance(node, yaml.MappingNode) and len(node.value) == 1:
        key = scalar(node.value[0][0])
        if key is not None and (key.startswith("Fn::") or key in ("Ref", "Condition")):
            return Call(key, node.value[0][1])
    return None


def _untagged(node: yaml.Node) -> yaml.Node:
    kind = type(node)
    return kind("tag:yaml.org,2002:any", node.value, node.start_mark, node.end_mark)


def variables(text: str) -> Iterator[tuple[str, int, int]]:
    """Name, begin and end of each `${name}` of a text of Fn::Sub; `${!name}` is none."""
    for match in _VARIABLE.finditer(text):
        if not match[1]:
            yield match[2], match.start(), match.end()


def referred(node: yaml.Node | None, depth: int = DEPTH) -> str:
    """The resource or parameter that a value names by Ref, GetAtt or one `${name}`; empty where it is another thing."""
    call = call_of(node) if node is not None and depth else None
    if call is None:
        return ""
    text = scalar(call.argument)
    if call.name == "Ref":
        return text or ""
    if call.name == "Fn::GetAtt":
        return (text if text is not None else next(map(str, map(scalar, items(call.argument))), "")).partition(".")[0]
    if call.name == "Fn::Sub" and text is not None:
        names = [name for name, begin, end in variables(text) if (begin, end) == (0, len(text))]
        return names[0].partition(".")[0] if names else ""
    if call.name == "Fn::If":
        found = {referred(branch, depth - 1) for branch in items(call.argument)[1:]}
        return found.pop() if len(found) == 1 else ""
    return ""


class _TooMuch(Exception):
    """The work of one template is spent."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves the nodes of one template, with work for WORK characters and calls in all."""

    source: str
    names: Names
    _left: list[int] = field(default_factory=lambda: [WORK], init=False, repr=False)

    def values(self, node: yaml.Node | None) -> tuple[Value, ...]:
        """The values that a node may have; none where it is absent, AWS::NoValue, a mapping or a sequence."""
        if node is None:
            return ()
        try:
            return tuple(islice(self._values(node, DEPTH), VARIANTS))
        except _TooMuch:
            why = f"the functions of this template stand for more than {WORK:,} characters"
            return (unknown(self.source, node.start_mark.index, "too much", why),)

    def _spend(self, amount: int) -> None:
        self._left[0] -= amount
        if self._left[0] < 0:
            raise _TooMuch

    def _values(self, node: yaml.Node, depth: int) -> Iterator[Value]:
        call = call_of(node)
        index = node.start_mark.index
        self._spend(1)
        if call is None:
            if isinstance(node, yaml.ScalarNode):
                yield self._literal(node)
            return
        if not depth:
            yield unknown(self.source, index, call.name, f"functions stand more than {DEPTH} deep in each other")
            return
        if call.name == "Ref":
            yield from self._ref(scalar(call.argument) or "", index)
        elif call.name == "Fn::Sub":
            yield from self._sub(call, depth - 1)
        elif call.name == "Fn::Join":
            yield from self._join(call, index, depth - 1)
        elif call.name == "Fn::If":
            for branch in items(call.argument)[1:3]:
                yield from self._values(branch, depth - 1)
        elif call.name == "Fn::FindInMap":
            yield from self._find(call, index, depth - 1)
        elif call.name == "Fn::Select":
            yield from self._select(call, index, depth - 1)
        elif call.name == "Fn::ImportValue":
            for name in islice(self._values(call.argument, depth - 1), VARIANTS):
                what = printable(name.text)[:200]
                yield unknown(self.source, index, f"import {what}", f"it is the export {what} of another stack")
        else:
            yield self._other(call, index)

    def _literal(self, node: yaml.ScalarNode) -> Value:
        self._spend(len(node.value))
        value = literal(self.source, node)
        if "{{resolve:" in value.text:
            return unknown(self.source, value.start, "resolve", "a dynamic reference is read at deployment")
        return value

    def _other(self, call: Call, index: int) -> Value:
        argument = scalar(call.argument) or ".".join(filter(None, map(scalar, items(call.argument))))
        name = f"{call.name} {argument}".strip() if call.name != "Fn::GetAtt" else argument
        return unknown(self.source, index, printable(name)[:200], f"{printable(call.name)[:60]} is known at deployment")

    def _ref(self, name: str, index: int) -> Iterator[Value]:
        if name == "AWS::NoValue":
            return
        parameter = self.names.parameters.get(name)
        shown = printable(name)[:200]
        default = get(parameter, "Default")
        if parameter is None:
            known = name in PSEUDO or self.names.has_resource(name)
            why = f"{shown} is known at deployment" if known else f"nothing is called {shown}"
        elif (scalar(get(parameter, "NoEcho")) or "").lower() == "true":
            why = f"the parameter {shown} is a secret (NoEcho)"
        elif "SSM::Parameter" in (scalar(get(parameter, "Type")) or ""):
            why = f"the parameter {shown} is read from SSM at deployment"
        elif not isinstance(default, yaml.ScalarNode):
            why = f"the parameter {shown} has no Default"
        else:
            yield at(self._literal(default), index)
            return
        yield unknown(self.source, index, shown, why)

    def _sub(self, call: Call, depth: int) -> Iterator[Value]:
        listed = items(call.argument)
        text_node = listed[0] if listed else call.argument
        if not isinstance(text_node, yaml.ScalarNode):
            return
        own = {name: node for name, _, node in pairs(listed[1] if len(listed) > 1 else None)}
        text = literal(self.source, text_node)
        parts: list[Sequence[Value]] = []
        done = 0
        for match in _VARIABLE.finditer(text.text):
            parts.append([cut(text, done, match.start())])
            done = match.end()
            index = text.origin[match.start()]
            name = match[2]
            self._spend(1)
            if match[1]:  # ${!name} stands for ${name}
                parts += [[cut(text, match.start(), match.start() + 2)], [cut(text, match.start() + 3, done)]]
            elif name in own:
                parts.append([at(v, index) for v in islice(self._values(own[name], depth), VARIANTS)])
            elif "." in name:
                shown = printable(name)[:200]
                parts.append([unknown(self.source, index, shown, f"{shown} is known at deployment")])
            else:
                parts.append(list(self._ref(name, index)))
        parts.append([cut(text, done, len(text.text))])
        yield from (self._joined(text.start, chosen) for chosen in product(*parts))

    def _join(self, call: Call, index: int, depth: int) -> Iterator[Value]:
        listed = items(call.argument)
        if len(listed) != 2:
            return
        glue = literal(self.source, listed[0]) if isinstance(listed[0], yaml.ScalarNode) else None
        if glue is None or call_of(listed[1]):
            yield unknown(self.source, index, "Fn::Join", "what Fn::Join joins is known at deployment")
            return
        parts: list[Sequence[Value]] = []
        for item in items(listed[1]):
            if parts and glue.text:
                parts.append([glue])
            parts.append(list(islice(self._values(item, depth), VARIANTS)))
        yield from (self._joined(index, chosen) for chosen in product(*parts))

    def _joined(self, start: int, parts: Sequence[Value]) -> Value:
        self._spend(sum(len(part.text) for part in parts))
        return joined(self.source, start, parts)

    def _select(self, call: Call, index: int, depth: int) -> Iterator[Value]:
        listed = items(call.argument)
        number = scalar(listed[0]) if listed else None
        choices = items(listed[1]) if len(listed) == 2 and call_of(listed[1]) is None else []
        if number is not None and number.isdecimal() and len(number) < 6 and int(number) < len(choices):
            yield from self._values(choices[int(number)], depth)
        else:
            yield unknown(self.source, index, "Fn::Select", "what Fn::Select chooses is known at deployment")

    def _find(self, call: Call, index: int, depth: int) -> Iterator[Value]:
        """The entry of a map; where its first key is not known, that entry of all its first keys."""
        keys = [next(self._values(item, depth), None) for item in items(call.argument)[:3]]
        words = [key.text if key and key.known else None for key in keys]
        mapped = self.names.mappings.get(words[0] or "") if words else None
        if len(words) < 3 or mapped is None or words[2] is None:
            yield unknown(self.source, index, "Fn::FindInMap", "the key of the map is known at deployment")
            return
        rows = [node for name, _, node in pairs(mapped) if words[1] in (None, name)]
        entries = [entry for row in rows if isinstance(entry := get(row, words[2]), yaml.ScalarNode)]
        seen: set[str] = set()
        for entry in entries:
            if entry.value not in seen:
                seen.add(entry.value)
                yield at(self._literal(entry), index)
        if not entries:
            yield unknown(
                self.source, index, "Fn::FindInMap", f"the map {printable(words[0] or '')[:60]} has no such key"
            )
