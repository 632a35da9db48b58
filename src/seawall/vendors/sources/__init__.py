"""What a vendor's own system says of a contract: a file for each source, all behind one Protocol. Read-only.

A row names its source in `source`, as words, several with `; ` between them; what begins with none of these is a note
for people, and is not read:

    tls HOST:PORT [ca=FILE] [name=NAME]                  the certificate that the endpoint presents
    aws-marketplace AGREEMENT|PRODUCT|OFFER [profile=P]  an agreement of AWS Marketplace
    aws-licenses ARN|SKU [region=R] [profile=P]          a licence that License Manager received
    aws-invoices ACCOUNT [profile=P]                     when the next invoice of AWS is due
    aws-contacts [profile=P]                             which contacts of an AWS account are empty
    aws-alarms [region=R] [profile=P]                    the alarms of CloudWatch, for those that hide a deletion
    redis-cloud [SUBSCRIPTION] [key_env=] [secret_env=] [url=]   a subscription, or all of the account
    json URL PATH [converts=PATH] [status=PATH] [token_env=NAME]   a date in a JSON document, `contract.ends`
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Protocol

from seawall.errors import UsageError
from seawall.keyspace import printable
from seawall.model import NotChecked
from seawall.vendors.facts.alarm import Alarm
from seawall.vendors.facts.row import Observed

KINDS: Mapping[str, frozenset[str]] = {  # the word a line begins with, and its options
    "tls": frozenset({"ca", "name"}),
    "aws-marketplace": frozenset({"profile"}),
    "aws-licenses": frozenset({"profile", "region"}),
    "aws-invoices": frozenset({"profile"}),
    "aws-contacts": frozenset({"profile"}),
    "aws-alarms": frozenset({"profile", "region"}),
    "redis-cloud": frozenset({"key_env", "secret_env", "url"}),
    "json": frozenset({"converts", "status", "token_env"}),
}
_SHOWN = 60  # characters of a word out of the file


@dataclass(frozen=True, slots=True)
class Read:
    """What one source said. vendors: how many it named. not_checked: what it could not say although it answered.

    alarms: where it lists alarms; they are of no contract, and no part of `observed`.
    """

    observed: tuple[Observed, ...]
    vendors: int
    not_checked: tuple[NotChecked, ...] = ()
    alarms: tuple[Alarm, ...] = ()


class Source(Protocol):
    """One thing that is read at one place. tests/vendors/sources/test_conformance.py holds every one to this.

    - It reads, and changes nothing.
    - What it says is in force; of each thing read under a name of its own, which is the same the next time.
    - A read that failed is a SeawallError: never an empty `Read`. A missing package is a UsageError that names it.
    - Every wait ends within its timeout. No secret is in a name, an observation or a message.
    """

    @property
    def name(self) -> str:
        """What is read, fit to be printed: `tls cache.example:6379`, `aws-marketplace`."""
        ...

    def read(self, now: datetime) -> Read:
        """What it says at this time."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """The `source` of a row, in its parts. subjects: the words after the first that are no options."""

    vendor: str
    kind: str
    subjects: tuple[str, ...] = field(default=(), repr=False)  # one may be a URL with a secret
    options: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def option(self, name: str, default: str = "") -> str:
        """What is written for an option."""
        return self.options.get(name, default)


def parse(vendor: str, source: str) -> list[Line]:
    """The sources in a row's `source`; none where it is a note for people. Raises UsageError for a misspelt word."""
    parts = (part.split() for part in re.split(r";(?:\s+|$)", source))  # a URL may hold a `;`
    return [_line(vendor, words[0].lower(), words[1:]) for words in parts if words and _is_kind(words[0].lower())]


def _is_kind(word: str) -> bool:
    near = get_close_matches(word, KINDS, n=1, cutoff=0.8)
    if word not in KINDS and near:
        raise UsageError(f"unknown kind of source: {printable(word)[:_SHOWN]}", f"Did you mean {near[0]}?")
    return word in KINDS


def _line(vendor: str, kind: str, words: Sequence[str]) -> Line:
    subjects: list[str] = []
    options: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.isidentifier():  # a URL may hold a `=`
            subjects.append(word)
        elif name in KINDS[kind]:
            options[name] = value
        else:
            known = ", ".join(sorted(KINDS[kind]))
            raise UsageError(f"the source {kind} has no option {printable(name)[:_SHOWN]}", f"It has: {known}.")
    return Line(vendor, kind, tuple(subjects), options)


def one_subject(line: Line, what: str) -> str:
    """The only subject of a line. Raises UsageError that names `what` where there is none, or more."""
    if len(line.subjects) != 1:
        raise UsageError(f"the source {line.kind} needs {what}", f"Write source = '{line.kind} {what}'.")
    return line.subjects[0]
