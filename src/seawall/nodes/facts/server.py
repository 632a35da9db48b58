"""What a server says about itself: INFO, commandstats, LATENCY LATEST, CLIENT LIST, the configuration that matters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from seawall.keyspace import printable

DEFAULT_THRESHOLD_US = 10_000  # slowlog-log-slower-than of every version


@dataclass(frozen=True, slots=True)
class CommandStat:
    """A row of INFO commandstats: calls and microseconds since the start or the last CONFIG RESETSTAT."""

    command: str  # upper case, `CONFIG GET` for a subcommand
    calls: int
    us: int


@dataclass(frozen=True, slots=True)
class LatencyEvent:
    """A row of LATENCY LATEST: the event, when it last happened (epoch seconds), that time and the worst, in ms."""

    name: str
    at: int
    latest_ms: int
    worst_ms: int


@dataclass(frozen=True, slots=True)
class ClientInfo:
    """A connection of CLIENT LIST, as far as a cause needs it. library: as it named itself, from Redis 7.2 on."""

    address: str
    database: int
    name: str
    library: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """One server's own words. Every mapping may be empty: a managed service may forbid any of the commands."""

    info: Mapping[str, str] = field(default_factory=dict[str, str])
    config: Mapping[str, str] = field(default_factory=dict[str, str])
    stats: tuple[CommandStat, ...] = ()
    latency: tuple[LatencyEvent, ...] = ()
    clients: tuple[ClientInfo, ...] = ()
    databases: Mapping[int, int] = field(default_factory=dict[int, int])  # keys by database number

    @property
    def product(self) -> str:
        """Redis or Valkey; empty where INFO could not be read."""
        if self.info.get("server_name", "").lower() == "valkey" or "valkey_version" in self.info:
            return "Valkey"
        return "Redis" if "redis_version" in self.info else ""

    @property
    def version(self) -> tuple[int, ...]:
        """(9, 1, 2); empty where it is not known."""
        text = self.info.get("valkey_version") or self.info.get("redis_version", "")
        return tuple(int(n) for n in re.findall(r"[0-9]{1,9}", text)[:3])

    @property
    def title(self) -> str:
        """`Redis 7.0.15`, safe to print."""
        return f"{self.product} {'.'.join(map(str, self.version))}".strip()

    @property
    def threshold_us(self) -> int | None:
        """slowlog-log-slower-than: -1 is off, None is not readable."""
        return self._number(self.config, "slowlog-log-slower-than")

    @property
    def ring(self) -> int | None:
        """slowlog-max-len; None is not readable."""
        return self._number(self.config, "slowlog-max-len")

    @property
    def uptime_s(self) -> int | None:
        """Seconds since the start."""
        return self._number(self.info, "uptime_in_seconds")

    @property
    def marks_scripts(self) -> bool | None:
        """Whether the slow log shows which commands a script sent; None if unknown. Valkey 8 does not (valkey #805)."""
        return self.product != "Valkey" or self.version < (8,) if self.version else None

    def number(self, name: str) -> int | None:
        """A whole number of INFO; None where it is absent."""
        return self._number(self.info, name)

    def frees_lazily(self, setting: str) -> bool | None:
        """Whether `lazyfree-lazy-...` is on; by the version's default where CONFIG is forbidden; None if unknown.

        Valkey 8 turned all five on; every Redis has them off (measured on 6.2, 7.0, 8.2; Valkey 8.1, 9.1).
        """
        value = self.config.get(setting)
        if value is not None:
            return value == "yes"
        if not self.version:
            return None
        return self.product == "Valkey" and self.version >= (8,)

    @staticmethod
    def _number(of: Mapping[str, str], name: str) -> int | None:
        text = of.get(name, "").split(".")[0]
        return int(text) if re.fullmatch(r"-?\d{1,18}", text) else None


# Anywhere in a line: a crash report passes through syslog, docker or journald, each with a head and an end of its own.
_STAT = re.compile(r"cmdstat_(\S{1,128}?):calls=(\d{1,18}),usec=(\d{1,18})")
_DATABASE = re.compile(r"(?m)(?:^|\s)db(\d{1,6}):keys=(\d{1,18})")
_FIELD = re.compile(r"(?m)^(?:[^\r\n]{0,256}?[ \t])?([a-z][a-z0-9_]{1,63}):(?=\S)([^\r\n]*)")


def parse_info(text: str) -> dict[str, str]:
    """The `name:value` lines of INFO, the first of each name; commandstats and keyspace have parsers of their own."""
    found: dict[str, str] = {}
    for match in _FIELD.finditer(text):
        value = match[2].strip().removesuffix("^M").removesuffix("#015").strip()
        if value and not match[1].startswith("cmdstat_"):
            found.setdefault(match[1], printable(value))
    return found


def parse_commandstats(text: str) -> tuple[CommandStat, ...]:
    """The commandstats found anywhere in a text: INFO itself, or a crash report with another program's line heads."""
    return tuple(
        CommandStat(printable(m[1].replace("|", " ").upper()), int(m[2]), int(m[3])) for m in _STAT.finditer(text)
    )


def parse_databases(text: str) -> dict[int, int]:
    """Keys by database number, from INFO keyspace."""
    return {int(m[1]): int(m[2]) for m in _DATABASE.finditer(text)}


def parse_latency(reply: object) -> tuple[LatencyEvent, ...]:
    """The rows of a LATENCY LATEST reply; rows of another form are left out."""
    events: list[LatencyEvent] = []
    for row in _sequence(reply):
        fields = _sequence(row)
        if len(fields) >= 4:
            name, at, latest, worst = fields[:4]
            if isinstance(name, bytes) and isinstance(at, int) and isinstance(latest, int) and isinstance(worst, int):
                events.append(LatencyEvent(printable(name), at, latest, worst))
    return tuple(events)


def parse_clients(text: str) -> tuple[ClientInfo, ...]:
    """The connections of a CLIENT LIST reply."""
    clients: list[ClientInfo] = []
    for line in text.splitlines():
        fields = dict(word.split("=", 1) for word in line.split(" ") if "=" in word)
        database = fields.get("db", "")
        clients.append(
            ClientInfo(
                fields.get("addr", ""),
                int(database) if re.fullmatch(r"[0-9]{1,9}", database) else 0,
                fields.get("name", ""),
                fields.get("lib-name", ""),
            )
        )
    return tuple(clients)


def parse_config(reply: object) -> dict[str, str]:
    """Names and values of a CONFIG GET reply."""
    flat = [w.decode("utf-8", "replace") if isinstance(w, bytes) else "" for w in _sequence(reply)]
    return dict(zip(flat[::2], flat[1::2], strict=False))


def _sequence(value: object) -> Sequence[object]:
    return cast("list[object]", value) if isinstance(value, list) else ()
