"""A template's text as a tree that knows its lines: YAML with short intrinsics, and JSON, which is read as YAML.

Nothing is constructed: libyaml composes nodes, and no tag, number or date is interpreted. What is too large, too deep,
too often aliased or tagged as no template is refused with its line. The depth is libyaml's own bound, 1,000 levels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from seawall.errors import InputError
from seawall.keyspace import printable

LIMIT_BYTES = 1_048_576  # CloudFormation takes no larger template, from S3 either; the worst megabyte found takes 5 s
LIMIT_NODES = 1_000_000  # aliases counted as often as they stand: a megabyte without them has 500,000 at most
_CORE = "tag:yaml.org,2002:"
_KNOWN = {_CORE + word for word in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp")}
_TAGGED = ("!!", "!<", "%TAG")  # without them every tag is a short intrinsic, and no node needs a look
_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")


class _Loader(yaml.CSafeLoader):
    """Composes without a look at what a scalar may mean: numbers and dates are text here. It saves a third."""

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        """Nothing is resolved by its path."""

    def ascend_resolver(self) -> None:
        """Nothing is resolved by its path."""

    def resolve(self, kind: type[yaml.Node], value: object, implicit: object) -> str:  # noqa: ARG002 (the parser's call)
        """The tag of what has none."""
        return _PLAIN_TAGS[kind]


_PLAIN_TAGS: dict[type[yaml.Node], str] = {
    yaml.ScalarNode: f"{_CORE}str",
    yaml.SequenceNode: f"{_CORE}seq",
    yaml.MappingNode: f"{_CORE}map",
}


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a template and the tree of its nodes."""

    path: str
    text: str = field(repr=False)
    root: yaml.Node | None = field(repr=False)

    @property
    def is_template(self) -> bool:
        """Whether it has Resources, and so is a template of CloudFormation."""
        return isinstance(get(self.root, "Resources"), yaml.MappingNode)


def parse(path: str, data: bytes) -> Document:
    """The document of these bytes. Raises InputError with line and reason where they are no YAML, or too much."""
    if len(data) > LIMIT_BYTES:
        size = f"{len(data):,} bytes" if len(data) < 10 * LIMIT_BYTES else f"{len(data) >> 20:,} MB"
        raise InputError(f"line 1: {size}, and CloudFormation takes {LIMIT_BYTES:,} at most", "Split the template.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise InputError(f"line {line}: this is no UTF-8 text", "Save the file as UTF-8.") from None
    root = _compose(text)
    if root is not None and (("&" in text and "*" in text) or any(mark in text for mark in _TAGGED)):
        _bounded(root)
    return Document(path, text, root)


def _compose(text: str) -> yaml.Node | None:
    if text.lstrip()[:1] == "{":  # JSON writes what lies beyond 16 bits as two escapes, of which YAML takes neither
        text = _PAIR.sub(lambda pair: "?" * len(pair[0]), text)
    try:
        return _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "line 1"
        raise InputError(f"{place}: {_reason(text, wrong)}", _hint(text, wrong)) from None
    except yaml.YAMLError as wrong:  # a character that YAML does not take
        position = getattr(wrong, "position", 0)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
        raise InputError(f"line {line}: a control character stands in the text", "Remove it.") from None


def _reason(text: str, wrong: yaml.MarkedYAMLError) -> str:
    """The reason of libyaml in one line; the character that it means is named."""
    problem = printable(str(wrong.problem or "this is no YAML"))[:200]
    mark = wrong.problem_mark
    if problem == "found character that cannot start any token" and mark is not None:
        problem = f"nothing can begin with {text[mark.index : mark.index + 1]!r}"
    return problem[:1].lower() + problem[1:].rstrip(".")


def _hint(text: str, wrong: yaml.MarkedYAMLError) -> str:
    mark = wrong.problem_mark
    line = text.split("\n")[mark.line] if mark and mark.line <= text.count("\n") else ""
    if "\t" in line[: (mark.column if mark else 0) + 1]:
        return "YAML is indented with spaces: replace the tab."
    if "{{" in line or "{%" in line:
        return "This is a template of a template: render it first."
    return "Mend the line, or leave the file out."


def _bounded(root: yaml.Node) -> None:
    """Refuses odd tags, and aliases that stand for more than LIMIT_NODES or for themselves. Every node is seen once.

    Nodes are numbered in the order they are left, so an alias is either counted already or stands inside itself.
    """
    sizes: dict[int, int] = {}
    stack: list[tuple[yaml.Node, bool]] = [(root, False)]
    while stack:
        node, left = stack.pop()
        key = id(node)
        if left:
            sizes[key] = 1 + sum(sizes[id(child)] for child in children(node))
            if sizes[key] > LIMIT_NODES:
                raise InputError(f"line {line_of(node)}: aliases that stand for over {LIMIT_NODES:,} nodes", _PLAIN)
        elif sizes.get(key) == 0:
            raise InputError(f"line {line_of(node)}: an alias that stands inside itself", _PLAIN)
        elif key not in sizes:
            _check_tag(node)
            if isinstance(node, yaml.ScalarNode):
                sizes[key] = 1
                continue
            sizes[key] = 0
            stack.append((node, True))
            stack += [(child, False) for child in children(node)]


_PLAIN = "Write the parts out: CloudFormation takes no aliases."


def _check_tag(node: yaml.Node) -> None:
    tag = node.tag
    if tag in _KNOWN or (tag[:1] == "!" and len(tag) > 1):
        return
    shown = printable(tag.replace(_CORE, "!!"))[:60]
    raise InputError(f"line {line_of(node)}: the tag {shown} is none of a template", "Remove it.")


def children(node: yaml.Node) -> list[yaml.Node]:
    """The nodes right below: of a mapping its keys and values in turn."""
    if isinstance(node, yaml.MappingNode):
        return [child for pair in node.value for child in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def line_of(node: yaml.Node) -> int:
    """The line that the node begins on, from 1."""
    return node.start_mark.line + 1


def pairs(node: yaml.Node | None) -> list[tuple[str, yaml.ScalarNode, yaml.Node]]:
    """The keys of a mapping with their nodes, in order, twice where they stand twice; of anything else none."""
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key.value, key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]


def get(node: yaml.Node | None, *keys: str) -> yaml.Node | None:
    """The value below these keys, None where one is missing; of a key that stands twice the last one."""
    for wanted in keys:
        found = None
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            if key.value == wanted:
                found = value
        node = found
    return node


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The items of a sequence; of anything else none."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def scalar(node: yaml.Node | None) -> str | None:
    """The text of a scalar as it is written, None of anything else."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None
