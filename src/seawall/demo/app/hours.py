"""Who was on line in which hour. Pay depends on it, so an hour is kept for a week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from seawall.demo.app.connection import Redis
from seawall.demo.app.slices import SLICE, slices

KEEP = timedelta(days=7)


def online_key(hour: datetime) -> str:
    """The set of drivers on line in an hour: `drivers:online:2026-11-24-08`."""
    return f"drivers:online:{hour:%Y-%m-%d-%H}"


def read_at_once(redis: Redis, hour: datetime) -> set[str]:
    """The drivers of an hour, all in one reply."""
    return redis.smembers(online_key(hour))


def read_by_pages(redis: Redis, hour: datetime) -> Iterator[str]:
    """The drivers of an hour, page by page, each once: SSCAN may give one twice when the set shrinks meanwhile."""
    seen: set[str] = set()
    for driver in redis.sscan_iter(online_key(hour), count=SLICE):
        if driver not in seen:
            seen.add(driver)
            yield driver


def write_at_once(redis: Redis, hour: datetime, drivers: Iterable[str]) -> None:
    """Record an hour's drivers in one command with as many arguments."""
    redis.sadd(online_key(hour), *drivers)
    redis.expire(online_key(hour), KEEP)


def write_by_slices(redis: Redis, hour: datetime, drivers: Iterable[str]) -> None:
    """Record an hour's drivers, slice by slice. A reader may see an hour half written, as before a late driver."""
    for part in slices(drivers):
        redis.sadd(online_key(hour), *part)
    redis.expire(online_key(hour), KEEP)


def both_at_once(redis: Redis, first: datetime, second: datetime) -> set[str]:
    """The drivers who were on line in both hours, intersected by the server in one go."""
    return redis.sinter([online_key(first), online_key(second)])


def both_by_pages(redis: Redis, first: datetime, second: datetime) -> set[str]:
    """The drivers who were on line in both hours: pages of the first, asked of the second."""
    found: set[str] = set()
    for part in slices(read_by_pages(redis, first)):
        answers = redis.smismember(online_key(second), part)
        found.update(driver for driver, is_member in zip(part, answers, strict=True) if is_member)
    return found
