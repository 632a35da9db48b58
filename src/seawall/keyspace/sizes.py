"""What a keyspace holds, by key pattern: counts and bytes, each with the interval in which the truth is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from seawall.model import SCHEMA, Cost, Json, NotChecked


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its 95 % interval; where all was counted, the three are one."""

    value: int
    low: int
    high: int

    @classmethod
    def exact(cls, value: int) -> Estimate:
        """A number that was counted."""
        return cls(value, value, value)

    @property
    def is_exact(self) -> bool:
        """Whether it was counted."""
        return self.low == self.high

    @property
    def margin(self) -> float:
        """The interval's farther end, as a share of the number: 0.05 is within 5 %."""
        return max(self.high - self.value, self.value - self.low) / self.value if self.value else 0.0


@dataclass(frozen=True, slots=True)
class TtlCluster:
    """The fullest second of a pattern's expiry: when, and how many of its keys expire in it."""

    at: datetime
    keys: Estimate


@dataclass(frozen=True, slots=True)
class PatternSize:
    """The keys of one pattern in one database.

    type: `hash`, ..., `mixed` where the pattern's keys are of several; empty where it could not be asked. bytes and
    without_ttl are None where they could not be asked. sampled: keys whose size was asked. largest_key is only kept
    where somebody asked for it.
    """

    key_pattern: str
    database: int
    type: str
    keys: Estimate
    bytes: Estimate | None
    largest_bytes: int | None
    largest_elements: int | None
    without_ttl: Estimate | None
    ttl_cluster: TtlCluster | None
    sampled: int
    largest_key: str | None = None

    def as_json(self) -> dict[str, Json]:
        """The row of the contract: each estimate as three fields, null where it is not known."""
        cluster = self.ttl_cluster
        row: dict[str, Json] = {
            "key_pattern": self.key_pattern,
            "database": self.database,
            "type": self.type,
            **_fields("keys", self.keys),
            **_fields("bytes", self.bytes),
            "largest_bytes": self.largest_bytes,
            "largest_elements": self.largest_elements,
            **_fields("without_ttl", self.without_ttl),
            "ttl_cluster": {"at": cluster.at.isoformat(), **_fields("keys", cluster.keys)} if cluster else None,
            "sampled": self.sampled,
        }
        return row if self.largest_key is None else {**row, "largest_key": self.largest_key}


def _fields(name: str, estimate: Estimate | None) -> dict[str, Json]:
    if estimate is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


@dataclass(frozen=True, slots=True)
class Census:
    """What one node's keyspace holds. `total` is what the server says, `walked` how many names were seen.

    `stopped`: the user stopped it, and the rest is not known. `databases`: keys by database. `used_memory`: bytes.
    """

    version: str
    started_at: datetime
    finished_at: datetime
    node: str
    role: str
    server: str
    full: bool
    total: int
    walked: int
    sampled: int
    patterns: tuple[PatternSize, ...]  # most bytes first
    databases: Mapping[int, int]
    used_memory: int | None
    cost: Cost
    not_checked: tuple[NotChecked, ...] = ()
    notes: tuple[str, ...] = ()
    stopped: bool = False

    def as_json(self) -> dict[str, Json]:
        """The census document of the contract."""
        return {
            "schema": SCHEMA,
            "tool": {"name": "seawall", "version": self.version},
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
            "node": self.node,
            "role": self.role,
            "server": self.server,
            "mode": "full" if self.full else "sampled",
            "stopped": self.stopped,
            "keys": {"total": self.total, "walked": self.walked, "sampled": self.sampled},
            "patterns": [p.as_json() for p in self.patterns],
            "cost": self.cost.as_json(),
            "not_checked": [n.as_json() for n in self.not_checked],
            "notes": list(self.notes),
        }


def second(at: int) -> datetime:
    """A second of the epoch as a time; the last one that can be written where it is beyond the year 9999."""
    return datetime.fromtimestamp(min(at, 253_402_300_799), UTC)
