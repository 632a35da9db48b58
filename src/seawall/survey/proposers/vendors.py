"""`[[vendors]]`: a row for each vendor, and for each host that no table knows, with the endpoints it lacks.

A vendor is called as the table of documented behaviours calls it, so that `on_lapse` and `grace_days` come from there.
No contract is guessed: a host does not say what is paid for it, and a wrong guess would hide an end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from seawall.config import Estate
from seawall.model import Json
from seawall.survey.found import Endpoint, Place, Surveyed
from seawall.survey.hosts import hoster_of
from seawall.survey.rows import Row, distinct
from seawall.survey.templates import hoster_of_type
from seawall.vendors.facts.row import host_of
from seawall.vendors.rules.endpoint_without_vendor import covers

_LEFT = {
    "owner": "who answers for it: a key of [people]",
    "deputy": "who stands in",
    "contract": "trial, fixed, pay-as-you-go, card, domain or certificate",
    "converts": "true or false: does it go on by itself after its end?",
    "ends": "2026-12-31, its last day",
    "impact": "what stops when it is gone",
}


def propose(surveyed: Surveyed, estate: Estate, _variables: Mapping[str, str]) -> Iterator[Row]:
    """A row for each vendor with endpoints that no row of the estate covers; by vendor, in the order found."""
    covering = [host for entry in estate.vendors for host in map(host_of, entry.endpoints) if host]
    named = {entry.name for entry in estate.vendors}
    groups: dict[str, list[Endpoint]] = {}
    made: dict[str, list[Place]] = {}
    for endpoint in surveyed.endpoints:
        if not any(covers(pattern, endpoint.host) for pattern in covering):
            hoster = hoster_of(endpoint.host)
            groups.setdefault(hoster.vendor if hoster else endpoint.host, []).append(endpoint)
    for resource in surveyed.resources:
        hoster = hoster_of_type(resource.kind)
        if hoster and hoster.vendor not in named:
            made.setdefault(hoster.vendor, []).append(resource.place)
    for vendor in dict.fromkeys((*groups, *made)):
        yield _row(vendor, groups.get(vendor, ()), made.get(vendor, ()), named)


def _row(vendor: str, group: Sequence[Endpoint], made: Sequence[Place], named: set[str]) -> Row:
    says: list[str] = []
    if vendor in named:
        says.append(f"{vendor} has a row: if one contract pays for both, add these endpoints to it instead.")
    if not group:
        says.append("A template makes it; add its endpoints once they are known.")
    elif hoster_of(group[0].host) is None:
        says.append("Whose host this is, is not known: give it the name of the vendor or of the team that runs it.")
    with_port = {e.host for e in group if e.port}
    addresses: list[Json] = list(dict.fromkeys(e.address for e in group if e.port or e.host not in with_port))
    fields: dict[str, Json] = {
        "name": distinct(vendor, named),
        "owner": "",
        "deputy": "",
        "endpoints": addresses,
    }
    named.add(str(fields["name"]))
    return Row("vendors", fields, _LEFT, tuple(says), tuple(dict.fromkeys((*(e.place for e in group), *made))))
