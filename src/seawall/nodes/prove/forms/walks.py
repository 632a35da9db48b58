"""Walks over all keys, or over a collection with a COUNT that is too large (SW105, SW106)."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.nodes.facts.work import SLICE
from seawall.nodes.prove.form import SET, Form, Job, Side, Steps, Words, rows, scanned
from seawall.nodes.prove.forms.named import keys

KEYSPACE = 60_000  # keys that a SCAN of any COUNT walks
MEMBERS = 60_000


def by_keys(key: str, size: int) -> Steps[object]:
    """KEYS."""
    del size
    return frozenset(rows((yield ("KEYS", f"{key}:*"))))


def by_scan(key: str, size: int) -> Steps[object]:
    """SCAN with MATCH to its end, a slice a call."""
    del size
    return frozenset((yield from scanned(("SCAN",), ("MATCH", f"{key}:*", "COUNT", SLICE))))


def walk(key: str, size: int) -> Steps[object]:
    """The same pass with another COUNT."""
    return frozenset((yield from scanned(("SCAN",), ("MATCH", f"{key}:*", "COUNT", size))))


def walk_of_a_set(count: int | None) -> Job:
    """SSCAN to its end, with this COUNT or, where it is None, the one that is being proved."""

    def job(key: str, size: int) -> Steps[object]:
        return frozenset((yield from scanned(("SSCAN", key), ("COUNT", count or size))))

    return job


def keyspace(key: str, size: int) -> Iterator[Words]:
    """KEYSPACE small strings, whatever COUNT is proved."""
    del size
    return keys(key, KEYSPACE)


def large_set(key: str, size: int) -> Iterator[Words]:
    """MEMBERS members, whatever COUNT is proved."""
    del size
    return SET(key, MEMBERS)


FORMS = (
    Form(
        "keys-pattern",
        "the names of all keys that match a pattern",
        rules=("SW105",),
        commands=frozenset({"KEYS"}),
        old=Side("KEYS key:*", by_keys),
        new=Side("SCAN cursor MATCH key:* COUNT 1000", by_scan),
        seed=keys,
        type="",
        encoding="",
        size=KEYSPACE,
        size_is="keys",
    ),
    Form(
        "scan-with-a-large-count",
        f"the names of {KEYSPACE:,} keys by a cursor",
        rules=("SW106",),
        commands=frozenset({"SCAN", "CLUSTERSCAN"}),
        old=Side("SCAN cursor MATCH key:* COUNT N", walk),
        new=Side("SCAN cursor MATCH key:* COUNT 1000", by_scan),
        seed=keyspace,
        type="",
        encoding="",
        size=15_000,
        size_is="COUNT",
    ),
    Form(
        "collection-scan-with-a-large-count",
        f"the {MEMBERS:,} members of a set by a cursor",
        rules=("SW106",),
        commands=frozenset({"SSCAN", "HSCAN", "ZSCAN"}),
        old=Side("SSCAN key cursor COUNT N", walk_of_a_set(None)),
        new=Side("SSCAN key cursor COUNT 1000", walk_of_a_set(SLICE)),
        seed=large_set,
        type="set",
        encoding="hashtable",
        size=15_000,
        size_is="COUNT",
    ),
)
