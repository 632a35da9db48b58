"""The tallies of a census, and the names whose pattern is not known yet.

Names come in any order. Those that no learned pattern fits wait until there are LEARN of them, or no more come: then
patterns are learned from them. What waits is bounded, the patterns are (`seawall.keyspace.Classifier`), and so are the
names that are kept to be asked later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from seawall.keyspace import UNKNOWN, Classifier
from seawall.nodes.facts.census.result import Frame
from seawall.nodes.facts.census.tally import Randomness, Rows, Tally, joined

LEARN = 10_000  # names: a pattern with one key in a thousand is met by ten of them
NAMES = 300_000  # kept in all to be asked later: about 40 MB
NAMES_OF_ONE = 40_000

Place = tuple[int, int]  # database, number of the pattern


@dataclass(slots=True)
class Book:
    """What has been seen so far. `frames`: how much of each database was walked."""

    randomness: Randomness
    classifier: Classifier = field(default_factory=Classifier)
    tallies: dict[Place, Tally] = field(default_factory=dict[Place, Tally])
    frames: dict[int, Frame] = field(default_factory=dict[int, Frame])
    _names: list[bytes] = field(default_factory=list[bytes])  # waiting, seen
    _rows: list[Rows] = field(default_factory=list[Rows])  # waiting, asked
    _kept: int = NAMES_OF_ONE

    def see(self, database: int, names: Sequence[bytes]) -> None:
        """Counts names, and keeps some to be asked later."""
        places = self.classifier.sort(names)
        for place, some in _grouped(places).items():
            self._see(database, place, [names[i] for i in some])
        self._bound()
        if len(self._names) >= LEARN:
            self.learn(database)

    def add(self, database: int, rows: Rows) -> None:
        """Adds keys that were asked as soon as they were seen."""
        for place, some in _grouped(self.classifier.sort(rows.names)).items():
            self._add(database, place, rows.at(some))
        if sum(map(len, self._rows)) >= LEARN:
            self.learn(database)

    def learn(self, database: int) -> None:
        """Learns patterns from what waits; to be called at the end of a database too."""
        names, self._names = self._names, []
        for place, some in _grouped(self.classifier.grow(names)).items() if names else ():
            self._see(database, place, [names[i] for i in some])
        rows, self._rows = joined(self._rows), []
        for place, some in _grouped(self.classifier.grow(rows.names)).items() if rows.names else ():
            self._add(database, place, rows.at(some))

    def _see(self, database: int, place: int, names: Sequence[bytes]) -> None:
        if place == UNKNOWN:
            self._names += names
        else:
            self._tally(database, place).see(names, self.randomness)

    def _add(self, database: int, place: int, rows: Rows) -> None:
        if place == UNKNOWN:
            self._rows.append(rows)
            return
        tally = self._tally(database, place)
        tally.keys += len(rows)
        tally.add(rows)

    def _tally(self, database: int, place: int) -> Tally:
        known = self.tallies.get((database, place))
        if known is None:
            known = self.tallies[database, place] = Tally(kept=self._kept)
        return known

    def _bound(self) -> None:
        while self._kept > 1 and sum(len(tally.names) for tally in self.tallies.values()) > NAMES:
            self._kept = self._kept * 3 // 4
            for tally in self.tallies.values():
                tally.keep(min(tally.kept, self._kept))


def _grouped(places: Sequence[int]) -> dict[int, list[int]]:
    """Where each number stands."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for i, place in enumerate(places):
        groups[place].append(i)
    return groups
