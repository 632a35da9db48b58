"""How long a key lives, as call sites give it: with the value, by a second command, or the same for many keys. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seawall.calls.facts.sites import Argument, Site
from seawall.calls.judging import option, positional

OPTIONS = ("ex", "px", "exat", "pxat", "keepttl", "nx", "xx", "get", "ifeq")  # of SET  # codespell:ignore exat
EXPIRES = ("expire", "pexpire", "expireat", "pexpireat")
GAP = 200  # bytes between the two calls: white space, an `await`, a receiver


def set_then_expire(sites: Iterable[Site]) -> Iterator[tuple[Site, Site]]:
    """SET without an option, and next to it in the same function EXPIRE of the same key by the same receiver."""
    last: Site | None = None
    for site in sorted(sites, key=lambda one: (one.path, one.span)):
        if last is not None and site.command in EXPIRES and _belongs(last, site):
            yield last, site
        last = site


def _belongs(set_: Site, expire: Site) -> bool:
    same = ("path", "receiver", "key_pattern", "keys", "confidence")
    return (
        set_.command == "set"
        and all(getattr(set_, name) == getattr(expire, name) for name in same)
        and set_.key_pattern is not None
        and set_.around.symbol == expire.around.symbol
        and set_.around.mode == expire.around.mode
        and not (set_.through or expire.through)
        and not _has_option(set_)
        and len(positional(expire)) == 2
        and 0 < expire.span_call[0] - set_.span_call[1] < GAP
    )


def _has_option(site: Site) -> bool:
    words = {argument.keyword.lower() for argument in site.args}
    return len(positional(site)) != 2 or not words.isdisjoint(OPTIONS)


def fixed_ttl(site: Site) -> Argument | None:
    """The constant time to live that a site gives to keys of which there are many, in its command's unit.

    None where the time is not constant, the key is one of its kind, or what is set is a lock (NX).
    """
    if not site.key_pattern or "*" not in site.key_pattern or site.through:
        return None
    if site.command in ("expire", "pexpire", "setex", "psetex"):
        given = positional(site)
        found = given[1] if len(given) > 1 else next((a for a in site.args if a.keyword in ("time", "seconds")), None)
    elif site.command == "set" and option(site, "nx") is None and not _says_nx(site):
        found = option(site, "ex") or option(site, "px")
    else:
        return None
    return found if found is not None and found.number is not None and found.number > 0 else None


def _says_nx(site: Site) -> bool:
    return any((argument.text or "").lower() == "nx" for argument in positional(site)[2:])
