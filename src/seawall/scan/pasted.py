"""A pasted log as a reading: no server, so sizes, settings and the host are unknown."""

from __future__ import annotations

from seawall.errors import InputError
from seawall.model import Capture, Cost, NotChecked, Target
from seawall.nodes import inputs
from seawall.nodes.catalogue import generated
from seawall.nodes.collect import Reading
from seawall.nodes.collect.session import CLIENT_NAME
from seawall.nodes.facts.command import Catalogue
from seawall.nodes.facts.group import group, reduce
from seawall.nodes.facts.node import NodeFacts
from seawall.nodes.facts.server import Server
from seawall.nodes.facts.work import Keyspace
from seawall.nodes.wording import count
from seawall.scan.summary import summary

_SKIPPED = "What could be read is judged. Give the log whole, as redis-cli prints it."


def paste(name: str, data: bytes, *, keep_arguments: bool) -> tuple[Target, Reading | None, NotChecked | None]:
    """A pasted log as a reading: no server, so sizes, settings and the host are unknown. Raises InputError."""
    try:
        pasted = inputs.parse(data)
    except MemoryError:
        raise InputError(f"{name} does not fit into memory", "Give the newest part of it.") from None
    catalogue = Catalogue(generated())
    ours = [r for r in pasted.entries if r.client == CLIENT_NAME]
    entries = [reduce(r, catalogue, keep_arguments=keep_arguments) for r in pasted.entries if r.client != CLIENT_NAME]
    ids = [r.id for r in pasted.entries if r.id is not None]
    times = [r.at for r in pasted.entries if r.at is not None]
    total = max(pasted.databases.values(), default=0)
    facts = NodeFacts(
        node=name,
        server=Server(info=pasted.info, stats=pasted.stats, databases=pasted.databases),
        groups=group(entries),
        keyspace=Keyspace(keys=total or None),
        is_live=False,
        seen=len(pasted.entries),
        oldest=min(times, default=None),
        newest=max(times, default=None),
        first_id=min(ids, default=None),
        slowlog_read=pasted.form != "INFO",
    )
    notes = [
        f"{name} was read as {pasted.form}: sizes, settings and the host are not known, so some causes cannot be told "
        "apart"
    ]
    unread = NotChecked(
        f"{name}, a part", f"{count(pasted.skipped, 'entry or line', 'entries or lines')} not understood", _SKIPPED
    )
    if ours:
        notes.append(f"{name}: {len(ours):,} entries of seawall itself were left out")
    capture = Capture(name, None, min(ids, default=None), max(ids, default=None), len(pasted.entries), None)
    return (
        Target(name, "input", facts.server.title, summary(facts)),
        Reading(
            facts, capture if pasted.entries else None, Cost(0, 0), (unread,) if pasted.skipped else (), tuple(notes)
        ),
        None,
    )
