"""The only reader of seawall.toml and of the environment: one frozen Estate, or a ConfigError that names the key.

Without a file the estate is empty and everything still works: targets then come from the command line.
"""

from __future__ import annotations

import errno
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from seawall.errors import ConfigError
from seawall.keyspace import printable
from seawall.model import Owner

if TYPE_CHECKING:
    from seawall.aws.secrets import Reference

FILE_NAME = "seawall.toml"
SIZE_LIMIT = 1 << 20  # bytes of seawall.toml or of a password file
PASSWORD_VARIABLE = "REDISCLI_AUTH"  # redis-cli's own name for it


@dataclass(frozen=True, slots=True)
class AwsEntry:
    """The `aws` of a `[[redis]]`: what it is called there, and with which profile and in which region AWS is asked.

    service: empty where the URL says what is read, and AWS only keeps its password.
    """

    service: Literal["elasticache", "memorydb", ""] = ""
    cache: str = ""
    region: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True)
class RedisEntry:
    """A `[[redis]]` of the estate.

    url: empty where AWS lists the nodes. password: from `password_env` or `password_file`, used where the URL holds
    none; like every secret it is never printed. nodes: None leaves it to the command. addresses: where a node is
    reached, `host:port`, by its name as the servers announce it. password_aws: where the password is kept. iam_user:
    who logs in with a token of IAM. user: with a password and without a URL.
    """

    name: str
    url: str = field(repr=False)
    owner: Owner | None = None
    password: str | None = field(default=None, repr=False)
    without: tuple[str, ...] = ()
    nodes: Literal["all", "one"] | None = None
    addresses: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sentinel_password: str | None = field(default=None, repr=False)
    aws: AwsEntry = field(default_factory=AwsEntry)
    password_aws: Reference | None = None
    iam_user: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class VendorEntry:
    """A `[[vendors]]` of the estate, as it is written there; what is not written is None or empty.

    owner, deputy: keys of `[people]`, not yet looked up, as a wrong one is a finding. ends: a date means to its end.
    converts: whether it goes on by itself after `ends`. impact: what stops when it is gone, in the team's words.
    """

    name: str
    owner: str = ""
    deputy: str = ""
    contract: str = ""  # trial | fixed | pay-as-you-go | card | domain | certificate
    converts: bool | None = None
    ends: date | datetime | None = None
    notice_days: int | None = None
    on_lapse: str = ""  # delete | suspend | unknown
    grace_days: int | None = None
    endpoints: tuple[str, ...] = field(default=(), repr=False)  # one may be a URL with a password
    source: str = ""
    last_confirmed: date | None = None
    impact: str = ""


@dataclass(frozen=True, slots=True)
class Routes:
    """Where a person is told: `messages` in the order they are tried, `phones` that ring on the last rung.

    A route is an address with its secret in it, so it is never printed.
    """

    messages: tuple[str, ...] = field(default=(), repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Accept:
    """An `[[accept]]`: a rule (code or name) on a subject, with an owner, a reason and an end."""

    rule: str
    where: Mapping[str, str]
    owner: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class CallsReceiver:
    """A name in source code that is a client of Redis, and what that client puts before every key."""

    name: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class CallsWrapper:
    """A `[[calls.wrappers]]`: a method that sends a command, with its argument `key` (a place or a name) as the key.

    line: of the file, for who knows which commands there are.
    """

    method: str
    command: str
    key: int | str = 0
    prefix: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Calls:
    """The `[calls]` of the estate: what source code does not tell. ignore: names that are no Redis."""

    receivers: tuple[CallsReceiver, ...] = ()
    wrappers: tuple[CallsWrapper, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything listed in seawall.toml. `file` is None where there is none."""

    file: Path | None = None
    people: Mapping[str, Owner] = field(default_factory=lambda: MappingProxyType({}))
    redis: tuple[RedisEntry, ...] = ()
    accepted: tuple[Accept, ...] = ()
    vendors: tuple[VendorEntry, ...] = ()
    routes: Mapping[str, Routes] = field(default_factory=lambda: MappingProxyType({}))  # by the key in people
    templates: tuple[str, ...] = ()  # files, folders and globs of CloudFormation templates, from the file's folder
    code: tuple[str, ...] = ()  # folders of source code, from the file's folder
    calls: Calls = field(default_factory=Calls)


def load(path: Path | None = None) -> Estate:
    """The estate of this file; without a path, of seawall.toml here, or an empty one. Raises ConfigError."""
    file = path or Path(FILE_NAME)
    if path is None and not os.path.lexists(file):
        return Estate()
    table, text = _table(file, given=path is not None)
    from seawall.config.schema import read  # pydantic costs 70 ms: only who has a file pays

    return read(table, file, text)


def load_calls(path: Path | None = None) -> Calls:
    """The `[calls]` alone, for who reads source code only: no secret of the file has to be set. Raises ConfigError."""
    file = path or Path(FILE_NAME)
    if path is None and not os.path.lexists(file):
        return Calls()
    table, text = _table(file, given=path is not None)
    from seawall.config.schema import read_calls

    return read_calls(table, file, text) if "calls" in table else Calls()


def _table(file: Path, *, given: bool) -> tuple[Mapping[str, Any], str]:
    """The tables of the file and its text, with what stands for dates that are none. Raises ConfigError."""
    text = ""
    try:
        text = _read(file).decode()
        table = tomllib.loads(text)
    except (OSError, UnicodeError) as wrong:
        raise ConfigError(
            f"{printable(str(file))} cannot be read: {_reason(wrong)}",
            "Check the path given with --config."
            if given
            else "Mend it or move it away, or name another with --config.",
        ) from None
    except (ValueError, RecursionError) as wrong:  # broken, a number of thousands of digits, brackets a thousand deep
        from seawall.config.lines import without_impossible_dates

        mended = without_impossible_dates(text) if isinstance(wrong, tomllib.TOMLDecodeError) else None
        if mended is None:
            reason = printable(str(wrong)).lower()[:200] if isinstance(wrong, tomllib.TOMLDecodeError) else "too large"
            raise ConfigError(f"{printable(str(file))} is not TOML: {reason}", "Mend the line that it names.") from None
        text, table = mended
    return table, text


def password_from_environment() -> str | None:
    """The password that redis-cli would take from the environment."""
    return os.environ.get(PASSWORD_VARIABLE) or None


def variable(name: str, what: str) -> str:
    """The environment variable that the file names for `what`. Raises ConfigError where it is not set."""
    value = os.environ.get(name)
    if not value:
        raise ConfigError(
            f"{what}: the environment variable {printable(name)} is not set",
            f"Set {printable(name)}, or change seawall.toml.",
        )
    return value


def secret_file(path: Path, what: str) -> str:
    """The first line of a file that holds a password. Raises ConfigError where it cannot be read or is empty."""
    try:
        first = _read(path).partition(b"\n")[0].removesuffix(b"\r")
    except OSError as wrong:
        raise ConfigError(
            f"{what}: the password file {printable(str(path))} cannot be read: {_reason(wrong)}",
            "Check its path and mode.",
        ) from None
    if not first:
        raise ConfigError(
            f"{what}: the password file {printable(str(path))} is empty", "Put the password on its first line."
        )
    return first.decode("utf-8", "surrogateescape")


def _read(path: Path) -> bytes:
    """The whole file, which is small: a device or a log that was named by mistake may have no end."""
    with path.open("rb") as file:
        data = file.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        raise OSError(errno.EFBIG, f"it is larger than {SIZE_LIMIT >> 20} MB")
    return data


def _reason(wrong: OSError | UnicodeError) -> str:
    text = (wrong.strerror or "it fails") if isinstance(wrong, OSError) else "it is no UTF-8 text"
    return text[:1].lower() + text[1:]
