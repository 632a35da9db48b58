"""Mends call sites: from sites and the bytes of their files to edits, a diff, and files that are written whole or not.

A fixer is a module of this folder with CODES (the rule that it mends, by command) and `fix(spot)`, which gives a
Change, a Refused with the reason, or None where there is nothing to mend. FIXERS is their order: of two changes
of the same bytes the first is made, the second is tried on the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from seawall.calls.fixes import counting, expiring, jittering, radius, scanning, slicing, unlinking
from seawall.calls.fixes.edits import Answer
from seawall.calls.fixes.spots import Spot


class Fixer(Protocol):
    """A module of this folder."""

    @property
    def CODES(self) -> Mapping[str, str]:
        """The rule that it mends, by command."""
        ...

    @staticmethod
    def fix(spot: Spot) -> Answer:
        """What is to be done at a spot."""
        ...


FIXERS: tuple[Fixer, ...] = (slicing, unlinking, counting, expiring, scanning, radius, jittering)
