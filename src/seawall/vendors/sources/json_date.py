"""A date in any JSON document: `json https://api.example/v1/contract data.ends`.

A path is the names on the way with dots, and places in lists as numbers: `contracts.0.ends`. A date is an ISO 8601
text, or seconds or milliseconds since 1970; without an offset it is UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from seawall import config
from seawall.errors import BadReply, UsageError
from seawall.keyspace import printable
from seawall.vendors.facts.row import Observed
from seawall.vendors.sources import Line, Read
from seawall.vendors.sources.web import get_json, parts_of, place

_MILLISECONDS_FROM = 100_000_000_000  # as seconds that is the year 5138, as milliseconds 1973
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class JsonSource:
    """One document. ends, converts, status: paths in it, empty for none. token_env: where the bearer token is."""

    vendor: str
    url: str = field(repr=False)  # its query may hold a secret
    ends: str
    converts: str = ""
    status: str = ""
    token_env: str = ""
    timeout: float = 10.0

    @property
    def name(self) -> str:
        """`json host/path`: a query may hold a secret."""
        return f"json {place(self.url)}"

    def read(self, now: datetime) -> Read:
        """The date, and what else is named. Raises UsageError, or an error of what was asked."""
        headers: dict[str, str] = {}
        if self.token_env:
            headers["Authorization"] = f"Bearer {config.variable(self.token_env, self.name)}"
        document = get_json(self.url, headers, timeout=self.timeout)
        converts = self._at(document, self.converts) if self.converts else None
        if converts is not None and not isinstance(converts, bool):
            raise self._unfit(self.converts, "true or false")
        status = self._at(document, self.status) if self.status else ""
        if not isinstance(status, str):
            raise self._unfit(self.status, "a text")
        ends = date_of(self._at(document, self.ends))
        if ends is None:
            raise self._unfit(self.ends, "a date")
        shown = printable(status.strip().lower())[:_SHOWN]
        source = f"{self.name} {printable(self.ends)[:_SHOWN]}"  # a document may have several dates
        return Read((Observed(self.vendor, source, now, ends=ends, converts=converts, status=shown),), 1)

    def _at(self, document: object, path: str) -> object:
        found: Any = document
        for word in path.split("."):
            if isinstance(found, dict) and word in found:
                found = cast("dict[str, Any]", found)[word]
            elif isinstance(found, list) and word.isdecimal() and int(word) < len(cast("list[Any]", found)):
                found = cast("list[Any]", found)[int(word)]
            else:
                raise BadReply(
                    f"{self.name}: nothing is at {printable(path)[:_SHOWN]}", "Compare the path with the document."
                )
        return found

    def _unfit(self, path: str, wanted: str) -> BadReply:
        return BadReply(f"{self.name}: at {printable(path)[:_SHOWN]} is not {wanted}", "Compare it with the document.")


def date_of(value: object) -> date | None:
    """The date or time of a value, None where it is none, or not of this century or the next."""
    try:
        if isinstance(value, str):
            text = value.strip()
            found = date.fromisoformat(text) if len(text) == len("2026-12-31") else datetime.fromisoformat(text)
        elif isinstance(value, int | float):  # True is 1970, and so none
            seconds = value / 1000 if value >= _MILLISECONDS_FROM else value
            found = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        else:
            return None
        if isinstance(found, datetime):
            found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if 2000 <= found.year < 2200 else None


def from_line(line: Line, timeout: float = 10.0) -> JsonSource:
    """The source of a row's line. Raises UsageError."""
    if len(line.subjects) != 2:
        raise UsageError("the source json needs URL and PATH", "Write source = 'json https://host/path contract.ends'.")
    url, path = line.subjects
    parts_of(url)
    option = line.option
    return JsonSource(line.vendor, url, path, option("converts"), option("status"), option("token_env"), timeout)
