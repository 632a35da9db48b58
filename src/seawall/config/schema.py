"""The form of seawall.toml. Unknown keys are errors that name the nearest known one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from seawall.config import Accept, Estate, RedisEntry, secret_file, variable
from seawall.errors import ConfigError
from seawall.keyspace import printable
from seawall.model import Owner


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Person(_Table):
    name: str
    routes: list[str] = []


class _Redis(_Table):
    name: str
    url: str | None = None
    url_env: str | None = None
    owner: str | None = None
    password_env: str | None = None
    password_file: str | None = None
    without: list[str] = []


class _Accept(_Table):
    rule: str
    where: dict[str, str] = {}
    owner: str
    reason: str
    until: date


class _File(_Table):
    people: dict[str, _Person] = {}
    redis: list[_Redis] = []
    accept: list[_Accept] = []


_TABLES: Mapping[str, type[_Table]] = {"people": _Person, "redis": _Redis, "accept": _Accept}


def read(table: Mapping[str, Any], file: Path) -> Estate:
    """The estate of a parsed file. Raises ConfigError with the first thing that is wrong."""
    try:
        form = _File.model_validate(table)
    except ValidationError as wrong:
        raise _explained(wrong, file) from None
    people = {key: Owner(printable(key), printable(person.name)) for key, person in form.people.items()}
    names = [entry.name for entry in form.redis]
    doubled = next((n for n in names if names.count(n) > 1), None)
    if doubled is not None:
        raise ConfigError(
            f"{_name(file)}: two [[redis]] are called {printable(doubled)}", "Give each a name of its own."
        )
    return Estate(
        file=file,
        people=MappingProxyType(people),
        redis=tuple(_redis(entry, people, file) for entry in form.redis),
        accepted=tuple(
            Accept(
                a.rule,
                MappingProxyType(dict(a.where)),
                _known(a.owner, people, "[[accept]]", file).key,
                a.reason,
                a.until,
            )
            for a in form.accept
        ),
    )


def _redis(entry: _Redis, people: Mapping[str, Owner], file: Path) -> RedisEntry:
    what = f"[[redis]] {printable(entry.name)}"
    if (entry.url is None) == (entry.url_env is None):
        raise ConfigError(
            f"{_name(file)}: {what} needs either url or url_env", "Name the variable that holds the URL with url_env."
        )
    password = None
    if entry.password_env:
        password = variable(entry.password_env, what)
    elif entry.password_file:
        password = secret_file(file.parent / entry.password_file, what)
    return RedisEntry(
        name=printable(entry.name),
        url=entry.url if entry.url is not None else variable(entry.url_env or "", what),
        owner=_known(entry.owner, people, what, file) if entry.owner else None,
        password=password,
        without=tuple(entry.without),
    )


def _known(key: str, people: Mapping[str, Owner], what: str, file: Path) -> Owner:
    owner = people.get(key)
    if owner is None:
        raise ConfigError(
            f"{_name(file)}: the owner {printable(key)} of {what} is not among [people]", _nearest(key, people)
        )
    return owner


def _explained(wrong: ValidationError, file: Path) -> ConfigError:
    """One error in words: where it is, what is wrong, and the nearest known key for an unknown one.

    An unknown key goes first: where a key is misspelt, the right one is missing too.
    """
    errors = wrong.errors(include_url=False, include_input=False)
    error = min(errors, key=lambda e: e["type"] != "extra_forbidden")
    path = [str(p + 1) if isinstance(p, int) else p for p in error["loc"]]  # of several [[redis]], the first is 1
    where = printable(".".join(path))[:200]
    if error["type"] == "extra_forbidden":
        form = _TABLES.get(path[0]) if len(path) > 1 else _File
        known = form.model_fields if form else {}
        return ConfigError(f"{_name(file)}: unknown key {where}", _nearest(path[-1], known))
    return ConfigError(
        f"{_name(file)}: {where}: {printable(error['msg']).lower()}", "Mend that key; see the how-to for an example."
    )


def _nearest(word: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(word, list(known), n=1, cutoff=0.4)
    if near:
        return f"Did you mean {printable(near[0])}?"
    return f"Known here: {printable(', '.join(known))[:300] or 'nothing'}."


def _name(file: Path) -> str:
    return printable(str(file))
