"""`[[redis]]`: a row for each Redis or Valkey endpoint that the estate does not name yet, without its password.

A variable of the environment is named with `url_env`, so that its password stays there. What was found in a file is
written as a URL without userinfo: seawall does not read that file, and `url_env` fails where the variable is not set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from seawall.config import Estate
from seawall.errors import UsageError
from seawall.model import Json
from seawall.survey.endpoints import REDIS
from seawall.survey.found import Endpoint, Resource, Surveyed
from seawall.survey.hosts import hoster_of
from seawall.survey.rows import Row, distinct, name_for
from seawall.survey.templates import hoster_of_type
from seawall.wire.address import DEFAULT_PORT, parse_url

_OWNER = {"owner": "who answers for it: a key of [people]"}
_TLS = frozenset({"rediss", "valkeys"})
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+")  # a key in capitals, as LOCATION of Django, is none
_OTHERS = frozenset({11211})  # memcached, which ElastiCache serves as well


def propose(surveyed: Surveyed, estate: Estate, variables: Mapping[str, str]) -> Iterator[Row]:
    """A row for each server, in the order in which they were found, then one for each that a template names."""
    taken = {entry.name for entry in estate.redis}
    known = {key for entry in estate.redis if (key := _key_of_url(entry.url))}
    found = list(filter(speaks_redis, surveyed.endpoints))
    ports = {e.host: e.port for e in reversed(found) if e.port}  # REDIS_HOST beside REDIS_URL: no second server
    groups: dict[tuple[str, int], list[Endpoint]] = {}
    for endpoint in found:
        port = endpoint.port or (ports.get(endpoint.host) if not endpoint.scheme else None) or DEFAULT_PORT
        groups.setdefault((endpoint.host, port), []).append(endpoint)
    for key, group in groups.items():
        if key not in known:
            yield _row(group, taken, variables)
    labels = {label for e in found for label in e.host.split(".")}  # master.jobs.abc123.use1.cache.amazonaws.com
    listed = {(entry.aws.service, entry.aws.cache) for entry in estate.redis}
    for resource in surveyed.resources:
        service = _service(resource)
        cache = resource.identity
        if service and cache and cache.lower() not in labels and (service, cache) not in listed:
            listed.add((service, cache))
            name = distinct(cache.lower(), taken)
            taken.add(name)
            fields: dict[str, Json] = {"name": name, "aws": {service: cache}, "owner": ""}
            says = ("Its nodes are asked of AWS, in the region and with the credentials that are set.",)
            yield Row("redis", fields, _OWNER, says, (resource.place,))


def speaks_redis(endpoint: Endpoint) -> bool:
    """Whether it is a Redis: by its scheme, else by its vendor, its port or its name."""
    if endpoint.scheme:
        return endpoint.scheme in REDIS
    if endpoint.port in _OTHERS:
        return False
    hoster = hoster_of(endpoint.host)
    if hoster:
        return hoster.redis
    name = f"{endpoint.place.path.rpartition('/')[2]}.{endpoint.place.name}".lower()
    return endpoint.port == DEFAULT_PORT or "redis" in name or "valkey" in name


def _key_of_url(url: str) -> tuple[str, int] | None:
    try:
        address = parse_url(url) if url else None
    except UsageError:
        return None
    return (address.host.lower().rstrip("."), address.port) if address else None


def _row(group: Sequence[Endpoint], taken: set[str], variables: Mapping[str, str]) -> Row:
    """group: all that name one server. taken: names, to which its own is added."""
    set_here = next((e for e in group if not e.place.path and _is_url_of(e, variables)), None)
    best = set_here or max(group, key=lambda e: 2 if e.scheme else 1 if e.port else 0)  # the first of those
    name = distinct(name_for(best), taken)
    taken.add(name)
    fields: dict[str, Json] = {"name": name}
    if set_here:
        variable = set_here.place.name
        fields["url_env"] = variable
        says = [f"It is {best.address}. {variable} holds its URL, and must be set wherever this file is read."]
    else:
        fields["url"] = _url(group, best)
        says = _left_out(group)
    fields["owner"] = ""
    return Row("redis", fields, _OWNER, tuple(says), tuple(dict.fromkeys(e.place for e in group)))


def _url(group: Sequence[Endpoint], best: Endpoint) -> str:
    """A URL without userinfo; with TLS if one of them has it, with a database if all have the same."""
    scheme = "rediss" if any(e.scheme in _TLS for e in group) else "redis"
    databases = {e.database for e in group if e.scheme}
    database = databases.pop() if len(databases) == 1 else ""
    return f"{scheme}://{best.address}/{database}".rstrip("/")


def _left_out(group: Sequence[Endpoint]) -> list[str]:
    """What the URL does not hold, and how it comes in."""
    secret = next((e for e in group if e.secret), None)
    says: list[str] = []
    if secret:
        name = secret.place.name.rpartition(".")[2]
        named = f'url_env = "{name}"' if _VARIABLE.fullmatch(name) else "url_env, a variable that holds all of it"
        says.append(f"Its user and password are left out. In the place of url, where it is set: {named}.")
    if not any(e.scheme for e in group):
        says.append("No URL was found, only its host: write rediss:// where it speaks TLS.")
    return says


def _is_url_of(endpoint: Endpoint, variables: Mapping[str, str]) -> bool:
    """Whether this variable is a URL that seawall can use as it is."""
    key = _key_of_url(variables.get(endpoint.place.name, "")) if endpoint.scheme in REDIS else None
    return key == (endpoint.host, endpoint.port or DEFAULT_PORT)


def _service(resource: Resource) -> str:
    hoster = hoster_of_type(resource.kind)
    if hoster is None or not hoster.redis or resource.engine == "memcached":
        return ""
    return "memorydb" if "::MemoryDB::" in resource.kind else "elasticache"
