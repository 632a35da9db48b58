"""What passengers think of the drivers."""

from __future__ import annotations

from seawall.demo.app.connection import Redis
from seawall.demo.app.slices import SLICE

RATINGS = "drivers:ratings"


def all_at_once(redis: Redis) -> dict[str, str]:
    """Every driver's stars, in one reply."""
    return redis.hgetall(RATINGS)


def all_by_pages(redis: Redis) -> dict[str, str]:
    """Every driver's stars, page by page; a driver that HSCAN gives twice is in the dictionary once."""
    return dict(redis.hscan_iter(RATINGS, count=SLICE))
