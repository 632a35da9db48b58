"""What is found: values in text, endpoints in values, each with its place. Frozen records. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from seawall.keyspace import printable
from seawall.model import Json, NotChecked

SHOWN = 160  # characters of a path or a name in a comment


class Kind(StrEnum):
    """How a text is read. Of CODE only URLs and the hosts of known vendors count: its names are not settings."""

    ENVIRONMENT = "environment"
    DOTENV = "dotenv"
    CONFIG = "config"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands. path: empty for the environment, and line is 0 then. name: of the variable or key."""

    path: str
    line: int
    name: str

    @property
    def says(self) -> str:
        """`.env:3 (REDIS_URL)` or `the environment (REDIS_URL)`, printable and in one line."""
        where = f"{_cut(self.path)}:{self.line}" if self.path else "the environment"
        return f"{where} ({_cut(self.name)})" if self.name else where

    def as_json(self) -> dict[str, Json]:
        """All three fields; path is null for the environment."""
        return {"path": printable(self.path) or None, "line": self.line or None, "name": printable(self.name) or None}


def _cut(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= SHOWN else f"...{shown[-SHOWN:]}"


@dataclass(frozen=True, slots=True)
class Value:
    """What a line sets. name: the keys down to it with dots between. text: the rest of the line, quotes included."""

    name: str
    text: str
    line: int

    @property
    def last(self) -> str:
        """The last key of the name."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host that something connects to. scheme: in lower case, empty where the text had none. port: 0 for none.

    secret: whether the URL held a user or a password. database: of a Redis URL, empty for the first.
    """

    scheme: str
    host: str
    port: int
    place: Place
    secret: bool = False
    database: str = ""

    @property
    def address(self) -> str:
        """`host:port`, or the host where no port is known."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host


@dataclass(frozen=True, slots=True)
class Resource:
    """A service that a CloudFormation template makes. identity: its name there, empty where that is computed."""

    kind: str  # AWS::ElastiCache::ReplicationGroup
    identity: str
    engine: str  # in lower case, empty where it is not said
    place: Place  # its name is the logical id


@dataclass(frozen=True, slots=True)
class Passed:
    """What was passed over on purpose, and why."""

    what: str
    reason: str

    def as_json(self) -> dict[str, Json]:
        """Both fields."""
        return {"what": self.what, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Surveyed:
    """All that a survey found, in the order in which it was read: the environment first, then files by their paths.

    not_checked: what could not be read, or was beyond a bound, so that the survey is incomplete.
    """

    endpoints: tuple[Endpoint, ...] = ()
    resources: tuple[Resource, ...] = ()
    passed: tuple[Passed, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    files: int = 0
