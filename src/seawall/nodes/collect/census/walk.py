"""The walk over the names of a database, and what is asked along it.

SCAN COUNT 1000 takes the server 0.3 to 1 ms. The count is halved where a call took more than SLOW_S and doubled where
it took less than FAST_S, from LEAST to MOST names: in a table that is being emptied, the same count costs more.

The order of a walk is the order of the table, which is hashed with a secret seed: what has been walked is at any time a
random sample of the names. (Not in a cluster from Redis 8 and Valkey 8 on, which walks slot by slot.)
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from seawall.nodes.collect.census.asker import BATCH, Asker
from seawall.nodes.collect.census.pace import Pace
from seawall.nodes.facts.census.tally import Rows, joined

FIRST, LEAST, MOST = 100, 50, 1000
FAST_S, SLOW_S = 0.001, 0.002
_TYPES = 16  # of so many keys one is asked its type


class _Scan:
    """The steps of a walk, each as large as the one before allows."""

    def __init__(self, asker: Asker, pace: Pace) -> None:
        self.asker = asker
        self.pace = pace
        self.cursor = 0
        self.count = FIRST

    def step(self) -> list[bytes]:
        """The next names. With nothing outstanding."""
        self.pace.look()
        begun = time.perf_counter()
        self.cursor, names = self.asker.names(self.cursor, self.count)
        busy = self.pace.took(time.perf_counter() - begun)
        if busy > SLOW_S:
            self.count = max(self.count // 2, LEAST)
        elif busy < FAST_S:
            self.count = min(self.count * 2, MOST)
        return names


def walk(asker: Asker, pace: Pace) -> Iterator[tuple[list[bytes], bool]]:
    """Names of the selected database, step by step, and whether this was the last step."""
    scan = _Scan(asker, pace)
    while True:
        names = scan.step()
        yield names, scan.cursor == 0
        if scan.cursor == 0:
            return


def walk_and_ask(asker: Asker, pace: Pace, *, expiring: bool) -> Iterator[tuple[Rows, bool]]:
    """As `walk`, with what is asked of every name. expiring: their expiry too.

    While who takes the rows works on them, the server works on the next: two steps are under way, unless the server's
    time is limited. Now and then (when `pace` wants to look) a step is made alone, and its time decides on the next.
    """
    scan = _Scan(asker, pace)
    names = scan.step()
    done: Rows | None = None
    try:
        while True:
            begun = time.perf_counter()
            asker.send(names, expiries=len(names) if expiring else 0, types=-(-len(names) // _TYPES))
            ahead = scan.cursor != 0 and not pace.limited and not pace.due
            if ahead:
                asker.send_scan(scan.cursor, scan.count)
            if done is not None and not pace.limited:
                yield done, False
                done = None
            rows = asker.answer()
            pace.took(time.perf_counter() - begun)
            if done is not None:
                yield done, False
            done = rows
            if scan.cursor == 0:
                break
            if ahead:
                scan.cursor, names = asker.scanned()
            else:
                names = scan.step()
        yield done, True
    except GeneratorExit:  # the user has had enough
        asker.drain()
        raise


def ask(asker: Asker, pace: Pace, names: Sequence[bytes], *, expiries: int, types: int) -> Rows:
    """Asks the sizes of these keys, and of the first of them the expiry and the type."""
    rows: list[Rows] = []
    for start in range(0, len(names), BATCH):
        some = names[start : start + BATCH]
        pace.look()
        begun = time.perf_counter()
        asker.send(some, expiries=max(expiries - start, 0), types=max(types - start, 0))
        rows.append(asker.answer())
        pace.took(time.perf_counter() - begun)
    return joined(rows)
