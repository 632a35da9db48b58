"""YAML settings as nodes that know their lines, with ERB in them, and JSON, which is read as YAML.

Nothing is constructed: no tag, number or date is interpreted. A tag of ERB is blanked out or stands as letters of the
same length, so that every place in the text stays where it is. What is too large, too deep or too often aliased is
taken for no settings, and gives nothing: a folder has many YAML files, of which few have a schedule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

LIMIT_BYTES = 1 << 20
LIMIT_NODES = 200_000  # aliases counted as often as they stand; a megabyte of a schedule has 100,000
DOCUMENTS = 200  # in one file, as of Kubernetes
DEEPEST = 64
_ERB = re.compile(r"<%(?P<sign>[#%=-]?)(?:.*?)%>", re.DOTALL)
_LETTER = "x"
_OURS = re.compile(r"<%")


class _Loader(yaml.CSafeLoader):
    """Composes without a look at what a scalar may mean: all are text here."""

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        """Nothing is resolved by its path."""

    def ascend_resolver(self) -> None:
        """Nothing is resolved by its path."""

    def resolve(self, kind: type[yaml.Node], value: object, implicit: object) -> str:  # noqa: ARG002 (the parser's call)
        """The tag of what has none."""
        return "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class Settings:
    """A document of a file and the text of the file."""

    path: str
    text: str
    root: yaml.Node

    def written(self, node: yaml.Node | None) -> str:
        """A node's text on one line as it is written, ERB too, without the quotes of a scalar."""
        if node is None:
            return ""
        if isinstance(node, yaml.ScalarNode) and not self.has_erb(node):
            return " ".join(str(node.value).split())
        text = self.text[node.start_mark.index : node.end_mark.index].strip()
        if isinstance(node, yaml.ScalarNode) and node.style in ("'", '"'):
            text = text[1:-1]
        return " ".join(text.split())

    def has_erb(self, node: yaml.Node) -> bool:
        """Whether something in it is made when it is read."""
        return _OURS.search(self.text, node.start_mark.index, node.end_mark.index) is not None


def documents(path: str, data: bytes) -> Iterator[Settings]:
    """The documents of a file, up to the first place that is no YAML. Never raises."""
    if len(data) > LIMIT_BYTES:
        return
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    loader = _Loader(without_erb(text))
    try:
        for _ in range(DOCUMENTS):
            if not loader.check_node():
                break
            root = loader.get_node()
            if root is not None and _bounded(root):
                yield Settings(path, text, root)
    except (yaml.YAMLError, RecursionError):
        pass
    finally:
        loader.dispose()


def without_erb(text: str) -> str:
    """The text with ERB out of the way: as letters where it gives a value, as blanks where not."""

    def plain(found: re.Match[str]) -> str:
        letter = _LETTER if found["sign"] == "=" else " "
        return "".join(char if char in "\r\n" else letter for char in found[0])

    return _ERB.sub(plain, text) if "<%" in text else text


def _bounded(root: yaml.Node) -> bool:
    """Whether a tree is no deeper and no larger than the limits, with each alias counted as often as it stands."""
    left = LIMIT_NODES
    stack: list[tuple[yaml.Node, int]] = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        left -= 1
        if left < 0 or depth > DEEPEST:
            return False
        if isinstance(node, yaml.MappingNode):
            stack += [(child, depth + 1) for pair in node.value for child in pair]
        elif isinstance(node, yaml.SequenceNode):
            stack += [(child, depth + 1) for child in node.value]
    return True


def line_of(node: yaml.Node) -> int:
    """The line that a node begins on, from 1."""
    return node.start_mark.line + 1


def pairs(node: yaml.Node | None) -> list[tuple[str, yaml.Node, yaml.Node]]:
    """The keys of a mapping, without the colon of a symbol, with their nodes; what is merged by `<<` comes first."""
    if not isinstance(node, yaml.MappingNode):
        return []
    found: list[tuple[str, yaml.Node, yaml.Node]] = []
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value == "<<":
            found += pairs(value)
        elif isinstance(key, yaml.ScalarNode):
            found.append((str(key.value).removeprefix(":"), key, value))
    return found


def get(node: yaml.Node | None, *keys: str) -> yaml.Node | None:
    """The value below these keys; of a key that stands twice the last one."""
    for wanted in keys:
        node = next((value for name, _, value in reversed(pairs(node)) if name == wanted), None)
    return node


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The items of a sequence; of anything else none."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def scalar(node: yaml.Node | None) -> str:
    """The text of a scalar, "" of anything else."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
