"""Housekeeping: counting the users, and finding the sessions that are still open."""

from __future__ import annotations

from seawall.demo.app.connection import Redis
from seawall.demo.app.slices import SLICE

USERS = "user:*:profile"
SESSIONS = "session:*"
WIDE = 15_000  # keys in one step: fewer round trips, each of which holds the server


def users_by_keys(redis: Redis) -> int:
    """How many users there are, by one command that walks the whole keyspace."""
    return len(redis.keys(USERS))


def users_by_scan(redis: Redis) -> int:
    """How many users there are, walking the keyspace in steps; a key that SCAN gives twice counts once."""
    return len(set(redis.scan_iter(match=USERS, count=SLICE)))


def sessions_in_wide_steps(redis: Redis) -> set[str]:
    """The open sessions, in a few long steps."""
    return set(redis.scan_iter(match=SESSIONS, count=WIDE))


def sessions_in_small_steps(redis: Redis) -> set[str]:
    """The open sessions, in many short steps."""
    return set(redis.scan_iter(match=SESSIONS, count=SLICE))
