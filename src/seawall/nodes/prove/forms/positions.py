"""Geo sets: the listing by radius, thousands of positions, a wide area, a deprecated name (SW101 to SW103)."""

from __future__ import annotations

from seawall.nodes.facts.work import SLICE
from seawall.nodes.prove.form import GEO, Form, Side, Steps, rows
from seawall.nodes.prove.forms.named import NAMED_MOST, in_one_call, in_slices
from seawall.wire import Reply

CENTRE = (0, 0)
AREA_KM = 4000  # one in twelve of the places in GEO
NEARBY = 100
RADIUS = frozenset({"GEORADIUS", "GEORADIUS_RO", "GEORADIUSBYMEMBER", "GEORADIUSBYMEMBER_RO", "GEOSEARCH"})


def listed_by_radius(key: str, size: int) -> Steps[object]:
    """GEORADIUS of a radius that leaves nobody out."""
    del size
    found = [rows(row) for row in rows((yield ("GEORADIUS", key, *CENTRE, 15000, "mi", "WITHCOORD")))]
    return {row[0]: row[1] for row in found}


def listed_by_pages(key: str, size: int) -> Steps[object]:
    """A page of members, then their positions, until a page is not full."""
    del size
    found: dict[Reply, Reply] = {}
    first = 0
    while True:
        page = [m for m in rows((yield ("ZRANGE", key, first, first + SLICE - 1))) if isinstance(m, bytes)]
        if page:
            found |= zip(page, rows((yield ("GEOPOS", key, *page))), strict=True)
        if len(page) < SLICE:
            return found
        first += SLICE


def area(key: str, size: int) -> Steps[object]:
    """All members of a wide area, of which the application then takes some."""
    del size
    return frozenset(rows((yield ("GEOSEARCH", key, "FROMLONLAT", *CENTRE, "BYRADIUS", AREA_KM, "km"))))


def counted_area(key: str, size: int) -> Steps[object]:
    """As many members of it as are wanted."""
    del size
    ask = ("GEOSEARCH", key, "FROMLONLAT", *CENTRE, "BYRADIUS", AREA_KM, "km", "COUNT", NEARBY, "ANY")
    return frozenset(rows((yield ask)))


def old_name(key: str, size: int) -> Steps[object]:
    """The same area by the command that Redis 7 deprecates."""
    del size
    return frozenset(rows((yield ("GEORADIUS", key, *CENTRE, AREA_KM, "km"))))


def is_what_was_wanted(old: tuple[frozenset[Reply], None], new: tuple[frozenset[Reply], None]) -> bool:
    """The new answer is NEARBY of the members in the old one, or all where there are fewer."""
    return new[0] <= old[0] and len(new[0]) == min(NEARBY, len(old[0]))


FORMS = (
    Form(
        "geo-listing",
        "every member of a geo set with its position",
        rules=("SW101",),
        commands=RADIUS | {"GEOSEARCHSTORE"},
        old=Side("GEORADIUS key 0 0 15000 mi WITHCOORD", listed_by_radius),
        new=Side("ZRANGE key 0 999, GEOPOS key m1 ... (1,000 a call), next page", listed_by_pages),
        seed=GEO,
        type="zset",
        encoding="skiplist",
        size=20_000,
        most=NAMED_MOST,  # the answer of more would pass the 64 MB that are read of one
    ),
    Form(
        "positions-of-members",
        "the positions of all members, by name",
        rules=("SW102",),
        commands=frozenset({"GEOPOS", "GEOHASH"}),
        old=Side("GEOPOS key m1 ... (all in one call)", in_one_call("GEOPOS")),
        new=Side("GEOPOS key m1 ... (1,000 a call)", in_slices("GEOPOS")),
        seed=GEO,
        type="zset",
        encoding="skiplist",
        size=20_000,
        most=NAMED_MOST,
    ),
    Form(
        "some-members-of-an-area",
        "a hundred members near a place, whichever they are",
        rules=("SW102",),
        commands=RADIUS,
        old=Side(f"GEOSEARCH key FROMLONLAT 0 0 BYRADIUS {AREA_KM} km", area),
        new=Side(f"GEOSEARCH key FROMLONLAT 0 0 BYRADIUS {AREA_KM} km COUNT {NEARBY} ANY", counted_area),
        seed=GEO,
        type="zset",
        encoding="skiplist",
        size=200_000,
        same=is_what_was_wanted,
        remark="COUNT n ANY returns any n members, not the nearest.",
    ),
    Form(
        "a-deprecated-name",
        "the members of an area, by the old and the new name of the command",
        rules=("SW103",),
        commands=RADIUS,
        old=Side(f"GEORADIUS key 0 0 {AREA_KM} km", old_name),
        new=Side(f"GEOSEARCH key FROMLONLAT 0 0 BYRADIUS {AREA_KM} km", area),
        seed=GEO,
        type="zset",
        encoding="skiplist",
        size=20_000,
        remark="A new name touches as many elements: no difference is what to expect.",
    ),
)
