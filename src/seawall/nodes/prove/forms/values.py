"""Large values: copied whole for a part of them, in one piece, or made large by a bit far behind the end."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.nodes.prove.form import Form, Side, Steps, Words, paired, removed, rows
from seawall.nodes.prove.forms.named import nothing

PIECE = 1 << 16
LARGE_FIELDS = ("body", "map", "log")
BYTES_MOST = 48_000_000  # a reply of more than 64 MB is not read
DENSE = 8000  # bits: where numbers without gaps end


def report(key: str, size: int) -> Iterator[Words]:
    """A hash of a small field and three large ones, `size` bytes together."""
    yield ("HSET", key, "summary", "17 trips")
    for name in LARGE_FIELDS:
        yield ("HSET", key, name, b"x" * (size // len(LARGE_FIELDS)))


def whole_for_a_part(key: str, size: int) -> Steps[object]:
    """HGETALL for the sake of one field."""
    del size
    return paired(rows((yield ("HGETALL", key)))).get(b"summary")


def the_part(key: str, size: int) -> Steps[object]:
    """HGET of that field."""
    del size
    return (yield ("HGET", key, "summary"))


def string(key: str, size: int) -> Iterator[Words]:
    """A string of `size` bytes."""
    yield ("SET", key, b"x" * size)


def in_one_piece(key: str, size: int) -> Steps[object]:
    """GET."""
    del size
    return (yield ("GET", key))


def in_pieces(key: str, size: int) -> Steps[object]:
    """GETRANGE of 64 kB, until a piece is not full."""
    del size
    found = bytearray()
    while True:
        piece = yield ("GETRANGE", key, len(found), len(found) + PIECE - 1)
        found += piece if isinstance(piece, bytes) else b""
        if not isinstance(piece, bytes) or len(piece) < PIECE:
            return bytes(found)


def far_bit(key: str, size: int) -> Steps[object]:
    """SETBIT at an id as it is."""
    return (yield ("SETBIT", key, size, 1))


def near_bit(key: str, size: int) -> Steps[object]:
    """SETBIT at a number given out in order."""
    return (yield ("SETBIT", key, size % DENSE, 1))


def bits_set(key: str, size: int) -> Steps[object]:
    """BITCOUNT."""
    del size
    return (yield ("BITCOUNT", key))


FORMS = (
    Form(
        "a-part-of-a-large-hash",
        "one small field of a hash of megabytes",
        rules=("SW115",),
        commands=frozenset({"HGETALL", "HVALS", "DUMP"}),
        old=Side("HGETALL key", whole_for_a_part),
        new=Side("HGET key summary", the_part),
        seed=report,
        type="hash",
        encoding="hashtable",
        size=24_000_000,
        size_is="bytes",
        most=BYTES_MOST,
    ),
    Form(
        "a-large-string",
        "a string of megabytes",
        rules=("SW115",),
        commands=frozenset({"GET", "GETEX", "GETRANGE", "SUBSTR", "MGET"}),
        old=Side("GET key", in_one_piece),
        new=Side("GETRANGE key 0 65535, 65536 131071, ...", in_pieces),
        seed=string,
        type="string",
        encoding="raw",
        size=16_000_000,
        size_is="bytes",
        most=BYTES_MOST,
        remark="The network is not counted: the same bytes go over it either way.",
    ),
    Form(
        "a-bit-far-behind-the-end",
        "a bit that says that an id was seen",
        rules=("SW116",),
        commands=frozenset({"SETBIT", "SETRANGE", "BITFIELD"}),
        old=Side("SETBIT key id 1", far_bit),
        new=Side("SETBIT key number 1 (given out in order)", near_bit),
        seed=nothing,
        type="",
        encoding="",
        size=400_000_000,
        size_is="ids",
        most=800_000_000,
        renew=removed,
        after=bits_set,
    ),
)
