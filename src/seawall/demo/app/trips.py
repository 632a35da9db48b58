"""The trips: the feed of all that are not yet paid, and months that are closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count

from seawall.demo.app.connection import Redis
from seawall.demo.app.slices import SLICE

FEED = "trips:feed"


def month_key(month: datetime) -> str:
    """The trips of a closed month: `trips:month:2026-08`."""
    return f"trips:month:{month:%Y-%m}"


def feed_at_once(redis: Redis) -> list[str]:
    """All trips not yet paid, oldest first, in one reply."""
    return redis.zrange(FEED, 0, -1)


def feed_by_pages(redis: Redis) -> Iterator[str]:
    """All trips not yet paid, oldest first. Pages by rank are safe here: a trip that ends meanwhile goes to the end."""
    for page in count():
        trips = redis.zrange(FEED, page * SLICE, (page + 1) * SLICE - 1)
        yield from trips
        if len(trips) < SLICE:
            return


def drop_month_and_wait(redis: Redis, month: datetime) -> bool:
    """Remove a closed month. The server frees its 300,000 members before it answers anybody."""
    return bool(redis.delete(month_key(month)))


def drop_month_in_background(redis: Redis, month: datetime) -> bool:
    """Remove a closed month. It is gone at once; the memory is freed by another thread."""
    return bool(redis.unlink(month_key(month)))
