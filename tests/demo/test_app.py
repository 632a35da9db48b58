"""The sample app on each server: both forms give the same answers; the good one asks for little at a time."""

# pyright: reportUnknownMemberType=false

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import cast

import pytest
from redis import Redis as Client

from seawall import lab
from seawall.demo import seed
from seawall.demo.app import cleanup, hours, positions, ratings, trips
from seawall.demo.app.connection import Redis, connect
from seawall.demo.app.jobs import HOUR, JOBS
from seawall.demo.app.slices import SLICE, slices

SMALL = seed.Size(positions=2500, online=5000, ratings=3000, trips=6000, users=3000, sessions=1000)
LAST = seed.NOW - HOUR
WHOLE = {"KEYS", "SMEMBERS", "HGETALL", "SINTER", "DEL", "GEORADIUS"}
HARMFUL = {
    "refresh-map": {"GEORADIUS": 1},
    "watch-shift": {"SMEMBERS": 1, "GEOPOS": 5000},
    "close-hour": {"SMEMBERS": 1, "SADD": 5000},
    "pay-loyalty": {"SINTER": 2},
    "rank-drivers": {"HGETALL": 1},
    "pay-trips": {"ZRANGE": 6000},
    "count-users": {"KEYS": 1},
    "sweep-sessions": {"SCAN": 15_000},
    "drop-month": {"DEL": 1},
}


@dataclass(frozen=True)
class Sent:
    """A command in the slow log."""

    command: str
    elements: int  # arguments after the key, or keys if it takes only keys; a COUNT; the length of a range
    us: int


@dataclass(frozen=True)
class Platform:
    """A seeded server whose slow log takes everything."""

    redis: Redis
    client: Client

    def forget(self) -> None:
        self.client.slowlog_reset()

    def sent(self) -> list[Sent]:
        """What the platform sent since `forget`."""
        entries = self.client.slowlog_get(100_000)
        return [read_entry(e) for e in reversed(entries) if e["client_name"] == b"driver-platform"]


def read_entry(entry: dict[str, bytes | int]) -> Sent:
    command, us = entry["command"], entry["duration"]
    assert isinstance(command, bytes)
    assert isinstance(us, int)
    name, *arguments = command.decode().split(" ")
    more = re.search(r"\.\.\. \((\d+) more arguments\)$", command.decode())
    elements = 29 + int(more[1]) if more else len(arguments) - 1  # of 32 slots: the name, the key, 29, and the sum
    if name in ("KEYS", "SINTER", "DEL", "UNLINK", "SMEMBERS", "HGETALL"):
        elements = len(arguments)
    elif name == "GEORADIUS":
        elements = 1
    elif "COUNT" in arguments:
        elements = int(arguments[arguments.index("COUNT") + 1])
    elif name == "ZRANGE":
        first, last = int(arguments[1]), int(arguments[2])
        elements = last - first + 1 if last >= 0 else SMALL.trips
    return Sent(name, elements, us)


@pytest.fixture
def platform(binary: lab.Binary) -> Iterator[Platform]:
    config = {
        "slowlog-log-slower-than": "0",
        "slowlog-max-len": "100000",
        "lazyfree-lazy-user-del": "no",
    }
    with lab.start(binary, config=config) as server, Client.from_url(server.url) as client:
        redis = connect(server.url)
        assert seed.plant(redis, SMALL, lambda _done, _total: None) == SMALL.users + SMALL.sessions
        yield Platform(redis, client)
        redis.close()


def test_every_job_in_both_forms(platform: Platform) -> None:
    """One seeding for all jobs and both forms, since seeding is what takes the time."""
    answers: dict[str, object] = {}
    for name, job in JOBS.items():
        platform.forget()
        answers[name] = job(platform.redis, "harmful", seed.NOW)
        found = {sent.command: sent.elements for sent in platform.sent() if sent.command != "EXPIRE"}
        assert found == HARMFUL[name], name
    seed.rewind(platform.redis, SMALL, rounds=1)
    taken: list[int] = []
    for name, job in JOBS.items():
        platform.forget()
        answer = job(platform.redis, "good", seed.NOW)
        assert answer == answers[name], name
        sent = platform.sent()
        assert sent
        assert not {s.command for s in sent} & WHOLE, name
        assert max(s.elements for s in sent) <= SLICE < 1000, name
        taken += [s.us for s in sent]
    assert median(taken) < 1000
    assert len(hours.read_at_once(platform.redis, seed.NOW)) == SMALL.online


def test_the_seed_is_what_the_size_says(platform: Platform) -> None:
    client = platform.client
    assert client.zcard(positions.POSITIONS) == SMALL.positions
    assert client.scard("drivers:online:2026-11-24-08") == SMALL.online
    assert client.hlen(ratings.RATINGS) == SMALL.ratings
    assert client.zcard(trips.FEED) == client.zcard("trips:month:2026-08") == SMALL.trips
    assert client.dbsize() == 5 + SMALL.users + SMALL.sessions
    assert cleanup.users_by_scan(platform.redis) == SMALL.users


@pytest.fixture
def server(any_binary: lab.Binary) -> Iterator[lab.Server]:
    """An empty server."""
    with lab.start(any_binary) as server:
        yield server


@pytest.fixture
def redis(server: lab.Server) -> Iterator[Redis]:
    """The platform's connection to it."""
    redis = connect(server.url)
    yield redis
    redis.close()


@pytest.fixture
def client(server: lab.Server) -> Iterator[Client]:
    """Another connection to it, for what the platform does not do."""
    with Client.from_url(server.url) as client:
        yield client


def test_the_same_seed_gives_the_same_positions(redis: Redis) -> None:
    found: list[object] = []
    for number in (1, 1, 2):
        redis.unlink(positions.POSITIONS)
        seed.plant(redis, seed.Size(300, 1, 1, 1, 1, 1), lambda _done, _total: None, seed=number)
        found.append(positions.all_by_pages(redis))
    assert found[0] == found[1] != found[2]


def test_a_slow_machine_gets_fewer_small_keys(redis: Redis) -> None:
    size = seed.Size(10, 10, 10, 10, 5000, 5000)
    assert seed.plant(redis, size, lambda _done, _total: None, within=0) == SLICE
    assert len(ratings.all_at_once(redis)) == 10


def test_who_has_no_position_is_left_out(redis: Redis) -> None:
    redis.geoadd(positions.POSITIONS, [-98.5, 39.8, "driver:1"])
    wanted = ["driver:0", "driver:1", "driver:2"]
    for form in (positions.of_drivers_at_once, positions.of_drivers_by_slices):
        found = form(redis, wanted)
        assert found == {"driver:1": pytest.approx((-98.5, 39.8), abs=1e-4)}
        assert form(redis, []) == {}


class Recorder:
    """A connection that notes what SSCAN really gave."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.given: list[str] = []

    def sscan_iter(self, name: str, *, count: int) -> Iterator[str]:
        for member in self.redis.sscan_iter(name, count=count):
            self.given.append(member)
            yield member


def test_a_driver_that_sscan_gives_twice_comes_once(redis: Redis, client: Client) -> None:
    """When a set shrinks between two pages, one in five walks of Redis repeats a member, one in two of Valkey."""
    for number in range(300):
        key, recorder = hours.online_key(LAST), Recorder(redis)
        stay = [f"driver:{number}:{n}" for n in range(300)]
        leave = [f"guest:{number}:{n}" for n in range(3000)]
        client.delete(key)
        client.sadd(key, *stay, *leave)
        pages = hours.read_by_pages(cast(Redis, recorder), LAST)
        found = [next(pages) for _ in range(1000)]
        client.srem(key, *leave)
        for _ in range(2):
            client.smismember(key, leave)  # each look moves one bucket to the smaller table
        found += pages
        assert len(found) == len(set(found))
        assert set(stay) <= set(found)
        if len(recorder.given) > len(found):
            return
    pytest.fail("SSCAN has repeated nothing: this has tested nothing")


def test_what_is_not_there_is_empty(redis: Redis) -> None:
    for name, job in JOBS.items():
        if name != "close-hour":
            assert not job(redis, "good", seed.NOW), name
    hours.write_by_slices(redis, seed.NOW, [])
    assert redis.keys("*") == []


def test_an_hour_is_kept_for_a_week(redis: Redis, client: Client) -> None:
    hours.write_by_slices(redis, seed.NOW, ["driver:1"])
    assert client.ttl("drivers:online:2026-11-24-09") == pytest.approx(timedelta(days=7).total_seconds(), 1)


def test_slices_are_full_but_the_last() -> None:
    assert [len(part) for part in slices(range(2 * SLICE + 1))] == [SLICE, SLICE, 1]
    assert list(slices(range(0))) == []
