"""What has been seen of the keys of one pattern in one database. Bounded, however many keys there are.

Full: every key's size and expiry are added up as they come. Sampled: every name is counted, some are kept, drawn with
equal chance, and the size and expiry of those are asked later, in the order of the draw: so what has been asked is at
any time a simple random sample of the pattern's keys.

The seconds in which keys expire are counted as Misra and Gries (1982) do: at most SECONDS of them are held, and a count
is too low by at most `pruned`, which is below one in SECONDS of the keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter, mul
from typing import Protocol

UNKNOWN = -9  # a size or an expiry that was not asked, or refused
NEVER, GONE = -1, -2  # expiries, as PTTL says it
SECONDS = 512  # 50 kB a pattern


@dataclass(frozen=True, slots=True)
class Rows:
    """What was said of some keys, by columns of equal length: a million keys pass through here.

    sizes: bytes, None of a key that is gone. expiries: the second of the epoch, or NEVER or GONE. types: empty where
    not asked. UNKNOWN: not asked or refused.
    """

    names: Sequence[bytes]
    sizes: Sequence[int | None]
    expiries: Sequence[int]
    types: Sequence[str]

    def __len__(self) -> int:
        return len(self.names)

    def at(self, places: Sequence[int]) -> Rows:
        """The rows at these places."""
        if len(places) == 1:
            i = places[0]
            return Rows((self.names[i],), (self.sizes[i],), (self.expiries[i],), (self.types[i],))
        get = itemgetter(*places)
        return Rows(get(self.names), get(self.sizes), get(self.expiries), get(self.types))


def joined(parts: Sequence[Rows]) -> Rows:
    """Several rows as one."""
    return Rows(
        [name for part in parts for name in part.names],
        [size for part in parts for size in part.sizes],
        [at for part in parts for at in part.expiries],
        [kind for part in parts for kind in part.types],
    )


def expiries(left_ms: Sequence[int], now_ms: int | None) -> list[int]:
    """What PTTL said at that time as seconds of the epoch; NEVER, GONE and UNKNOWN stay.

    Rounded to the nearest second: an expiry at a whole second would else fall on both its sides, by the time that
    passed between the clock and the command.
    """
    if now_ms is None:
        return [UNKNOWN if ttl >= 0 else ttl for ttl in left_ms]
    if max(left_ms, default=NEVER) < 0:
        return list(left_ms)
    begin = now_ms + 500
    return [(begin + ttl) // 1000 if ttl >= 0 else ttl for ttl in left_ms]


class Randomness(Protocol):
    """What is needed of `random.Random`."""

    def random(self) -> float:
        """A number of 0 to 1."""
        ...


@dataclass(slots=True)
class Tally:
    """Keys, sizes and expiries of one pattern in one database.

    keys: names seen. sized, total, squares, largest: of the sizes asked. timed, without_ttl, seconds: of the expiries
    asked. gone: asked, and no longer there. names: those drawn, each with its chance, the smallest `kept` chances of
    all. asked: how many of those in order have been asked.
    """

    keys: int = 0
    sized: int = 0
    total: int = 0
    squares: int = 0
    largest: int = -1
    largest_name: bytes = b""
    timed: int = 0
    without_ttl: int = 0
    gone: int = 0
    seconds: Counter[int] = field(default_factory=Counter[int])
    pruned: int = 0
    types: Counter[str] = field(default_factory=Counter[str])
    kept: int = 0
    names: list[tuple[float, bytes]] = field(default_factory=list[tuple[float, bytes]])
    below: float = 1.0
    asked: int = 0

    def see(self, names: Sequence[bytes], randomness: Randomness) -> None:
        """Counts names, and draws some of them."""
        self.keys += len(names)
        draw, below = randomness.random, self.below
        self.names += [(chance, name) for name in names if (chance := draw()) < below]
        if len(self.names) > self.kept + self.kept // 4:  # seldom: it is sorted
            self.keep(self.kept)

    def keep(self, kept: int) -> None:
        """Keeps this many names at most: those with the smallest chances, which is a random sample of all."""
        self.kept = kept
        self.names.sort()
        if len(self.names) > kept:
            self.below = self.names[kept][0]
            del self.names[kept:]

    def take(self, count: int) -> list[bytes]:
        """The next names to be asked. When no name is seen any more, and `keep` has put them in order."""
        chosen = [name for _, name in self.names[self.asked : self.asked + count]]
        self.asked += len(chosen)
        return chosen

    def add(self, rows: Rows) -> None:
        """Adds what was said of these keys, each once."""
        found = Counter(rows.types)
        del found[""]
        self.types += found
        self._expire(rows.expiries)
        sizes = [size for size in rows.sizes if size is not None and size != UNKNOWN]
        if len(sizes) < len(rows):
            self.gone += sum(size is None for size in rows.sizes)
        if not sizes:
            return
        self.sized += len(sizes)
        self.total += sum(sizes)
        self.squares += sum(map(mul, sizes, sizes))
        largest = max(sizes)
        if largest > self.largest:
            self.largest, self.largest_name = largest, rows.names[rows.sizes.index(largest)]

    def _expire(self, expiries: Sequence[int]) -> None:
        found = Counter(expiries)
        never, gone, unknown = (found.pop(kind, 0) for kind in (NEVER, GONE, UNKNOWN))
        self.timed += len(expiries) - gone - unknown
        self.without_ttl += never
        self.seconds.update(found)
        while len(self.seconds) > SECONDS:
            self.pruned += 1
            self.seconds = Counter({at: many - 1 for at, many in self.seconds.items() if many > 1})
