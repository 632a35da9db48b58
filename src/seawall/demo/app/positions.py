"""Where the drivers are: the map of the control room, and the drivers that a dispatcher looks at."""

from __future__ import annotations

from collections.abc import Iterable

from seawall.demo.app.connection import Point, Redis
from seawall.demo.app.slices import SLICE, slices

POSITIONS = "drivers:positions"
CENTRE = (-98.58, 39.83)  # of the contiguous United States: longitude, latitude


def all_by_radius(redis: Redis) -> dict[str, Point]:
    """Every driver, as those within 15,000 miles of the centre: one command that measures 20,000 distances."""
    longitude, latitude = CENTRE
    found = redis.georadius(POSITIONS, longitude, latitude, 15_000, unit="mi", withcoord=True)
    return {driver: (point[0], point[1]) for driver, point in found}


def all_by_pages(redis: Redis) -> dict[str, Point]:
    """Every driver, page by page.

    ZSCAN rather than pages of ZRANGE: it misses nobody who stays, though drivers come, go and move meanwhile.
    """
    drivers = {driver for driver, _ in redis.zscan_iter(POSITIONS, count=SLICE)}
    return of_drivers_by_slices(redis, drivers)


def of_drivers_at_once(redis: Redis, drivers: Iterable[str]) -> dict[str, Point]:
    """Where these drivers are, in one command however many they are. Who has no position is left out."""
    wanted = list(drivers)
    points = redis.geopos(POSITIONS, *wanted) if wanted else []
    return {driver: (point[0], point[1]) for driver, point in zip(wanted, points, strict=True) if point}


def of_drivers_by_slices(redis: Redis, drivers: Iterable[str]) -> dict[str, Point]:
    """Where these drivers are, slice by slice. Who has no position (any more) is left out: Redis says nil for them."""
    found: dict[str, Point] = {}
    for part in slices(drivers):
        points = redis.geopos(POSITIONS, *part)
        found.update((driver, (point[0], point[1])) for driver, point in zip(part, points, strict=True) if point)
    return found
