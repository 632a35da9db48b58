"""From the estate to this room's rows and contacts: what a row does not say of a lapse, the documented table says."""

from __future__ import annotations

from collections.abc import Sequence

from seawall.config import Estate, VendorEntry
from seawall.vendors.documented import documented
from seawall.vendors.facts.behaviour import Behaviour, find
from seawall.vendors.facts.row import Vendor, host_of
from seawall.vendors.ladder import Contact

WRITTEN = "seawall.toml"


def rows(estate: Estate, table: Sequence[Behaviour] | None = None) -> tuple[Vendor, ...]:
    """The rows of this estate, in their order. table: the behaviours, by default those that are shipped."""
    return tuple(row(entry, documented() if table is None else table) for entry in estate.vendors)


def contacts(estate: Estate) -> dict[str, Contact]:
    """Where each person is told."""
    return {key: Contact(routes.messages, routes.phones) for key, routes in estate.routes.items()}


def row(entry: VendorEntry, table: Sequence[Behaviour]) -> Vendor:
    """One row. What is written wins; days are taken from the table only for the behaviour that they belong to."""
    known = find(table, entry.name, entry.contract)
    on_lapse = entry.on_lapse or (known.on_lapse if known else "unknown")
    documented_here = known is not None and known.on_lapse == on_lapse
    grace_days = entry.grace_days
    says = WRITTEN if entry.on_lapse or grace_days is not None else "no document"
    if known is not None and documented_here and grace_days is None:
        grace_days = known.grace_days
        says = f"{WRITTEN} and {_named(known)}" if entry.on_lapse else _named(known)
    elif known is not None and not entry.on_lapse:
        says = f"{WRITTEN} and {_named(known)}"
    return Vendor(
        name=entry.name,
        owner=entry.owner,
        deputy=entry.deputy,
        contract=entry.contract,
        converts=entry.converts,
        ends=entry.ends,
        notice_days=entry.notice_days,
        on_lapse=on_lapse,
        grace_days=grace_days,
        terms_from=says,
        days=known.days if known is not None and documented_here else "",
        endpoints=tuple(host for host in map(host_of, entry.endpoints) if host),
        source=entry.source,
        last_confirmed=entry.last_confirmed,
        impact=entry.impact,
    )


def _named(known: Behaviour) -> str:
    return f"{known.source}, read {known.read}"
