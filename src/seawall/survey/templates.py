"""What a CloudFormation template makes, and how that is called there, where the template says it in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.survey.found import Place, Resource, Value
from seawall.survey.hosts import Hoster, hosters
from seawall.survey.reading import bare

_TYPE = re.compile(r"AWS::[A-Za-z0-9]+::[A-Za-z0-9]+")
_IDENTITIES = frozenset({"ReplicationGroupId", "ClusterName", "ServerlessCacheName"})
_MAKES = re.compile(r".*::(?:ReplicationGroup|CacheCluster|ServerlessCache|Cluster|DB\w+|Broker|Domain)")
_IDENTITY = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,62}")


def resources(path: str, values: Sequence[Value]) -> Iterator[Resource]:
    """The services of known vendors that these values of one template make."""
    named: dict[str, str] = {}  # by the properties that hold it
    engines: dict[str, str] = {}
    for value in values:
        parent, _, last = value.name.rpartition(".")
        if last in _IDENTITIES and _IDENTITY.fullmatch(bare(value.text)):
            named.setdefault(parent, bare(value.text))
        elif last == "Engine":
            engines.setdefault(parent, bare(value.text).lower())
    for value in values:
        kind = bare(value.text)
        parent, _, last = value.name.rpartition(".")
        if last == "Type" and _TYPE.fullmatch(kind) and _MAKES.fullmatch(kind) and hoster_of_type(kind):
            place = Place(path, value.line, parent.rpartition(".")[2])
            below = f"{parent}.Properties"
            yield Resource(kind, named.get(below, ""), engines.get(below, ""), place)


def hoster_of_type(kind: str) -> Hoster | None:
    """The vendor that a type of CloudFormation makes something of."""
    return next((h for h in hosters() if any(kind.startswith(r) for r in h.resources)), None)
