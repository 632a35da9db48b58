"""A collection read whole, against the same read by a cursor or by pages (SW104)."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.nodes.facts.work import SLICE
from seawall.nodes.prove.form import HASH, LIST, SET, ZSET, Form, Job, Side, Steps, Words, paged, paired, rows, scanned
from seawall.wire import Reply


def all_members(key: str, size: int) -> Steps[object]:
    """SMEMBERS."""
    del size
    return frozenset(rows((yield ("SMEMBERS", key))))


def members_by_cursor(key: str, size: int) -> Steps[object]:
    """SSCAN to its end; a set drops what it returns twice."""
    del size
    return frozenset((yield from scanned(("SSCAN", key), ("COUNT", SLICE))))


def all_fields(key: str, size: int) -> Steps[object]:
    """HGETALL."""
    del size
    return paired(rows((yield ("HGETALL", key))))


def fields_by_cursor(key: str, size: int) -> Steps[object]:
    """HSCAN to its end."""
    del size
    return paired((yield from scanned(("HSCAN", key), ("COUNT", SLICE))))


def all_by_rank(command: str) -> Job:
    """A range from the first element to the last."""

    def job(key: str, size: int) -> Steps[object]:
        del size
        return rows((yield (command, key, 0, -1)))

    return job


def pages_by_rank(command: str) -> Job:
    """The same by pages of a slice."""

    def job(key: str, size: int) -> Steps[object]:
        del size
        return (yield from paged(command, key))

    return job


def stream(key: str, size: int) -> Iterator[Words]:
    """A stream of entries of one field, with ids of our own."""
    return (("XADD", key, f"{n}-1", "f", f"v{n}") for n in range(1, size + 1))


def all_entries(key: str, size: int) -> Steps[object]:
    """XRANGE of all."""
    del size
    return rows((yield ("XRANGE", key, "-", "+")))


def entries_by_pages(key: str, size: int) -> Steps[object]:
    """XRANGE of a slice, and on from its last id."""
    del size
    found: list[Reply] = []
    start = b"-"
    while True:
        page = rows((yield ("XRANGE", key, start, "+", "COUNT", SLICE)))
        found += page
        last = rows(page[-1])[0] if page else None
        if len(page) < SLICE or not isinstance(last, bytes):
            return found
        start = b"(" + last


FORMS = (
    Form(
        "members-of-a-set",
        "every member of a set",
        rules=("SW104",),
        commands=frozenset({"SMEMBERS"}),
        old=Side("SMEMBERS key", all_members),
        new=Side("SSCAN key cursor COUNT 1000", members_by_cursor),
        seed=SET,
        type="set",
        encoding="hashtable",
        size=40_000,
    ),
    Form(
        "fields-of-a-hash",
        "every field of a hash with its value",
        rules=("SW104",),
        commands=frozenset({"HGETALL", "HKEYS", "HVALS"}),
        old=Side("HGETALL key", all_fields),
        new=Side("HSCAN key cursor COUNT 1000", fields_by_cursor),
        seed=HASH,
        type="hash",
        encoding="hashtable",
        size=40_000,
    ),
    Form(
        "elements-of-a-list",
        "every element of a list",
        rules=("SW104",),
        commands=frozenset({"LRANGE"}),
        old=Side("LRANGE key 0 -1", all_by_rank("LRANGE")),
        new=Side("LRANGE key 0 999, 1000 1999, ...", pages_by_rank("LRANGE")),
        seed=LIST,
        type="list",
        encoding="quicklist",
        size=40_000,
    ),
    Form(
        "members-of-a-sorted-set",
        "every member of a sorted set, in order",
        rules=("SW104",),
        commands=frozenset(
            f"Z{reverse}RANGE{by}" for reverse in ("", "REV") for by in ("", "BYSCORE", "BYLEX", "STORE")
        ),
        old=Side("ZRANGE key 0 -1", all_by_rank("ZRANGE")),
        new=Side("ZRANGE key 0 999, 1000 1999, ...", pages_by_rank("ZRANGE")),
        seed=ZSET,
        type="zset",
        encoding="skiplist",
        size=40_000,
    ),
    Form(
        "entries-of-a-stream",
        "every entry of a stream",
        rules=("SW104",),
        commands=frozenset({"XRANGE", "XREVRANGE"}),
        old=Side("XRANGE key - +", all_entries),
        new=Side("XRANGE key (last + COUNT 1000", entries_by_pages),
        seed=stream,
        type="stream",
        encoding="stream",
        size=20_000,
        most=500_000,  # the answer of more would pass the 64 MB that are read of one
    ),
)
