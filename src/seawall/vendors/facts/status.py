"""The words that vendors have for the state of a contract, and which of them is worse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from seawall.vendors.facts.row import Vendor, VendorFacts

FINE, WAITING, DOUBTFUL, ENDED, DELETED = range(5)
# Of the AWS models of marketplace-agreement and license-manager, and of the Redis Cloud API.
REFUSED = ("wrong_host", "self_signed", "untrusted", "not_yet_valid")  # certificates that clients do not take
_RANKS = {
    FINE: ("active", "available", "renewed"),
    WAITING: ("pending", "pending_available", "encryption_key_pending", "replaced", "superseded"),
    DOUBTFUL: ("error", "archived", "rolled_back"),
    ENDED: ("cancelled", "expired", "terminated", "suspended", "deactivated", "disabled", *REFUSED),
    DELETED: ("deleting", "pending_delete", "deleted"),
}
_RANK = {word: rank for rank, words in _RANKS.items() for word in words}


def rank(status: str) -> int:
    """FINE to DELETED. A word that is not known is doubtful."""
    return _RANK.get(status.lower().replace("-", "_"), DOUBTFUL)


@dataclass(frozen=True, slots=True)
class Worsened:
    """A status worse than it was, or one that is bad in itself. since: when the source first said it."""

    source: str
    status: str
    rank: int
    before: str
    since: datetime


def worsened(facts: VendorFacts, vendor: Vendor) -> Worsened | None:
    """The worst of what the sources say now, where it has ended or was better before."""
    found: list[Worsened] = []
    for newest in facts.newest(vendor):
        said = [o for o in facts.of(vendor) if o.source == newest.source and o.status]
        said.sort(key=lambda o: o.at)
        if not said:
            continue
        now = said[-1].status
        others = [o for o in said if o.status != now]
        best = min(others, key=lambda o: rank(o.status), default=None)
        if rank(now) < ENDED and (best is None or rank(best.status) >= rank(now)):
            continue
        since = min(o.at for o in said if o.status == now and (not others or o.at > others[-1].at))
        found.append(Worsened(newest.source, now, rank(now), best.status if best else "", since))
    return max(found, key=lambda w: w.rank, default=None)
