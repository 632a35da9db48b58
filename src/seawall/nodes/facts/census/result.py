"""Tallies into the rows of a census: exact where all was counted, else an estimate with its 95 % interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from seawall.keyspace import KeyPattern, printable
from seawall.keyspace.sizes import Estimate, PatternSize, TtlCluster, second
from seawall.nodes.facts.census import interval
from seawall.nodes.facts.census.allocation import LARGE, Stratum
from seawall.nodes.facts.census.tally import Tally

CLUSTER = 100  # keys that expire in one second: fewer are nothing to a server


@dataclass(frozen=True, slots=True)
class Frame:
    """How much of a database was walked. total, expiring: keys by INFO. complete: every name was seen."""

    total: int
    expiring: int | None = None
    walked: int = 0
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Largest:
    """What the largest key of a pattern is; elements None for a string, or where it is gone."""

    type: str
    elements: int | None


def row(
    pattern: KeyPattern, database: int, tally: Tally, frame: Frame, largest: Largest | None, *, keep_key: bool = False
) -> PatternSize:
    """The row of one pattern in one database."""
    keys = keys_of(tally, frame)
    types = {name for name in (*tally.types, *([largest.type] if largest else ())) if name not in ("", "none")}
    return PatternSize(
        key_pattern=pattern.text,
        database=database,
        type=printable(next(iter(types))) if len(types) == 1 else "mixed" if types else "",
        keys=keys,
        bytes=_bytes(tally, frame, keys),
        largest_bytes=tally.largest if tally.sized else None,
        largest_elements=largest.elements if largest else None,
        without_ttl=_without_ttl(tally, frame, keys),
        ttl_cluster=_cluster(tally, keys),
        sampled=tally.sized,
        largest_key=printable(tally.largest_name) if keep_key and tally.sized else None,
    )


def keys_of(tally: Tally, frame: Frame) -> Estimate:
    """How many keys the pattern has: counted, or by its share of the names that were seen."""
    there = tally.keys - tally.gone
    if frame.complete:
        return Estimate.exact(tally.keys if tally.asked else there)
    total = max(frame.total, frame.walked)
    low, high = interval.share(tally.keys, frame.walked, total)
    return Estimate(round(total * tally.keys / frame.walked), math.floor(total * low), math.ceil(total * high))


def stratum(tally: Tally, frame: Frame) -> Stratum:
    """What the allocation of further questions needs to know."""
    keys = keys_of(tally, frame).value
    mean = tally.total / tally.sized if tally.sized else 0.0
    spread = interval.deviation(tally.sized, tally.total, tally.squares)
    return Stratum(
        keys,
        tally.asked,
        len(tally.names),
        spread / mean if mean else 0.0,
        keys * mean,
        dominated=tally.largest >= LARGE * keys * mean,
    )


def _bytes(tally: Tally, frame: Frame, keys: Estimate) -> Estimate | None:
    if frame.complete and tally.sized + tally.gone >= tally.keys and (tally.sized or tally.gone):
        return Estimate.exact(tally.total)
    if not tally.sized:
        return None
    mean, low, high = interval.mean(tally.sized, tally.total, tally.squares, tally.largest, max(keys.value, 1))
    value = keys.value * mean
    down = math.hypot(keys.value * (mean - low), mean * (keys.value - keys.low))
    up = math.hypot(keys.value * (high - mean), mean * (keys.high - keys.value))
    return Estimate(round(value), max(math.floor(value - down), tally.total), math.ceil(value + up))


def _without_ttl(tally: Tally, frame: Frame, keys: Estimate) -> Estimate | None:
    if frame.expiring == 0:
        return keys
    return _share(tally.without_ttl, tally, keys) if tally.timed else None


def _share(k: int, tally: Tally, keys: Estimate, *, comparisons: int = 1) -> Estimate:
    """How many keys of the pattern have what k of the timed ones have."""
    low, high = interval.share(k, tally.timed, keys.high, comparisons=comparisons)
    if tally.timed >= keys.high:
        return Estimate.exact(k)
    return Estimate(round(keys.value * k / tally.timed), math.floor(keys.low * low), math.ceil(keys.high * high))


def _cluster(tally: Tally, keys: Estimate) -> TtlCluster | None:
    if not tally.seconds:
        return None
    at, most = max(tally.seconds.items(), key=lambda item: (item[1], -item[0]))
    many = _share(most, tally, keys, comparisons=len(tally.seconds))
    if tally.pruned:
        many = Estimate(many.value, many.low, many.high + math.ceil(tally.pruned * keys.value / tally.timed))
    return TtlCluster(second(at), many) if many.low >= CLUSTER else None
