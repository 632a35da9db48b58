"""From the tables of seawall.toml to the estate; whatever is wrong on the way is noted, and said at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from seawall.aws.secrets import Reference, parse_reference
from seawall.config import (
    Accept,
    AwsEntry,
    Calls,
    CallsReceiver,
    CallsWrapper,
    Estate,
    RedisEntry,
    Routes,
    VendorEntry,
    secret_file,
    variable,
)
from seawall.config.faults import Faults, explain, nearest
from seawall.config.form import Accept as AcceptForm
from seawall.config.form import Aws, Code, File, Person, Redis, Table, Templates, Vendor
from seawall.config.form import Calls as CallsForm
from seawall.config.lines import Place
from seawall.errors import ConfigError, UsageError
from seawall.keyspace import printable
from seawall.model import Owner

_SECRETS = ("password_env", "password_file", "password_aws", "iam_user")  # one of them at most
_T = TypeVar("_T", bound=Table)


def read(table: Mapping[str, Any], file: Path, text: str) -> Estate:
    """The estate of a parsed file. Raises one ConfigError with all that is wrong, each with its line in `text`."""
    faults = Faults(file, text)
    try:
        File.model_validate(table)
    except ValidationError as wrong:
        explain(wrong, faults)
    raw: Any = table.get("people")
    persons = _sound(raw, Person)
    known = {str(key): Owner(printable(str(key)), printable(persons[key].name)) for key in persons}
    listed: set[str] = {str(k) for k in raw} if isinstance(raw, dict) else set()  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    for kind in ("redis", "vendors"):
        _name_doubles(kind, table.get(kind), faults)
    estate = Estate(
        file=file,
        people=MappingProxyType(known),
        routes=MappingProxyType(
            {str(key): Routes(tuple(person.routes), tuple(person.phone)) for key, person in persons.items()}
        ),
        redis=tuple(_each_redis(table, known, listed, faults)),
        accepted=tuple(_each_accept(table, known, listed, faults)),
        vendors=tuple(_each_vendor(table)),
        templates=tuple(str(file.parent / entry.path) for entry in _sound(table.get("templates"), Templates).values()),
        calls=_calls(table.get("calls"), faults),
        code=tuple(str(file.parent / entry.path) for entry in _sound(table.get("code"), Code).values()),
    )
    faults.end()
    return estate


def read_calls(table: Mapping[str, Any], file: Path, text: str) -> Calls:
    """The `[calls]` of a parsed file; what else is in it is not looked at. Raises one ConfigError."""
    faults = Faults(file, text)
    try:
        File.model_validate({"calls": table.get("calls")})
    except ValidationError as wrong:
        explain(wrong, faults)
    found = _calls(table.get("calls"), faults)
    faults.end()
    return found


def _calls(raw: Any, faults: Faults) -> Calls:
    """What is said of source code; whether a command is one is for who knows them, so each wrapper knows its line."""
    try:
        form = CallsForm.model_validate(raw if raw is not None else {})
    except ValidationError:
        return Calls()
    return Calls(
        tuple(CallsReceiver(each.name, each.prefix) for each in form.receivers),
        tuple(
            CallsWrapper(
                each.method, each.command.lower(), each.key, each.prefix, faults.line(("calls", "wrappers", place))
            )
            for place, each in enumerate(form.wrappers)
        ),
        tuple(form.ignore),
    )


def _sound(entries: Any, form: type[_T]) -> dict[str | int, _T]:
    """The entries of a table that have their form, by key or by place in the list; the others are reported already."""
    pairs: Any = entries.items() if isinstance(entries, dict) else enumerate(entries) if _is_list(entries) else ()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    found: dict[str | int, _T] = {}
    for key, entry in pairs:
        try:
            found[key] = form.model_validate(entry)
        except ValidationError:
            continue
    return found


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _each_redis(
    table: Mapping[str, Any], people: Mapping[str, Owner], listed: set[str], faults: Faults
) -> Iterator[RedisEntry]:
    for place, entry in _sound(table.get("redis"), Redis).items():
        what = f"[[redis]] {printable(entry.name)}"
        at = partial(faults.at, "redis", place)
        owner = _known(entry.owner, people, listed, what, faults, ("redis", place)) if entry.owner else None
        so_far = len(faults.found)
        aws = AwsEntry()
        with at("aws"):
            aws = _aws(entry.aws, what)
        if len(faults.found) > so_far:  # all else depends on it
            continue
        url, addresses, password, secret, sentinel = "", entry.addresses, None, None, None
        with at("url_env"):
            url = _url(entry, aws, what)
        with at(next((name for name in _SECRETS if getattr(entry, name)), "user")):
            password, secret = _password(entry, aws, what, faults.file)
        with at("addresses"):
            addresses = _addresses(entry.addresses, what)
        with at("sentinel_password_env"):
            sentinel = variable(entry.sentinel_password_env, what) if entry.sentinel_password_env else None
        yield RedisEntry(
            name=printable(entry.name),
            url=url,
            owner=owner,
            password=password,
            without=tuple(entry.without),
            nodes=entry.nodes,
            addresses=addresses,
            sentinel_password=sentinel,
            aws=aws,
            password_aws=secret,
            iam_user=entry.iam_user,
            user=entry.user,
        )


def _each_accept(
    table: Mapping[str, Any], people: Mapping[str, Owner], listed: set[str], faults: Faults
) -> Iterator[Accept]:
    for place, entry in _sound(table.get("accept"), AcceptForm).items():
        _known(entry.owner, people, listed, "[[accept]]", faults, ("accept", place))
        where = MappingProxyType(dict(entry.where))
        yield Accept(entry.rule, where, printable(entry.owner), entry.reason, entry.until)


def _each_vendor(table: Mapping[str, Any]) -> Iterator[VendorEntry]:
    for entry in _sound(table.get("vendors"), Vendor).values():
        yield VendorEntry(
            name=printable(entry.name),
            owner=printable(entry.owner),
            deputy=printable(entry.deputy),
            contract=entry.contract or "",
            converts=entry.converts,
            ends=entry.ends,
            notice_days=entry.notice_days,
            on_lapse=entry.on_lapse or "",
            grace_days=entry.grace_days,
            endpoints=tuple(entry.endpoints),
            source=printable(entry.source),
            last_confirmed=entry.last_confirmed,
            impact=printable(entry.impact),
        )


def _name_doubles(kind: str, entries: Any, faults: Faults) -> None:
    """Two of one name, be the rest of them right or wrong."""
    names: set[str] = set()
    listed: list[Any] = entries if _is_list(entries) else []
    for place, entry in enumerate(listed):
        name: Any = entry.get("name") if isinstance(entry, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if not isinstance(name, str):
            continue
        if name in names:
            what = f"two [[{kind}]] are called {printable(name)[:200]}"
            faults.add((kind, place, "name"), what, "Give each a name of its own.")
        names.add(name)


def _url(entry: Redis, aws: AwsEntry, what: str) -> str:
    if [entry.url is not None, entry.url_env is not None, bool(aws.service)].count(True) != 1:
        raise ConfigError(
            f"{what} needs either url or url_env, or an aws with elasticache or memorydb",
            "Name the variable that holds the URL with url_env.",
        )
    if entry.url is not None:
        return entry.url
    return variable(entry.url_env, what) if entry.url_env is not None else ""


def _aws(entry: Aws | None, what: str) -> AwsEntry:
    if entry is None:
        return AwsEntry()
    if entry.elasticache and entry.memorydb:
        raise ConfigError(f"{what} is of ElastiCache and of MemoryDB", "Name one of the two in aws.")
    service = "elasticache" if entry.elasticache else "memorydb" if entry.memorydb else ""
    return AwsEntry(service, entry.elasticache or entry.memorydb, entry.region, entry.profile)


def _password(entry: Redis, aws: AwsEntry, what: str, file: Path) -> tuple[str | None, Reference | None]:
    """The password that is at hand, and where AWS keeps it."""
    given = {name: getattr(entry, name) for name in _SECRETS if getattr(entry, name)}
    if len(given) > 1:
        raise ConfigError(f"{what} has {' and '.join(given)}", "Keep the one that is valid.")
    if entry.iam_user and not aws.service:
        raise ConfigError(
            f"{what} has an iam_user without the name of its cache",
            "Give aws with elasticache or memorydb in the place of url: the token is made for that name.",
        )
    if entry.user and not aws.service:
        raise ConfigError(f"{what} has a user beside its URL", "Write redis://user@host.")
    if entry.password_env:
        return variable(entry.password_env, what), None
    if entry.password_file:
        return secret_file(file.parent / entry.password_file, what), None
    if not entry.password_aws:
        return None, None
    try:
        return None, parse_reference(entry.password_aws)
    except UsageError as wrong:
        raise ConfigError(f"password_aws of {what}: {wrong.what}", wrong.hint) from None


_PLACE = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9_.-]+):([0-9]{1,5})")


def _addresses(table: Mapping[str, str], what: str) -> Mapping[str, str]:
    for place in (*table, *table.values()):
        match = _PLACE.fullmatch(place)
        if match is None or not 0 < int(match[2]) < 65_536:
            raise ConfigError(
                f"addresses of {what}: {printable(place)[:100]} is no host:port",
                'Write "10.0.0.5:6379" = "127.0.0.1:16379": as the servers announce it, and where it is reached.',
            )
    return MappingProxyType(dict(table))


def _known(
    key: str, people: Mapping[str, Owner], listed: set[str], what: str, faults: Faults, place: Place
) -> Owner | None:
    if key not in listed:
        known = dict.fromkeys(sorted(listed))
        faults.add(
            (*place, "owner"), f"the owner {printable(key)} of {what} is not among [people]", nearest(key, known)
        )
    return people.get(key)
