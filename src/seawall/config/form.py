"""The tables and keys of seawall.toml, and the types of their values. How they are read: `schema.py`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationInfo


class Table(BaseModel):
    """A table without unknown keys and without conversions."""

    model_config = ConfigDict(extra="forbid", strict=True)


_Words = Annotated[str, Field(min_length=1)]


class Person(Table):
    """`[people.KEY]`."""

    name: str
    routes: list[_Words] = []
    phone: list[_Words] = []  # routes that ring: they are taken in the last 24 hours


class Aws(Table):
    """The `aws` of a `[[redis]]`."""

    elasticache: str = ""
    memorydb: str = ""
    region: str = ""
    profile: str = ""


class Redis(Table):
    """A `[[redis]]`."""

    name: str
    url: str | None = None
    url_env: str | None = None
    aws: Aws | None = None
    owner: str | None = None
    user: str = ""
    password_env: str | None = None
    password_file: str | None = None
    password_aws: str | None = None
    iam_user: str = ""
    sentinel_password_env: str | None = None
    nodes: Literal["all", "one"] | None = None
    addresses: dict[str, str] = {}
    without: list[str] = []


class Accept(Table):
    """An `[[accept]]`."""

    rule: str
    where: dict[str, str] = {}
    owner: str
    reason: str
    until: date


def _date(value: object) -> date:
    """A date or a date with a time, of TOML or in quotes."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) == len("2026-12-31") else datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, date) or not 2000 <= value.year < 2200:
        raise ValueError("input should be a date such as 2026-12-31")
    return value


def _day(value: object) -> date:
    day = _date(value)
    if isinstance(day, datetime):
        raise ValueError("input should be a date without a time, such as 2026-12-31")
    return day


def _ends(value: object, before: ValidationInfo) -> date:
    """A date; of a card its month too, as it is printed on it: any day of a month means its end there."""
    is_month = isinstance(value, str) and len(value) == len("2026-12") and before.data.get("contract") == "card"
    return _date(f"{value}-01" if is_month else value)


_Ends = Annotated[date, PlainValidator(_ends)]  # or a datetime, which is a date
_Day = Annotated[date, PlainValidator(_day)]
_Days = Annotated[int, Field(ge=0, le=3660)]


class Vendor(Table):
    """A `[[vendors]]`."""

    name: _Words
    owner: str = ""
    deputy: str = ""
    contract: Literal["trial", "fixed", "pay-as-you-go", "card", "domain", "certificate"] | None = None
    converts: bool | None = None
    ends: _Ends | None = None
    notice_days: _Days | None = None
    on_lapse: Literal["delete", "suspend", "unknown"] | None = None
    grace_days: _Days | None = None
    endpoints: list[str] = []
    source: str = ""
    last_confirmed: _Day | None = None
    impact: str = ""


class Templates(Table):
    """A `[[templates]]`."""

    path: _Words


class Code(Table):
    """A `[[code]]`."""

    path: _Words


class CallsReceiver(Table):
    """One of the receivers of `[calls]`: its name, or a table with a prefix beside it."""

    name: _Words
    prefix: str = ""


def _receiver(value: object) -> object:
    if isinstance(value, str):
        return {"name": value}
    if not isinstance(value, dict):
        raise ValueError('input should be a name, or { name = "...", prefix = "..." }')
    return value  # pyright: ignore[reportUnknownVariableType]


class CallsWrapper(Table):
    """A `[[calls.wrappers]]`."""

    method: _Words
    command: _Words
    key: Annotated[int, Field(ge=0, le=20)] | _Words = 0
    prefix: str = ""


class Calls(Table):
    """`[calls]`."""

    receivers: list[Annotated[CallsReceiver, BeforeValidator(_receiver)]] = []
    wrappers: list[CallsWrapper] = []
    ignore: list[_Words] = []


class File(Table):
    """The whole file."""

    people: dict[str, Person] = {}
    redis: list[Redis] = []
    accept: list[Accept] = []
    vendors: list[Vendor] = []
    templates: list[Templates] = []
    code: list[Code] = []
    calls: Calls = Calls()


TABLES: Mapping[str, type[Table]] = {
    "people": Person,
    "redis": Redis,
    "accept": Accept,
    "redis.aws": Aws,
    "vendors": Vendor,
    "templates": Templates,
    "code": Code,
    "calls": Calls,
    "calls.wrappers": CallsWrapper,
    "calls.receivers": CallsReceiver,
}
