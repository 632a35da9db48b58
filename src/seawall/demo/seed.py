"""The data of the sample platform, the same for the same seed. `app` draws its keyspace."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from seawall.demo.app import hours, jobs, positions, ratings, trips
from seawall.demo.app.connection import Redis
from seawall.demo.app.slices import slices

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # when the story plays
FIRST_TRIP = 1_790_000_000  # seconds since 1970: the end of the oldest trip
WIDTH, HEIGHT = 50.0, 20.0  # degrees of longitude and latitude over which the drivers are spread
PLANT_WITHIN = 40.0  # seconds; on a machine too slow for that there are fewer small keys

Told = Callable[[int, int], None]  # elements planted so far, of how many


@dataclass(frozen=True)
class Size:
    """How large the platform is."""

    positions: int = 20_000
    online: int = 40_000
    ratings: int = 40_000
    trips: int = 300_000  # in the feed, and again in the closed month
    users: int = 150_000
    sessions: int = 50_000

    @property
    def elements(self) -> int:
        """Everything that is planted."""
        return self.positions + self.online + self.ratings + 2 * self.trips + self.users + self.sessions


def plant(redis: Redis, size: Size, told: Told, *, seed: int = 7, within: float = PLANT_WITHIN) -> int:
    """Plant the platform's data, a slice at a time.

    Returns:
        how many small keys there are: all that `size` says, or fewer if `within` seconds were over.
    """
    deadline = time.monotonic() + within
    dice = random.Random(seed)
    large = (
        plant_positions(redis, size, dice),
        plant_last_hour(redis, size),
        plant_ratings(redis, size, dice),
        plant_trips(redis, trips.FEED, size),
        plant_trips(redis, closed_month(), size),
    )
    done = 0
    for planting in large:
        for planted in planting:
            done += planted
            told(done, size.elements)
    small = 0
    for planted in plant_small_keys(redis, size):
        small += planted
        told(done + small, size.elements)
        if time.monotonic() > deadline:
            break
    return small


def rewind(redis: Redis, size: Size, rounds: int) -> None:
    """Undo what so many rounds of the jobs have changed: the closed month is back, the hours since NOW are not."""
    for number in range(rounds):
        redis.unlink(hours.online_key(NOW + number * jobs.HOUR))
    for _ in plant_trips(redis, closed_month(), size):
        pass


def closed_month() -> str:
    """The key of the month that the drop-month job removes at NOW."""
    return trips.month_key(NOW - jobs.PAID_AFTER)


def driver_name(number: int) -> str:
    """As in `driver:17`."""
    return f"driver:{number}"


def plant_positions(redis: Redis, size: Size, dice: random.Random) -> Iterator[int]:
    """Drivers spread evenly over a rectangle around the centre. Yields the number planted with each command."""
    west, south = positions.CENTRE[0] - WIDTH / 2, positions.CENTRE[1] - HEIGHT / 2
    for numbers in slices(range(size.positions)):
        flat: list[float | str] = []
        for number in numbers:
            flat += (west + WIDTH * dice.random(), south + HEIGHT * dice.random(), driver_name(number))
        redis.geoadd(positions.POSITIONS, flat)
        yield len(numbers)


def plant_last_hour(redis: Redis, size: Size) -> Iterator[int]:
    """The drivers of the hour before NOW. Those beyond the number of positions have none: a nil in GEOPOS."""
    for numbers in slices(range(size.online)):
        redis.sadd(hours.online_key(NOW - jobs.HOUR), *map(driver_name, numbers))
        yield len(numbers)


def plant_ratings(redis: Redis, size: Size, dice: random.Random) -> Iterator[int]:
    """Between three and five stars each."""
    for numbers in slices(range(size.ratings)):
        redis.hset(ratings.RATINGS, mapping={driver_name(n): f"{dice.uniform(3, 5):.2f}" for n in numbers})
        yield len(numbers)


def plant_trips(redis: Redis, key: str, size: Size) -> Iterator[int]:
    """A trip every nine seconds."""
    for numbers in slices(range(size.trips)):
        redis.zadd(key, {f"trip:{number:06}": FIRST_TRIP + 9 * number for number in numbers})
        yield len(numbers)


def plant_small_keys(redis: Redis, size: Size) -> Iterator[int]:
    """Profiles and sessions, pipelined."""
    for pattern, how_many in (("user:{}:profile", size.users), ("session:{}", size.sessions)):
        for numbers in slices(range(how_many)):
            pipeline = redis.pipeline(transaction=False)
            for number in numbers:
                pipeline.set(pattern.format(number), f"sample {number}")
            pipeline.execute()
            yield len(numbers)
