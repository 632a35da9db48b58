"""What a keyspace holds, by key pattern: `seawall nodes census`.

    sampled   every name is walked (SCAN, a command a thousand keys): counts are exact. Sizes are asked of some keys of
              each pattern, first of a few, then of more where an interval is still wide, until those of the large
              patterns are within 1 %, or the commands (1.95 % of what asking every key takes) or the server's time
              are used up.
    full      every key is asked its size and its expiry while the names are walked.

    reach ──> walk ──see──> Book ──stratum──> allocation ──> ask ──add──> Book ──row──> Census
                 └──────────ask, add (full)──────────────────────────────> ┘

Where the walk itself would take more than its part of the budget, it ends early, and the counts become estimates too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from seawall import __version__
from seawall.keyspace.sizes import Census, PatternSize
from seawall.model import Cost, NotChecked
from seawall.nodes.collect.census import Asker, Node, Pace, ask, reach, walk, walk_and_ask
from seawall.nodes.facts.census import allocation
from seawall.nodes.facts.census.book import Book, Place
from seawall.nodes.facts.census.result import Frame, Largest, row, stratum
from seawall.nodes.facts.census.tally import Randomness
from seawall.wire import Address

COMMANDS = 0.0195  # of the two commands a key of a full census
COMMANDS_LEAST = 2_000  # a small keyspace is asked whole: 2 ms
EXPIRIES, TYPES = 256, 32  # asked of a pattern: a share is within 6 points, a cluster of 2 % is met by five keys
LARGEST = 200  # patterns whose largest key is asked its type and elements in a sampled census
WALK = 0.8  # of the budget
GONE = 0.05  # of the keys asked: from here on it is said
UNEXPLAINED = 0.25  # of the server's memory for data: from here on it is said
UNEXPLAINED_BYTES = 1 << 20  # and from here: an empty server has 0.4 MB of its own there
_ROUNDS = 16


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be counted, and at what price.

    replica: ask a replica where there is one. share: of the server's time at most, 0 to 1. budget_s: seconds of the
    server's time in all, for a sampled census. keep_keys: name the largest keys.
    """

    full: bool = False
    replica: bool = True
    share: float = 0.2
    budget_s: float = 5.0
    timeout: float = 5.0
    without: frozenset[str] = frozenset()
    keep_keys: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Randomness, time, whether the user has had enough, and who is told how many keys are done, of how many."""

    randomness: Randomness
    clock: Callable[[], datetime]
    stop: Callable[[], bool] = lambda: False
    progress: Callable[[str, int, int], None] = lambda _what, _done, _of: None


def census(address: Address, wish: Wish, around: Surroundings) -> Census:
    """Counts one node's keys. Ends early when `around.stop` says so, with what is known by then (`Census.stopped`).

    Raises Unreachable, NotPermitted or BadReply; a single forbidden command is no error but stands in `not_checked`.
    """
    started = around.clock()
    name = wish.name or address.name
    node = reach(address, name=name, timeout=wish.timeout, without=wish.without, replica=wish.replica)
    try:
        run = _Run(node, wish, around)
        run.count()
        return run.result(started)
    finally:
        node.session.connection.close()


class _Run:
    """One census while it is being made."""

    def __init__(self, node: Node, wish: Wish, around: Surroundings) -> None:
        self.node = node
        self.wish = wish
        self.around = around
        self.asker = Asker(node, wish.timeout)
        self.pace = Pace(self.asker.ping, wish.share)
        self.book = Book(around.randomness)
        self.largest: dict[Place, Largest] = {}
        self.stopped = False
        self.total = 0

    def count(self) -> None:
        """Walks and asks."""
        self.book.frames = _frames(self.node)
        self.total = sum(frame.total for frame in self.book.frames.values())
        passed = 0
        for database, frame in self.book.frames.items():
            passed += frame.total
            if not self.stopped and self.asker.select(database):
                if self.wish.full:
                    self._walk_and_ask(database, expiring=frame.expiring != 0)
                else:
                    self._walk(database, WALK * self.wish.budget_s * passed / max(self.total, 1))
                self.book.learn(database)
        if not self.wish.full:
            self._sample()
        self._ask_largest()

    def result(self, started: datetime) -> Census:
        """What is known now."""
        session, book = self.node.session, self.book
        patterns = [
            row(
                book.classifier.patterns[place],
                database,
                tally,
                book.frames[database],
                self.largest.get((database, place)),
                keep_key=self.wish.keep_keys,
            )
            for (database, place), tally in book.tallies.items()
        ]
        patterns.sort(key=lambda p: (-(p.bytes.value if p.bytes else -1), -p.keys.value, p.key_pattern))
        server_us, _ = session.cost(self.node.before, session.ask("INFO", "commandstats"))
        refused = [
            NotChecked(f"{session.name} {command}", f"{error.shown} (for {many:,} keys)", "Allow it to this user.")
            for command, (error, many) in self.asker.refused.items()
        ]
        return Census(
            version=__version__,
            started_at=started,
            finished_at=self.around.clock(),
            node=session.name,
            role=self.node.role,
            server=self.node.server.title,
            full=self.wish.full,
            total=self.total,
            walked=sum(frame.walked for frame in book.frames.values()),
            sampled=sum(tally.sized for tally in book.tallies.values()),
            patterns=tuple(patterns),
            databases={database: frame.total for database, frame in book.frames.items()},
            used_memory=self.node.server.number("used_memory"),
            cost=Cost(session.connection.sent + self.node.sent_elsewhere, server_us),
            not_checked=(*session.refused.values(), *refused),
            notes=(*session.notes, *self._notes(patterns)),
            stopped=self.stopped,
        )

    # --- walking ----------------------------------------------------------------------------------------------------

    def _walk_and_ask(self, database: int, *, expiring: bool) -> None:
        for rows, last in walk_and_ask(self.asker, self.pace, expiring=expiring):
            self.book.add(database, rows)
            if self._walked(database, len(rows), last=last):
                break

    def _walk(self, database: int, until_s: float) -> None:
        by_slot = self.node.server.info.get("cluster_enabled") == "1"  # a part of its walk is no random sample
        for names, last in walk(self.asker, self.pace):
            self.book.see(database, names)
            if self._walked(database, len(names), last=last) or (self.pace.spent_s > until_s and not by_slot):
                break

    def _walked(self, database: int, names: int, *, last: bool) -> bool:
        """Notes a step; whether to stop."""
        frames = self.book.frames
        frames[database] = replace(frames[database], walked=frames[database].walked + names, complete=last)
        self.around.progress("keys", sum(frame.walked for frame in frames.values()), self.total)
        self.stopped = self.stopped or self.around.stop()
        return self.stopped

    # --- asking -----------------------------------------------------------------------------------------------------

    def _sample(self) -> None:
        places = sorted(self.book.tallies, key=lambda place: (place[0], -self.book.tallies[place].keys))
        for place in places:
            self.book.tallies[place].keep(self.book.tallies[place].kept)
        limit = max(COMMANDS_LEAST, int(COMMANDS * 2 * self.total)) - 2 * min(LARGEST, len(places))
        sent = self.node.session.connection

        def strata() -> list[allocation.Stratum]:
            return [stratum(self.book.tallies[place], self.book.frames[place[0]]) for place in places]

        chosen = allocation.first(strata(), (limit - sent.sent) // 2)  # their expiries and types take as many
        for _ in range(_ROUNDS):
            self._ask(places, chosen, limit)
            if self.stopped or self.pace.spent_s > self.wish.budget_s or limit <= sent.sent:
                return
            chosen = allocation.more(strata(), limit - sent.sent)
            if not any(chosen):
                return

    def _ask(self, places: Sequence[Place], counts: Sequence[int], limit: int) -> None:
        """Asks so many keys of each pattern, as long as there are commands left."""
        at = -1
        connection = self.node.session.connection
        for place, count in zip(places, counts, strict=True):
            tally, database = self.book.tallies[place], place[0]
            left = limit - connection.sent
            if not count or left <= 0 or self.stopped:
                continue
            if database != at and not self.asker.select(database):
                continue
            at = database
            expiries = max(EXPIRIES - tally.timed, 0) if self.book.frames[database].expiring != 0 else 0
            types = max(TYPES - tally.types.total(), 0)
            names = tally.take(min(count, max(left - expiries - types, left // 3)))
            tally.add(ask(self.asker, self.pace, names, expiries=expiries, types=types))
            self.around.progress("sizes", connection.sent, limit)
            self.stopped = self.around.stop()

    def _ask_largest(self) -> None:
        """Type and elements of the largest key of each pattern, of a sampled census those with the most bytes."""
        places = [place for place, tally in self.book.tallies.items() if tally.sized]
        places.sort(key=lambda p: -stratum(self.book.tallies[p], self.book.frames[p[0]]).bytes)
        chosen = places if self.wish.full else places[:LARGEST]
        for database in self.book.frames:
            here = [place for place in chosen if place[0] == database]
            if here and self.asker.select(database):
                found = self.asker.largest([self.book.tallies[place].largest_name for place in here])
                self.largest.update(zip(here, found, strict=True))

    # --- what is said besides ---------------------------------------------------------------------------------------

    def _notes(self, patterns: Sequence[PatternSize]) -> list[str]:
        book, said = self.book, list[str]()
        if self.node.server.info.get("cluster_enabled") == "1":
            said.append("this node is one of a cluster: only its own keys were counted")
        if not self.stopped and not all(frame.complete for frame in book.frames.values()):
            said.append("the budget ended before the names did: the numbers of keys are estimates too")
        asked = sum(tally.sized + tally.gone for tally in book.tallies.values())
        gone = sum(tally.gone for tally in book.tallies.values())
        if asked and gone > GONE * asked:
            said.append(
                f"of {asked:,} keys asked, {gone:,} were gone when they were: they expire or are deleted quickly"
            )
        if book.classifier.full:
            said.append(f"keys of further patterns than {len(book.classifier.patterns):,} are counted under *")
        if self.pace.paused_s >= 1:
            said.append(f"it waited {self.pace.paused_s:.0f} s in all, because the server answered slowly")
        data = self.node.server.number("used_memory_dataset")
        seen = sum(p.bytes.high for p in patterns if p.bytes)
        gap = (data or 0) - seen
        is_known = all(p.bytes for p in patterns) and not self.stopped
        if data and is_known and gap > max(UNEXPLAINED * data, UNEXPLAINED_BYTES):
            said.append(
                f"the server uses {data:,} bytes for data, and the sizes seen explain at most {seen:,}: a few keys may "
                "be much larger than those asked" + ("" if self.wish.full else "; --full asks all")
            )
        return said


def _frames(node: Node) -> dict[int, Frame]:
    """The databases that hold keys, by INFO; where that is forbidden, the one of the URL."""
    server = node.server
    if not server.info:
        counted = node.session.ask("DBSIZE")
        return {node.address.database: Frame(counted if isinstance(counted, int) else 0)}
    return {
        database: Frame(keys, _expiring(server.info.get(f"db{database}", "")))
        for database, keys in sorted(server.databases.items())
        if keys
    }


def _expiring(line: str) -> int | None:
    found = re.search(r"expires=(\d{1,18})", line)
    return int(found[1]) if found else None
