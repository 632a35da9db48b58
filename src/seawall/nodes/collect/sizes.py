"""What the keys of the slow log hold now: a type, a cardinality, an encoding and a memory use, O(1) each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from seawall.keyspace import Key, printable
from seawall.nodes.collect.session import Session, text
from seawall.nodes.facts.group import Group
from seawall.nodes.facts.server import Server
from seawall.nodes.facts.work import Keyspace, Size
from seawall.wire import Address

KEY_LIMIT = 200  # keys asked about in all, worst groups first: four O(1) commands each, about 1 ms of server time
KEYS_PER_GROUP = 8
DATABASE_LIMIT = 4
CARDINALITY = {"set": "SCARD", "zset": "ZCARD", "hash": "HLEN", "list": "LLEN", "string": "STRLEN", "stream": "XLEN"}


def keyspace(session: Session, server: Server, address: Address, groups: Sequence[Group]) -> Keyspace:
    """The sizes of the keys that the groups name, and how many keys a walk of the database touches."""
    filled = sorted((d for d, keys in server.databases.items() if keys), key=lambda d: -server.databases[d])
    total = server.databases.get(address.database) or max(server.databases.values(), default=0)
    keys = _suspects(groups)
    where = _where(server, address, groups)
    databases = list(dict.fromkeys([address.database, *where.values(), *filled]))[:DATABASE_LIMIT]
    all_searched = bool(server.info) and set(filled) <= set(databases)
    sizes = _sizes(session, keys, where, databases, all_searched=all_searched)
    return Keyspace(sizes, keys=total if server.info else None, keys_exact=len(filled) <= 1)


def _suspects(groups: Sequence[Group]) -> list[Key]:
    """The keys to ask about: of the worst groups first, of each the longest entries first."""
    chosen: dict[Key, None] = {}
    for members in groups:
        asked = 0
        for entry in sorted(members.entries, key=lambda e: -e.us):
            keys = [use.key for use in entry.keys if not use.key.cut]
            if asked and asked + len(keys) > KEYS_PER_GROUP:
                break
            asked += len(keys)
            chosen.update(dict.fromkeys(keys))
        if len(chosen) >= KEY_LIMIT:
            break
    return list(chosen)[:KEY_LIMIT]


def _where(server: Server, address: Address, groups: Sequence[Group]) -> Mapping[Key, int]:
    """The database of a key, by the connection that sent the command, where that is still there."""
    by_peer = {c.address: c.database for c in server.clients} if not address.path else {}
    return {
        use.key: by_peer[entry.peer]
        for members in groups
        for entry in members.entries
        if entry.peer in by_peer
        for use in entry.keys
    }


def _sizes(
    session: Session, keys: Sequence[Key], where: Mapping[Key, int], databases: Sequence[int], *, all_searched: bool
) -> dict[Key, Size]:
    """Sizes by key. One that is not in its database, or whose database is not known, is looked for in all of them."""
    found: dict[Key, dict[int, Size]] = {key: {} for key in keys}
    at = session.connection.address.database
    for known_only in (True, False):
        lost = [key for key in keys if known_only or all(size.gone for size in found[key].values())]
        for database in databases:
            here = [
                k for k in lost if (where.get(k, database) == database or not known_only) and database not in found[k]
            ]
            if not here:
                continue
            if database != at and session.ask("SELECT", database) is None:
                all_searched = False
                continue
            at = database
            for key, size in _sizes_here(session, here).items():
                found[key][database] = size
    sizes: dict[Key, Size] = {}
    for key, by_database in found.items():
        held = [size for size in by_database.values() if not size.gone]
        if held:
            largest = max(held, key=lambda size: (size.elements or 0, size.bytes or 0))
            sizes[key] = replace(largest, sure=len({(size.type, size.elements) for size in held}) == 1)
        elif by_database and all_searched:
            sizes[key] = Size("none")
    return sizes


def _sizes_here(session: Session, keys: Sequence[Key]) -> dict[Key, Size]:
    types = dict(zip(keys, session.ask_all([["TYPE", k.name] for k in keys]), strict=True))
    named = {k: t.decode("latin-1") for k, t in types.items() if isinstance(t, bytes)}
    sizes = {k: Size("none") for k, t in named.items() if t == "none"}
    counted = [k for k, t in named.items() if t in CARDINALITY]
    replies = session.ask_all(
        [
            command
            for k in counted
            for command in (
                [CARDINALITY[named[k]], k.name],
                ["OBJECT", "ENCODING", k.name],
                ["MEMORY", "USAGE", k.name],
            )
        ]
    )
    for place, key in enumerate(counted):
        count, encoding, memory = replies[3 * place : 3 * place + 3]
        number = count if isinstance(count, int) else None
        bytes_ = number if named[key] == "string" else memory if isinstance(memory, int) else None
        sizes[key] = Size(named[key], number if named[key] != "string" else None, bytes_, printable(text(encoding)))
    for key, type_ in named.items():
        sizes.setdefault(key, Size(printable(type_)))
    return sizes
