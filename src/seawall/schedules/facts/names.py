"""The names that a template defines, and what may be referred to: parameters, resources, mappings, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from seawall.schedules.facts.document import Document, get, items, pairs, scalar

_PSEUDO_WORDS = "AccountId NotificationARNs NoValue Partition Region StackId StackName URLSuffix"
PSEUDO = frozenset(f"AWS::{word}" for word in _PSEUDO_WORDS.split())
_SERVERLESS = "AWS::Serverless-2016-10-31"
_PLAIN_TRANSFORMS = (_SERVERLESS, "AWS::CodeDeployBlueGreen", "AWS::SecretsManager-2020-07-23")


@dataclass(frozen=True, slots=True)
class Names:
    """What a template defines.

    resources: type by logical id. open: a macro or Fn::ForEach may add names that are not written, so that a missing
    one proves nothing. serverless: SAM adds resources whose ids begin with a written one.
    """

    parameters: Mapping[str, yaml.Node] = field(repr=False)
    resources: Mapping[str, str]
    mappings: Mapping[str, yaml.Node] = field(repr=False)
    conditions: frozenset[str]
    open: bool = False
    serverless: bool = False

    def has_resource(self, name: str) -> bool:
        """Whether a resource of this id is written, or may be added by a macro."""
        if name in self.resources or self.open:
            return True
        if not self.serverless:
            return False
        return name.startswith(("Serverless", *(n for n, kind in self.resources.items() if "Serverless" in kind)))


def names_of(document: Document) -> Names:
    """The names of a document."""
    root = document.root
    resources = {name: scalar(get(node, "Type")) or "" for name, _, node in pairs(get(root, "Resources"))}
    transforms = _words(get(root, "Transform"))
    looped = any(
        name.startswith("Fn::")
        for part in ("Resources", "Conditions", "Mappings")
        for name, _, _ in pairs(get(root, part))
    )
    return Names(
        parameters={name: node for name, _, node in pairs(get(root, "Parameters"))},
        resources=resources,
        mappings={name: node for name, _, node in pairs(get(root, "Mappings"))},
        conditions=frozenset(name for name, _, _ in pairs(get(root, "Conditions"))),
        open=looped or any(word not in (*_PLAIN_TRANSFORMS, "AWS::LanguageExtensions") for word in transforms),
        serverless=_SERVERLESS in transforms,
    )


def _words(node: yaml.Node | None) -> list[str]:
    """The transforms of a template: one, several, or with parameters, which then are macros."""
    if node is None:
        return []
    return [scalar(item) or scalar(get(item, "Name")) or "a macro" for item in items(node) or [node]]
