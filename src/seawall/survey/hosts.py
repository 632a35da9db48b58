"""Whose a host is: the table `hosts.toml`, and the hosts that are nobody's (this machine, examples, containers).

The reserved names are those of RFC 2606, RFC 6761 and RFC 6762, the addresses those of RFC 5737 and RFC 3849.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from ipaddress import ip_address, ip_network


@dataclass(frozen=True, slots=True)
class Hoster:
    """A vendor, how its hosts end, whole hosts, and the types of CloudFormation that make one."""

    vendor: str
    suffixes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    redis: bool = False
    resources: tuple[str, ...] = ()


@cache
def hosters() -> tuple[Hoster, ...]:
    """All entries of the table, in its order."""
    table = tomllib.loads(files("seawall.survey").joinpath("hosts.toml").read_text(encoding="utf-8"))
    return tuple(
        Hoster(
            vendor=entry["vendor"],
            suffixes=tuple(entry.get("suffixes", ())),
            hosts=tuple(entry.get("hosts", ())),
            redis=entry.get("redis", False),
            resources=tuple(entry.get("resources", ())),
        )
        for entry in table["host"]
    )


@cache
def _below() -> tuple[tuple[re.Pattern[str], int, Hoster], ...]:
    """A pattern for each suffix and host, its length, and whose it is."""
    found: list[tuple[re.Pattern[str], int, Hoster]] = []
    for hoster in hosters():
        found += [(re.compile(r".+\." + _pattern(suffix)), len(suffix), hoster) for suffix in hoster.suffixes]
        found += [(re.compile(_pattern(host)), len(host), hoster) for host in hoster.hosts]
    return tuple(found)


def _pattern(suffix: str) -> str:
    return re.escape(suffix).replace(r"\*", "[a-z0-9-]+")


@cache
def any_suffix() -> re.Pattern[str]:
    """Finds whether a text may hold the host of a known vendor, in any case."""
    return re.compile("|".join(_pattern(s) for h in hosters() for s in (*h.suffixes, *h.hosts)), re.IGNORECASE)


@lru_cache(4096)
def hoster_of(host: str) -> Hoster | None:
    """The vendor of a host in lower case; None where the table does not know it."""
    fitting = [(length, hoster) for pattern, length, hoster in _below() if pattern.fullmatch(host)]
    return max(fitting, key=lambda f: f[0])[1] if fitting else None


THIS_MACHINE = "names this machine"
EXAMPLE = "is an example: a name or an address that is reserved for documents and tests"
ONE_WORD = "is a name of one word: a container or a machine of the local network; list it by hand if production uses it"
_WEB_SITE = re.compile(r"(?:www|docs?|console|app|support|help|status|blog|dashboard|portal|developers?)\..*")
_RESERVED = re.compile(r"(?:.+\.)?(?:example(?:\.(?:com|net|org))?|test|invalid|local|localdomain|docker\.internal)")
_DOCUMENTS = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))
_PLACEHOLDER = re.compile(r"your[-_].*|.*(?:changeme|placeholder|xxxx).*")


def why_not(host: str) -> str:
    """Why this host in lower case is no endpoint of production; empty where it may be one."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        address = None
    if address is not None:
        if address.is_loopback or address.is_unspecified or address.is_link_local:
            return THIS_MACHINE
        return EXAMPLE if any(address in net for net in _DOCUMENTS if net.version == address.version) else ""
    if host == "localhost" or host.endswith((".localhost", "localhost.localdomain")):
        return THIS_MACHINE
    if _RESERVED.fullmatch(host) or _PLACEHOLDER.fullmatch(host):
        return EXAMPLE
    return "" if "." in host else ONE_WORD


def is_web_site(host: str) -> bool:
    """Whether it is a page that people read, and no endpoint: www, docs, console and the like."""
    return bool(_WEB_SITE.fullmatch(host))
