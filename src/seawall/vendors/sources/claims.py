"""What several contracts under one word of a row come to: the row is as safe as the least of them. Pure.

A row's observation is named by the row's own word, so that after a renewal, under another number, the new one takes
the place of the old one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from seawall.vendors.facts.deadline import end_of
from seawall.vendors.facts.row import Observed
from seawall.vendors.facts.status import rank


def merged(seen: Sequence[Observed]) -> Observed:
    """One observation of one or more: the first end, the next charge, the worst status, and no doubt left out."""
    ends = [o.ends for o in seen if o.ends is not None]
    charges = [o.next_charge for o in seen if o.next_charge is not None]
    words = [o.converts for o in seen]
    notices = [o.notice_days for o in seen if o.notice_days is not None]
    return replace(
        seen[0],
        ends=min(ends, key=end_of, default=None),
        converts=False if False in words else None if None in words else True,
        status=max((o.status for o in seen if o.status), key=rank, default=""),
        next_charge=min(charges, key=end_of, default=None),
        notice_days=max(notices, default=None),
        without_contact=tuple(sorted({kind for o in seen for kind in o.without_contact})),
    )
