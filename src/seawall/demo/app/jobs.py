"""The jobs of the platform: what a schedule starts. Each does its work in one of two forms.

`harmful` is how such a platform is often written: one command for everything. `good` gives the same answer in slices.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from seawall.demo.app import cleanup, hours, positions, ratings, trips
from seawall.demo.app.connection import Redis

Forms = Literal["harmful", "good"]
Job = Callable[[Redis, Forms, datetime], object]

HOUR = timedelta(hours=1)
PAID_AFTER = timedelta(days=90)


def refresh_map(redis: Redis, forms: Forms, now: datetime) -> object:
    """Every minute: all drivers for the control room's map."""
    del now
    if forms == "harmful":
        return positions.all_by_radius(redis)
    return positions.all_by_pages(redis)


def watch_shift(redis: Redis, forms: Forms, now: datetime) -> object:
    """Every five minutes: where the drivers are who were on line in the last hour."""
    last = now - HOUR
    if forms == "harmful":
        return positions.of_drivers_at_once(redis, hours.read_at_once(redis, last))
    return positions.of_drivers_by_slices(redis, hours.read_by_pages(redis, last))


def close_hour(redis: Redis, forms: Forms, now: datetime) -> object:
    """Every hour: who is on line now. For this story they are those of the last hour."""
    last = now - HOUR
    if forms == "harmful":
        return hours.write_at_once(redis, now, hours.read_at_once(redis, last))
    return hours.write_by_slices(redis, now, hours.read_by_pages(redis, last))


def pay_loyalty(redis: Redis, forms: Forms, now: datetime) -> object:
    """Every hour, after it was closed: who stayed on line."""
    if forms == "harmful":
        return hours.both_at_once(redis, now - HOUR, now)
    return hours.both_by_pages(redis, now - HOUR, now)


def rank_drivers(redis: Redis, forms: Forms, now: datetime) -> object:
    """Every night: all ratings."""
    del now
    if forms == "harmful":
        return ratings.all_at_once(redis)
    return ratings.all_by_pages(redis)


def pay_trips(redis: Redis, forms: Forms, now: datetime) -> object:
    """Every night: the trips that are still to be paid."""
    del now
    if forms == "harmful":
        return trips.feed_at_once(redis)
    return list(trips.feed_by_pages(redis))


def count_users(redis: Redis, forms: Forms, now: datetime) -> object:
    """Every night: how many users there are, for the morning's report."""
    del now
    if forms == "harmful":
        return cleanup.users_by_keys(redis)
    return cleanup.users_by_scan(redis)


def sweep_sessions(redis: Redis, forms: Forms, now: datetime) -> object:
    """Every night: the sessions that are still open."""
    del now
    if forms == "harmful":
        return cleanup.sessions_in_wide_steps(redis)
    return cleanup.sessions_in_small_steps(redis)


def drop_month(redis: Redis, forms: Forms, now: datetime) -> object:
    """Every month: the trips of a month that has long been paid."""
    month = now - PAID_AFTER
    if forms == "harmful":
        return trips.drop_month_and_wait(redis, month)
    return trips.drop_month_in_background(redis, month)


JOBS: dict[str, Job] = {
    "refresh-map": refresh_map,
    "watch-shift": watch_shift,
    "close-hour": close_hour,
    "pay-loyalty": pay_loyalty,
    "rank-drivers": rank_drivers,
    "pay-trips": pay_trips,
    "count-users": count_users,
    "sweep-sessions": sweep_sessions,
    "drop-month": drop_month,
}
