"""What a form of the catalogue is: one job, sent in its old and in its new form.

A job is a conversation: a generator that yields a command, is sent its reply, and returns the answer that an
application would work with. Old and new must give the same answer; `same` says what that means.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from seawall.nodes.facts.work import SLICE
from seawall.wire import Reply

Answer = TypeVar("Answer")
Word: TypeAlias = bytes | str | int
Words: TypeAlias = tuple[Word, ...]
Steps: TypeAlias = Generator[Words, Reply, Answer]
Job: TypeAlias = Callable[[str, int], Steps[object]]  # of a key and a size
Outcome: TypeAlias = tuple[Any, Any]  # the answer of a job, and what `after` says is left
Seeding: TypeAlias = Callable[[str, int], Iterator[Words]]  # the same, but nobody waits for a reply

TEMPLATE = ":template"  # after a key's name: what the key is copied from before each run of a form that changes it
MILLION = 1_000_000  # elements at most: a sorted set of a million is about 100 MB


@dataclass(frozen=True, slots=True)
class Side:
    """One form of a job. sends: as people write it. before: sent ahead of each run, outside of what is measured."""

    sends: str
    job: Job
    before: Job | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A job of the catalogue.

    job: what an application wants, in a few words. rules: the codes whose fault the old form is. commands: those of a
    finding that do the kind of work that the old form does. type and encoding: of the key of its own size, as TYPE and
    OBJECT ENCODING say it; empty where the job has no one key. size: elements of that key unless `size_is` says what
    else. most: the largest size. each: how many elements in a finding's count are one of `size`.
    renew: sent before each run of either side, for a job that changes what it works on. after: what is left, part of
    the answer. own_client_waits: (product, major version) where a long entry of the old form's command is no stall.
    remark: what the figures do not show.
    """

    name: str
    job: str
    rules: tuple[str, ...]
    commands: frozenset[str]
    old: Side
    new: Side
    seed: Seeding
    type: str
    encoding: str
    size: int
    size_is: str = "elements"
    most: int = MILLION
    each: int = 1
    renew: Job | None = None
    after: Job | None = None
    same: Callable[[Outcome, Outcome], bool] = operator.eq
    own_client_waits: tuple[tuple[str, int], ...] = ()
    remark: str = ""

    def amount(self, size: int) -> str:
        """A size in words: `20,000 elements`, `COUNT 15,000`."""
        return f"COUNT {size:,}" if self.size_is == "COUNT" else f"{size:,} {self.size_is}"


# --- the parts that conversations are made of -------------------------------------------------------------------------


def rows(reply: Reply) -> list[Reply]:
    """The elements of a reply; none where it is no list."""
    return reply if isinstance(reply, list) else []


def paired(replies: list[Reply]) -> dict[Reply, Reply]:
    """A flat list of names and values as a dictionary; the names are bytes or numbers."""
    return dict(zip(replies[::2], replies[1::2], strict=True))


def one(*words: Word) -> Steps[Reply]:
    """One command; its reply."""
    return (yield words)


def scanned(before: Words, after: Words) -> Steps[list[Reply]]:
    """A cursor followed to its end: all that was returned, in its order, duplicates included."""
    found: list[Reply] = []
    cursor: Word = 0
    while True:
        reply = rows((yield (*before, cursor, *after)))
        found += rows(reply[1])
        cursor = reply[0] if isinstance(reply[0], bytes) else b"0"
        if cursor == b"0":
            return found


def paged(command: str, key: str) -> Steps[list[Reply]]:
    """A range read by rank, a slice a call, until a page is not full."""
    found: list[Reply] = []
    while True:
        page = rows((yield (command, key, len(found), len(found) + SLICE - 1)))
        found += page
        if len(page) < SLICE:
            return found


def slices(size: int, step: int = SLICE) -> Iterator[range]:
    """1 to `size` in ranges of `step`."""
    for first in range(1, size + 1, step):
        yield range(first, min(first + step, size + 1))


def members(numbers: range) -> list[Word]:
    """The members of these numbers: m1 m2 ..."""
    return [f"m{n}" for n in numbers]


def filled(command: str, name: Callable[[int], list[Word]]) -> Seeding:
    """A key written a slice at a time; `name` gives what stands for the element of a number."""

    def seed(key: str, size: int) -> Iterator[Words]:
        for numbers in slices(size):
            yield (command, key, *(word for n in numbers for word in name(n)))

    return seed


def copied(key: str, size: int) -> Steps[None]:
    """The key as it was, from its template."""
    del size
    yield ("COPY", key + TEMPLATE, key, "REPLACE")


def of_template(seed: Seeding) -> Seeding:
    """Seeds the template of a key, and copies it once, so that the key is there to be looked at."""

    def both(key: str, size: int) -> Iterator[Words]:
        yield from seed(key + TEMPLATE, size)
        yield from copied(key, size)

    return both


def removed(key: str, size: int) -> Steps[None]:
    """No key."""
    del size
    yield ("UNLINK", key)


SET = filled("SADD", lambda n: [f"m{n}"])
ZSET = filled("ZADD", lambda n: [n, f"m{n}"])
HASH = filled("HSET", lambda n: [f"f{n}", f"v{n}"])
LIST = filled("RPUSH", lambda n: [f"m{n}"])
# All over the inhabited Earth, no two members alike in both numbers.
GEO = filled("GEOADD", lambda n: [f"{(n * 7.13) % 340 - 170:.6f}", f"{(n * 3.77) % 120 - 55:.6f}", f"m{n}"])
